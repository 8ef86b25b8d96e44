/** What a child gets of this process: five variables of its environment, and nothing that it has open. */

import type { StdioOptions } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { parseCount } from '../model/count.js';

/** A program must be found, and find its files. Anything else may be a secret, and what a child says goes into traces. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'CC'];

type Environment = Readonly<Record<string, string | undefined>>;

/** Of `env`, what a child is given. */
export function childEnv(env: Environment): NodeJS.ProcessEnv {
  return Object.fromEntries(PASSED_ON.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]])));
}

type Standard = readonly ['pipe' | 'ignore', 'pipe', 'pipe' | 'ignore'];

/**
 * Starts a child by `start`, which is given its descriptors: the three of `standard`, and a null device in place of each
 * that this process was itself given and that a child would inherit.
 */
export function withoutDescriptors<T>(standard: Standard, start: (stdio: StdioOptions) => T): T {
  const given = inheritable();
  if (given.length === 0) return start([...standard]);
  const nothing = openSync('/dev/null', 'r+');
  try {
    const others = Array.from({ length: Math.max(...given) - 2 }, (_, at) =>
      given.includes(at + 3) ? nothing : ('ignore' as const),
    );
    return start([...standard, ...others]);
  } finally {
    closeSync(nothing);
  }
}

/** With O_CLOEXEC, 02000000, as /proc shows the flags of an open file. Node sets it on all that it opens. */
const CLOSED_AT_EXEC = /^flags:\s*[0-7]*[2367][0-7]{6}$/m;

/** The descriptors above the standard ones that a child would have too; none where there is no /proc. */
function inheritable(): readonly number[] {
  try {
    return readdirSync('/proc/self/fdinfo')
      .map(name => parseCount(name) ?? 0)
      .filter(fd => fd > 2 && isInheritable(fd));
  } catch {
    return [];
  }
}

function isInheritable(fd: number): boolean {
  try {
    return !CLOSED_AT_EXEC.test(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'));
  } catch {
    // The folder that was listed is closed by now.
    return false;
  }
}
