/** Reads what is to be replayed: a large trace in part, and again where a replay asks for more of it. */
import { type ReadTraceOrLog, readTraceOrLog } from '../import/read.js';
import type { TraceEvent } from '../model/events.js';
import type { Numbered } from '../model/gaps.js';
import { good, type Result } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { type EventLines, eachLine } from '../trace/event-lines.js';
import { type LargeTrace, largeTrace, openTwice } from '../trace/large.js';
import { headerLines } from '../trace/layout.js';
import type { TraceSource } from '../trace/open.js';
import type { ReadTrace } from '../trace/read.js';
import { readMatched } from '../trace/read-canonical.js';
import { LARGE } from '../trace/size.js';
import { type FirstRunOptions, withHeld } from './first-run.js';
import { flowsOf } from './passed-over.js';
import { type Unseen, unseenIn } from './unseen.js';

export type Held = Pick<FirstRunOptions, 'flowOf' | 'repeated'> & {
  readonly unseen?: Unseen;
  readonly logs?: number;
};

export interface ReadToReplay extends ReadTraceOrLog {
  /** What a replay needs beside a trace that is held in part. */
  readonly held: Held;
  /** The line of the file that an event begins on, from 1; `null` where that is not known. */
  lineOf(event: number): number | null;
  /** Once nobody asks for more of it. */
  close(): Promise<void>;
}

/**
 * How much of a large trace a replay takes. A kernel that repeats its calls goes through all lines, or, where each is answered as
 * recorded, takes a part and what nobody saw.
 */
export type Extent = 'part' | 'lines' | 'answers' | 'whole';

/** The numbers of events that edits name: they are held as they are. */
export type Named = ReadonlySet<number>;

const NONE: Named = new Set();

/** As `readTraceOrLog`, but a trace of more than `above` bytes is held as `extentFor` says of a part of it. */
export async function readToReplay(
  source: TraceSource,
  extentFor: (part: Trace) => Extent = () => 'part',
  above: number = LARGE,
  named: Named = NONE,
): Promise<Result<ReadToReplay>> {
  const opened = await openTwice(source);
  if (!opened.ok) return opened;
  const again = opened.value;
  const close = () => again.opened.close();
  const found = await largeTrace(again, above);
  if (!found.ok) {
    await close();
    return found;
  }
  const large = found.value;
  const extent = large === null ? 'whole' : extentFor(large.gist);
  const held = large === null ? good(null) : await heldFor(large, extent);
  if (!held.ok) {
    await close();
    return held;
  }
  if (large !== null && held.value !== null) {
    const { gist, digest, edited, layout } = large;
    const before = headerLines(gist.header).length;
    const trace = await withNamed(large, named);
    if (!trace.ok) {
      await large.close();
      await close();
      return trace;
    }
    return good({
      trace: trace.value,
      digest,
      edited,
      layout,
      lines: [],
      log: false,
      held: held.value,
      lineOf: event => (layout === 'canonical' ? before + event : null),
      async close() {
        await large.close();
        await close();
      },
    });
  }
  await large?.close();
  const read = await readTraceOrLog(again);
  await close();
  if (!read.ok) return read;
  const { lines } = read.value;
  const lineOf = (event: number) => lines[event - 1] ?? null;
  return good({ ...read.value, held: {}, lineOf, close: async () => {} });
}

/** What is held of a large trace, and these events. A number that it does not have is the edit's trouble. */
async function withNamed({ gist, lines }: LargeTrace, named: Named): Promise<Result<Trace>> {
  if (named.size === 0) return good(gist);
  const found: Numbered<TraceEvent>[] = [];
  const last = Math.max(...named);
  const gone = await eachLine(lines, (line, number) => {
    if (named.has(number)) found.push({ number, event: readMatched(line) });
    return number >= last ? 'end' : 'next';
  });
  return gone.ok ? good(withHeld(gist, found) ?? gist) : gone;
}

/** `null`: the trace is to be read whole. */
async function heldFor(
  { gist, lines, allSeen, logs }: LargeTrace,
  extent: Extent,
): Promise<Result<Held | null>> {
  if (extent === 'whole') return good(null);
  if (extent === 'part') return good({ flowOf: flowsOf(lines) });
  if (extent === 'lines') return good({ repeated: { lines } });
  if (allSeen) return good({ logs });
  const unseen = await unseenIn(gist, lines);
  if (!unseen.ok) return unseen;
  return good(unseen.value === null ? null : { unseen: unseen.value, logs });
}

/** What the recorded kernel is run on. */
export interface ReadToRepeat extends ReadTrace {
  /**
   * Of a trace that is held in part: all of its lines; what nobody saw of its answers, `null` where all was seen; how many of
   * its events are lines of the kernel's log.
   */
  readonly part?: { readonly lines: EventLines; readonly unseen: Unseen | null; readonly logs: number };
  close(): Promise<void>;
}

/**
 * As `readToReplay`, for a replay that repeats the recorded calls. Where each is answered `as recorded`, a part is enough,
 * unless the replay ends before the last call; else the calls are made again from all lines.
 */
export async function readToRepeat(
  source: TraceSource,
  answered: 'as recorded' | 'otherwise' = 'as recorded',
  above: number = LARGE,
  named: Named = NONE,
): Promise<Result<ReadToRepeat>> {
  const opened = await openTwice(source);
  if (!opened.ok) return opened;
  const again = opened.value;
  const found = await largeTrace(again, above);
  const large = found.ok ? found.value : null;
  const close = async () => {
    await large?.close();
    await again.opened.close();
  };
  if (large !== null) {
    const { gist, digest, edited, layout, lines, allSeen, logs } = large;
    const isKnown = allSeen || answered === 'otherwise';
    const unseen = isKnown ? good(null) : await unseenIn(gist, lines);
    const trace = unseen.ok ? await withNamed(large, named) : unseen;
    if (unseen.ok && trace.ok && (isKnown || unseen.value !== null)) {
      const about = { trace: trace.value, digest, edited, layout, lines: [] };
      return good({ ...about, part: { lines, unseen: unseen.value, logs }, close });
    }
    if (!trace.ok) {
      await close();
      return trace;
    }
  }
  const read = found.ok ? await readTraceOrLog(again) : found;
  await close();
  return read.ok ? good({ ...read.value, close: async () => {} }) : read;
}
