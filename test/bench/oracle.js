/**
 * A row of a sweep against a compiled oracle: a C program that makes the same rows (oracle.c), from the draw of an answer to
 * the line that says what came of the check, without a kernel that can be replaced, a machine or an edit. `node oracle.js
 * COUNT`, after a build: the rows as the oracle writes them.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, writeSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { node, program } from './child.js';

const ROWS = fileURLToPath(import.meta.url);
const SOURCE = fileURLToPath(new URL('oracle.c', import.meta.url));
const BATCH = 2 ** 16;

export function oracleRow(files, count) {
  const compiled = () => {
    const path = files.at('oracle');
    if (!existsSync(path)) spawnSync('cc', ['-O2', '-o', path, SOURCE], { stdio: 'inherit' });
    return path;
  };
  return {
    what: `${count.toLocaleString('en-GB')} rows of a sweep, random answers`,
    reference: 'the same rows from C (cc -O2)',
    // A tenth of its rows in the same time.
    ratio: 10,
    run: () => node([ROWS, `${count}`]),
    against: () => program([compiled(), `${count}`]),
    right: ({ code, digest }) => code === 0 && digest === digestOf(compiled(), count),
    skip: spawnSync('cc', ['--version']).status === 0 ? null : 'there is no C compiler here',
  };
}

function digestOf(oracle, count) {
  const { stdout } = spawnSync(oracle, [`${count}`], { maxBuffer: 2 ** 30 });
  return createHash('sha256').update(stdout).digest('hex');
}

async function writeRows(count) {
  // What a row needs, and no more: C starts at once.
  const { kernelNamed } = await import('../../dist/lib/kernel/kernels.js');
  const { machineNamed } = await import('../../dist/lib/machine/built-in.js');
  const { u64 } = await import('../../dist/lib/model/u64.js');
  const { planSweep } = await import('../../dist/lib/search/plan.js');
  const { sweepRows } = await import('../../dist/lib/search/sweep.js');
  const { endText } = await import('../../dist/lib/model/end.js');
  const { randomAxis } = await import('../../dist/lib/search/random.js');
  const must = result => {
    if (!result.ok) throw new Error(JSON.stringify(result.trouble));
    return result.value;
  };
  const [kernels, machines] = [[must(kernelNamed('v13'))], [must(machineNamed('fvp'))]];
  const axes = [randomAxis(count, u64(1n))];
  const plan = must(planSweep({ kernels, machines, rmms: null, axes }));
  let text = '';
  for (const { row, values, cells } of sweepRows(plan, 0, count)) {
    text += `${row} ${values.join(' ')} ${endText(cells[0])}\n`;
    if (text.length < BATCH) continue;
    writeSync(1, text);
    text = '';
  }
  writeSync(1, text);
}

if (pathToFileURL(process.argv[1] ?? '').href === import.meta.url) await writeRows(Number(process.argv[2]));
