/** `show --textconv`: a trace for `git diff`, which a broken one must not break. */
import { openSource, readableText, readReadable, readTrace, textconvText } from '../../lib/cli.js';
import { sourceOf } from '../load.js';
import type { Io } from '../process.js';

export async function textconv(io: Io, operand: string): Promise<string> {
  const source = sourceOf(io, operand);
  const opened = 'stream' in source ? await openSource(source, Number.POSITIVE_INFINITY) : null;
  if (opened !== null && !opened.ok) return readableText({ lines: [], trouble: null }, opened.trouble);
  const again = opened === null ? source : { name: source.name, opened: opened.value };
  try {
    const read = await readTrace(again);
    return read.ok ? textconvText(read.value.trace) : readableText(await readReadable(again), read.trouble);
  } finally {
    await opened?.value.close();
  }
}
