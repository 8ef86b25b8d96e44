/**
 * `npm run bench -- [--quick] [--rounds N] [--json] [--only EXPRESSION]`: every figure that the project promises, each a ratio of
 * CPU time (user and system) taken in one run against the reference beside it. `--quick`: traces of 50 MB in place of 500,
 * one round in place of five. `--only`: the rows whose name fits this regular expression, and nothing else. Fails where a
 * figure is missing, a result is wrong or memory grows with the trace; never for a time. `--huge [--gigabytes N]`:
 * test/bench/huge.js alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchCompiled } from './compiled.js';
import { benchFiles } from './files.js';
import { benchHuge } from './huge.js';
import { benchImport } from './import.js';
import { benchInProcess } from './in-process.js';
import { measurer } from './measure.js';
import { rowsOf } from './rows.js';
import { benchStart } from './start.js';

const after = word => {
  const at = process.argv.indexOf(word);
  return at < 0 ? undefined : process.argv[at + 1];
};
const quick = process.argv.includes('--quick');
const json = process.argv.includes('--json');
const only = after('--only');
const MEGABYTES = quick ? 50 : 500;
const ROUNDS = Number(after('--rounds')) || (quick ? 1 : 5);

const wrong = [];

async function imports() {
  const folder = mkdtempSync(join(tmpdir(), 'rmitrace-bench-'));
  try {
    return await benchImport(folder, quick ? 8 : 64);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function table() {
  const files = benchFiles(MEGABYTES);
  try {
    const rows = [];
    const measured = measurer(ROUNDS, what => wrong.push(what));
    for (const row of rowsOf(files, { quick }))
      if (new RegExp(only ?? '').test(row.what)) {
        rows.push(await measured(row));
        const { ratio, mebibytes } = rows.at(-1);
        process.stderr.write(`${row.what}: ${ratio}, ${mebibytes} MiB\n`);
      }
    return rows;
  } finally {
    files.remove();
  }
}

const of = (value, must) => (must === null ? `${value}` : `${value} (${must})`);

function asText({ on, rows, starts, inProcess, others }) {
  const lines = rows.map(row =>
    'skipped' in row
      ? [row.what, row.reference, 'skipped', row.skipped, '']
      : [
          row.what,
          row.reference,
          of(row.ratio, row.must),
          of(row.mebibytes, row.mebibytesMust),
          `${row.mebibytesOfATenth ?? ''}`,
        ],
  );
  return [
    `${on.cpu}, Node ${on.node}, ${on.date}; traces of ${on.megabytes} MB, the median of ${on.rounds}`,
    '',
    ...columns([['what', 'reference', 'ratio (must)', 'MiB (must)', 'MiB of a tenth'], ...lines]),
    '',
    `starts, NODE_EXTRA_CA_CERTS ${on.extraCerts ? 'set' : 'not set'}`,
    ...columns(
      starts.map(({ name, ms, ratio }) => [name, `${Math.round(ms)} ms`, `${ratio.toFixed(2)} × node -e 0`]),
    ),
    '',
    ...columns(inProcess.map(({ name, rate }) => [name, `${Math.round(rate)} a second`])),
    '',
    ...columns(others.map(({ name, value, unit }) => [name, `${value} ${unit}`])),
    '',
  ].join('\n');
}

function columns(rows) {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map(row => row[at].length))) ?? [];
  return rows.map(row =>
    row
      .map((cell, at) => cell.padEnd(widths[at]))
      .join('  ')
      .trimEnd(),
  );
}

async function main() {
  const report = {
    on: {
      cpu: cpus()[0]?.model ?? 'unknown',
      node: process.version,
      /** Node reads them at its start: three times what it needs otherwise. */
      extraCerts: (process.env.NODE_EXTRA_CA_CERTS ?? '') !== '',
      date: new Date().toISOString().slice(0, 10),
      megabytes: MEGABYTES,
      rounds: ROUNDS,
    },
    rows: await table(),
    starts: only === undefined ? benchStart(quick ? 1 : 7) : [],
    inProcess: only === undefined ? await benchInProcess(...(quick ? [1, 50] : [])) : [],
    others: only === undefined ? [...(await imports()), ...(await benchCompiled(quick ? 50 : 3000))] : [],
  };
  for (const { name, ms } of report.starts) if (!(ms > 0)) wrong.push(`${name}: a figure is missing`);
  for (const { name, rate } of report.inProcess) if (!(rate > 0)) wrong.push(`${name}: a figure is missing`);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : asText(report));
}

if (process.argv.includes('--huge'))
  wrong.push(...(await benchHuge(Number(after('--gigabytes')) || 5, text => process.stdout.write(text))));
else await main();
for (const what of wrong) process.stderr.write(`bench: ${what}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
