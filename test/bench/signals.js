/**
 * `node test/bench/signals.js [MEGABYTES]`, after a build, on Linux: how long each command takes to hear Ctrl-C while it works
 * on a large trace: the CPU time between the signal and its end, at several moments of its run, and whether it leaves half of
 * a file behind.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RMITRACE } from './child.js';
import { benchFiles } from './files.js';

const USAGE = fileURLToPath(new URL('usage.cjs', import.meta.url));
/** In ms of its CPU time. */
const MOMENTS = [200, 500, 900, 1600, 2500, 4000, 8000];
const TICK_MS = 10;

/** What a process took so far. */
function took(pid) {
  const [, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').join(' ').split(' ').slice(1);
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** `{ ms, code }`, the time from the signal to the end; `null` where it ended before. */
async function heard(words, moment) {
  const child = spawn(process.execPath, ['--require', USAGE, RMITRACE, ...words], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stdio[3].on('data', data => (said += data));
  const closed = once(child, 'close');
  let at = 0;
  while (child.exitCode === null && at < moment) {
    await setTimeout(2);
    try {
      at = took(child.pid);
    } catch {
      break;
    }
  }
  const early = child.exitCode === null && child.kill('SIGINT');
  const [code, signal] = await closed;
  // Before the command itself is loaded, Node ends as any program does.
  if (early && signal === 'SIGINT') return { ms: 0, code };
  return early && code === 130 ? { ms: JSON.parse(said).ms - at, code } : { ms: null, code };
}

const megabytes = Number(process.argv[2]) || 60;
const files = benchFiles(megabytes);
try {
  const [trace, edited, log, out] = [
    files.calls(),
    files.edited(10),
    files.log(megabytes),
    files.at('out.json'),
  ];
  const mixed = files.ofKind('mixed', megabytes);
  const [loop, loopEdited] = files.loops();
  const pretty = await files.pretty(megabytes / 3);
  const golden = files.golden(3000);
  const commands = [
    ['validate', trace],
    ['validate', mixed],
    ['validate', pretty],
    ['validate', await files.packed(trace)],
    ['show', trace],
    ['show', '--json', mixed],
    ['show', trace, 'RMI_* x0!=0'],
    ['show', '--textconv', trace],
    ['show', '--conformance', trace],
    ['fmt', trace, '-o', out],
    ['fmt', '--seal', edited, '-o', out],
    ['diff', trace, edited],
    ['diff', trace, files.edited(1)],
    ['diff', loop, loopEdited],
    ['replay', trace],
    ['replay', trace, '--kernel', 'recorded'],
    ['replay', trace, '--kernel', 'recorded', '-o', out],
    ['replay', mixed, '--rmm', 'busy', '--kernel', 'v17'],
    ['check', trace],
    ['check', golden],
    ['cluster', trace, edited],
    ['minimise', trace, '--set', 'RMI_VERSION.x0=1', '--set', 'RMI_VERSION.x1=1.0'],
    ['redact', trace, '-o', out],
    ['report', trace, edited],
    ['report', trace, edited, '--format', 'html'],
    ['import', log, '-o', out],
    ['record', '--rmm', 'busy', '--kernel', 'v17', '--max-steps', '2000000', '-o', out],
    ['sweep', '--kernel', 'v13', '--random', '3000000'],
  ];
  for (const words of commands) {
    const rounds = [];
    let left = '';
    for (const moment of MOMENTS) {
      rmSync(out, { force: true });
      const round = await heard(words, moment);
      rounds.push(round);
      const half = existsSync(out) || existsSync(`${out}.partial`);
      if (round.ms !== null && half) left = '  LEFT A FILE';
      if (round.ms === null) break;
    }
    const times = rounds.map(({ ms, code }) =>
      ms === null ? `ended ${code}` : `${Math.max(0, Math.round(ms))}`,
    );
    const name = words.map(word => word.replace(files.at(''), '')).join(' ');
    process.stdout.write(`${times.join(' ').padEnd(48)} ${name}${left}\n`);
  }
} finally {
  files.remove();
}
