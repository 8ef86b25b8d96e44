/** A child's process group: how it ended, and how it is made to end. */
import type { ChildProcess } from 'node:child_process';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether a shell was started, whose exit code may speak of the command. */
  readonly shell: boolean;
}

/** How long a child has after the end of its input, and after SIGTERM. */
const END_OF_INPUT_MS = 250;
const TERMINATE_MS = 500;
/** How long the rest of a group is waited for when its leader is gone, and how often it is looked at. */
const REST_MS = 200;
const LOOK_MS = 5;

/** What a shell says by its exit code of a command that it could not run. */
const SHELL_SAYS: ReadonlyMap<number | null, string> = new Map([
  [126, ' (the command cannot be executed)'],
  [127, ' (command not found)'],
]);

/** `null`: its output ended, and it runs on. */
export function endedText(ended: Ended | null, unfinished: boolean): string {
  const within = unfinished ? ', in the middle of a line' : '';
  if (ended === null) return `closed its output${within}`;
  if (ended.signal !== null) return `was ended by ${ended.signal}${within}`;
  return `ended with exit code ${ended.code}${(ended.shell && SHELL_SAYS.get(ended.code)) || ''}${within}`;
}

/** Ends what is left of the group that `child` leads, once its input was ended. Bounded in time. */
export async function endGroup(child: ChildProcess, pid: number, hasEnded: () => boolean): Promise<void> {
  if (!(await within(child, hasEnded, END_OF_INPUT_MS))) {
    signalGroup(pid, 'SIGTERM');
    if (!(await within(child, hasEnded, TERMINATE_MS))) {
      signalGroup(pid, 'SIGKILL');
      await within(child, hasEnded, TERMINATE_MS);
    }
  }
  if (!signalGroup(pid, 'SIGTERM')) return;
  for (let waited = 0; waited < REST_MS && signalGroup(pid, 0); waited += LOOK_MS) {
    await new Promise(resolve => setTimeout(resolve, LOOK_MS));
  }
  signalGroup(pid, 'SIGKILL');
}

/** A child does not outlive this process: not its interruption, and not a bug. Gives back how to let go of it. */
export function killGroupAtExit(pid: number | undefined): () => void {
  if (pid === undefined) return () => {};
  const kill = (): void => void signalGroup(pid, 'SIGKILL');
  process.once('exit', kill);
  return () => void process.off('exit', kill);
}

/** Whether there was anybody to signal. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** Whether the child ended within the time. */
async function within(child: ChildProcess, hasEnded: () => boolean, ms: number): Promise<boolean> {
  if (hasEnded()) return true;
  return new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer);
      child.off('exit', done);
      resolve(hasEnded());
    };
    const timer = setTimeout(done, ms);
    child.on('exit', done);
  });
}
