import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import {
  outcomeOf,
  ownKernel,
  readTrace,
  recordedKernel,
  replay,
  traceText,
  validateTrace,
} from '../lib/index.js';
import { endText } from '../lib/model/end.js';
import { must } from './boots.js';
import { rmitrace } from './rmitrace.js';

const ROOT = new URL('..', import.meta.url);
const FOLDER = new URL('traces/', ROOT);

const ROWS = [
  ...readFileSync(new URL('README.md', FOLDER), 'utf8').matchAll(/^\| (\S+\.json) \| `(.*)` \| (.*) \|$/gm),
].map(([, name = '', command = '', outcome = '']) => ({ name, command, outcome }));

t.test('the table of traces/README.md names every trace there is', async t => {
  const files = readdirSync(FOLDER).filter(name => name.endsWith('.json'));
  t.strictSame(files.sort(), ROWS.map(({ name }) => name).sort());
  t.ok(ROWS.length >= 22, `${ROWS.length} traces`);
});

for (const { name, command, outcome } of ROWS) {
  t.test(`${name} is what \`rmitrace record ${command}\` makes, and replays as it was recorded`, async t => {
    const path = new URL(name, FOLDER).pathname;
    t.equal(
      readFileSync(path, 'utf8'),
      (await rmitrace(['record', ...command.split(' ')])).out,
      'made again, to the byte',
    );

    const read = must(await readTrace({ name, path }));
    t.equal(read.edited, null, 'sealed');
    t.equal(read.layout, 'canonical');
    t.equal(traceText(read.trace), readFileSync(path, 'utf8'), 'written again, to the byte');
    t.strictSame((await validateTrace({ name, path })).findings, []);
    t.equal(endText(outcomeOf(read.trace.events)), outcome);

    const again = must(await replay(read.trace, must(ownKernel(read.trace))));
    t.equal(again.verdict, 'same');
    t.strictSame(
      traceText({ ...again.replayed, header: read.trace.header }),
      traceText(read.trace),
      'the replay wrote the same events and outcome, to the byte',
    );
    const repeated = must(
      await replay(read.trace, recordedKernel(read.trace.events, read.trace.header.scope)),
    );
    t.equal(repeated.verdict, 'same', 'so does its machine alone, asked the same again');
  });
}
