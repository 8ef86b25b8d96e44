/** A program that is run to its end, like a compiler: bounded in time and in what it writes, no shell between. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { endedText, endGroup, killGroupAtExit } from './group.js';
import { childEnv, withoutDescriptors } from './inherited.js';
import { ownEnv } from './owner.js';

export interface ProgramOptions {
  /** The program and its arguments. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string;
  /** Its environment, of which it gets what a child gets. Default: this process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default 60,000. */
  readonly timeoutMs?: number;
  /** Of each of its outputs. What goes beyond is dropped. Default 16 MiB. */
  readonly maxBytes?: number;
}

export type ProgramRun =
  /** There is no such program, or it may not be run. */
  | { readonly kind: 'not-started'; readonly code: string }
  | { readonly kind: 'timeout'; readonly text: string }
  | {
      readonly kind: 'ended';
      /** Exit code 0. */
      readonly ok: boolean;
      /** `ended with exit code 1`, `was ended by SIGSEGV`. */
      readonly text: string;
      readonly stdout: string;
      readonly stderr: string;
    };

/** Its standard input is empty; it and all that it started are gone when this returns. */
export async function runProgram(options: ProgramOptions): Promise<ProgramRun> {
  const { argv, cwd, env = ownEnv(), timeoutMs = 60_000, maxBytes = 1 << 24 } = options;
  const [program, ...args] = argv;
  const child = started(program, args, { cwd, env: childEnv(env) });
  const letGo = killGroupAtExit(child.pid);
  const stdout = gather(child.stdout, maxBytes);
  const stderr = gather(child.stderr, maxBytes);
  let timer: NodeJS.Timeout | undefined;
  const end = await new Promise<ProgramRun>(resolve => {
    timer = setTimeout(
      () => resolve({ kind: 'timeout', text: `did not end within ${timeoutMs} ms` }),
      timeoutMs,
    );
    child.on('error', error => {
      resolve({ kind: 'not-started', code: 'code' in error ? String(error.code) : error.message });
    });
    child.on('close', (code, signal) => {
      const text = endedText({ code, signal, shell: false }, false);
      resolve({ kind: 'ended', ok: code === 0, text, stdout: stdout(), stderr: stderr() });
    });
  });
  clearTimeout(timer);
  if (end.kind === 'timeout' && child.pid !== undefined) {
    await endGroup(child.pid, () => child.exitCode !== null || child.signalCode !== null);
    child.stdout.destroy();
    child.stderr.destroy();
  }
  letGo();
  return end;
}

function started(
  program: string,
  args: readonly string[],
  how: { readonly cwd: string | undefined; readonly env: NodeJS.ProcessEnv },
): ChildProcessByStdio<null, Readable, Readable> {
  return withoutDescriptors(['ignore', 'pipe', 'pipe'], stdio => {
    return spawn(program, args, { ...how, detached: true, stdio }) as ChildProcessByStdio<
      null,
      Readable,
      Readable
    >;
  });
}

function gather(stream: NodeJS.ReadableStream, maxBytes: number): () => string {
  const chunks: Buffer[] = [];
  let held = 0;
  stream
    .on('error', () => {})
    .on('data', (chunk: Buffer) => {
      const kept = chunk.subarray(0, maxBytes - held);
      held += kept.length;
      chunks.push(kept);
    });
  return () => Buffer.concat(chunks).toString('utf8');
}
