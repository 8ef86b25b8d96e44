/** Runs dist/cli/rmitrace.cjs, which `npm test` builds first, as a person would. */
import {
  type ChildProcess,
  type SpawnSyncOptions,
  type SpawnSyncReturns,
  spawn,
  spawnSync,
} from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const MAIN = join(process.cwd(), 'dist/cli/rmitrace.cjs');
/** Nothing of the caller's environment but where programs are. */
export const ENV = { PATH: process.env.PATH ?? '' };
/**
 * Node as children are started: without the loader that tap puts into NODE_OPTIONS of every child, and that takes a second
 * of each; with it where coverage is counted.
 */
export const NODE: readonly [program: string, ...args: string[]] =
  process.env._TAPJS_PROCESSINFO_COVERAGE_ === '1'
    ? [process.execPath]
    : ['env', '-u', 'NODE_OPTIONS', process.execPath];
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
  readonly input?: string;
}

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

/** Runs node to its end. */
export function node(words: readonly string[], options: SpawnSyncOptions = {}): SpawnSyncReturns<string> {
  const [program, ...args] = NODE;
  return spawnSync(program, [...args, ...words], { env: ENV, ...options, encoding: 'utf8' });
}

export function rmitrace(words: readonly string[], how: How = {}): Promise<Ran> {
  const child = start(words, how);
  child.stdin?.on('error', () => {}).end(how.input ?? '');
  return ended(child);
}

export function inFolder(cwd: string) {
  return (line: string, how: How = {}) => rmitrace(line.split(' '), { cwd, ...how });
}

/** A folder with good.json (2.0 agreed), old.json (refused) and bad.json (good.json, replayed on a forgetful RMM). */
export async function recordings(folder: string) {
  const run = inFolder(folder);
  await Promise.all([run('record fvp --rmm tf-rmm-0.9 -o good.json'), run('record qemu-max -o old.json')]);
  await run('replay good.json --rmm forgets-range -o bad.json');
  return run;
}
