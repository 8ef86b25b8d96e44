/**
 * The canonical lines of a trace in another layout without a parser: white space is taken out, and what is left of an event is
 * mostly its canonical line, or has its members in another order. Of anything else the thorough reader is to say what it is.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { parseCount } from '../model/count.js';
import { lineMembers } from '../schema/generated/trace.lines.js';
import { newCompactor } from './compact.js';
import { canonicalLine } from './layout.js';
import { isForbidden, type ReadLimits } from './limits.js';
import { anyEvent } from './line-patterns.js';
import { type OpenedSource, openSource } from './open.js';
import type { ReadAny } from './partial.js';
import { readAnyLayout } from './read-any-layout.js';
import { readSpelt, readWire } from './read-canonical.js';
import type { Spool } from './spool.js';
import { eachChunk } from './text.js';

/** What stands around the events, whose number is `count`. */
export type Around = Extract<ReadAny, { ok: true }>['value'] & { readonly count: number };

const SEPARATOR = ',\n';
/** Where the number of its CPU stands in a canonical line, if it has one. */
const CPU = /\{"type":"[^"\\]*","cpu":([0-9]+)/y;

/** Puts the lines of the events into `spool`, all but the line feed of the last; `null` where it gave up. */
export async function relaidQuickly(
  { name, opened }: OpenedSource,
  limits: ReadLimits,
  spool: Spool,
): Promise<Around | null> {
  const lineEnd = anyEvent(limits);
  let cpus = 1;
  let count = 0;

  /** The canonical line of an event in JSON without white space; `null` where it is not known. */
  function canonical(json: string): string | null {
    const wire = readSpelt(json);
    if (wire === null) return null;
    const line = inOrder(wire);
    if (line === null) return null;
    if (lineEnd(`${line}\n`, 0) === line.length + 1) return line;
    const event = readWire(wire, limits);
    return event === null ? null : canonicalLine(event);
  }

  /** The lines of these events, each as it is or in the canonical order; `null` where one of them is not known. */
  function linesOf(bytes: Buffer, ends: readonly number[]): Buffer | null {
    const text = bytes.toString('latin1');
    const part = isAscii(bytes)
      ? (from: number, to: number) => text.slice(from, to)
      : (from: number, to: number) => bytes.toString('utf8', from, to);
    let made = '';
    let kept = 0;
    let from = 0;
    for (const end of ends) {
      if (lineEnd(text, from) === end) cpus = Math.max(cpus, 1 + cpuIn(text, from));
      else {
        const line = canonical(part(from, end - SEPARATOR.length));
        if (line === null) return null;
        cpus = Math.max(cpus, 1 + cpuIn(line, 0));
        made += `${part(kept, from)}${line}${SEPARATOR}`;
        kept = end;
      }
      from = end;
    }
    return kept === 0 ? bytes : Buffer.from(made + part(kept, bytes.length));
  }

  const compactor = newCompactor(limits, (bytes, ends) => {
    const lines = count + ends.length <= limits.events && isUtf8(bytes) ? linesOf(bytes, ends) : null;
    if (lines === null) return false;
    if (count > 0) spool.put(Buffer.from(SEPARATOR));
    spool.put(lines.subarray(0, lines.length - SEPARATOR.length));
    count += ends.length;
    return true;
  });
  const read = await eachChunk(opened, name, limits, compactor.take);
  const bytes = read.ok ? compactor.end() : null;
  if (bytes === null) return null;
  const source = await openSource({ name, bytes }, Number.POSITIVE_INFINITY);
  if (!source.ok) return null;
  const keeper = { asItIs: () => false, event() {}, cpus: () => cpus };
  const around = await readAnyLayout(source.value, name, limits, 1, keeper);
  return around.ok ? { ...around.value, count } : null;
}

/**
 * JSON of an event, its members in the order of the schema where its type is known; what else it has stands behind them. `null`
 * where it has a key that no object takes as it is.
 */
function inOrder(wire: Readonly<Record<string, unknown>>): string | null {
  const ordered: Record<string, unknown> = {};
  const { type } = wire;
  const own =
    typeof type === 'string' ? lineMembers.get(type.startsWith('x-') ? 'foreign' : type) : undefined;
  for (const { key } of own ?? []) if (Object.hasOwn(wire, key)) ordered[key] = wire[key];
  for (const key in wire) {
    if (isForbidden(key)) return null;
    if (!Object.hasOwn(ordered, key)) ordered[key] = wire[key];
  }
  return JSON.stringify(ordered);
}

function cpuIn(text: string, from: number): number {
  CPU.lastIndex = from;
  return parseCount(CPU.exec(text)?.[1]) ?? 0;
}
