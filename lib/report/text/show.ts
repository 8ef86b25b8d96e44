/** What `show` prints: the finding, what is still possible, then the events. */

import { outcomeIn } from '../../kernel/outcome.js';
import { counted } from '../../model/count.js';
import { endText } from '../../model/end.js';
import type { TraceEvent } from '../../model/events.js';
import type { Trace } from '../../model/trace.js';
import { contradictionOf } from '../../replay/contradiction.js';
import { findingOf } from '../finding.js';
import type { ShowResult } from '../results.js';
import { contradictionSentence } from '../sentences.js';
import { agreedRevision, machineRmmText, outcomeDetails } from '../words.js';
import { conformanceBlock } from './conformance.js';
import { visible } from './escape.js';
import { eventDetails, eventLine } from './events.js';
import { columns, page } from './layout.js';
import type { Paint } from './paint.js';
import { possibleBlock } from './possible.js';

export function showText({ trace, numbers, conformance }: ShowResult, paint: Paint): string {
  const print = eventPrinter(trace, paint);
  const wanted = numbers ?? trace.events.map((_, at) => at + 1);
  const events = wanted.map(number => {
    const event = trace.events[number - 1];
    return event === undefined ? '' : print(number, event);
  });
  const conforms = conformance === null ? [] : conformanceBlock(conformance, paint);
  return [...(numbers === null ? [showHead(trace, paint)] : []), ...events, page(conforms)].join('');
}

/** What stands above the events: the finding, and what the trace is of. */
export function showHead(trace: Trace, paint: Paint): string {
  const { sentence, possible } = findingOf(trace);
  const contradiction = contradictionOf(trace);
  return page([
    ...(contradiction === null ? [] : [paint.warn(visible(contradictionSentence(contradiction)))]),
    paint.bold(visible(contradiction === null ? sentence : `Going by its lines: ${sentence}`)),
    ...possibleBlock(possible),
    '',
    ...heading(trace),
    '',
  ]);
}

/** How `show` prints an event of `trace`: its lines. */
export function eventPrinter({ events }: Trace, paint: Paint): (number: number, event: TraceEvent) => string {
  const revision = agreedRevision(events);
  const width = String(events.length).length;
  return (number, event) => page(eventBlock(number, event, width, paint, revision));
}

function heading({ header, events }: Trace): string[] {
  const { kernel, machine, scope, replay, resealed } = header;
  const outcome = outcomeIn({ header, events });
  return columns([
    ['kernel', `${visible(kernel.name)}, wants ${kernel.wants ?? 'not known'}${viaText(header)}`],
    [
      'machine',
      `${visible(machine.name)}, ${counted(machine.cpus, 'CPU')}, RMM ${visible(machineRmmText(machine))} (${machine.via})`,
    ],
    ['scope', scope],
    ['outcome', [endText(outcome), ...outcomeDetails(outcome)].join(', ')],
    ...(replay === undefined
      ? []
      : [
          [
            'replay of',
            `${replay.of.slice(0, 'sha256:'.length + 12)}…, recorded on ${visible(replay.kernel)}`,
          ],
        ]),
    ...(replay?.edits ?? []).map(edit => [
      'edited',
      `${visible(edit.place)}: ${visible(edit.before)} became ${visible(edit.after)} (${visible(edit.rule)})`,
    ]),
    ...(replay?.answeredAnyway === true
      ? [['answers', 'the nearest ones, for calls that were not recorded']]
      : []),
    ...(resealed === undefined ? [] : [['sealed', 'again, after an edit by hand']]),
  ]);
}

/** A built-in kernel is one patch: nothing in it enables the static key. What follows the patch is in scope init. */
function viaText({ kernel: { via }, scope }: Trace['header']): string {
  if (via === undefined) return '';
  const alone = via === 'built-in' && scope !== 'init';
  return alone ? ' (built-in: this patch alone, nothing enables the static key)' : ` (${via})`;
}

function eventBlock(
  number: number,
  event: TraceEvent,
  width: number,
  paint: Paint,
  revision: ReturnType<typeof agreedRevision>,
): string[] {
  const margin = ' '.repeat(width + 2 + TYPE_WIDTH + 2);
  const emphasis =
    event.type === 'log'
      ? paint.bold
      : event.type === 'fault' || event.type === 'warn'
        ? paint.bad
        : (text: string) => text;
  const label = `${String(number).padStart(width)}  ${visible(event.type).padEnd(TYPE_WIDTH)}  `;
  return [
    `${paint.dim(label)}${emphasis(eventLine(event, revision))}`.trimEnd(),
    ...eventDetails(event, revision).map(line => `${margin}${line}`),
  ];
}

const TYPE_WIDTH = 7;
