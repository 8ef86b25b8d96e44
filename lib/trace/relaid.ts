/**
 * A large trace in another layout, written again in the canonical one to a file without a name, so that it is never held: by the
 * quick way where that knows all of it, else by the thorough reader. Whoever reads it then is quick.
 */
import { createHash } from 'node:crypto';
import type { TraceEvent } from '../model/events.js';
import { coveredHeader } from './digest.js';
import { CLOSE, canonicalLine, EVENTS_CLOSE, headerLines, outcomeLine, sealLine } from './layout.js';
import { READ_LIMITS, type ReadLimits } from './limits.js';
import type { LineFrame } from './line-file.js';
import { anyEvent } from './line-patterns.js';
import type { Opened, OpenedSource } from './open.js';
import type { Refused } from './partial.js';
import { readAnyLayout } from './read-any-layout.js';
import { relaidQuickly } from './relaid-quickly.js';
import { newSpool, type Spool, spoolTrouble } from './spool.js';

const BATCH = 2 ** 16;

/** What stands around the events, and their lines alone in `events`; what the file says of itself may be wrong. */
export interface Relaid extends LineFrame {
  readonly events: Spool;
  readonly count: number;
}

type RelaidLines = { readonly ok: true; readonly value: Relaid } | Refused;

/** Whoever has it closes its spool. Of what is wrong it finds `most` at most. */
export async function relaidLines(source: OpenedSource, most: number): Promise<RelaidLines> {
  const limits = { ...READ_LIMITS, ...source.limits };
  try {
    const value = await quickly(source, limits);
    return value === null ? await thoroughly(source, limits, most) : { ok: true, value };
  } catch (error) {
    const unkept = spoolTrouble(error);
    if (unkept === null) throw error;
    return { ok: false, troubles: [unkept], isNamed: true, rest: null };
  }
}

async function quickly(source: OpenedSource, limits: ReadLimits): Promise<Relaid | null> {
  const events = newSpool();
  const around = await relaidQuickly(source, limits, events);
  if (around === null) {
    events.close();
    return null;
  }
  const { header, outcome, found, count } = around;
  if (count > 0) events.put(Buffer.from('\n'));
  return { header, outcome, found, begin: 0, end: events.size(), events, count };
}

async function thoroughly(
  { name, opened }: OpenedSource,
  limits: ReadLimits,
  most: number,
): Promise<RelaidLines> {
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
  const lineEnd = anyEvent(limits);
  const read = await readAnyLayout(opened, name, limits, most, {
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
    return { ok: true, value: { header, outcome, found, begin: 0, end: events.size(), events, count } };
  }
  events.close();
  return read;
}

/** The bytes between the last event and the seal. */
const behind = ({ outcome }: Relaid): string => `${EVENTS_CLOSE}\n${outcomeLine(outcome)}\n`;

/** What the digest should be. */
export function relaidDigest(relaid: Relaid): string {
  const hash = createHash('sha256').update(coveredHeader(relaid.header));
  for (const chunk of relaid.events.chunks()) hash.update(chunk);
  return `sha256:${hash.update(behind(relaid)).digest('hex')}`;
}

/** The whole of it as a canonical file, whose seal fits. */
export interface RelaidFile {
  readonly opened: Opened;
  /** What the seal of the source says, which need not fit. */
  readonly found: Relaid['found'];
}

export async function relaid(
  source: OpenedSource,
  most: number,
): Promise<{ readonly ok: true; readonly value: RelaidFile } | Refused> {
  const read = await relaidLines(source, most);
  if (!read.ok) return read;
  const { header, events, found, count } = read.value;
  const before = `${headerLines(header).join('\n')}\n`;
  const after = `${behind(read.value)}${sealLine(count, relaidDigest(read.value))}\n${CLOSE}\n`;
  const opened: Opened = {
    async *chunks() {
      yield Buffer.from(before);
      yield* events.chunks();
      yield Buffer.from(after);
    },
    exceeds: async bytes => events.size() > bytes,
    async close() {
      events.close();
    },
  };
  return { ok: true, value: { opened, found } };
}

/** The lines on which events of a source begin that was read before, by their numbers. */
export async function linesOfEvents(
  { name, opened, limits }: OpenedSource,
  numbers: ReadonlySet<number>,
): Promise<ReadonlyMap<number, number>> {
  const lines = new Map<number, number>();
  let number = 0;
  await readAnyLayout(opened, name, { ...READ_LIMITS, ...limits }, 1, {
    asItIs(_, line) {
      number += 1;
      if (numbers.has(number)) lines.set(number, line);
      return true;
    },
    event() {},
    cpus: () => 1,
  });
  return lines;
}
