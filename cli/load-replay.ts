/** What `replay` takes of a trace: all of it, or of a large one a part and its lines. */
import {
  good,
  type Named,
  newLineSpool,
  type ReadTrace,
  type Replay,
  type ReplayOptions,
  type Result,
  repeatedText,
  type Trace,
  textOfLines,
} from '../lib/cli.js';
import type { Args } from './command.js';
import { repeatedTraceOf, replayedTraceOf, traceOf } from './load.js';
import { eventsNamedBy } from './load-edits.js';
import type { Written } from './outputs.js';
import type { Io } from './process.js';

export interface ReplaySource {
  readonly read: ReadTrace;
  readonly options: Pick<ReplayOptions, 'flowOf' | 'unseen' | 'logs' | 'repeated'>;
  /** The replay as a file takes it. */
  written(replay: Replay): Written;
  /** Once it is written. */
  close(): Promise<void>;
}

/** `output`: whether the replay is to be written. */
export async function replaySource(
  io: Io,
  args: Args,
  operand: string,
  output: boolean,
): Promise<Result<ReplaySource>> {
  // What looks at all answers has all of them.
  if (args.flag('conformance')) return whole(io, operand);
  const named = await eventsNamedBy(args.many('set'));
  if (args.one('kernel') !== 'recorded') {
    // A replay of the recorded kernel repeats the calls as well.
    const repeats = (part: Trace) =>
      args.one('kernel') === undefined && part.header.kernel.name === 'recorded';
    const read = await replayedTraceOf(io, operand, part => (repeats(part) ? 'whole' : 'part'), named);
    if (!read.ok) return read;
    const { held, close } = read.value;
    return good({ read: read.value, options: held, written: ({ replayed }) => replayed, close });
  }
  const otherwise = ['rmm', 'set', 'max-steps'].some(name => args.many(name).length > 0);
  return otherwise ? answeredOtherwise(io, operand, output, named) : answeredAsRecorded(io, operand);
}

async function whole(io: Io, operand: string): Promise<Result<ReplaySource>> {
  const read = await traceOf(io, operand);
  if (!read.ok) return read;
  return good({
    read: read.value,
    options: {},
    written: ({ replayed }) => replayed,
    close: async () => {},
  });
}

async function answeredAsRecorded(io: Io, operand: string): Promise<Result<ReplaySource>> {
  const read = await repeatedTraceOf(io, operand, 'as recorded');
  if (!read.ok) return read;
  const { part, close } = read.value;
  return good({
    read: read.value,
    options:
      part === undefined ? {} : { logs: part.logs, ...(part.unseen === null ? {} : { unseen: part.unseen }) },
    written: ({ recorded, replayed }) =>
      part === undefined ? replayed : repeatedText(recorded, replayed, part.lines),
    close,
  });
}

async function answeredOtherwise(
  io: Io,
  operand: string,
  output: boolean,
  named: Named,
): Promise<Result<ReplaySource>> {
  const read = await repeatedTraceOf(io, operand, 'otherwise', named);
  if (!read.ok) return read;
  const { part, close } = read.value;
  if (part === undefined)
    return good({ read: read.value, options: {}, written: ({ replayed }) => replayed, close });
  const { lines } = part;
  const spool = output ? newLineSpool() : null;
  return good({
    read: read.value,
    options: { repeated: { lines, ...(spool === null ? {} : { onLine: spool.put }) } },
    written: ({ replayed }) => (spool === null ? replayed : textOfLines(replayed, spool.lines)),
    async close() {
      spool?.close();
      await close();
    },
  });
}
