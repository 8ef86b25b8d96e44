/** The report in JSON of a trace that is not held in memory: what stands around its events, and the events in batches. */
import type { Trace } from '../model/trace.js';
import { indented } from './indent.js';
import { reportJson, showJson } from './json.js';

/** Both without a line feed at their end or beginning where the events stand. */
export interface Around {
  readonly before: string;
  readonly after: string;
}

const NO_EVENTS = '"events": []';

/** `gist`: the trace as lib/trace/gist.ts keeps it. */
export function aroundEvents(gist: Trace, exit: number): Around {
  const report = reportJson('show', exit, showJson({ trace: gist, numbers: [], conformance: null }));
  const text = `${JSON.stringify(report, null, 2)}\n`;
  const at = text.lastIndexOf(NO_EVENTS) + NO_EVENTS.length - 1;
  return { before: text.slice(0, at), after: text.slice(at) };
}

/** A batch of events as they stand between the two, given by number and canonical line; a comma before all but the first. */
export function eventsText(
  events: readonly { readonly number: number; readonly line: string }[],
  first: boolean,
): string {
  let text = '';
  for (const { number, line } of events) {
    const comma = first && text === '' ? '' : ',';
    text += `${comma}\n      {\n        "number": ${number},\n        "event": ${indented(line, EVENT_DEPTH)}\n      }`;
  }
  return text;
}

/** What ends the events, where there are some. */
export const EVENTS_END = '\n    ';

/** Report, result, events, one of them. */
const EVENT_DEPTH = 4;
