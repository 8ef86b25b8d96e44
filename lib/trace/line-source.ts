/**
 * A trace from anywhere, in any layout, as a canonical file whose lines are read as they are asked for. A plain canonical file
 * is that file itself. Of anything else (gzip, a pipe, another layout) such lines are written to a file that has no name, and
 * it is checked on the way, as every reader checks it.
 */
import { bad, good, type Result } from '../model/result.js';
import { READ_LIMITS, type ReadLimits } from './limits.js';
import { type LineFile, lineFile, lineFrame } from './line-file.js';
import { type Opened, type OpenedSource, unreadable } from './open.js';
import { firstTrouble, type HandEdit, handEdit } from './read.js';
import { relaidDigest, relaidLines } from './relaid.js';
import { PASSER, type Scanned, scanCanonical } from './scan-canonical.js';
import { newSpool } from './spool.js';
import { fileStore, type Store } from './store.js';
import { eachChunk, isGzip } from './text.js';

export interface LineSource {
  readonly lines: LineFile;
  /** How many events there are. */
  readonly count: number;
  readonly digest: string;
  readonly edited: HandEdit | null;
  readonly layout: 'canonical' | 'other';
  /** Whether all of it was read; else count and digest are what the file says, and its lines may be anything. */
  readonly isChecked: boolean;
  /** Whether it is another file by now. */
  hasChanged(): boolean;
  close(): void;
}

/** What was made of a source, before it is known whether the file is still the same. */
type Made = Omit<LineSource, 'hasChanged'>;

/** `thorough`: a plain file is checked as well; `null` for what does not say that it is a trace. Troubles: those of `readTrace`. */
export async function lineSource(
  source: OpenedSource,
  thorough: boolean,
): Promise<Result<LineSource | null>> {
  const limits = { ...READ_LIMITS, ...source.limits };
  const opened = plainFile(source.opened, source.name);
  if (!opened.ok) return opened;
  const file = opened.value;
  const canonical =
    file === null ? await spooled(source, limits) : await plain(source, file, limits, thorough);
  const made = canonical.ok ? (canonical.value ?? (await relaid(source))) : canonical;
  if (made === null || 'ok' in made) {
    file?.close();
    return made ?? good(null);
  }
  return good({
    ...made,
    hasChanged: () => file?.hasChanged() ?? false,
    close() {
      made.close();
      file?.close();
    },
  });
}

/** `null` where the bytes are not those of a file, or are packed in it. */
function plainFile({ path }: Opened, name: string): Result<Store | null> {
  if (path === undefined) return good(null);
  try {
    const file = fileStore(path);
    const first = new Uint8Array(2);
    file.read(first, 0, 2, 0);
    if (!isGzip(first)) return good(file);
    file.close();
    return good(null);
  } catch (error) {
    return unreadable(error, name);
  }
}

/** `null` where it is not canonical, as far as somebody looked. */
async function plain(
  source: OpenedSource,
  file: Store,
  limits: ReadLimits,
  thorough: boolean,
): Promise<Result<Made | null>> {
  const frame = lineFrame(file, limits);
  if (frame === null) return good(null);
  const lines = { lines: lineFile(file, frame), layout: 'canonical', close() {} } as const;
  const { count, digest } = frame.found;
  if (!thorough && count !== null && digest !== null)
    return good({ ...lines, count, digest, edited: null, isChecked: false });
  const scanned = await scan(source, limits, () => {});
  if (!scanned.ok) return scanned;
  return good(scanned.value === null ? null : { ...lines, ...judged(scanned.value) });
}

async function spooled(source: OpenedSource, limits: ReadLimits): Promise<Result<Made | null>> {
  const spool = newSpool();
  const scanned = await scan(source, limits, spool.put);
  const found = scanned.ok ? scanned.value : null;
  const frame = found === null ? null : lineFrame(spool, limits);
  if (found !== null && frame !== null)
    return good({
      ...judged(found),
      lines: lineFile(spool, frame),
      layout: 'canonical',
      close: spool.close,
    });
  spool.close();
  return scanned.ok ? good(null) : scanned;
}

async function relaid(source: OpenedSource): Promise<Made | Result<never> | null> {
  const read = await relaidLines(source, 1);
  if (!read.ok) return read.isNamed ? bad(firstTrouble(read)) : null;
  const { events, found, count } = read.value;
  const digest = relaidDigest(read.value);
  return {
    ...judged({ found, count, digest }),
    lines: lineFile(events, read.value),
    layout: 'other',
    close: events.close,
  };
}

const judged = ({ found, count, digest }: Pick<Scanned, 'found' | 'count' | 'digest'>) => ({
  count,
  digest,
  edited: handEdit({ found, digest }, count),
  isChecked: true,
});

/** `null` where it is not canonical; `put` takes the bytes. */
async function scan(
  { name, opened }: OpenedSource,
  limits: ReadLimits,
  put: (bytes: Uint8Array) => void,
): Promise<Result<Scanned | null>> {
  const canonical = scanCanonical(limits, PASSER);
  const read = await eachChunk(opened, name, limits, chunk => {
    put(chunk);
    return canonical.take(chunk);
  });
  return read.ok ? good(canonical.end()) : read;
}
