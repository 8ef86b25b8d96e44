/** A trace that is too large to be held: it is gone through once for what it tells, and again for each use. */
import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import { bad, good, type Result } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { newGist } from './gist.js';
import { EVENT_START, withoutComma } from './layout.js';
import { READ_LIMITS } from './limits.js';
import { newLines } from './lines.js';
import { type Opened, type OpenedSource, openSource, type TraceSource, unreadable } from './open.js';
import { firstTrouble, type HandEdit, handEdit, readTrace } from './read.js';
import { relaid } from './relaid.js';
import { PASSER, scanCanonical, type Visitor } from './scan-canonical.js';
import { isLarge, LARGE } from './size.js';
import { eachChunk, isDamage, unpacked } from './text.js';
import { readTrouble } from './troubles.js';

export interface LargeTrace {
  /** Its events are what lib/trace/gist.ts keeps of them. */
  readonly gist: Trace;
  /** Whether every register of every call was seen, and every call came back. */
  readonly allSeen: boolean;
  /** How many of its events are lines of the kernel's log. */
  readonly logs: number;
  /** That of the file. */
  readonly layout: 'canonical' | 'other';
  readonly digest: string;
  /** As of a `ReadTrace`. */
  readonly edited: HandEdit | null;
  /** Its text as it is; each piece lives until the next is asked for. Trouble: `unreadable`, where the file changed. */
  text(): AsyncGenerator<Result<Uint8Array>, void>;
  /** The lines of its events, without their commas, in batches. The same trouble. */
  lines(): AsyncGenerator<Result<readonly string[]>, void>;
  /** Goes through it again. The same trouble. */
  scan(visitor: Visitor): Promise<Result<void>>;
  close(): Promise<void>;
}

/** What is kept of the events: to write a trace as it is takes none of them. */
export type KeptEvents = 'gist' | 'none';

/**
 * The trace of `source`, where it is larger than `above` bytes; `null` where it is not, or is no trace: it is to be read as
 * any other then. Whoever opened the source closes it. Of its events the gist keeps what `kept` says. Troubles: those of
 * `readTrace`.
 */
export async function largeTrace(
  source: OpenedSource,
  above: number = LARGE,
  kept: KeptEvents = 'gist',
): Promise<Result<LargeTrace | null>> {
  if (!(await isLarge(source.opened, above))) return good(null);
  const canonical = await goneThrough(source, kept);
  if (!canonical.ok) return canonical;
  if (canonical.value !== null)
    return good({ ...canonical.value, layout: 'canonical', close: async () => {} });
  const read = await relaid(source, 1);
  if (!read.ok) return read.isNamed ? bad(firstTrouble(read)) : good(null);
  const { opened, found } = read.value;
  const other = await goneThrough({ ...source, opened }, kept);
  if (!other.ok || other.value === null) {
    // A header of very many lines is for the thorough reader alone.
    await opened.close();
    return good(null);
  }
  const { digest, count } = other.value;
  const edited = handEdit({ found, digest }, count);
  return good({ ...other.value, edited, layout: 'other', close: opened.close });
}

type GoneThrough = Omit<LargeTrace, 'layout' | 'close'> & { readonly count: number };

/** `null` where it is not canonical. */
async function goneThrough(
  { name, opened, limits: given }: OpenedSource,
  kept: KeptEvents,
): Promise<Result<GoneThrough | null>> {
  const limits = { ...READ_LIMITS, ...given };
  const gist = kept === 'gist' ? newGist() : null;
  const first = scanCanonical(limits, gist ?? PASSER);
  const bytes = createHash('sha256');
  const read = await eachChunk(opened, name, limits, chunk => {
    bytes.update(chunk);
    return first.take(chunk);
  });
  const scanned = read.ok ? first.end() : null;
  if (!read.ok) return read;
  if (scanned === null) return good(null);
  const { header, count, outcome, digest } = scanned;
  const known = bytes.digest('hex');
  return good({
    count,
    gist: { header, events: gist?.end() ?? [], outcome },
    allSeen: gist?.allSeen() ?? false,
    logs: gist?.logs() ?? 0,
    digest,
    edited: handEdit(scanned, count),
    text: () => again(opened, name, known),
    lines: () => eventLines(again(opened, name, known)),
    async scan(visitor) {
      const once = scanCanonical(limits, visitor);
      for await (const piece of again(opened, name, known)) {
        if (!piece.ok) return piece;
        once.take(piece.value);
      }
      return good(undefined);
    },
  });
}

/** The digest of a trace of any size. Troubles: those of `readTrace`. */
export async function digestIn(source: TraceSource): Promise<Result<string>> {
  const opened = await openTwice(source);
  if (!opened.ok) return opened;
  try {
    const large = await largeTrace(opened.value, LARGE, 'none');
    if (!large.ok) return large;
    await large.value?.close();
    if (large.value !== null) return good(large.value.digest);
    const read = await readTrace(opened.value);
    return read.ok ? good(read.value.digest) : read;
  } finally {
    await opened.value.opened.close();
  }
}

/** Opens a source for `largeTrace` and for whoever reads it then. Troubles: those of `openSource`. */
export async function openTwice(source: TraceSource): Promise<Result<OpenedSource>> {
  const { name, limits = {} } = source;
  const opened = await openSource(source, limits.bytes ?? READ_LIMITS.bytes);
  return opened.ok ? good({ name, limits, opened: opened.value }) : opened;
}

/** The same bytes once more; that they are the same shows at their end. */
async function* again(opened: Opened, file: string, known: string): AsyncGenerator<Result<Uint8Array>, void> {
  const hash = createHash('sha256');
  try {
    for await (const { bytes } of unpacked(opened.chunks())) {
      hash.update(bytes);
      yield good(bytes);
    }
  } catch (error) {
    // Bytes that are no gzip any more are other bytes.
    if (!isDamage(error)) return yield unreadable(error, file);
  }
  if (hash.digest('hex') !== known)
    yield bad(readTrouble('unreadable', 'the file changed while it was read', { file }));
}

async function* eventLines(
  pieces: AsyncIterable<Result<Uint8Array>>,
): AsyncGenerator<Result<readonly string[]>, void> {
  let batch: string[] = [];
  const lines = newLines(Number.POSITIVE_INFINITY, block => {
    for (const line of textOf(block).split('\n')) {
      if (line.startsWith(EVENT_START)) batch.push(withoutComma(line));
    }
    return true;
  });
  for await (const piece of pieces) {
    if (!piece.ok) return yield piece;
    lines.take(piece.value);
    if (batch.length > 0) yield good(batch);
    batch = [];
  }
}

/** ASCII takes half of the memory as it is, and a tenth of the time. */
const textOf = (block: Buffer): string => block.toString(isAscii(block) ? 'latin1' : 'utf8');
