/** RFC 2045, section 6: decodes a Content-Transfer-Encoding. */
import { TextDecoder } from 'node:util';
import { type Line, linesOf } from './lines.js';

/** The lines under a Content-Transfer-Encoding, in a charset. What has no number of its own has that of its line. */
export function decoded(lines: readonly Line[], encoding: string, charset: string): readonly Line[] {
  switch (encoding.trim().toLowerCase()) {
    case 'quoted-printable':
      return [...quotedPrintable(lines, charset)];
    case 'base64':
      return base64(lines, charset);
    default:
      return lines;
  }
}

function* quotedPrintable(lines: readonly Line[], charset: string): Generator<Line> {
  let pieces: string[] = [];
  let from = 0;
  for (const { text, line } of lines) {
    if (pieces.length === 0) from = line;
    const kept = text.trimEnd();
    pieces.push(kept);
    if (kept.endsWith('=')) {
      pieces[pieces.length - 1] = kept.slice(0, -1);
    } else {
      yield* ended(unescaped(pieces.join('')), charset, from);
      pieces = [];
    }
  }
  if (pieces.length > 0) yield* ended(unescaped(pieces.join('')), charset, from);
}

function* ended(bytes: Buffer, charset: string, line: number): Generator<Line> {
  const lines = linesOf(inCharset(bytes, charset));
  yield* lines.length === 0 ? [{ text: '', line }] : lines.map(({ text }) => ({ text, line }));
}

/** `=3D` is a byte; `=` before anything else stands for itself, as mail programs have it. */
function unescaped(text: string): Buffer {
  const pieces = text.split(/=([0-9A-Fa-f]{2})/);
  return Buffer.concat(pieces.map((piece, at) => Buffer.from(piece, at % 2 === 1 ? 'hex' : 'utf8')));
}

/** Every 57 bytes are a line of 76 characters: the number given is that of the line the text's line begins in. */
function base64(lines: readonly Line[], charset: string): readonly Line[] {
  const encoded = lines.map(({ text }) => text.trim()).filter(text => text !== '');
  const bytes = Buffer.from(encoded.join(''), 'base64');
  const first = lines.find(({ text }) => text.trim() !== '')?.line ?? 1;
  const wide = Math.max(1, Math.floor(((encoded[0]?.length ?? 0) * 3) / 4));
  let at = 0;
  return linesOf(inCharset(bytes, charset)).map(({ text }) => {
    const line = first + Math.floor(at / wide);
    at = bytes.indexOf(10, at) + 1;
    return { text, line };
  });
}

/** A charset that nobody knows is read as UTF-8: what a patch says is ASCII in any. */
function inCharset(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset === '' ? 'utf-8' : charset).decode(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new TextDecoder('utf-8').decode(bytes);
  }
}
