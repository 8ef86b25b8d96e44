/** `node test/bench/start.js`, after a build: what the start of a command costs, against Node that does nothing. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const RMITRACE = fileURLToPath(new URL('../../dist/cli/rmitrace.cjs', import.meta.url));
const [GOOD, OLD] = ['accepted.json', 'refused-rmm-too-old.json'].map(name =>
  fileURLToPath(new URL(`../../traces/${name}`, import.meta.url)),
);
const ROUNDS = 7;
/** A shell's clock of its children may tick at 10 ms only. */
const STARTS = 5;

const STARTED = [
  { name: 'node -e 0', words: ['-e', '0'] },
  { name: 'rmitrace --version', words: [RMITRACE, '--version'] },
  { name: 'rmitrace list kernels', words: [RMITRACE, 'list', 'kernels'] },
  { name: 'rmitrace diff, two small traces', words: [RMITRACE, 'diff', GOOD, OLD] },
  { name: 'rmitrace replay, a small trace', words: [RMITRACE, 'replay', GOOD] },
  { name: 'rmitrace show, a small trace', words: [RMITRACE, 'show', GOOD] },
];

/** The CPU time of one start, user and system, in ms. */
function cpu(words) {
  const script = `for _ in ${'. '.repeat(STARTS)}; do "$@" >/dev/null 2>&1; done; times`;
  const { stdout } = spawnSync('sh', ['-c', script, 'sh', process.execPath, ...words], { encoding: 'utf8' });
  const [, children = ''] = stdout.split('\n');
  const times = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  return times.reduce((sum, [, minutes, seconds]) => sum + minutes * 60_000 + seconds * 1000, 0) / STARTS;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** `{ name, ms, ratio }` for each; commands of each round stand side by side, since a machine has its moods. */
export function benchStart(count = ROUNDS) {
  const rounds = Array.from({ length: count }, () => STARTED.map(({ words }) => cpu(words)));
  return STARTED.map(({ name }, at) => ({
    name,
    ms: median(rounds.map(round => round[at])),
    ratio: median(rounds.map(round => round[at] / round[0])),
  }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { name, ms, ratio } of benchStart())
    process.stdout.write(`${ms.toFixed(0).padStart(5)} ms  ${ratio.toFixed(1).padStart(4)}  ${name}\n`);
}
