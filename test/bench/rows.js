/** The rows of the table: what is measured, against what, what it must reach, and what it must give. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { BARE, node, program, RMITRACE } from './child.js';

const rmitrace = (...words) => node([RMITRACE, ...words]);
const bare = (...words) => node([BARE, ...words]);

/**
 * `run` and `against` are measured in turns; `right` says whether what `run` gave is right. `small`: the same on a tenth of
 * the size, whose memory must be about the same. `ratio` and `mebibytes` are what the row must reach at 500 MB.
 */
export function rowsOf(files, { quick }) {
  const parse = async () => bare('parse', await files.whole());
  const diffed = async (a, b) => rmitrace('diff', await a, await b);
  const tenEdits = () => diffed(files.whole(), files.edited(10));
  const cut = ({ code, head }) => code === 1 && head.includes('The alignment was cut short');
  const logSize = quick ? 20 : 200;
  const prettySize = quick ? 10 : 100;
  const many = quick ? 1000 : 10_000;
  return [
    {
      what: 'validate',
      reference: 'a loop of readSync, newline, JSON.parse',
      ratio: 1.5,
      mebibytes: 120,
      run: async () => rmitrace('validate', await files.whole()),
      small: async () => rmitrace('validate', await files.small()),
      against: parse,
      right: ({ code, head }) => code === 0 && head.includes(`valid, ${files.events} events`),
    },
    {
      what: 'diff, 10 edits',
      reference: 'GNU diff',
      ratio: 1,
      mebibytes: 150,
      run: tenEdits,
      small: () => diffed(files.small(), files.smallEdited()),
      against: async () => program(['diff', await files.whole(), await files.edited(10)]),
      right: ({ code, head }) => code === 1 && head.match(/^ {2}event \d+: the answer to /gm)?.length === 10,
      skip: spawnSync('diff', ['--version']).status === 0 ? null : 'there is no diff here',
    },
    ...[0.01, 0.5, 1].map(part => ({
      what: `diff, ${part * 100} % changed`,
      reference: 'diff, 10 edits',
      ratio: 12,
      mebibytes: 400,
      run: () => diffed(files.whole(), files.edited(part === 1 ? files.events : part)),
      against: tenEdits,
      right: result => (part > 0.01 ? cut(result) : result.code === 1),
    })),
    {
      what: 'diff, 60 distinct lines, 20,000 edits',
      reference: 'diff, 10 edits',
      ratio: 12,
      mebibytes: 400,
      run: () => diffed(files.loop(0), files.loop(20_000)),
      against: tenEdits,
      right: cut,
    },
    {
      what: 'show --json',
      reference: 'a loop of readSync, newline, JSON.parse',
      ratio: 3,
      run: async () => rmitrace('show', '--json', await files.whole()),
      small: async () => rmitrace('show', '--json', await files.small()),
      against: parse,
      right: ({ code, head, tail }) =>
        code === 0 &&
        head.startsWith('{\n  "format": "rmitrace-report"') &&
        tail.includes(`"number": ${files.events},`),
    },
    {
      what: 'show, three events of all',
      reference: 'a loop of readSync, newline, JSON.parse',
      ratio: 3,
      run: async () => rmitrace('show', await files.whole(), '5', '1000', 'end'),
      small: async () => rmitrace('show', await files.small(), '5', '1000', 'end'),
      against: parse,
      right: ({ code, head }) => code === 0 && new RegExp(`^${files.events}  smc`, 'm').test(head),
    },
    {
      what: 'validate of another layout',
      reference: 'stream-json alone',
      ratio: 1.3,
      run: async () => rmitrace('validate', await files.pretty(prettySize)),
      against: async () => bare('stream', await files.pretty(prettySize)),
      right: ({ code, head }) => code === 0 && head.includes(': valid, '),
    },
    {
      what: 'fmt',
      reference: 'a loop of parsing, JSON.stringify and batched writeSync',
      ratio: 1.5,
      run: async () => rmitrace('fmt', await files.whole()),
      small: async () => rmitrace('fmt', await files.small()),
      against: async () => bare('write', await files.whole(), files.at('written')),
      right: async ({ code, digest }) => code === 0 && digest === (await digestOf(await files.whole())),
    },
    {
      what: 'replay --kernel recorded, 180,000 events',
      reference: 'validate of the same',
      ratio: 3,
      run: async () => rmitrace('replay', await files.replayed(), '--kernel', 'recorded'),
      against: async () => rmitrace('validate', await files.replayed()),
      right: ({ code, head }) => code === 0 && head.startsWith('Same: '),
    },
    {
      what: `import of ${logSize} MB of log`,
      reference: 'a loop over its lines',
      ratio: 3,
      run: async () => rmitrace('import', await files.log(logSize)),
      against: async () => bare('lines', await files.log(logSize)),
      right: ({ code, tail }) => code === 0 && tail.includes('"digest": "sha256:'),
    },
    {
      what: `check of ${many} traces`,
      reference: 'a second for 2000 of them',
      ratio: 1,
      run: async () => rmitrace('check', await files.golden(many)),
      against: async () => ({ ms: (many / 2000) * 1000 }),
      right: ({ code }) => code === 0,
    },
  ];
}

async function digestOf(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
