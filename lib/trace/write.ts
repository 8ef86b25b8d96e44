/** Writes traces: as text, as lines, or to a file that is either whole or not there. */
import type { FileHandle } from 'node:fs/promises';
import type { TraceEvent } from '../model/events.js';
import { bad, type Result, type Trouble } from '../model/result.js';
import type { Header, Trace } from '../model/trace.js';
import { checkEvent, checkFrame, type SchemaResult } from '../schema/validate.js';
import { digester } from './digest.js';
import { CLOSE, EVENTS_CLOSE, headerLines, outcomeLine, sealLine } from './layout.js';
import { type Pieces, put, throughPartial, unwritable, writeTo } from './put.js';
import type { LargeText } from './rewrite.js';
import { targetOf } from './target.js';
import { wireOf } from './wire.js';
import { headerWire, outcomeWire } from './wire-frame.js';

/** A trace that cannot be read back is a bug of its maker: better no file than such a file. */
function readable<T>(checked: SchemaResult<T>, place: string): T {
  if (checked.ok) return checked.value;
  throw new Error(`a trace that could not be read back: ${place}${checked.pointer} ${checked.message}`);
}

function lineOf(event: TraceEvent, number: number): string {
  return checkedLine(event, `event ${number}: `);
}

/** The canonical line of an event, which can be read back. */
export function checkedLine(event: TraceEvent, place = 'an event: '): string {
  return JSON.stringify(readable(checkEvent(wireOf(event)), place));
}

/** The canonical lines of a trace, each with its line feed, sealed with count and digest. */
export function* traceLines({ header, events, outcome }: Trace): Generator<string, void, undefined> {
  readable(checkFrame({ ...headerWire(header), outcome: outcomeWire(outcome) }), 'header: ');
  const digest = digester(header);
  for (const line of headerLines(header)) yield `${line}\n`;
  for (const [index, event] of events.entries()) {
    const line = lineOf(event, index + 1);
    digest.event(line);
    yield index + 1 < events.length ? `${line},\n` : `${line}\n`;
  }
  yield `${EVENTS_CLOSE}\n${outcomeLine(outcome)}\n`;
  yield `${sealLine(events.length, digest.digest(outcome))}\n${CLOSE}\n`;
}

export function traceText(trace: Trace): string {
  return [...traceLines(trace)].join('');
}

const BATCH = 1 << 16;

function* batches(lines: Iterable<string>): Generator<string, void, undefined> {
  let batch = '';
  for (const line of lines) {
    batch += line;
    if (batch.length < BATCH) continue;
    yield batch;
    batch = '';
  }
  if (batch !== '') yield batch;
}

/**
 * Writes a trace by way of NAME.partial in the same folder; a name ending in .gz is compressed. A link is followed; a
 * file that is replaced keeps its mode; a device or a pipe is written to. On trouble (`unwritable`) the partial file is
 * removed, and a file that was there before is untouched.
 */
export function writeTrace(path: string, trace: Trace): Promise<Result<void>> {
  return writePieces(path, batches(traceLines(trace)));
}

/** The same of a trace that is read and written piece by piece. Troubles: `unwritable`, and those of reading it. */
export async function writeLarge(path: string, trace: Pick<LargeText, 'text'>): Promise<Result<void>> {
  let failed: Trouble | null = null;
  async function* text(): AsyncGenerator<Uint8Array, void> {
    for await (const piece of trace.text()) {
      if (piece.ok) yield piece.value;
      else failed = piece.trouble;
    }
    if (failed !== null) throw UNREAD;
  }
  const written = await writePieces(path, text());
  return failed === null ? written : bad(failed);
}

/** Ends the writing of what cannot be read. */
const UNREAD = Object.assign(new Error('the trace cannot be read'), {
  code: 'ECANCELED',
  syscall: 'read',
});

/** Told what a boot has come to so far, now and then while it runs. */
export type OnEvents = (header: Header, events: readonly TraceEvent[]) => Promise<void>;

/**
 * Writes the trace that `make` makes as `writeTrace` does. While it is made, what it has come to stands in NAME.partial, not
 * compressed: a trace that is cut off, for whoever has to end it by force. Troubles: `unwritable`, and those of `make`.
 */
export function writeAsMade(
  path: string,
  make: (onEvents: OnEvents) => Promise<Result<Trace>>,
): Promise<Result<Trace>> {
  return unwritable(path, async () => {
    const target = await targetOf(path);
    if (target.kind === 'file') return throughPartial(target, handle => grow(handle, target.path, make));
    const made = await make(async () => {});
    if (!made.ok) return made;
    const written = await writeTo(target, batches(traceLines(made.value)));
    return written.ok ? made : written;
  });
}

async function grow(
  handle: FileHandle,
  path: string,
  make: (onEvents: OnEvents) => Promise<Result<Trace>>,
): Promise<Result<Trace>> {
  let head = '';
  let count = 0;
  const made = await make(async (header, events) => {
    const lines = headerLines(header).join('\n');
    // Who an RMM behind a pipe is, it says with its first answer.
    if (lines !== head) {
      await handle.truncate();
      await handle.appendFile(`${lines}\n`);
      head = lines;
      count = 0;
    }
    const added = events.slice(count).map((event, at) => `${lineOf(event, count + at + 1)},\n`);
    await handle.appendFile(added.join(''));
    count = events.length;
  });
  if (!made.ok) return made;
  await handle.truncate();
  await put(handle, path, batches(traceLines(made.value)));
  return made;
}

function writePieces(path: string, text: Pieces): Promise<Result<void>> {
  return unwritable(path, async () => writeTo(await targetOf(path), text));
}
