/**
 * `npm run bench -- [--quick] [--rounds N] [--json]`: every figure that the project promises, each a ratio of CPU time (user and
 * system) taken in one run against the reference beside it. `--quick`: traces of 50 MB in place of 500, one round in place
 * of five. Fails where a figure is missing, a result is wrong or memory grows with the trace; never for a time.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchCompiled } from './compiled.js';
import { benchFiles } from './files.js';
import { benchImport } from './import.js';
import { benchInProcess } from './in-process.js';
import { rowsOf } from './rows.js';
import { benchStart } from './start.js';

const quick = process.argv.includes('--quick');
const json = process.argv.includes('--json');
const MEGABYTES = quick ? 50 : 500;
/** `--rounds N` */
const ROUNDS = Number(process.argv[process.argv.indexOf('--rounds') + 1]) || (quick ? 1 : 5);
/** Ten times the trace may take so much more memory: eight bytes an event, and what a collector leaves lying about. */
const GROWTH = { factor: 1.4, mebibytes: 48 };

const wrong = [];

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function measured(row) {
  if ((row.skip ?? null) !== null) return { what: row.what, reference: row.reference, skipped: row.skip };
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push([await row.run(), await row.against()]);
  const small = row.small === undefined ? null : await row.small();
  for (const [result] of rounds)
    if (!(await row.right(result))) wrong.push(`${row.what}: a wrong result: ${result.head.slice(0, 200)}`);
  const ratio = median(rounds.map(([result, reference]) => result.ms / reference.ms));
  const mebibytes = Math.round(Math.max(...rounds.map(([result]) => result.mebibytes)));
  if (!Number.isFinite(ratio) || !Number.isFinite(mebibytes)) wrong.push(`${row.what}: a figure is missing`);
  if (small !== null && mebibytes > small.mebibytes * GROWTH.factor + GROWTH.mebibytes)
    wrong.push(`${row.what}: takes ${mebibytes} MiB, and ${Math.round(small.mebibytes)} of a tenth`);
  return {
    what: row.what,
    reference: row.reference,
    ms: Math.round(median(rounds.map(([result]) => result.ms))),
    ratio: Number(ratio.toPrecision(3)),
    must: row.ratio,
    mebibytes,
    mebibytesMust: row.mebibytes ?? null,
    mebibytesOfATenth: small === null ? null : Math.round(small.mebibytes),
  };
}

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
    for (const row of rowsOf(files, { quick })) rows.push(await measured(row));
    return rows;
  } finally {
    files.remove();
  }
}

function asText({ on, rows, starts, inProcess, others }) {
  const lines = rows.map(row =>
    'skipped' in row
      ? [row.what, row.reference, 'skipped', row.skipped]
      : [
          row.what,
          row.reference,
          `${row.ratio} (${row.must})`,
          `${row.mebibytes}${row.mebibytesMust === null ? '' : ` (${row.mebibytesMust})`}`,
        ],
  );
  return [
    `${on.cpu}, Node ${on.node}, ${on.date}; traces of ${on.megabytes} MB, the median of ${on.rounds}`,
    '',
    ...columns([['what', 'reference', 'ratio (must)', 'MiB (must)'], ...lines]),
    '',
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

const report = {
  on: {
    cpu: cpus()[0]?.model ?? 'unknown',
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    megabytes: MEGABYTES,
    rounds: ROUNDS,
  },
  rows: await table(),
  starts: benchStart(quick ? 1 : 7),
  inProcess: await benchInProcess(quick ? 1 : 3),
  others: [...(await imports()), ...(await benchCompiled(quick ? 200 : 3000))],
};
for (const { name, ms } of report.starts) if (!(ms > 0)) wrong.push(`${name}: a figure is missing`);
for (const { name, rate } of report.inProcess) if (!(rate > 0)) wrong.push(`${name}: a figure is missing`);
process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : asText(report));
for (const what of wrong) process.stderr.write(`bench: ${what}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
