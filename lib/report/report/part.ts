/** What a report shows of the events of a trace, which may be too many to be held: the first, and how many there are. */
import { conformanceOfLines } from '../../conformance/check-lines.js';
import type { TraceEvent } from '../../model/events.js';
import { good, type Result } from '../../model/result.js';
import type { Trace } from '../../model/trace.js';
import { eachLine } from '../../trace/event-lines.js';
import type { LargeTrace } from '../../trace/large.js';
import { canonicalLine } from '../../trace/layout.js';
import { readMatched } from '../../trace/read-canonical.js';
import { traceText } from '../../trace/write.js';
import type { ReportedTrace, ReportPart } from '../results.js';
import { logLine } from '../text/events.js';

const MOST_EVENTS = 1000;
const MOST_LOG_LINES = 2000;

export function partOf(trace: Trace): ReportPart {
  const part = newPart(trace);
  for (const event of trace.events) part.take(canonicalLine(event), () => event);
  return part.end();
}

/** A large trace as a report takes it; `judged`: whether what breaks the specification is to stand in it. Troubles: those of `LargeTrace`. */
export async function reportedLarge(
  name: string,
  trace: LargeTrace,
  judged: boolean,
): Promise<Result<ReportedTrace>> {
  const { gist, digest, edited } = trace;
  const lines = () => trace.lines();
  const part = newPart(gist);
  const gone = await eachLine(lines, line => {
    part.take(line, () => readMatched(line));
    return 'next';
  });
  if (!gone.ok) return gone;
  const held = { name, trace: gist, digest, edited, part: part.end() };
  if (!judged) return good(held);
  const found = await conformanceOfLines(lines, gist.header.machine);
  return found.ok ? good({ ...held, conformance: found.value }) : found;
}

interface Part {
  take(line: string, event: () => TraceEvent): void;
  end(): ReportPart;
}

const LOG = '{"type":"log"';
/** A comma and a line feed, which the last line has alone. */
const BETWEEN = 2;

function newPart(trace: Trace): Part {
  const first: TraceEvent[] = [];
  const lines: string[] = [];
  let count = 0;
  let logs = 0;
  let characters = 0;
  return {
    take(line, event) {
      count += 1;
      characters += line.length + BETWEEN;
      const isLog = line.startsWith(LOG);
      if (isLog) logs += 1;
      if (count > MOST_EVENTS && !(isLog && logs <= MOST_LOG_LINES)) return;
      const read = event();
      if (count <= MOST_EVENTS) first.push(read);
      if (read.type === 'log' && logs <= MOST_LOG_LINES) lines.push(logLine(read));
    },
    end() {
      const frame = traceText({ ...trace, events: [] }).length;
      const around = count === 0 ? frame : frame - 1 + String(count).length - 1;
      return {
        count,
        first,
        log: { lines, more: logs - lines.length },
        characters: around + characters,
      };
    },
  };
}
