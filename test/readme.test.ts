/** The README is true: its commands are run in order in one folder, and print what stands there. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { CONDENSE_LIMITS } from '../lib/compare/condense.js';
import { MOST_LISTED as MOST_FINDINGS } from '../lib/conformance/judge.js';
import { MOST_LISTED } from '../lib/report/listed.js';
import { MAX_STEPS } from '../lib/run.js';
import { READ_LIMITS } from '../lib/trace/limits.js';
import { ENV, node, SHELL_RMITRACE } from './rmitrace.js';

const README = readFileSync('README.md', 'utf8');

interface Step {
  readonly command: string;
  readonly expected: string;
}

function blocks(language: string): readonly string[] {
  return [...README.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, text = '']) => text,
  );
}

/** `$ command`, and the lines under it up to the next. */
function steps(block: string): readonly Step[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map(text => {
      const [command = '', ...lines] = text.split('\n');
      return { command, expected: lines.join('\n') };
    });
}

/** Runs the commands of a block in one shell, so that `$?` is that of the command before. */
function outputs(commands: readonly string[], cwd: string): readonly string[] {
  const between = '\u0001';
  const script = commands.map(command => `${command} 2>&1; s=$?; printf '${between}'; (exit $s)`).join('\n');
  // On the PATH and not a function: an RMM behind a pipe is started by a shell of its own.
  const bin = mkdtempSync(join(tmpdir(), 'rmitrace-readme-'));
  writeFileSync(join(bin, 'rmitrace'), `#!/bin/sh\nexec ${SHELL_RMITRACE} "$@"\n`, {
    mode: 0o755,
  });
  const env = { ...ENV, PATH: `${bin}:${ENV.PATH}`, XDG_CACHE_HOME: join(bin, 'cache') };
  try {
    const { stdout } = spawnSync('sh', ['-c', script], { cwd, env, encoding: 'utf8' });
    return stdout.split(between).slice(0, -1);
  } finally {
    rmSync(bin, { recursive: true, force: true });
  }
}

/** A line `...` stands for any lines. */
function matches(expected: string, found: string): boolean {
  const parts = expected.split(/^\.\.\.\n/m).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('(?:.*\\n)*?')}$`).test(found);
}

/** Commands that compile C stand in blocks of their own. */
const NO_CC = spawnSync('cc', ['--version']).status === 0 ? false : 'no C compiler here';

t.test('every command of the README prints what the README says', async t => {
  const cwd = t.testdir({
    traces: t.fixture('symlink', `${process.cwd()}/traces`),
    test: t.fixture('symlink', `${process.cwd()}/test`),
  });
  if (NO_CC) t.comment(`skipped: the blocks that compile C: ${NO_CC}`);
  const languages = NO_CC ? 'console' : 'console(?: cc)?';
  let run = 0;
  for (const block of blocks(languages)) {
    const all = steps(block);
    const found = outputs(
      all.map(({ command }) => command),
      cwd,
    );
    for (const [at, { command, expected }] of all.entries()) {
      const output = found[at] ?? '';
      t.ok(matches(expected, output), command, { found: output, expected });
      run++;
    }
  }
  t.ok(run > 10, `${run} commands`);
  t.notOk(matches('a\n...\nb\n', 'a\nc\n'), 'a wrong line is seen');
});

t.test('the example of the library runs from a checkout', async t => {
  const [example = ''] = blocks('js');
  const ran = node(['--input-type=module', '-e', example]);
  t.strictSame([ran.stderr, ran.stdout], ['', 'same\ndifferent\n']);
});

t.test('the README has each limit and its flag', async t => {
  const units: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };
  const rows = [...README.matchAll(/^\| ([^|]+) \| ([\d,]+)([KMG]?)[^|]* \| ([^|]+) \|$/gm)].map(
    ([, what = '', digits = '', unit = '', flag = '']) => {
      const limit = Number(digits.replaceAll(',', '')) * (units[unit] ?? 1);
      return { what, limit, flag: flag.replaceAll('`', '') };
    },
  );
  const ofReading = rows.filter(({ flag }) => flag.startsWith('--limit '));
  t.strictSame(
    Object.fromEntries(
      ofReading.map(({ flag, limit }) => [flag.slice('--limit '.length, -'=N'.length), limit]),
    ),
    READ_LIMITS,
  );
  const limitOf = (sought: string) =>
    rows.find(({ what, flag }) => flag === sought || what.startsWith(sought))?.limit;
  t.equal(limitOf('--max-steps N'), MAX_STEPS);
  t.equal(limitOf('diff --most N'), CONDENSE_LIMITS.most);
  t.equal(limitOf('what a report of a replay lists'), MOST_LISTED);
  t.equal(limitOf('findings of one rule'), MOST_FINDINGS);
});

t.test('the README names the scripts and files that there are', async t => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  for (const name of ['start', 'test']) t.ok(README.includes(`npm ci && npm ${name}`) && scripts[name], name);
  for (const [, path = ''] of README.matchAll(/`?((?:schemas|lib|traces)\/[\w./-]+\.(?:md|json))`?/g))
    t.ok(readFileSync(path), path);
});
