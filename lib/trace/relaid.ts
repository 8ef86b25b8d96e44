/**
 * A large trace in another layout, written again in the canonical one to a file without a name, so that it is never held. It
 * takes the thorough reader one pass, and whoever reads it then is quick.
 */
import type { TraceEvent } from '../model/events.js';
import { CLOSE, canonicalLine, EVENTS_CLOSE, headerLines, outcomeLine, sealLine } from './layout.js';
import { READ_LIMITS } from './limits.js';
import { anyEvent, LONGEST_MATCH } from './line-patterns.js';
import type { Opened, OpenedSource } from './open.js';
import { readAnyLayout } from './read-any-layout.js';
import { newSpool } from './spool.js';

const BATCH = 2 ** 16;

/** `null` where the trace is not whole, or not sealed: then it is to be read in memory, which says what is wrong. */
export async function relaid({ name, opened, limits }: OpenedSource): Promise<Opened | null> {
  const spool = newSpool();
  let batch = '';
  let cpus = 0;
  let count = 0;
  const flush = (): void => {
    spool.put(Buffer.from(batch));
    batch = '';
  };
  const put = (line: string, cpu = 0): void => {
    batch += count === 0 ? line : `,\n${line}`;
    count += 1;
    cpus = Math.max(cpus, 1 + cpu);
    if (batch.length >= BATCH) flush();
  };
  const pattern = anyEvent();
  const read = await readAnyLayout(opened, name, { ...READ_LIMITS, ...limits }, 1, {
    asItIs(value) {
      const line = `${JSON.stringify(value)}\n`;
      pattern.lastIndex = 0;
      if (line.length > LONGEST_MATCH || !pattern.test(line) || pattern.lastIndex < line.length) return false;
      put(line.slice(0, -1), (value as Pick<TraceEvent, 'cpu'>).cpu);
      return true;
    },
    event: event => put(canonicalLine(event), event.cpu),
  });
  flush();
  if (!read.ok || cpus > read.value.header.machine.cpus) {
    spool.close();
    return null;
  }
  const { header, outcome, found } = read.value;
  if (found.count === null || found.digest === null) {
    spool.close();
    return null;
  }
  const before = `${headerLines(header).join('\n')}\n`;
  const seal = `${sealLine(found.count, found.digest)}\n${CLOSE}\n`;
  const after = `${count === 0 ? '' : '\n'}${EVENTS_CLOSE}\n${outcomeLine(outcome)}\n${seal}`;
  return {
    async *chunks() {
      yield Buffer.from(before);
      yield* spool.chunks();
      yield Buffer.from(after);
    },
    exceeds: async bytes => spool.size() > bytes,
    async close() {
      spool.close();
    },
  };
}
