/** Makes a trace of logs of one boot. */
import { bad, good, type Result, trouble } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { openSource, type TraceSource } from '../trace/open.js';
import { unpacked } from '../trace/text.js';
import { assemble } from './assemble.js';
import { bootsOf } from './boots.js';
import { type Collected, collect } from './collect.js';
import type { LogFormat } from './format.js';
import { LOG_FORMATS } from './formats/index.js';
import { type Note, newNotes } from './notes.js';

export interface ImportOptions {
  /** Read as these formats alone (`--from`); all of them unless told otherwise. */
  readonly formats?: readonly LogFormat[];
  /** What a person calls the fields of a tracer (`--map`). */
  readonly fields?: ReadonlyMap<string, string>;
  /** Whether what follows from the records is written down too, marked `inferred`. Default true. */
  readonly infer?: boolean;
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
  const boots = logs.map(({ read }) => bootsOf(read.placed));
  const names = logs.map(({ name }) => name.replace(/^.*\//s, ''));
  const trace = assemble(
    boots.map(({ boots: [first] }) => first?.placed ?? []),
    notes,
    { infer: options.infer ?? true, names },
  );
  return good({ trace, logs, notes: notes.all() });
}

async function* bytesOf(
  pieces: AsyncIterable<{ readonly bytes: Uint8Array }>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const { bytes } of pieces) yield bytes;
}
