/**
 * A child process that exchanges lines of text: bounded in time and in size, and ended with all that it started. What
 * the lines mean is up to the caller.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { type Ended, endedText, endGroup, groupLives, killGroupAtExit } from './group.js';
import { childEnv, withoutDescriptors } from './inherited.js';
import { newLines } from './lines.js';
import { ownEnv } from './owner.js';

/** What is started, and how. */
export type PipeOptions = StartedBy & {
  readonly cwd?: string;
  /** The child's environment, of which it gets what a child gets. Default: this process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Bytes that a line may have. Default 1 MiB. */
  readonly maxLine?: number;
  /** Is given what the child writes to its standard error. Default: nobody sees it. */
  readonly onStderr?: (bytes: Uint8Array) => void;
};

type StartedBy =
  /** The program and its arguments, no shell between. */
  | { readonly argv: readonly [program: string, ...args: string[]]; readonly command?: undefined }
  /** A command line, through `/bin/sh -c`. */
  | { readonly command: string; readonly argv?: undefined };

/**
 * A line without its newline, or why there will be none. `text` lacks its subject, which the caller knows by name:
 * `ended with exit code 3`, `gave no line within 500 ms`, `wrote bytes that are not UTF-8`.
 */
export type Received =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'fault'; readonly code: 'timeout' | 'died' | 'garbage'; readonly text: string };

export interface Pipe {
  /** Writes one line; `line` has no newline in it. To a child that is gone it writes nothing: `receive` tells. */
  send(line: string): void;
  /**
   * The next line, in the order in which they came; one caller at a time. Lines that came before a fault are still
   * given. A fault stays: a line that came after its time would answer another request.
   */
  receive(timeoutMs: number): Promise<Received>;
  /** How many lines have come and were not received yet. */
  waiting(): number;
  /** Ends the child's whole process group: end of input, then SIGTERM, then SIGKILL. May be called twice. */
  close(): Promise<void>;
}

type Fault = Extract<Received, { kind: 'fault' }>;

const MAX_LINE = 1 << 20;
/** Lines that wait for their reader; a child that writes more has to wait itself. */
const MAX_WAITING = 64;
/** How long to wait for the rest of the output after a child or its output ended. */
const LAST_WORDS_MS = 250;

/** Starts the child. That it cannot be started is told by the first `receive`, as `died`. */
export function openPipe(options: PipeOptions): Pipe {
  const { maxLine = MAX_LINE, onStderr } = options;
  const start = started(options);
  const child = start instanceof Error ? null : start;
  const stdin = child?.stdin ?? null;
  // Node destroys it when the child ends; one that was only launched by it may read on.
  if (child !== null) child.stdin = null;
  const lines = newLines(maxLine);
  const waiting: string[] = [];
  let waiter: ((received: Received) => void) | null = null;
  let timer: NodeJS.Timeout | undefined;
  let lastWords: NodeJS.Timeout | undefined;
  let fault: Fault | null = null;
  let ended: Ended | null = null;
  let outputEnded = false;
  let closed: Promise<void> | null = null;

  const give = (received: Received): void => {
    const waited = waiter;
    waiter = null;
    clearTimeout(timer);
    waited?.(received);
  };
  const fail = (code: Fault['code'], text: string): void => {
    clearTimeout(lastWords);
    if (fault !== null) return;
    fault = { kind: 'fault', code, text };
    child?.stdout?.destroy();
    give(fault);
  };
  /** A child that ended well while its output is open has launched the process that answers. */
  const servesOn = (): boolean => ended?.code === 0 && !outputEnded;
  const died = (): void => fail('died', endedText(ended, lines.unfinished()));
  /** After the child's end, or its output's, what is still on its way may come; a grandchild may hold the rest open. */
  const listenOn = (): void => {
    clearTimeout(lastWords);
    lastWords = setTimeout(died, LAST_WORDS_MS);
  };
  const take = (bytes: Uint8Array): void => {
    const wrong = lines.take(bytes, line => {
      if (waiter === null) waiting.push(line);
      else give({ kind: 'line', line });
    });
    if (wrong !== null) fail('garbage', wrong);
    else if (waiting.length >= MAX_WAITING) child?.stdout?.pause();
  };

  const notStarted = (error: unknown): void => fail('died', `could not be started (${codeOf(error)})`);
  const stopGuard = killGroupAtExit(child?.pid);
  if (child === null) notStarted(start);
  child?.on('error', notStarted);
  child?.on('exit', (code, signal) => {
    ended = { code, signal, shell: options.argv === undefined };
    if (!servesOn() && child.stdout?.isPaused() !== true) listenOn();
  });
  child?.on('close', died);
  child?.stdout?.on('data', take).on('end', () => {
    outputEnded = true;
    listenOn();
  });
  child?.stderr?.on('data', bytes => onStderr?.(bytes));
  // A broken pipe shows as the child's end.
  for (const stream of [stdin, child?.stdout, child?.stderr]) stream?.on('error', () => {});

  const end = async (): Promise<void> => {
    fail('died', 'was closed');
    stdin?.end();
    const pid = child?.pid;
    if (pid !== undefined) await endGroup(pid, () => ended !== null && !(servesOn() && groupLives(pid)));
    for (const stream of [stdin, child?.stdout, child?.stderr]) stream?.destroy();
    stopGuard();
  };

  return {
    send(line) {
      if (stdin?.writable === true) stdin.write(`${line}\n`);
    },
    receive(timeoutMs) {
      if (waiter !== null) throw new Error('a pipe has one reader at a time');
      const line = waiting.shift();
      if (line !== undefined) {
        if (waiting.length === 0 && child?.stdout?.isPaused() === true && fault === null) {
          child.stdout.resume();
          if (ended !== null && !servesOn()) listenOn();
        }
        return Promise.resolve({ kind: 'line', line });
      }
      if (fault !== null) return Promise.resolve(fault);
      return new Promise(resolve => {
        waiter = resolve;
        timer = setTimeout(() => fail('timeout', `gave no line within ${timeoutMs} ms`), timeoutMs);
      });
    },
    waiting: () => waiting.length,
    close() {
      closed ??= end();
      return closed;
    },
  };
}

/** The child, in a process group of its own, or the error for which there is none. */
function started(options: PipeOptions): ChildProcess | Error {
  const { argv, command, cwd, env = ownEnv(), onStderr } = options;
  const [program, ...args] = argv ?? ['/bin/sh', '-c', command];
  try {
    const stderr = onStderr === undefined ? 'ignore' : 'pipe';
    return withoutDescriptors(['pipe', 'pipe', stderr], stdio => {
      return spawn(program, args, { cwd, env: childEnv(env), detached: true, stdio });
    });
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
