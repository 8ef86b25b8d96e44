/**
 * What tracers print where they dropped events: `CPU:1 [LOST 12 EVENTS]` (trace_pipe, trace), `CPU:1 [12 EVENTS DROPPED]`
 * (trace-cmd), PERF_RECORD_LOST (perf script), and ftrace's own count of what its ring still holds.
 */
import { parseCount } from '../../model/count.js';

export interface LostEvents {
  /** `null`: of all CPUs. */
  readonly cpu: number | null;
  readonly what: string;
}

const MARK =
  /^\s*CPU:? ?(?<cpu>\d{1,4}) \[(?:LOST (?<lost>\d{1,20}) EVENTS|(?:(?<dropped>\d{1,20}) )?EVENTS DROPPED)\]/;
const HELD = /^# entries-in-buffer\/entries-written: (?<held>\d{1,20})\/(?<written>\d{1,20})\b/;
const PERF = /\bPERF_RECORD_LOST(?:_SAMPLES)?\b(?:.{0,40}?\blost:? ?(?<lost>\d{1,20}))?/;

export function lostEvents(text: string): LostEvents | null {
  const mark = MARK.exec(text)?.groups;
  if (mark !== undefined) {
    const count = mark.lost ?? mark.dropped;
    return {
      cpu: parseCount(mark.cpu),
      what: `the tracer lost ${count ?? 'an unknown number of'} events of CPU ${mark.cpu}`,
    };
  }
  const { held, written } = HELD.exec(text)?.groups ?? {};
  if (held !== undefined && written !== undefined && held !== written)
    return { cpu: null, what: `the tracer's ring holds ${held} of ${written} events: the oldest are gone` };
  const perf = PERF.exec(text);
  if (perf === null) return null;
  return { cpu: null, what: `the tracer lost ${perf.groups?.lost ?? 'an unknown number of'} events` };
}
