/**
 * Reads one line, and what of other lines belongs to its records. A mailer, a terminal's edge or another writer on the
 * same UART cut records apart; pieces are put together again only where the whole then reads as a record, and where it
 * does so in one way. Nothing is guessed: what cannot be put together is read as far as it is sure, and said to be lost.
 */

import {
  type Asked,
  isRead,
  type Joins,
  joinsOf,
  MOST_WAYS,
  NONE,
  type Read,
  type ReadLine,
  type Way,
} from './joins.js';
import { type Bare, bare } from './layers/index.js';
import { withoutPadding } from './layers/terminal.js';
import { type RawLine, withoutSoftBreaks } from './raw-line.js';
import { type Segment, segmentsOf } from './split.js';

export interface Mended {
  readonly read: Read;
  readonly bare: Bare;
  /** The lines that it was put together from, or that belong to it. */
  readonly lines: readonly number[];
  /** What was done to read it, in words; `null` if nothing. */
  readonly repaired: string | null;
}

export interface MendedLine {
  readonly found: readonly Mended[];
  /** A piece of a record that nobody could read. */
  readonly lost: string | null;
}

/** How many lines may come between the pieces of a record. */
const BETWEEN = 8;

/** `taken`: whether what a line begins with is a part of an earlier record already. */
export function mendedLine(broken: RawLine, read: ReadLine, taken: (number: number) => boolean): MendedLine {
  const { line, count } = withoutSoftBreaks(broken);
  const whole = bare(line.raw, back => line.above(back));
  const segments = segmentsOf(whole.text);
  const found: Mended[] = [];
  let lost: string | null = null;
  for (const [at, segment] of segments.entries()) {
    if (!segment.begins && taken(line.number)) continue;
    const own =
      at === 0 ? { ...whole, text: segment.text.trimEnd() } : { ...bare(segment.text), layers: whole.layers };
    const last = at === segments.length - 1;
    const one = mendedSegment({ line, segment, own, torn: line.torn && last }, read, taken);
    if (one !== null) found.push(one);
    else if (at === 0 && PIECE_OF_RECORD.test(own.text))
      lost = 'a piece of a record whose beginning is missing';
  }
  if (count === 0) return { found, lost };
  const more = Array.from({ length: count }, (_, at) => line.number + at + 1);
  return { found: found.map(each => ({ ...each, lines: ordered([...each.lines, ...more]) })), lost };
}

/** The second half of a record of the RMM. */
const PIECE_OF_RECORD =
  / ?> RMI_(?:SUCCESS|ERROR_[A-Z]|INCOMPLETE|BUSY|BLOCKED)|^RMI_(?:SUCCESS|ERROR_[A-Z_]+|INCOMPLETE|BUSY|BLOCKED)\b/;

interface Piece {
  readonly line: RawLine;
  readonly segment: Segment;
  readonly own: Bare;
  readonly torn: boolean;
}

function mendedSegment(piece: Piece, read: ReadLine, taken: (number: number) => boolean): Mended | null {
  const { line, own, torn, segment } = piece;
  const asked = (text: string, final = false, doubtful = torn): Read | 'cut' | null =>
    read({
      number: line.number,
      raw: line.raw,
      text,
      marks: own.marks,
      torn: doubtful,
      final,
      above: line.above,
      below: line.below,
    });
  const ways = withoutPadding(own.text);
  const first = firstOf(ways.map(way => asked(way)));
  const sure = isRead(first);
  if (sure && !mayGoOn(first, piece)) return mended(piece, first, [], ways.length > 1 ? PADDED : null);
  if (line.raw.length > LONGEST_WITH_PIECES) return first === null ? null : readAlone(piece, first, asked);
  const join = first === null ? joinedAbove(piece, asked) : joinedBelow(piece, ways, asked, taken, sure);
  // What stands behind a whole record is a remark, unless it is all of it more of the same.
  if (join !== null && join !== 'doubtful' && (!sure || join.read.open === true)) return join;
  // Where another record cut in, the last word of this one may have been longer.
  if (sure && (join === 'doubtful' || (segment.followed && first.open === true))) {
    const short = asked(own.text, true, true);
    if (isRead(short)) return mended(piece, short, [], null);
  }
  return first === null ? null : readAlone(piece, first, asked);
}

/** As far as it goes without other lines. */
function readAlone(piece: Piece, first: Read | 'cut', asked: Asked): Mended | null {
  const read = first === 'cut' ? asked(piece.own.text, true) : first;
  return read === null || read === 'cut' ? null : mended(piece, read, [], null);
}

/** Nobody breaks lines at this width, and a line without end is none of a terminal's. */
const LONGEST_WITH_PIECES = 8192;

const PADDED = 'a line that was padded at the edge of a terminal';
const JOINED = 'a record cut into several lines, joined again';

/** Complete as it stands, and perhaps not at its end: another record cut in, or the line is as long as lines go. */
function mayGoOn({ open }: Read, { segment, line }: Piece): boolean {
  if (open !== true) return false;
  return segment.followed || (line.raw.length >= LEAST_WIDTH && !OTHER_RECORD.test(line.below(1) ?? 'SMC_R'));
}

