/** `npm run traces`: makes the traces of table.js again, and README.md, and names what changed. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readme, TRACES, wordsOf } from './table.js';

const MAIN = fileURLToPath(new URL('../dist/cli/rmitrace.cjs', import.meta.url));

function recorded(trace) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...wordsOf(trace)], {
    encoding: 'utf8',
  });
  if (status === 0) return stdout;
  process.stderr.write(`${trace.name}: ${stderr}`);
  process.exit(1);
}

function kept(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function put(name, text) {
  const file = new URL(name, import.meta.url);
  if (kept(file) === text) return;
  writeFileSync(file, text);
  process.stdout.write(`traces/${name}: written\n`);
}

// All are made before any is written: a command that fails leaves the folder as it was.
const made = TRACES.map(trace => [trace.name, recorded(trace)]);
for (const [name, text] of [...made, ['README.md', readme()]]) put(name, text);
