/**
 * What the lines of a canonical trace tell, found by a look at a few of their bytes. A call is told by its FID, but for
 * RMI_VERSION and calls that never came back: of the others the first and the last of each FID tell enough.
 */
import { ARRAY_END, COMMA, QUOTE } from './json-bytes.js';

/** What a line is: one of these, or a call by the number of its FID. */
export const TELLS = -1;
/** A line of the kernel's log, which tells something as well. */
export const LOG = -4;
/** A register or a fact. */
export const STATE = -2;
/** A console line, an event of somebody else's, or a call from another world or of firmware: it is not compared. */
export const ASIDE = -3;

const TYPE = '{"type":"'.length;
const [A, B, C, F, J] = [0x61, 0x62, 0x63, 0x66, 0x6a];
const [L, M, N, S, T, X] = [0x6c, 0x6d, 0x6e, 0x73, 0x74, 0x78];
/** From the end of the registers to the letter of the next key, and to that of the caller's name. */
const KEY = ',"'.length;
const BY = ',"by":"'.length;
const BY_FIRMWARE = '"by":"firmware"';
const CPU = '{"type":"smc","cpu":'.length;
/** From the comma after the CPU to the value of `from`. */
const FROM = ',"from":"'.length;
/** From the quote after the value of `from` to the first digit of the FID: the values between are of one length. */
const FID = '","via":"smc","cc":"1.2","fid":"0x'.length;
const RES = '],"res":'.length;
const RMI_VERSION = 0x150;
/** A FID has 32 bits; a call with another x0 tells something. */
const FID_DIGITS = 8;

/** `from` to `to`: the line in `bytes`. Of a line that is not canonical it may say anything. */
export function lineKind(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from + TYPE];
  // A call is the only line whose type begins like this.
  if (first !== S || bytes[from + TYPE + 1] !== M)
    return otherKind(first, bytes[from + TYPE + 1], bytes[from + TYPE + 2]);
  let at = from + CPU;
  while (at < to && bytes[at] !== COMMA) at += 1;
  at += FROM;
  if (bytes[at] !== N) return ASIDE;
  while (at < to && bytes[at] !== QUOTE) at += 1;
  at += FID;
  const digits = at;
  let fid = 0;
  for (; at < to && bytes[at] !== QUOTE; at++) fid = ((fid << 4) | digit(bytes[at] ?? 0)) >>> 0;
  if ((fid & 0xffff) === RMI_VERSION || at - digits > FID_DIGITS) return TELLS;
  const args = bytes.indexOf(ARRAY_END, at);
  if (args < 0 || args >= to || bytes[args + RES] === N) return TELLS;
  const end = bytes.indexOf(ARRAY_END, args + RES);
  return isOfFirmware(bytes, end + 1, to) ? ASIDE : fid;
}

/** Whether that is said behind the registers, which end at `from`. */
function isOfFirmware(bytes: Uint8Array, from: number, to: number): boolean {
  const next = bytes[from + KEY];
  if (next === B) return bytes[from + BY] === F;
  // Memory and what was left in other registers stand before it.
  if (next !== M && next !== J) return false;
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).includes(BY_FIRMWARE);
}

/** By the first letters of the type. */
function otherKind(first = 0, second = 0, third = 0): number {
  if (first === C || first === X) return ASIDE;
  if (first === M) return STATE;
  if (first === L) return LOG;
  return first === F && (second === T || (second === A && third === C)) ? STATE : TELLS;
}

function digit(code: number): number {
  return code <= 0x39 ? code - 0x30 : code - 0x57;
}

/** A number that two lines have in common which are alike but for decimal numbers; seldom one that are not. */
export function lineShape(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) {
    const code = bytes[at] ?? 0;
    if (code < 0x30 || code > 0x39) hash = Math.imul(hash ^ code, 0x01000193);
  }
  return hash >>> 0;
}
