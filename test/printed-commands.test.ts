/** Commands that are printed to be copied: a shell runs each as it stands, and it does what was said of it. */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { commandLine, optionWords } from '../lib/model/command-line.js';
import { CC } from './c-kernels.js';
import { type Ran, rmitrace } from './rmitrace.js';

/** Names that a shell, an option parser or a terminal would take for something else. */
const NAMES = [
  'plain.json',
  `it's "$(touch PWNED)";touch PWNED;#.json`,
  '--kernel=v3 -o x.json',
  'two\nlines\t`touch PWNED`\u001b[31m.json',
  '\u202eevil ~ * \\.json',
];
const HOSTILE = 'v13;touch PWNED;#$(touch PWNED)';

/** The command lines in what was printed: to the end of their line, or to the backquote that closes them. */
function commandsIn(text: string): string[] {
  const quoted = [...text.matchAll(/`(rmitrace (?:\\.|\$'(?:[^'\\]|\\.)*'|'[^']*'|[^`'\\])*)`/g)].map(
    ([, command = '']) => command,
  );
  const bare = text
    .split('\n')
    .map(line => /^(?: +|.*: +)(rmitrace .*?)(?: {3}\(or .*\))?$/.exec(line)?.[1] ?? '');
  return [...quoted, ...bare].filter(command => command !== '');
}

/** The words that a shell gives rmitrace; the parts that a person fills in are filled in. */
function wordsOf(command: string, cwd: string): string[] {
  const ran = spawnSync('bash', ['-c', `rmitrace() { printf '%s\\0' "$@"; }\n${command}`], {
    cwd,
    encoding: 'utf8',
  });
  const words = ran.stderr === '' ? ran.stdout.split('\0').slice(0, -1) : [`bash: ${ran.stderr}`];
  return words.map(word => word.replace('0x…', '0x10000').replace(/^PROFILE$/, 'tf-rmm-0.9'));
}

const hasBash = spawnSync('bash', ['-c', ':']).status === 0;

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}

/** A trace file, changed: its members as JSON has them. */
async function changed(path: string, change: (trace: Trace) => void): Promise<void> {
  const trace = JSON.parse(await readFile(path, 'utf8')) as Trace;
  change(trace);
  await writeFile(path, JSON.stringify(trace));
}

function withoutConduit(path: string): Promise<void> {
  return changed(path, trace => {
    trace.events = trace.events.filter(({ name }) => name !== 'conduit');
  });
}

async function recordedIn(path: string, scope: string): Promise<void> {
  await rmitrace(['record', '--scope', scope, '-o', path]);
  await withoutConduit(path);
}

/** An RMM that refuses whatever it is asked, and words that a shell would run. */
const PIPED = `exec:while read call; do echo '{"res":["0x1","0x10000","0x10000"]}'; done # '$(touch PWNED)' \`x\``;
const SOURCE = "./it's a $(touch PWNED);.c";
const SHIM = './-- shim`touch PWNED`';
const PATCH = './"of two\'.patch';

/** C, a header that it takes from a shim, and a patch that changes its comment. */
async function withSource(folder: string): Promise<void> {
  const text = await readFile(new URL('c/asks.c', import.meta.url), 'utf8');
  await writeFile(join(folder, SOURCE), `// one\n#include <linux/own.h>\n${text}`);
  await mkdir(join(folder, SHIM, 'linux'), { recursive: true });
  await writeFile(join(folder, SHIM, 'linux', 'own.h'), '#define OWN 1\n');
  const file = SOURCE.slice(2);
  const hunk = '@@ -1,2 +1,2 @@\n-// one\n+// two\n #include <linux/own.h>\n';
  await writeFile(join(folder, PATCH), `--- a/${file}\n+++ b/${file}\n${hunk}`);
}

interface Trace {
  kernel: { name: string; wants: string | null };
  events: { type: string; name?: string }[];
}

/** Each in a folder of its own with NAME, and `other.json` of another kernel on another machine. */
interface Situation {
  readonly words: (name: string) => readonly string[];
  readonly prepare?: (path: string) => Promise<void>;
  /** What must stand in one of the commands, as a word. */
  readonly holds: readonly string[];
  readonly compiles?: boolean;
}

