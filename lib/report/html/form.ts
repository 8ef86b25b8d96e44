/** What a reader may do in the page: ask what the kernel says to other answers, filter and search. Hidden without a script. */
import { callName } from '../../abi/decode.js';
import { callId } from '../../abi/smccc.js';
import { selectorName } from '../../edit/call-selector.js';
import { KERNELS } from '../../kernel/kernels.js';
import { kernelCalls } from '../../machine/recorded-calls.js';
import type { SmcEvent } from '../../model/events.js';
import { hex } from '../../model/u64.js';
import { PROFILES } from '../../rmm/profiles.js';
import type { ReportAbout, ReportedTrace } from '../results.js';
import { type Content, type Element, el } from './element.js';

/** So many calls have boxes of their own; the others are edited by name or number. */
const MOST_CALLS = 8;
/** x0 to x3: what RMI_VERSION and RMI_FEATURES answer in. */
const REGISTERS = 4;

export function whatIfForm(about: ReportAbout): Element {
  const both = about.b === null ? [about.a] : [about.a, about.b];
  const names = both.map(({ name }, at): readonly [string, string] => [at === 0 ? 'a' : 'b', name]);
  return el('form', { id: 'what-if', hidden: '', autocomplete: 'off' }, [
    el('h2', {}, 'What does the kernel say to another answer?'),
    both.length === 1 ? null : field('trace', 'Trace', select('trace', names)),
    field(
      'kernel',
      'Kernel',
      select('kernel', [
        ['', 'as recorded'],
        ...KERNELS.map(({ name, summary }): readonly [string, string] => [name, `${name}: ${summary}`]),
        ['recorded', 'recorded: only repeats the recorded calls'],
      ]),
    ),
    field('wants', 'It wants', text('wants', 'M.m', '8')),
    field(
      'rmm',
      'Who answers',
      select('rmm', [
        ['', 'the recorded answers'],
        ['auto', 'auto: the RMM that the trace proves'],
        ...PROFILES.map(({ name, summary }): readonly [string, string] => [name, `${name}: ${summary}`]),
      ]),
    ),
    el('fieldset', { id: 'answers' }, [
      el('legend', {}, 'Recorded answers'),
      ...both.map((reported, at) => answers(reported, at === 0 ? 'a' : 'b')),
    ]),
    field(
      'set',
      'Edits, one a line',
      el('textarea', {
        id: 'set',
        name: 'set',
        rows: '3',
        spellcheck: 'false',
        placeholder: 'RMI_VERSION.x1=1.0',
      }),
    ),
    el('label', { class: 'check' }, [
      el('input', { type: 'checkbox', name: 'anyway', id: 'anyway' }),
      'give a call that was not recorded the nearest answer',
    ]),
    el('small', {}, 'A kernel that asks what was not recorded has no answer, until you choose who answers.'),
    el('p', { class: 'buttons' }, [
      el('button', { type: 'reset' }, 'Back to the recording'),
      el('a', { id: 'link', href: '#', hidden: '' }, 'Link to this edit'),
    ]),
    el('p', { id: 'command', hidden: '' }),
    el('p', { id: 'trouble', role: 'alert', hidden: '' }),
    el('p', { id: 'verdict', 'aria-live': 'polite', hidden: '' }),
  ]);
}

function field(id: string, says: string, control: Element): Element {
  return el('label', { for: id }, [el('span', {}, says), control]);
}

function select(id: string, options: readonly (readonly [value: string, says: string])[]): Element {
  return el(
    'select',
    { id, name: id },
    options.map(([value, says]) => el('option', { value }, says)),
  );
}

function text(id: string, placeholder: string, size: string): Element {
  return el('input', { id, name: id, type: 'text', placeholder, size, spellcheck: 'false' });
}

/** A box a register of each answer that the kernel got. */
function answers({ trace }: ReportedTrace, side: string): Element {
  const calls = kernelCalls(trace.events).filter(({ call }) => call.res !== null);
  const rows = calls.slice(0, MOST_CALLS).map(({ number, call }, at) => {
    const alike = calls.filter(other => callId(other.call.fid) === callId(call.fid));
    // By its name it is edited whoever answers, and whatever it is asked.
    const turn =
      alike.length === 1 ? '' : `#${calls.slice(0, at + 1).filter(other => alike.includes(other)).length}`;
    return el('li', {}, [
      el('span', {}, `event ${number}: ${callName(call.fid)}`),
      ...registers(`${selectorName(call.fid)}${turn}`, call),
    ]);
  });
  return el('ul', { class: `answers of-${side}` }, rows);
}

function registers(selector: string, { res }: SmcEvent): readonly Content[] {
  return (res ?? []).slice(0, REGISTERS).map((value, at) => {
    const recorded = value === null ? 'unknown' : hex(value);
    return el('label', {}, [
      el('span', {}, `x${at}`),
      el('input', {
        type: 'text',
        size: '12',
        value: recorded,
        spellcheck: 'false',
        'data-place': `${selector}.x${at}`,
        'data-recorded': recorded,
      }),
    ]);
  });
}

const FILTERS: readonly (readonly [type: string, says: string])[] = [
  ['state', 'state'],
  ['smc', 'calls'],
  ['log', 'lines'],
  ['return', 'returns'],
  ['console', 'consoles'],
  ['other', 'others'],
];

/** Above the events; the script puts it there. */
export function toolbar(): Element {
  return el('div', { id: 'toolbar', hidden: '', role: 'search' }, [
    el('label', {}, [
      el('span', {}, 'Search'),
      el('input', { id: 'search', type: 'search', placeholder: 'text, register or value' }),
    ]),
    ...FILTERS.map(([type, says]) =>
      el('label', { class: 'check' }, [
        el('input', { type: 'checkbox', checked: '', name: 'show', value: type }),
        says,
      ]),
    ),
    el('label', { class: 'check' }, [
      el('input', { type: 'checkbox', id: 'only-differences' }),
      'only what differs',
    ]),
    el('output', { id: 'found' }, ''),
    el('small', {}, 'Keys: / search, j and k next and previous event, n next difference, e edit, Esc back'),
  ]);
}
