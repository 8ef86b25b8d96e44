/** Reads what is to be replayed: a large trace in part, and again where a replay asks for more of it. */
import { type ReadTraceOrLog, readTraceOrLog } from '../import/read.js';
import { good, type Result } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { largeTrace, openTwice } from '../trace/large.js';
import { headerLines } from '../trace/layout.js';
import type { TraceSource } from '../trace/open.js';
import type { ReadTrace } from '../trace/read.js';
import { LARGE } from '../trace/size.js';
import { type FlowOf, flowsOf, type Lines } from './passed-over.js';
import { type Unseen, unseenIn } from './unseen.js';

export interface ReadToReplay extends ReadTraceOrLog {
  /** Of a trace that is held in part. */
  readonly flowOf?: FlowOf;
  /** The line of the file that an event begins on, from 1; `null` where that is not known. */
  lineOf(event: number): number | null;
  /** Once nobody asks for more of it. */
  close(): Promise<void>;
}

/**
 * As `readTraceOrLog`, but a trace of more than `above` bytes is held in part if `suits` says so of that part.
 */
export async function readToReplay(
  source: TraceSource,
  suits: (part: Trace) => boolean = () => true,
  above: number = LARGE,
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
  if (large !== null && repeatsNothing(large.gist) && suits(large.gist)) {
    const { gist, digest, edited, layout } = large;
    const before = headerLines(gist.header).length;
    return good({
      trace: gist,
      digest,
      edited,
      layout,
      lines: [],
      log: false,
      flowOf: flowsOf(large.lines),
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
  return good({ ...read.value, lineOf: event => lines[event - 1] ?? null, close: async () => {} });
}

/** What the recorded kernel is run on. */
export interface ReadToRepeat extends ReadTrace {
  /** Of a trace that is held in part: all of its lines; what nobody saw of its answers, `null` where all was seen. */
  readonly part?: { readonly lines: Lines; readonly unseen: Unseen | null };
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
    const { gist, digest, edited, layout, lines, allSeen } = large;
    const isKnown = allSeen || answered === 'otherwise';
    const unseen = isKnown ? good(null) : await unseenIn(gist, lines);
    const about = { trace: gist, digest, edited, layout, lines: [] };
    if (unseen.ok && (isKnown || unseen.value !== null))
      return good({ ...about, part: { lines, unseen: unseen.value }, close });
    if (!unseen.ok) {
      await close();
      return unseen;
    }
  }
  const read = found.ok ? await readTraceOrLog(again) : found;
  await close();
  return read.ok ? good({ ...read.value, close: async () => {} }) : read;
}

/** The recorded kernel makes all of the calls. */
function repeatsNothing({ header }: Trace): boolean {
  return header.kernel.name !== 'recorded';
}
