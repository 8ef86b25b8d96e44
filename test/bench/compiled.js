/**
 * `node test/bench/compiled.js`, after a build: what a kernel of real C costs. How many boots and requests a second go
 * over its pipe, one at a time, and how long the first and a cached `--kernel` take.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileKernel, kernelSource, machineNamed, profileNamed } from '../../dist/lib/index.js';
import { emulate } from '../../dist/lib/machine/emulated.js';
import { runAsync } from '../../dist/lib/run.js';

const BOOTS = 3000;

const must = result => {
  if (!result.ok) throw new Error(JSON.stringify(result.trouble));
  return result.value;
};

/** `{ name, value, unit }` for each figure; none, and that said, without a compiler `cc`. */
export async function benchCompiled(count = BOOTS) {
  if (spawnSync('cc', ['--version']).status !== 0) {
    process.stderr.write('a compiled check: skipped, no C compiler here\n');
    return [];
  }
  const cache = mkdtempSync(join(tmpdir(), 'rmitrace-bench-compiled-'));
  try {
    const text = readFileSync(new URL('../c/asks.c', import.meta.url), 'utf8');
    const [first, compiled] = await timed(() => kernelOf(text, cache));
    await compiled.close();
    const [cached, kernel] = await timed(() => kernelOf(text, cache));
    const machine = must(machineNamed('fvp'));
    const rmm = must(profileNamed('tf-rmm-0.8'));
    const [ms] = await timed(async () => {
      for (let boot = 0; boot < count; boot++) await runAsync(kernel, emulate(machine, rmm));
    });
    await kernel.close();
    // A boot is two turns of the pipe: it is begun, and its one call is answered.
    const turns = Math.round((2 * count * 1000) / ms);
    return [
      { name: 'a compiled check: boots', value: Math.round((count * 1000) / ms), unit: '/s' },
      { name: 'a compiled check: requests over the pipe', value: turns, unit: '/s' },
      { name: '--kernel FILE, the first time', value: Math.round(first), unit: 'ms' },
      { name: '--kernel FILE, cached', value: Math.round(cached), unit: 'ms' },
    ];
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

async function kernelOf(text, cache) {
  const source = must(await kernelSource({ is: 'text', name: 'asks.c', text }));
  return must(await compileKernel(source, { name: 'asks.c', cc: ['cc'], env: process.env, cache }));
}

async function timed(run) {
  const from = performance.now();
  const value = await run();
  return [performance.now() - from, value];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { name, value, unit } of await benchCompiled()) {
    process.stdout.write(`${String(value).padStart(9)} ${unit.padEnd(2)}  ${name}\n`);
  }
}
