/**
 * Which lines of a canonical trace tell something by themselves, found by a look at a few of their bytes: all but calls; of
 * calls RMI_VERSION and those that never came back. Of the other calls the first and the last of each FID tell enough.
 */

/** What a line is: one that tells something, or a call by the number of its FID. */
export const TELLS = -1;

const CALL = Buffer.from('{"type":"smc","cpu":');
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

/** `from` to `to`: the line in `bytes`. Of a line that is not canonical it may say anything. */
export function lineKind(bytes: Uint8Array, from: number, to: number): number {
  for (let at = 0; at < CALL.length; at++) if (bytes[from + at] !== CALL[at]) return TELLS;
  let at = from + CALL.length;
  while (at < to && bytes[at] !== COMMA) at += 1;
  at += FROM;
  while (at < to && bytes[at] !== QUOTE) at += 1;
  at += FID;
  let fid = 0;
  for (; at < to && bytes[at] !== QUOTE; at++) fid = (fid * 16 + digit(bytes[at] ?? 0)) % 2 ** 40;
  if (fid % 2 ** 16 === RMI_VERSION) return TELLS;
  const args = bytes.indexOf(CLOSING, at);
  return args < 0 || args >= to || bytes[args + RES] === NULL ? TELLS : fid;
}

function digit(code: number): number {
  return code <= 0x39 ? code - 0x30 : code - 0x57;
}
