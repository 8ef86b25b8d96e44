/**
 * A large trace in another layout, written again in the canonical one to a file without a name, so that it is never held. It
 * takes the thorough reader one pass, and whoever reads it then is quick.
 */
import { createHash } from 'node:crypto';
import type { TraceEvent } from '../model/events.js';
import { bad, good, type Result } from '../model/result.js';
import { coveredHeader } from './digest.js';
import { CLOSE, canonicalLine, EVENTS_CLOSE, headerLines, outcomeLine, sealLine } from './layout.js';
import { READ_LIMITS } from './limits.js';
import type { LineFrame } from './line-file.js';
import { anyEvent } from './line-patterns.js';
import type { Opened, OpenedSource } from './open.js';
import { readAnyLayout } from './read-any-layout.js';
import { newSpool, type Spool } from './spool.js';

const BATCH = 2 ** 16;

/** What stands around the events, and their lines alone in `events`; what the file says of itself may be wrong. */
export interface Relaid extends LineFrame {
  readonly events: Spool;
  readonly count: number;
}

/** Whoever has it closes its spool. Troubles: those of `readTrace`. */
export async function relaidLines({ name, opened, limits }: OpenedSource): Promise<Result<Relaid>> {
  const events = newSpool();
  let batch = '';
  let cpus = 1;
  let count = 0;
  const flush = (): void => {
    events.put(Buffer.from(batch));
    batch = '';
  };
  const put = (line: string, cpu = 0): void => {
    batch += count === 0 ? line : `,\n${line}`;
    count += 1;
    cpus = Math.max(cpus, 1 + cpu);
    if (batch.length >= BATCH) flush();
  };
  const all = { ...READ_LIMITS, ...limits };
  const lineEnd = anyEvent(all);
  const read = await readAnyLayout(opened, name, all, 1, {
    asItIs(value) {
      const line = `${JSON.stringify(value)}\n`;
      if (lineEnd(line, 0) < line.length) return false;
      put(line.slice(0, -1), (value as Pick<TraceEvent, 'cpu'>).cpu);
      return true;
    },
    event: event => put(canonicalLine(event), event.cpu),
    cpus: () => cpus,
  });
  if (count > 0) batch += '\n';
  flush();
  if (read.ok) {
    const { header, outcome, found } = read.value;
    return good({ header, outcome, found, begin: 0, end: events.size(), events, count });
  }
  events.close();
  const [first] = read.troubles;
  if (first === undefined) throw new Error('a trace was refused without a trouble');
  return bad(first);
}

/** The bytes between the last event and the seal. */
const behind = ({ outcome }: Relaid): string => `${EVENTS_CLOSE}\n${outcomeLine(outcome)}\n`;

/** What the digest should be. */
export function relaidDigest(relaid: Relaid): string {
  const hash = createHash('sha256').update(coveredHeader(relaid.header));
  for (const chunk of relaid.events.chunks()) hash.update(chunk);
  return `sha256:${hash.update(behind(relaid)).digest('hex')}`;
}

/** `null` where the trace is not whole, or not sealed: then it is to be read in memory, which says what is wrong. */
export async function relaid(source: OpenedSource): Promise<Opened | null> {
  const read = await relaidLines(source);
  if (!read.ok) return null;
  const { header, events, found } = read.value;
  if (found.count === null || found.digest === null) {
    events.close();
    return null;
  }
  const before = `${headerLines(header).join('\n')}\n`;
  const after = behind(read.value);
  const seal = `${sealLine(found.count, found.digest)}\n${CLOSE}\n`;
  return {
    async *chunks() {
      yield Buffer.from(before);
      yield* events.chunks();
      yield Buffer.from(after + seal);
    },
    exceeds: async bytes => events.size() > bytes,
    async close() {
      events.close();
    },
  };
}
