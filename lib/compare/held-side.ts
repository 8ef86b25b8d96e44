/** What is held of one trace (lib/model/gaps.ts), with the numbers of its log lines among all of them. */
import type { TraceEvent } from '../model/events.js';
import { newPartBuilder } from '../model/gaps.js';
import { LOG } from '../trace/telling-line.js';

export interface HeldSide {
  /** How many events there are so far, and how many of them are lines of the kernel's log. */
  count(): number;
  logs(): number;
  /** `kind`: as of lib/trace/telling-line.ts. */
  push(kind: number, event: TraceEvent): void;
  pass(kind: number): void;
  /** Holds one of those so far, by its number; `log`: as which log line, where it is one. */
  keep(number: number, event: TraceEvent, log: number): void;
  /** All of them, at the end; and the number of each log line that is held, counted among the log lines, in order. */
  end(): HeldEvents;
}

export interface HeldEvents {
  readonly events: readonly TraceEvent[];
  readonly logs: readonly number[];
}

export function newHeldSide(): HeldSide {
  const builder = newPartBuilder();
  const held = new Set<number>();
  let logs = 0;
  return {
    count: () => builder.length,
    logs: () => logs,
    push(kind, event) {
      builder.push(event);
      if (kind !== LOG) return;
      logs += 1;
      held.add(logs);
    },
    pass(kind) {
      builder.pass(1);
      if (kind === LOG) logs += 1;
    },
    keep(number, event, log) {
      builder.keep(number, event);
      if (event.type === 'log') held.add(log);
    },
    end: () => ({ events: builder.events(), logs: [...held].sort((a, b) => a - b) }),
  };
}
