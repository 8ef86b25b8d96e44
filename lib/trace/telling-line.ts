/**
 * Which lines of a canonical trace tell something by themselves, found by a look at a few of their bytes: all but calls; of
 * calls RMI_VERSION and those that never came back. Of the other calls the first and the last of each FID tell enough.
 */

/** What a line is: one that tells something, or a call by the number of its FID. */
export const TELLS = -1;

/** A call is the only line whose type begins like this. */
const TYPE = '{"type":"'.length;
const [S, M] = [0x73, 0x6d];
const CPU = '{"type":"smc","cpu":'.length;
const COMMA = 0x2c;
const QUOTE = 0x22;
const CLOSING = 0x5d;
const NULL = 0x6e;
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
  if (bytes[from + TYPE] !== S || bytes[from + TYPE + 1] !== M) return TELLS;
  let at = from + CPU;
  while (at < to && bytes[at] !== COMMA) at += 1;
  at += FROM;
  while (at < to && bytes[at] !== QUOTE) at += 1;
  at += FID;
  const digits = at;
  let fid = 0;
  for (; at < to && bytes[at] !== QUOTE; at++) fid = ((fid << 4) | digit(bytes[at] ?? 0)) >>> 0;
  if ((fid & 0xffff) === RMI_VERSION || at - digits > FID_DIGITS) return TELLS;
  const args = bytes.indexOf(CLOSING, at);
  return args < 0 || args >= to || bytes[args + RES] === NULL ? TELLS : fid;
}

function digit(code: number): number {
  return code <= 0x39 ? code - 0x30 : code - 0x57;
}
