/**
 * `node bare.js WHAT FILE...`: the loops that commands are measured against, which do nothing with what they read.
 * `parse`: readSync, newline, JSON.parse. `write`: that, JSON.stringify and batched writeSync, less the reading. `lines`:
 * readSync and newline. `stream`: stream-json with the settings that suit it best.
 */
import { createReadStream, openSync, readSync, writeSync } from 'node:fs';

const [, , what, file, out] = process.argv;
const CHUNK = 2 ** 18;
const BATCH = 2 ** 20;

function eachLine(path, take) {
  const input = openSync(path, 'r');
  const buffer = Buffer.alloc(CHUNK);
  let have = 0;
  for (;;) {
    const got = readSync(input, buffer, have, buffer.length - have, null);
    if (got === 0) return;
    const end = have + got;
    const last = buffer.lastIndexOf(10, end - 1) + 1;
    for (let from = 0; from < last; ) {
      const to = buffer.indexOf(10, from);
      take(buffer.utf8Slice(from, buffer[to - 1] === 44 ? to - 1 : to));
      from = to + 1;
    }
    buffer.copyWithin(0, last, end);
    have = end - last;
  }
}

const parsed = line => (line.startsWith('{"type"') ? JSON.parse(line) : null);

const LOOPS = {
  lines: () => eachLine(file, () => {}),
  parse: () => eachLine(file, parsed),
  write() {
    const output = openSync(out, 'w');
    let batch = '';
    eachLine(file, line => {
      const event = parsed(line);
      batch += event === null ? `${line}\n` : `${JSON.stringify(event)},\n`;
      if (batch.length < BATCH) return;
      writeSync(output, batch);
      batch = '';
    });
    writeSync(output, batch);
  },
  async stream() {
    const [{ parser }, { pick }, { streamArray }, { default: chain }, { none }] = await Promise.all([
      import('stream-json'),
      import('stream-json/filters/pick.js'),
      import('stream-json/streamers/stream-array.js'),
      import('stream-chain'),
      import('stream-chain/defs.js'),
    ]);
    const pipeline = chain([
      createReadStream(file, { highWaterMark: 2 ** 16 }),
      parser({ streamValues: false }),
      pick({ filter: 'events' }),
      streamArray(),
      () => none,
    ]);
    pipeline.resume();
    await new Promise((resolve, reject) => pipeline.on('end', resolve).on('error', reject));
  },
};

await LOOPS[what]();
