/** Makes a trace of logs of one boot. */
import { outcomeOf } from '../kernel/outcome.js';
import { bad, good, type Result, trouble } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { openSource, type TraceSource } from '../trace/open.js';
import { unpacked } from '../trace/text.js';
import { GENERATOR } from '../trace/wire-frame.js';
import { type Collected, collect } from './collect.js';
import { eventsOf } from './events.js';
import type { LogFormat } from './format.js';
import { LOG_FORMATS } from './formats/index.js';
import { type Note, newNotes } from './notes.js';

export interface ImportOptions {
  /** Read as these formats alone (`--from`); all of them unless told otherwise. */
  readonly formats?: readonly LogFormat[];
  /** What a person calls the fields of a tracer (`--map`). */
  readonly fields?: ReadonlyMap<string, string>;
  /** How many bytes were read since it was called last. */
  readonly progress?: (bytes: number) => void;
}

export interface Imported {
  readonly trace: Trace;
  readonly logs: readonly { readonly name: string; readonly read: Collected }[];
  readonly notes: readonly Note[];
}

/** Troubles: `not-found`, `unreadable`, `not-a-log`. */
export async function importLogs(
  sources: readonly TraceSource[],
  options: ImportOptions = {},
): Promise<Result<Imported>> {
  const { formats = LOG_FORMATS, fields = new Map(), progress } = options;
  const notes = newNotes();
  const logs: { name: string; read: Collected }[] = [];
  for (const [at, source] of sources.entries()) {
    const opened = await openSource(source);
    if (!opened.ok) return opened;
    try {
      const chunks = bytesOf(unpacked(opened.value.chunks()));
      const read = await collect(at, chunks, formats, notes, {
        fields,
        ...(progress === undefined ? {} : { progress }),
      });
      if (read.binary) {
        const next = 'name the console log itself';
        return bad(trouble('not-a-log', 'this is no text', { file: source.name }, next));
      }
      logs.push({ name: source.name, read });
    } finally {
      await opened.value.close();
    }
  }
  const events = logs.flatMap(({ read }) => read.placed.flatMap(eventsOf));
  const trace: Trace = {
    header: {
      generator: GENERATOR,
      scope: 'rmi',
      kernel: { name: 'linux', wants: null, via: 'imported' },
      machine: { name: 'imported', cpus: 1, rmm: null, via: 'imported' },
    },
    events,
    outcome: outcomeOf(events),
  };
  return good({ trace, logs, notes: notes.all() });
}

async function* bytesOf(
  pieces: AsyncIterable<{ readonly bytes: Uint8Array }>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const { bytes } of pieces) yield bytes;
}
