import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { ownKernel, readTrace, recordedKernel, replay, traceText, validateTrace } from '../lib/index.js';
import { outcomeOf } from '../lib/kernel/outcome.js';
import { kernelCalls } from '../lib/machine/recorded-calls.js';
import { endText } from '../lib/model/end.js';
import { must } from './boots.js';
import { rmitrace } from './rmitrace.js';

const FOLDER = new URL('../traces/', import.meta.url);

interface Golden {
  readonly name: string;
  readonly command: string;
  readonly outcome: string;
}

/** The table of `npm run traces`, which is plain JavaScript. */
const { TRACES, wordsOf, readme } = (await import(new URL('table.js', FOLDER).href)) as {
  readonly TRACES: readonly Golden[];
  wordsOf(golden: Golden): readonly string[];
  readme(): string;
};

t.test('the folder holds the traces of the table, and its README.md lists them', async t => {
  const files = readdirSync(FOLDER).filter(name => name.endsWith('.json'));
  t.strictSame(files.sort(), TRACES.map(({ name }) => name).sort());
  t.ok(TRACES.length >= 22, `${TRACES.length} traces`);
  const kept = readFileSync(new URL('README.md', FOLDER), 'utf8');
  t.equal(kept, readme(), 'or it is stale: run `npm run traces`');
});

for (const golden of TRACES) {
  const { name, command, outcome } = golden;
  t.test(`${name} is what \`rmitrace record ${command}\` makes, and replays as it was recorded`, async t => {
    const path = new URL(name, FOLDER).pathname;
    const made = await rmitrace(wordsOf(golden));
    t.equal(
      readFileSync(path, 'utf8'),
      made.out,
      'made again, to the byte, or it is stale: run `npm run traces`',
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
    const asked = kernelCalls(read.trace.events).length > 0;
    t.equal(
      repeated.verdict,
      asked ? 'same' : 'undetermined',
      'so does its machine alone, asked the same again; without a call there is nothing to ask',
    );
  });
}
