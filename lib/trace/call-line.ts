/**
 * The parts of a call in its canonical line, found without reading it as JSON. Its members stand in one order, and no text
 * stands before its registers.
 */

import { RETURNED } from '../abi/smccc.js';
import { literal } from '../model/pattern.js';

export interface CallLine {
  /** Where `,"from":` stands; world, conduit, convention and FID follow it, up to `args`. */
  readonly from: number;
  /** Where `,"args":[` stands. */
  readonly args: number;
  /** Where `,"res":` stands. */
  readonly res: number;
  /** Where its registers end, with their bracket. */
  readonly end: number;
}

const CALL = '{"type":"smc","cpu":';
const ARGS = ',"args":[';
const RES = ',"res":';
const NULL = 'null';

export function isCallLine(text: string): boolean {
  return text.startsWith(CALL);
}

/** `null` for an event of another type. */
export function callLine(text: string): CallLine | null {
  if (!isCallLine(text)) return null;
  const from = text.indexOf(',', CALL.length);
  const args = text.indexOf(ARGS, from);
  const res = text.indexOf(']', args) + 1;
  const values = res + RES.length;
  const end = text.startsWith(NULL, values) ? values + NULL.length : text.indexOf(']', values) + 1;
  return { from, args, res, end };
}

/** From the quote after the value of `from` to the last digit of the convention: the values between are of one length. */
const CONVENTION = '","via":"smc","cc":"1.2'.length;
const QUOTE = '"';
const FROM = ',"from":"';

/** As the line spells it. */
export function fidIn(text: string, { args }: CallLine): string {
  return text.slice(text.lastIndexOf(QUOTE, args - 2) + 1, args - 1);
}

/** Whether all its registers were seen, and it came back. */
export function isAllSeen(text: string, { from, args, res, end }: CallLine): boolean {
  const unseen = text.indexOf(NULL, args);
  if (unseen >= 0 && unseen < end) return false;
  const isOld = text[text.indexOf(QUOTE, from + FROM.length) + CONVENTION - 1] === '1';
  return !isOld || text.slice(res + RES.length, end).split(',').length === RETURNED['1.1'];
}

/** What follows the registers of a call that says nothing else. */
const PLAIN = /(?:,"t":"[^"]*")?(?:,"line":\d+)?\}/y;

/** Whether anything but stamps stands behind its registers. */
export function saysMore(text: string, { end }: CallLine): boolean {
  PLAIN.lastIndex = end;
  return !PLAIN.test(text) || PLAIN.lastIndex < text.length;
}

/** Of what stands behind its registers, what is no stamp and no number; most calls say nothing there. */
export function remarksIn(text: string, call: CallLine): string {
  return saysMore(text, call) ? withoutNumbers(withoutStamps(text.slice(call.end))) : '';
}

const STAMPS = /,"(?:t":"[^"]*"|line":\d+)(?=[,}])/g;
/** Consoles print addresses in hex without a prefix. */
const NUMBERS = /0x[0-9a-f]+|(?=[a-f]*\d)[0-9a-f]+/g;

/** A part of a canonical line without the time and line of a log. */
export const withoutStamps = (line: string): string => line.replace(STAMPS, '');

export const withoutNumbers = (line: string): string => line.replace(NUMBERS, '#');

/** Who made a call and what it asked for, as the line spells it; with what it came back, by x0; and what else it says. */
export interface CallKind {
  readonly head: string;
  readonly status: string;
  readonly remarks: string;
}

export function callKind(text: string, call: CallLine): CallKind {
  const comma = text.indexOf(',', call.res + 1);
  const values = call.res + RES.length;
  const to = comma > 0 && comma < call.end ? comma : text.startsWith(NULL, values) ? call.end : call.end - 1;
  return {
    head: text.slice(call.from, call.args),
    // An empty list must not be the beginning of another.
    status: text.slice(call.res, to === values + 1 ? call.end : to),
    remarks: remarksIn(text, call),
  };
}

/**
 * Matches other lines of calls of this kind, in far less time than it takes to find their parts. `unseen`: also those of
 * which a register was not seen; else each that it matches has all of them. `null` where no pattern says it.
 */
export function likeCall(
  text: string,
  call: CallLine,
  { head, status }: CallKind,
  unseen: boolean,
): RegExp | null {
  if (!status.endsWith(QUOTE)) return null;
  const register = unseen ? `(?:${SEEN}|${NULL})` : SEEN;
  const isOld = head.includes('"cc":"1.1"') && !unseen;
  const others = isOld ? `(?:,${register}){${RETURNED['1.1'] - 1}}` : `(?:,${register})*`;
  const args = `,"args":\\[(?:${register}(?:,${register})*)?\\]`;
  const tail = alike(text.slice(call.end));
  return new RegExp(`^${literal(CALL)}\\d+${literal(head)}${args}${literal(status)}${others}\\]${tail}$`);
}

/** Matches lines that differ from this one in numbers and stamps alone. */
export function likeLine(text: string): RegExp {
  return new RegExp(`^${alike(text)}$`);
}

const SEEN = '"[^"]*"';
const VARYING = new RegExp(`,"t":"[^"]*"(?=[,}])|${NUMBERS.source}`, 'g');
const STAMP = ',"t":"[^"]*"';
/** Each ends where the number does: a part of it must not go for a shorter one. */
const NUMBER = `(?:${NUMBERS.source})(?![0-9a-f])`;

function alike(text: string): string {
  let source = '';
  let from = 0;
  for (const { 0: found, index } of text.matchAll(VARYING)) {
    source += literal(text.slice(from, index)) + (found.startsWith(',') ? STAMP : NUMBER);
    from = index + found.length;
  }
  return source + literal(text.slice(from));
}
