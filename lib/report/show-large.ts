/** The report in JSON of a trace that is not held in memory: what stands around its events, and the events. */
import type { Conformance } from '../conformance/findings.js';
import type { Trace } from '../model/trace.js';
import { COMMA, LINE_FEED } from '../trace/json-bytes.js';
import { EVENT_START } from '../trace/layout.js';
import { newLines } from '../trace/lines.js';
import { newIndenter } from './indent.js';
import { reportJson, showJson } from './json.js';

/** Both without a line feed at their end or beginning where the events stand. */
export interface Around {
  readonly before: string;
  readonly after: string;
}

const NO_EVENTS = '"events": []';

/** `gist`: the trace as lib/trace/gist.ts keeps it; `conformance`: what was found in its answers. */
export function aroundEvents(gist: Trace, exit: number, conformance: Conformance | null): Around {
  const report = reportJson('show', exit, showJson({ trace: gist, numbers: [], conformance }));
  const text = `${JSON.stringify(report, null, 2)}\n`;
  const at = text.lastIndexOf(NO_EVENTS) + NO_EVENTS.length - 1;
  return { before: text.slice(0, at), after: text.slice(at) };
}

/** Sets the events of a canonical trace as they stand between the two, out of its bytes. */
export interface EventSetter {
  /** Takes the next bytes; gives what of the events that are wanted they complete. */
  take(bytes: Uint8Array): Uint8Array;
  /** How many events were whole so far. */
  count(): number;
  /** What ends the events. */
  end(): string;
}

const EVENT_BYTES = Buffer.from(EVENT_START);

/** `isWanted` is asked with each number and the line of that event, which is made where it is looked at. */
export function eventSetter(isWanted: (number: number, line: () => string) => boolean): EventSetter {
  const out = newIndenter();
  let count = 0;
  let first = true;

  function set(block: Buffer, from: number, to: number): void {
    out.text(`${first ? '' : ','}\n      {\n        "number": ${count},\n        "event": `);
    out.json(block, from, to, EVENT_DEPTH);
    out.text('\n      }');
    first = false;
  }

  const lines = newLines(Number.POSITIVE_INFINITY, block => {
    for (let from = 0; from < block.length; ) {
      const end = block.indexOf(LINE_FEED, from);
      if (EVENT_BYTES.every((byte, at) => block[from + at] === byte)) {
        const to = block[end - 1] === COMMA ? end - 1 : end;
        count += 1;
        const begin = from;
        if (isWanted(count, () => block.toString('utf8', begin, to))) set(block, from, to);
      }
      from = end + 1;
    }
    return true;
  });

  return {
    take(bytes) {
      lines.take(bytes);
      return out.take();
    },
    count: () => count,
    end: () => (first ? '' : '\n    '),
  };
}

/** Report, result, events, one of them. */
const EVENT_DEPTH = 4;
