/** A trace, or a log in the place of one: every command that reads a trace reads the log of a boot as well. */
import { bad, good, type Result, type Trouble, trouble } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { digestOf } from '../trace/digest.js';
import { openSource, type TraceSource } from '../trace/open.js';
import { firstTrouble, type ReadOptions, type ReadTrace, readAll } from '../trace/read.js';
import { importLogs } from './import.js';

export interface ReadTraceOrLog extends ReadTrace {
  /** Whether it was a log, and the trace is what was made of it. */
  readonly log: boolean;
}

/**
 * Reads `source` as a trace, or as the log of one boot. Troubles: those of `readTrace`, where it is no log either;
 * `several-boots`.
 */
export async function readTraceOrLog(
  source: TraceSource,
  options: ReadOptions = {},
): Promise<Result<ReadTraceOrLog>> {
  // What can be read once only is kept for the second time.
  const opened = 'stream' in source ? await openSource(source, Number.POSITIVE_INFINITY) : null;
  if (opened !== null && !opened.ok) return opened;
  const again: TraceSource =
    opened === null ? source : { name: source.name, limits: source.limits ?? {}, opened: opened.value };
  try {
    const read = await readAll(again, options, 1);
    if (read.ok) return good({ ...read.value, log: false });
    const first = firstTrouble(read);
    return !read.isNamed && NO_TRACE.has(first.code) ? await readLog(again, first) : bad(first);
  } finally {
    await opened?.value.close();
  }
}

/** What a reader of traces says of a log. JSON that says that it is a trace is none, whatever the lines in it look like. */
const NO_TRACE: ReadonlySet<Trouble['code']> = new Set(['not-json', 'not-a-trace']);

async function readLog(source: TraceSource, otherwise: Trouble): Promise<Result<ReadTraceOrLog>> {
  const imported = await importLogs([source]);
  const [first, second] = imported.ok ? imported.value.boots : [];
  if (first === undefined || first.trace.events.length === 0) return bad(otherwise);
  if (second !== undefined) {
    const next = 'make traces of them with `rmitrace import LOG -o FOLDER/`';
    return bad(trouble('several-boots', 'the log holds several boots', { file: source.name }, next));
  }
  return good({ ...asRead(first.trace), log: true });
}

function asRead(trace: Trace): ReadTrace {
  return { trace, digest: digestOf(trace), edited: null, layout: 'other', lines: [] };
}
