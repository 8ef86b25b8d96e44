/** Lines that are made now and read later, however many they are. */
import { StringDecoder } from 'node:string_decoder';
import { good, type Result } from '../model/result.js';
import { newSpool } from './spool.js';

export interface LineSpool {
  put(line: string): void;
  lines(): AsyncGenerator<Result<readonly string[]>, void>;
  close(): void;
}

const BATCH = 2 ** 16;

export function newLineSpool(): LineSpool {
  const spool = newSpool();
  let batch = '';
  const flush = (): void => {
    if (batch !== '') spool.put(Buffer.from(batch));
    batch = '';
  };
  return {
    put(line) {
      batch += `${line}\n`;
      if (batch.length >= BATCH) flush();
    },
    async *lines() {
      flush();
      const utf8 = new StringDecoder('utf8');
      let begun = '';
      for (const chunk of spool.chunks()) {
        const lines = `${begun}${utf8.write(Buffer.from(chunk))}`.split('\n');
        begun = lines.pop() ?? '';
        yield good(lines);
      }
    },
    close: spool.close,
  };
}