const OTHER_RECORD = /SMC_R|kvm \[/;

/** The narrowest at which mailers and terminals break lines. */
const LEAST_WIDTH = 60;

function firstOf(reads: readonly (Read | 'cut' | null)[]): Read | 'cut' | null {
  return reads.find(each => each !== null && each !== 'cut') ?? reads.find(each => each !== null) ?? null;
}

/** The rest of the record on the lines below: the first way in which it reads whole, if there is but one. */
function joinedBelow(
  piece: Piece,
  texts: readonly string[],
  asked: Asked,
  taken: (number: number) => boolean,
  sure: boolean,
): Mended | 'doubtful' | null {
  const { line, own, segment } = piece;
  const between = sure && !segment.followed ? 1 : BETWEEN;
  let ways: readonly Way[] = texts.map(text => ({ text, lines: [] }));
  const joinsAt = (from: readonly Way[], on: number): Joins => {
    const raw = taken(line.number + on) ? null : line.below(on);
    return raw === null ? NONE : joinsOf(from, continuations(raw, own, asked), line.number + on, asked);
  };
  for (let on = 1; on <= between && line.below(on) !== null; on++) {
    const { whole: all, going } = joinsAt(ways, on);
    const whole = sure ? all.filter(({ read }) => read.open === true) : all;
    const [one, other] = whole;
    if (other !== undefined) return 'doubtful';
    if (one !== undefined) return goneOn(piece, one, on, joinsAt, asked);
    ways = [...going, ...ways].slice(0, MOST_WAYS);
    if (beginsCut(line.below(on) ?? '', asked)) break;
  }
  return null;
}

/**
 * A join that reads whole, and whose last word may go on once more: on the next line, or behind another writer's record
 * that cut in. Where that is not found, the last word is not sure.
 */
function goneOn(
  piece: Piece,
  one: Joins['whole'][number],
  on: number,
  joinsAt: (from: readonly Way[], on: number) => Joins,
  asked: Asked,
): Mended | 'doubtful' | null {
  const behind = segmentsOf(bare(piece.line.below(on) ?? '').text).filter(({ begins }) => begins);
  const cutIn = behind.length > 0 && !behind.some(({ text }) => text.startsWith('SMC_'));
  if (one.read.open !== true || (behind.length > 0 && !cutIn)) return joined(piece, one);
  for (let next = on + 1; next <= (cutIn ? on + BETWEEN : on + 1); next++) {
    const [longer, other] = joinsAt([one.way], next).whole.filter(({ read }) => read.open === true);
    if (other !== undefined) return 'doubtful';
    if (longer !== undefined) return joined(piece, longer);
    if (segmentsOf(bare(piece.line.below(next) ?? '').text).some(({ text }) => text.startsWith('SMC_')))
      break;
  }
  const read = cutIn ? asked(one.way.text, true, true) : one.read;
  return isRead(read) ? joined(piece, { ...one, read }) : null;
}

function joined(piece: Piece, { way, read }: Joins['whole'][number]): Mended {
  return mended(piece, read, way.lines, JOINED);
}

/** What follows another record that was cut may be the rest of that one. */
function beginsCut(raw: string, asked: Asked): boolean {
  return segmentsOf(bare(raw).text).some(({ begins, text }) => begins && asked(bare(text).text) === 'cut');
}

/** The name of the record was cut: its beginning ends the line above. */
function joinedAbove(piece: Piece, asked: Asked): Mended | null {
  const raw = piece.line.above(1);
  if (raw === null || piece.segment.begins) return null;
  const before = segmentsOf(bare(raw).text).at(-1)?.text.trimEnd() ?? '';
  if (before.length < LEAST_WIDTH / 2 || asked(before) !== null) return null;
  const read = asked(`${before}${piece.own.text}`);
  if (!isRead(read) || read.lost !== undefined) return null;
  return mended(piece, read, [piece.line.number - 1], JOINED);
}

/** What a line begins with that is no record of its own, in each spelling that it may have had. */
function continuations(raw: string, own: Bare, asked: Asked): readonly string[] {
  if (raw.length > LONGEST_WITH_PIECES) return [];
  const next = bare(raw);
  // A record of the kernel's has a stamp, and begins with it; a later line of the same record has the same one.
  if (next.marks.t !== undefined && next.marks.t !== own.marks.t) return [];
  const [head] = segmentsOf(next.text);
  if (head === undefined || head.begins) return [];
  const text = head.text.trimEnd();
  if (text === '') return [];
  if (isRead(asked(text))) return [];
  // The arrow of a record of the RMM, taken for a quote.
  const quoted = (next.marks.quotes ?? 0) > (own.marks.quotes ?? 0);
  return quoted ? [text, `> ${text}`] : [text];
}

function mended({ line, own }: Piece, read: Read, lines: readonly number[], repaired: string | null): Mended {
  const below = Array.from({ length: read.below ?? 0 }, (_, at) => line.number + at + 1);
  return { read, bare: own, lines: ordered([line.number, ...lines, ...below]), repaired };
}

function ordered(lines: readonly number[]): readonly number[] {
  if (lines.length === 1) return lines;
  return [...new Set(lines)].sort((a, b) => a - b);
}
