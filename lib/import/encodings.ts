/** The bytes of a log as UTF-8 with lines that end with LF, whatever it was written in. */
import { isAscii } from 'node:buffer';
import { TextDecoder } from 'node:util';

const LF = 10;
const CR = 13;

/** So much of a log is waited for, to know how it is written. */
const HEAD = 1 << 16;

/** The encoding of a UTF-16 log by its byte order mark; of any other, how long its mark is. */
function encodingOf([first, second, third]: Uint8Array): 'utf-16le' | 'utf-16be' | 0 | 3 {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
}

/**
 * The same bytes, without a byte order mark, for a log in UTF-8: what is no UTF-8 in it stays as it is. A serial line that
 * ends its lines with CR alone has no LF in its beginning. A chunk lives until the next one is asked for.
 */
export async function* utf8Of(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let decode: ((bytes: Uint8Array) => Uint8Array) | null = null;
  for await (const chunk of withHead(chunks)) {
    decode ??= decoderOf(chunk);
    yield decode(chunk);
  }
}

/** The first chunk as long as it takes. */
async function* withHead(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let head: Uint8Array | null = new Uint8Array();
  for await (const chunk of chunks) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head = head.length === 0 && chunk.length >= HEAD ? chunk : Buffer.concat([head, chunk]);
    if (head.length < HEAD) continue;
    yield head;
    head = null;
  }
  if (head !== null && head.length > 0) yield head;
}

function decoderOf(head: Uint8Array): (bytes: Uint8Array) => Uint8Array {
  const encoding = encodingOf(head);
  const mark = typeof encoding === 'string' ? 0 : encoding;
  const decoder = typeof encoding === 'string' ? new TextDecoder(encoding) : null;
  let first = true;
  let returns = false;
  return chunk => {
    const own = first ? chunk.subarray(mark) : chunk;
    const bytes = decoder === null ? own : Buffer.from(decoder.decode(own, { stream: true }));
    if (first) returns = bytes.includes(CR) && !bytes.includes(LF);
    first = false;
    return returns ? withNewlines(bytes) : bytes;
  };
}

function withNewlines(bytes: Uint8Array): Uint8Array {
  return bytes.map(byte => (byte === CR ? LF : byte));
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes as text; what is no UTF-8 becomes U+FFFD. */
export function textOf(bytes: Buffer, from: number, to: number): string {
  const line = bytes.subarray(from, to);
  return isAscii(line) ? bytes.toString('latin1', from, to) : UTF8.decode(line);
}
