/** A reviewer's remarks as lines of text. */
import type { TraceEvent } from '../../model/events.js';
import { eventAt } from '../../model/gaps.js';
import type { KernelHeader } from '../../model/trace.js';
import { type PlacedRemark, remarkHead, remarksOn } from '../remarks.js';
import { visible } from './escape.js';
import { eventLine } from './events.js';

/** Under an event: the remarks on the line that made it. */
export function remarksUnder(remarks: readonly PlacedRemark[], number: number): string[] {
  return remarks.filter(({ events }) => events[0] === number).flatMap(remarkLines);
}

/** Each remark, and under it the events that its line made. */
export function remarksBlock(kernel: KernelHeader, events: readonly TraceEvent[]): string[] {
  return remarksOn(kernel, events).flatMap(remark => [
    ...remarkLines(remark).map(line => `  ${line}`),
    ...(remark.events.length === 0
      ? ['    no event shows that line']
      : remark.events.flatMap(number => {
          const event = eventAt(events, number);
          return event === undefined ? [] : [`    event ${number}  ${eventLine(event)}`];
        })),
  ]);
}

function remarkLines(remark: PlacedRemark): string[] {
  return [
    `remark  ${visible(remarkHead(remark))}`,
    ...remark.text.split('\n').map(line => `  | ${visible(line)}`.trimEnd()),
  ];
}