const SITUATIONS: ReadonlyMap<string, Situation> = new Map([
  [
    'an unknown decides, on another kernel with another RMM',
    {
      words: name => [
        ...['replay', '--kernel', 'v12', '--wants', '1.0', '--rmm', 'tf-rmm-0.8', '--answers'],
        ...['--set', 'RMI_VERSION.x0=unknown', '--', name],
      ],
      holds: ['--kernel', 'v12', '--wants', '1.0', '--rmm', 'tf-rmm-0.8', '--answers'],
    },
  ],
  [
    'an input is missing',
    {
      words: name => ['replay', '--kernel', 'v13', '--max-steps', '5000', '--', name],
      prepare: withoutConduit,
      holds: ['--kernel', 'v13', '--max-steps', '5000', 'conduit=smc'],
    },
  ],
  [
    'a request was not recorded',
    { words: name => ['replay', '--wants', '1.0', '--', name], holds: ['--wants', '1.0', '--answer-anyway'] },
  ],
  [
    'kernel and machine both changed',
    {
      words: name => [
        ...['replay', '--wants', '1.0', '--rmm', 'tf-rmm-0.8', '--set', 'sve_hint=true', '--', name],
      ],
      holds: ['--wants', '1.0', '--rmm', 'tf-rmm-0.8', 'sve_hint=true'],
    },
  ],
  [
    'two traces differ in both',
    { words: name => ['diff', '--', 'other.json', name], holds: ['--wants', '1.0'] },
  ],
  [
    'two traces differ in both, and a header names a kernel that does not exist',
    {
      words: name => ['diff', '--', 'other.json', name],
      prepare: path =>
        changed(path, trace => {
          trace.kernel.name = HOSTILE;
        }),
      holds: ['--wants', '1.0'],
    },
  ],
  [
    'outcomes are not reached',
    {
      words: name => ['check', '--coverage', '--kernel', 'v12', '--', name],
      holds: ['--kernel', 'v12', '--set'],
    },
  ],
  [
    'edits are minimised',
    {
      words: name => [
        ...['minimise', '--kernel', 'v13', '--set', 'RMI_VERSION.x0=1', '--set', 'sve_hint=true', '--', name],
      ],
      holds: ['--kernel', 'v13', 'RMI_VERSION.x0=1'],
    },
  ],
  [
    'an input is missing in scope kvm',
    {
      words: name => ['replay', '--kernel', 'v12', '--', name],
      prepare: path => recordedIn(path, 'kvm'),
      holds: ['--kernel', 'v12', 'conduit=smc'],
    },
  ],
  [
    'an input is missing in scope init',
    {
      words: name => ['replay', '--kernel', 'v14', '--', name],
      prepare: path => recordedIn(path, 'init'),
      holds: ['--kernel', 'v14', 'conduit=smc'],
    },
  ],
  [
    'kernel and machine both changed, with an RMM behind a pipe',
    {
      words: name => [
        ...['replay', '--rmm', PIPED, '--rmm-timeout', '7', '--wants', '1.0', '--set', 'sve_hint=true'],
        ...['--', name],
      ],
      holds: ['--rmm', PIPED, '--rmm-timeout', '7', '--wants', '1.0', 'sve_hint=true'],
    },
  ],
  [
    'an input is missing to C with a shim and a patch',
    {
      words: name => ['replay', '--kernel', SOURCE, '--shim', SHIM, '--patch', PATCH, '--', name],
      prepare: async path => {
        await withoutConduit(path);
        await withSource(dirname(path));
      },
      holds: ['--kernel', SOURCE, '--shim', SHIM, '--patch', PATCH, 'conduit=smc'],
      compiles: true,
    },
  ],
  [
    'a trace was edited',
    {
      words: name => ['validate', '--', name],
      prepare: path =>
        changed(path, trace => {
          trace.kernel.wants = '1.1';
        }),
      holds: ['fmt', '--seal'],
    },
  ],
]);

t.test('a command that a report prints runs as it stands, whatever its trace is called', async t => {
  if (!hasBash) return t.comment('not run: there is no bash');
  const folder = t.testdir();
  const run = (...words: string[]) => rmitrace(words, { cwd: folder });
  // What is compiled is compiled once.
  const env = { XDG_CACHE_HOME: join(folder, 'cache') };
  await run('record', 'fvp', '--rmm', 'tf-rmm-0.9', '-o', 'good.json');
  await run('record', 'qemu-max', '--wants', '1.0', '-o', 'other.json');
  for (const [at, [what, { words, prepare, holds, compiles }]] of [...SITUATIONS].entries()) {
    if (compiles === true && CC?.skip !== undefined) {
      t.comment(`${what}: not run: ${CC.skip}`);
      continue;
    }
    // Two names each, in turn: every name is used in several situations.
    for (const number of [at % NAMES.length, (at + 2) % NAMES.length]) {
      const name = NAMES[number] ?? '';
      const cwd = join(folder, `${what.replaceAll(' ', '-')}-${number}`);
      await mkdir(cwd);
      await copyFile(join(folder, 'good.json'), join(cwd, name));
      await copyFile(join(folder, 'other.json'), join(cwd, 'other.json'));
      await prepare?.(join(cwd, name));
      const printed = await rmitrace(words(name), { cwd, env });
      const commands = commandsIn(printed.out + printed.err).map(command => wordsOf(command, cwd));
      const held = commands.flat();
      t.strictSame(
        [...holds, name].filter(word => !held.includes(word)),
        [],
        `${what}: ${JSON.stringify(name)} ${JSON.stringify(commands)} ${printed.err}`,
      );
      for (const each of commands) {
        const ran: Ran = await rmitrace(each, { cwd, env });
        t.ok(ran.code === 0 || ran.code === 1, `${what}: ${JSON.stringify(each)}: ${ran.code} ${ran.err}`);
      }
      t.notOk(await exists(join(cwd, 'PWNED')), `${what}: a name is never run`);
    }
  }
});

t.test('every word comes out of a shell as it went in', async t => {
  if (!hasBash) return t.comment('not run: there is no bash');
  for (const name of [...NAMES, '', '~', '=ls', '!!', '\\', "'", '\u001b1', 'é\u2028ü', '😀\u200d']) {
    const command = commandLine('replay', [name, '-'], optionWords('kernel', name));
    t.ok(/^\P{Cc}*$/u.test(command), 'nothing that a terminal obeys');
    const words = wordsOf(command, t.testdirName.replace(/[^/]*$/, ''));
    t.ok(words.includes(name) && (words.includes(`--kernel=${name}`) || words.includes('--kernel')), command);
  }
});
