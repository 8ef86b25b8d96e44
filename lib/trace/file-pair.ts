/** Two canonical traces in files beside each other: what is alike in bytes is passed over at the speed of memory. */
import type { TraceEvent } from '../model/events.js';
import { comparedPart } from './compared-part.js';
import { endOf, fileSide, lineReader } from './file-side.js';
import { LINE_FEED } from './json-bytes.js';
import type { ReadLimits } from './limits.js';
import type { LineFile } from './line-file.js';
import type { AlikeLine, LongPair } from './line-pair.js';
import { ASIDE, lineKind, lineShape } from './telling-line.js';

const CHUNK = 2 ** 18;
/** Bytes that are compared first: in places where much differs it does so soon. */
const FIRST_LOOK = 256;

/** `counts`: how many events there are on each side. */
export function filePair(
  a: LineFile,
  b: LineFile,
  counts: { readonly a: number; readonly b: number },
  limits: ReadLimits,
): LongPair {
  const reader = lineReader(limits);
  const [left, right] = [fileSide(a, reader, counts.a), fileSide(b, reader, counts.b)];
  let one: Buffer = Buffer.alloc(0);
  let other: Buffer = Buffer.alloc(0);
  /** The line that is noted. */
  let [fromA, toA, fromB, toB] = [0, 0, 0, 0];
  let isSame = true;
  const line = {
    kind: 0,
    a: 0,
    b: 0,
    shape: () => lineShape(one, fromA, endOf(one, toA)),
    events(): readonly [TraceEvent, TraceEvent] {
      const event = reader.event(left.line(one, fromA, toA));
      return [event, isSame ? event : reader.event(right.line(other, fromB, toB))];
    },
  };

  function noted(note: (line: AlikeLine) => void): void {
    line.kind = lineKind(one, fromA, toA);
    line.a = a.place() + fromA;
    line.b = b.place() + fromB;
    note(line);
  }

  /** Both have a whole line from here on, or all that there is. */
  function fill(): void {
    for (let size = CHUNK; ; size *= 4) {
      [one, other] = [a.bytes(size), b.bytes(size)];
      if (hasLine(one, size) && hasLine(other, size)) return;
    }
  }

  /** Passes over what is alike in bytes; gives how many lines. */
  function passSame(note: (line: AlikeLine) => void): number {
    const same = sameLength(one, other);
    const end = same === 0 ? 0 : one.lastIndexOf(LINE_FEED, same - 1) + 1;
    let count = 0;
    isSame = true;
    for (let from = 0; from < end; from = toA + 1) {
      toA = one.indexOf(LINE_FEED, from);
      [fromA, fromB, toB] = [from, from, toA];
      noted(note);
      count += 1;
    }
    left.passBytes(end, count);
    right.passBytes(end, count);
    one = one.subarray(end);
    other = other.subarray(end);
    return count;
  }

  function areAside(): boolean {
    return lineKind(one, fromA, toA) === ASIDE && lineKind(other, fromB, toB) === ASIDE;
  }

  /** Passes over lines that are alike in what is compared, until two are alike in bytes. */
  function passAlike(note: (line: AlikeLine) => void): number {
    let count = 0;
    [fromA, fromB] = [0, 0];
    isSame = false;
    for (;;) {
      [toA, toB] = [one.indexOf(LINE_FEED, fromA), other.indexOf(LINE_FEED, fromB)];
      if (toA < 0 || toB < 0) break;
      const [lineA, lineB] = [left.line(one, fromA, toA), right.line(other, fromB, toB)];
      if (count > 0 && lineA === lineB) break;
      if (lineA !== lineB && !areAside() && comparedPart(lineA) !== comparedPart(lineB)) break;
      reader.check(lineA);
      reader.check(lineB);
      noted(note);
      count += 1;
      [fromA, fromB] = [toA + 1, toB + 1];
    }
    left.passBytes(fromA, count);
    right.passBytes(fromB, count);
    return count;
  }

  return {
    a: left,
    b: right,
    alike(note) {
      fill();
      const passed = passSame(note);
      return passAlike(note) + passed > 0;
    },
  };
}

/** Whether there is a whole line, or all that there is where so many bytes were asked for. */
function hasLine(bytes: Buffer, size: number): boolean {
  return bytes.length < size || bytes.includes(LINE_FEED);
}

/** How many bytes both begin with. */
function sameLength(a: Buffer, b: Buffer): number {
  const isSame = (from: number, to: number): boolean => a.compare(b, from, to, from, to) === 0;
  const most = Math.min(a.length, b.length);
  let [same, differs] = [0, Math.min(FIRST_LOOK, most)];
  // What is alike is mostly alike for long, or for a line.
  while (isSame(same, differs)) {
    if (differs === most) return most;
    [same, differs] = [differs, Math.min(4 * differs, most)];
  }
  while (differs - same > 1) {
    const middle = (same + differs) >> 1;
    if (isSame(same, middle)) same = middle;
    else differs = middle;
  }
  return same;
}
