/** A program that is run to its end, like a compiler: bounded in time and in what it writes, no shell between. */
import { spawn } from 'node:child_process';
import { endedText, endGroup, killGroupAtExit } from './group.js';

export interface ProgramOptions {
  /** The program and its arguments. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string;
  /** Its whole environment. Default: this process's own. */
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
  const { argv, cwd, env, timeoutMs = 60_000, maxBytes = 1 << 24 } = options;
  const [program, ...args] = argv;
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
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
