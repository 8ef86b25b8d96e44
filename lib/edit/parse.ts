/**
 * The grammar of edits: `SELECTOR.FIELD=VALUE`, as lib/edit/README.md writes it down.
 *
 *     4.x1=0x10000            the answer of event 4, as `show` counts
 *     RMI_VERSION#2+.x0=-1    the second such call and all later ones
 *     RMI_VERSION(x1=2.0).x1=1.0
 *     RMI_VERSION#1..3=busy   the whole of an answer
 *     RMI_RMM_CONFIG_SET.mem[0x8]=1
 *     *.x3=unknown            every call
 *     cpu3.ID_AA64PFR0_EL1.RME=0
 *     conduit=none            a fact
 */
import { isBackground } from '../abi/background.js';
import { callId } from '../abi/smccc.js';
import { parseCount } from '../model/count.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import { factNamed } from '../model/facts.js';
import { countOf, eventAt } from '../model/gaps.js';
import { factKey, registerKey } from '../model/input-key.js';
import { bad, good, type Result, trouble } from '../model/result.js';
import { hex } from '../model/u64.js';
import type { Edit, GivenEdit, NumberedEdit } from './edit.js';
import { refused } from './edit.js';
import { callEdit } from './parse-call.js';
import { factEdit, registerEdit } from './parse-state.js';

export type { Edit, GivenEdit, NumberedEdit } from './edit.js';

const SHAPE = /^(?<place>[^=(]+(?:\([^()]*\)[^=(]*)?)=(?<value>.*)$/s;
const EVENT = /^(?<number>[1-9]\d{0,8})(?:\.(?<field>[A-Za-z0-9_]+(?:\[[^\]]*\])?))?$/;

/** A trace's `rule` names every edit that made an answer: one for each of x0..x17 has to fit its 4,096 characters. */
const MOST_CHARACTERS = 200;

/** Of an edit of a fact that is regions of memory: no answer names it. */
const MOST_OF_REGIONS = 4096;

function isOfRegions(text: string): boolean {
  return factNamed(text.slice(0, text.indexOf('=')))?.values.kind === 'regions';
}

/** What stands before the `=` of an edit, and what after it; `=` inside parentheses splits nothing. Empty where it has none. */
export function splitEdit(text: string): { readonly place: string; readonly value: string } {
  const { place = '', value = '' } = SHAPE.exec(text)?.groups ?? {};
  return { place, value };
}

/** One edit. Trouble `bad-edit` says what does not fit, and how it should look. */
export function parseEdit(text: string): Result<GivenEdit> {
  const most = isOfRegions(text) ? MOST_OF_REGIONS : MOST_CHARACTERS;
  if (text.length > most)
    return refused(`${text.slice(0, 40)}…`, `it has more than ${most} characters`, 'write two edits');
  const { place, value } = splitEdit(text);
  if (place === '')
    return refused(
      text,
      text.includes('=') ? 'it has no selector before its `=`' : 'it has no `=`',
      'write SELECTOR.FIELD=VALUE, like RMI_VERSION.x1=0x10000',
    );
  const { number, field = null } = EVENT.exec(place)?.groups ?? {};
  if (number !== undefined)
    return good({ kind: 'numbered', text, number: parseCount(number) ?? 0, field, value });
  for (const read of [registerEdit, factEdit]) {
    const edit = read(text, place, value);
    if (edit !== null) return edit;
  }
  return callEdit(text, place, value);
}

/** What an edit by number means on the trace whose events these are. Troubles: `bad-edit`, `derived-event`. */
export function resolveEdit(edit: NumberedEdit, events: readonly TraceEvent[]): Result<Edit> {
  const { text, number, field, value } = edit;
  const event = eventAt(events, number);
  if (event === undefined) {
    return refused(text, `the trace has ${countOf(events)} events`, 'use the numbers of `show`, from 1');
  }
  const part = field === null ? '' : `.${field}`;
  const raw = events.some(other => other.type === 'mrs' && event.type === 'ftr' && other.reg === event.reg);
  switch (event.type) {
    case 'mrs':
      return selected(text, registerEdit(text, `${registerKey(event.reg, event.cpu)}${part}`, value));
    case 'fact':
      return selected(text, factEdit(text, `${factKey(event.name)}${part}`, value));
    case 'smc':
      return callOfEvent(edit, event, part);
    case 'ftr':
      if (!raw) return selected(text, registerEdit(text, `${registerKey(event.reg, null)}${part}`, value));
      return derived(
        text,
        number,
        `the sanitised ${event.reg}`,
        `edit its input instead: ${event.reg}${part}=${value}`,
      );
    default:
      return derived(
        text,
        number,
        `a ${event.type}`,
        'edit what the machine answered: a call, a register or a fact',
      );
  }
}

function callOfEvent(edit: NumberedEdit, event: SmcEvent, part: string): Result<Edit> {
  const { text, number, value } = edit;
  if (isBackground(event))
    return refused(
      text,
      `event ${number} is a background call: it is kept and shown, but no replay makes it again`,
      'edit a call that the kernel makes to the RMM, like RMI_VERSION.x1',
    );
  const read = callEdit(text, `${hex(callId(event.fid))}${part}`, value);
  if (!read.ok) return read;
  const { target } = read.value;
  if (target.kind === 'reply' && target.reply === 'busy')
    return refused(
      text,
      '`busy` answers in place of the recording, which alone knows event numbers',
      'name the call and count it, like RMI_VERSION#1=busy',
    );
  return good({ ...read.value, selector: { kind: 'event', number } });
}

function selected(text: string, read: Result<Edit> | null): Result<Edit> {
  return (
    read ??
    refused(text, 'an event of that kind has no such field', 'a call takes x0 to x17, a register its fields')
  );
}

function derived(text: string, number: number, what: string, next: string): Result<never> {
  return bad(
    trouble(
      'derived-event',
      `the edit ${JSON.stringify(text)} is refused: event ${number} is ${what}, which follows from other events`,
      { event: number },
      next,
    ),
  );
}
