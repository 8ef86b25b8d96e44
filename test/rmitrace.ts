/**
 * Runs rmitrace: in this process, which is quick, or as a process of its own where that is what is tested: its signals, its
 * pipes, its terminal. The process is dist/cli/rmitrace.cjs, which `npm test` builds first.
 */
import {
  type ChildProcess,
  type SpawnSyncOptions,
  type SpawnSyncReturns,
  spawn,
  spawnSync,
} from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { rmitrace as obey } from '../cli/app.js';
import { systemOf } from '../cli/process.js';

export const MAIN = join(process.cwd(), 'dist/cli/rmitrace.cjs');
/** Nothing of the caller's environment but where programs are. */
export const ENV = { PATH: process.env.PATH ?? '' };
/** Node as children are started: without the loader that tap puts into NODE_OPTIONS, and that takes a second of each. */
export const NODE = ['env', '-u', 'NODE_OPTIONS', process.execPath] as const;
/** The same, and rmitrace, as a shell takes them. */
export const SHELL_NODE = NODE.map(word => `'${word}'`).join(' ');
export const SHELL_RMITRACE = `${SHELL_NODE} '${MAIN}'`;

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface How {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** All of standard input. */
  readonly input?: string;
  /** Whether all three streams are a terminal. */
  readonly terminal?: boolean;
  /** Another build of it. */
  readonly app?: typeof obey;
}

/** Runs rmitrace in this process, one after another, since each may have a folder of its own. */
export function rmitrace(words: readonly string[], how: How = {}): Promise<Ran> {
  const ran = before.then(() => here(words, how));
  before = ran.catch(() => {});
  return ran;
}

let before: Promise<unknown> = Promise.resolve();

async function here(words: readonly string[], how: How): Promise<Ran> {
  const { cwd, env = {}, input = '', terminal: isTTY = false, app = obey } = how;
  const [out, err] = [collected(), collected()];
  const folder = process.cwd();
  if (cwd !== undefined) process.chdir(cwd);
  try {
    const system = systemOf({
      argv: ['node', 'rmitrace', ...words],
      env: { ...ENV, ...env },
      stdin: Object.assign(Readable.from(input === '' ? [] : [Buffer.from(input)]), { isTTY }),
      stdout: Object.assign(out.stream, { isTTY }),
      stderr: Object.assign(err.stream, { isTTY }),
    });
    return { code: await app(system), out: out.text(), err: err.text() };
  } finally {
    process.chdir(folder);
  }
}

function collected(): { readonly stream: Writable; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}

/** Runs rmitrace in this process, in one folder, its words parted by blanks. */
export function inFolder(cwd: string) {
  return (line: string, how: How = {}) => rmitrace(line.split(' '), { cwd, ...how });
}

/** Starts rmitrace as a process of its own. */
export function start(words: readonly string[], { cwd, env = {} }: How): ChildProcess {
  const [program, ...args] = NODE;
  return spawn(program, [...args, MAIN, ...words], { cwd, env: { ...ENV, ...env } });
}

export async function ended(child: ChildProcess): Promise<Ran> {
  const text = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', data => (text.out += data));
  child.stderr?.setEncoding('utf8').on('data', data => (text.err += data));
  const [code] = await once(child, 'close');
  return { code, ...text };
}

/** Runs rmitrace as a process of its own. */
export function asProcess(words: readonly string[], how: How = {}): Promise<Ran> {
  const child = start(words, how);
  child.stdin?.on('error', () => {}).end(how.input ?? '');
  return ended(child);
}

/** Runs node to its end. */
export function node(words: readonly string[], options: SpawnSyncOptions = {}): SpawnSyncReturns<string> {
  const [program, ...args] = NODE;
  return spawnSync(program, [...args, ...words], { env: ENV, ...options, encoding: 'utf8' });
}

/** A folder with good.json (2.0 agreed), old.json (refused) and bad.json (good.json, replayed on a forgetful RMM). */
export async function recordings(folder: string) {
  const run = inFolder(folder);
  await Promise.all([run('record fvp --rmm tf-rmm-0.9 -o good.json'), run('record qemu-max -o old.json')]);
  await run('replay good.json --rmm forgets-range -o bad.json');
  return run;
}
