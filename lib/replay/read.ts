/** Reads what is to be replayed: a large trace in part, and again where a replay asks for more of it. */
import { type ReadTraceOrLog, readTraceOrLog } from '../import/read.js';
import { good, type Result } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { LARGE, largeTrace, openTwice } from '../trace/large.js';
import type { TraceSource } from '../trace/open.js';
import type { Lines } from './passed-over.js';

export interface ReadToReplay extends ReadTraceOrLog {
  /** Of a trace that is held in part. */
  readonly events?: Lines;
  /** Once nobody asks for more of it. */
  close(): Promise<void>;
}

/**
 * As `readTraceOrLog`, but a trace of more than `above` bytes is held in part if `suits` says so of that part. Its `lines` are
 * those of a canonical layout, whatever the file has.
 */
export async function readToReplay(
  source: TraceSource,
  suits: (part: Trace) => boolean = repeatsNothing,
  above: number = LARGE,
): Promise<Result<ReadToReplay>> {
  const opened = await openTwice(source);
  if (!opened.ok) return opened;
  const again = opened.value;
  const close = () => again.opened.close();
  const large = await largeTrace(again, above);
  if (large !== null && suits(large.gist)) {
    const { gist, digest, edited, layout } = large;
    return good({
      trace: gist,
      digest,
      edited,
      layout,
      lines: [],
      log: false,
      events: large.lines,
      async close() {
        await large.close();
        await close();
      },
    });
  }
  await large?.close();
  const read = await readTraceOrLog(again);
  await close();
  return read.ok ? good({ ...read.value, close: async () => {} }) : read;
}

/** The recorded kernel makes all of the calls. */
function repeatsNothing({ header }: Trace): boolean {
  return header.kernel.name !== 'recorded';
}
