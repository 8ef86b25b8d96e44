/** The rows of the table: what is measured, against what, what it must reach, and what it must give. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { BARE, node, RMITRACE } from './child.js';
import { diffRows } from './diff-rows.js';
import { EVENTS } from './events.js';
import { oracleRow } from './oracle.js';

const counted = count => count.toLocaleString('en-GB');
const rmitrace = (...words) => node([RMITRACE, ...words]);
const bare = (...words) => node([BARE, ...words]);

/**
 * `run` and `against` are measured in turns; `right` says whether what `run` gave is right. `small`: the same on a tenth of
 * the size, whose memory must be about the same. `ratio` and `mebibytes` are what the row must reach at 500 MB; `null` where
 * the figure is only stated. References of one name are the same measurement.
 */
export function rowsOf(files, { quick }) {
  const sizes = quick
    ? { quick, log: 20, pretty: 10, kinds: 50, many: 1000, calls: 50_000 }
    : { quick, log: 200, pretty: 500, kinds: 50, many: 10_000, calls: 180_000 };
  return [
    ...readRows(files, sizes),
    ...kindRows(files, sizes, quick ? ['mixed'] : Object.keys(EVENTS)),
    ...diffRows(files, { quick }),
    ...layoutRows(files, sizes),
    ...writeRows(files, sizes),
    ...logRows(files, sizes),
    oracleRow(files, quick ? 30_000 : 500_000),
  ];
}

/** The loop that reading is measured against. */
const parse = path => ({
  reference: 'a loop of readSync, newline, JSON.parse',
  against: async () => bare('parse', await path()),
});

const valid =
  events =>
  ({ code, head }) =>
    code === 0 && head.includes(`: valid, ${events} events`);

function readRows(files, { quick }) {
  const whole = () => files.calls();
  const small = () => files.calls('small');
  const loop = parse(whole);
  const shown = (...words) => ({
    ratio: 3,
    run: async () => rmitrace('show', whole(), ...words),
    small: async () => rmitrace('show', small(), ...words),
    ...loop,
  });
  return [
    {
      what: 'validate',
      ratio: 1.5,
      mebibytes: 120,
      run: async () => rmitrace('validate', whole()),
      small: async () => rmitrace('validate', small()),
      ...loop,
      right: valid(files.events),
    },
    {
      what: 'validate, gzip',
      ratio: null,
      run: async () => rmitrace('validate', await files.packed(whole())),
      small: async () => rmitrace('validate', await files.packed(small())),
      ...loop,
      right: valid(files.events),
    },
    {
      what: 'validate, from a pipe',
      ratio: null,
      run: async () => node([RMITRACE, 'validate', '-'], { piped: whole() }),
      small: async () => node([RMITRACE, 'validate', '-'], { piped: small() }),
      ...loop,
      right: valid(files.events),
    },
    {
      what: 'show --json',
      ...shown('--json'),
      right: ({ code, head, tail }) =>
        code === 0 &&
        head.startsWith('{\n  "format": "rmitrace-report"') &&
        tail.includes(`"number": ${files.events},`),
    },
    {
      what: 'show, three events of all',
      ...shown('5', '1000', 'end'),
      right: ({ code, head }) => code === 0 && new RegExp(`^${files.events}  smc`, 'm').test(head),
    },
    {
      what: 'show, the lines',
      ...shown('log'),
      right: ({ code, head }) => code === 0 && head.match(/^ *\d+ +log /gm)?.length === 2,
    },
    {
      what: 'show, the calls that failed',
      ...shown('RMI_* x0!=0'),
      run: async () => rmitrace('show', files.edited(10), 'RMI_* x0!=0'),
      small: async () => rmitrace('show', files.edited(10, 'small'), 'RMI_* x0!=0'),
      right: ({ code, head }) => code === 0 && head.match(/^ *\d+ +smc /gm)?.length === 10,
    },
    ...(quick ? [] : [{ what: 'show, as text', ...shown(), ratio: null, right: ({ code }) => code === 0 }]),
    {
      what: 'replay --kernel recorded, 180,000 events',
      reference: 'validate of the same',
      ratio: 3,
      run: async () => rmitrace('replay', files.counted(180_000), '--kernel', 'recorded'),
      small: async () => rmitrace('replay', files.counted(18_000), '--kernel', 'recorded'),
      against: async () => rmitrace('validate', files.counted(180_000)),
      right: ({ code, head }) => code === 0 && head.startsWith('Same: '),
    },
  ];
}

