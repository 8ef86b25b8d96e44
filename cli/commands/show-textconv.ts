/** `show --textconv`: a trace for `git diff`, which a broken one must not break. */
import {
  largeTrace,
  type OpenedSource,
  openTwice,
  readableText,
  readReadable,
  readTrace,
  textconvText,
} from '../../lib/cli.js';
import { EXIT } from '../exit-codes.js';
import { watchedSource } from '../load.js';
import type { Io } from '../process.js';
import { textconvLarge } from './show-large.js';

export async function textconv(io: Io, operand: string): Promise<number> {
  const source = await watchedSource(io, operand);
  const opened = await openTwice(source);
  if (!opened.ok) {
    io.print(readableText({ lines: [], trouble: null }, opened.trouble));
    return EXIT.same;
  }
  try {
    return await converted(io, opened.value);
  } finally {
    await opened.value.opened.close();
  }
}

async function converted(io: Io, source: OpenedSource): Promise<number> {
  const large = await largeTrace(source);
  if (large.ok && large.value !== null) {
    try {
      return await textconvLarge(io, large.value);
    } finally {
      await large.value.close();
    }
  }
  const read = large.ok ? await readTrace(source) : large;
  io.print(read.ok ? textconvText(read.value.trace) : readableText(await readReadable(source), read.trouble));
  return EXIT.same;
}
