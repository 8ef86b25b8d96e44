/** A child's process group: how it ended, and how it is made to end. */
import { atExit } from './owner.js';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether a shell was started, whose exit code may speak of the command. */
  readonly shell: boolean;
}

/** How long a child has after the end of its input, and after SIGTERM. */
const END_OF_INPUT_MS = 250;
const TERMINATE_MS = 500;
/** How long the rest of a group is waited for when its leader is gone. */
const REST_MS = 200;
/** How often it is looked whether it is. */
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

/** Ends what is left of the group of `pid` after its input was closed. Bounded in time. */
export async function endGroup(pid: number, hasEnded: () => boolean): Promise<void> {
  if (!(await within(hasEnded, END_OF_INPUT_MS))) {
    signalGroup(pid, 'SIGTERM');
    if (!(await within(hasEnded, TERMINATE_MS))) {
      signalGroup(pid, 'SIGKILL');
      await within(hasEnded, TERMINATE_MS);
    }
  }
  if (!signalGroup(pid, 'SIGTERM')) return;
  await within(() => !groupLives(pid), REST_MS);
  signalGroup(pid, 'SIGKILL');
}

/** Ends the child with this process, on an interruption or a bug too. Returns a function that lets go of it. */
export function killGroupAtExit(pid: number | undefined): () => void {
  if (pid === undefined) return () => {};
  const kill = (): void => void signalGroup(pid, 'SIGKILL');
  return atExit(kill);
}

/** Whether anybody is left of the group of `pid`. */
export function groupLives(pid: number): boolean {
  return signalGroup(pid, 0);
}

/** Whether there was anybody to signal. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** Whether it came to be within the time. */
async function within(isSo: () => boolean, ms: number): Promise<boolean> {
  for (let waited = 0; waited < ms && !isSo(); waited += LOOK_MS) {
    await new Promise(resolve => setTimeout(resolve, LOOK_MS));
  }
  return isSo();
}