/** Whatever kind of events a trace is full of. */
function kindRows(files, { kinds: size }, kinds) {
  return kinds.flatMap(kind => {
    const path = () => files.ofKind(kind, size);
    const small = () => files.ofKind(kind, size / 10);
    const loop = parse(path);
    return [
      {
        what: `validate, events: ${kind}`,
        ratio: 1.5,
        run: async () => rmitrace('validate', path()),
        small: async () => rmitrace('validate', small()),
        ...loop,
        right: valid(files.eventsOf(kind, size)),
      },
      {
        what: `show --json, events: ${kind}`,
        ratio: 3,
        run: async () => rmitrace('show', '--json', path()),
        small: async () => rmitrace('show', '--json', small()),
        ...loop,
        right: ({ code, tail }) => code === 0 && tail.includes(`"number": ${files.eventsOf(kind, size)},`),
      },
    ];
  });
}

function layoutRows(files, { pretty }) {
  return [
    {
      what: `validate, ${pretty} MB in another layout`,
      reference: 'stream-json alone',
      ratio: 1.3,
      run: async () => rmitrace('validate', await files.pretty(pretty)),
      small: async () => rmitrace('validate', await files.pretty(pretty / 10)),
      against: async () => bare('stream', await files.pretty(pretty)),
      right: ({ code, head }) => code === 0 && head.includes(': valid, '),
    },
  ];
}

function writeRows(files, { calls }) {
  const sum = async path => {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk);
    return hash.digest('hex');
  };
  const reference = 'a loop of parsing, JSON.stringify and batched writeSync';
  const replayed = () => files.counted(calls);
  const out = files.at('replayed-again.json');
  return [
    {
      what: 'fmt',
      reference,
      ratio: 1.5,
      run: async () => rmitrace('fmt', files.calls()),
      small: async () => rmitrace('fmt', files.calls('small')),
      against: async () => bare('write', files.calls(), files.at('written')),
      right: async ({ code, digest }) => code === 0 && digest === (await sum(files.calls())),
    },
    {
      what: `replay --kernel recorded -o, ${counted(calls)} events`,
      reference: `${reference} of the same`,
      ratio: 1.5,
      run: async () => rmitrace('replay', replayed(), '--kernel', 'recorded', '-o', out),
      against: async () => bare('write', replayed(), files.at('written')),
      right: async ({ code, head }) =>
        code === 0 && head.startsWith('Same: ') && (await rmitrace('validate', out)).code === 0,
    },
    {
      what: `record, ${counted(calls)} calls that are answered RMI_BUSY`,
      reference: `${reference} of the same`,
      ratio: null,
      run: async () =>
        rmitrace('record', '--rmm', 'busy', '--kernel', 'v17', '--max-steps', `${2 * calls}`, '-o', out),
      against: async () => bare('write', out, files.at('written')),
      right: async ({ code }) => code === 0 && (await rmitrace('validate', out)).code === 0,
    },
  ];
}

function logRows(files, { log, many }) {
  const checked = count => rmitrace('check', files.golden(count));
  return [
    {
      what: `import of ${log} MB of log`,
      reference: 'a loop over its lines',
      ratio: 3,
      run: async () => rmitrace('import', files.log(log)),
      small: async () => rmitrace('import', files.log(log / 10)),
      against: async () => bare('lines', files.log(log)),
      right: ({ code, tail }) => code === 0 && tail.includes('"digest": "sha256:'),
    },
    {
      what: `check of ${many} traces`,
      reference: 'a second for 2000 of them',
      ratio: 1,
      run: () => checked(many),
      small: () => checked(many / 10),
      against: async () => ({ ms: (many / 2000) * 1000 }),
      right: ({ code }) => code === 0,
    },
  ];
}
