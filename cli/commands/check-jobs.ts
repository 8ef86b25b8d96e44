/**
 * `check --jobs N`: threads, each with one trace at a time. Rows come in the order of the files, and few of them wait for
 * one before; a digest that one thread replays the others take from it.
 */
import { Worker } from 'node:worker_threads';
import { bad, type CheckResult, good, type Known, newAlike, parseCount, type Result } from '../../lib/cli.js';
import type { Args } from '../command.js';
import { misuse } from '../load.js';
import type { Io } from '../process.js';
import type { Play } from './check-play.js';
import { type FileResult, here } from './check-rows.js';
import { type FromThread, type ToThread, WORK } from './check-thread.js';

/** More threads than any machine has cores. */
const MOST = 1024;
/** So many files for each thread may be handed out beyond the one that is printed next. */
const AHEAD = 16;

/** The count of --jobs. Trouble: `usage`. */
export function jobsOf(command: string, args: Args): Result<number> {
  const text = args.one('jobs');
  if (text === undefined) return good(1);
  const jobs = parseCount(text);
  const wrong = (what: string) => bad(misuse(command, what));
  if (jobs === null || jobs < 1 || jobs > MOST)
    return wrong(`--jobs takes a number from 1 to ${MOST}, not ${JSON.stringify(text)}`);
  const alone = ['coverage', 'update'].find(name => args.flag(name));
  if (alone !== undefined) return wrong(`--${alone} does not go with --jobs`);
  return args.operands.includes('-') ? wrong('standard input does not go with --jobs') : good(jobs);
}

/** Each file replayed, in this thread or, of several jobs, in threads of their own. */
export function replayedFiles(
  io: Io,
  jobs: number,
  files: readonly string[],
  play: Play,
): AsyncIterable<FileResult> {
  return jobs === 1 ? here(io, files, play) : byJobs(io, jobs, files, play.known);
}

async function* byJobs(
  io: Io,
  jobs: number,
  files: readonly string[],
  known: Known<CheckResult> | null,
): AsyncGenerator<FileResult, void, undefined> {
  const alike = newAlike();
  const done = new Map<number, FileResult>();
  const idle: Worker[] = [];
  let failed: unknown = null;
  let wake = (): void => {};
  let next = 0;
  let printed = 0;
  const handOut = (): void => {
    while (idle.length > 0 && next < files.length && next < printed + AHEAD * jobs) {
      send(idle.pop(), { is: 'file', at: next, file: files[next] ?? '' });
      next++;
    }
  };
  const take = (worker: Worker, message: FromThread): void => {
    if (message.is === 'note') io.note(message.line);
    if (message.is === 'settle') known?.settle(message.digest, alike(message.kept));
    if (message.is === 'claim')
      void known?.claim(message.digest).then(kept => send(worker, { is: 'known', kept }));
    if (message.is === 'row') done.set(message.at, message.row);
    if (message.is === 'row' || message.is === 'ready') {
      idle.push(worker);
      handOut();
      wake();
    }
  };
  const workers = Array.from({ length: Math.min(jobs, files.length) }, () => {
    // The launcher of the command, whose bundle this file is part of.
    const worker = new Worker(new URL('rmitrace.cjs', import.meta.url), { argv: [WORK, ...io.words] });
    worker.on('message', message => take(worker, message));
    worker.on('error', error => {
      failed ??= error;
      wake();
    });
    return worker;
  });
  try {
    for (const at of files.keys()) {
      for (let row = done.get(at); ; row = done.get(at)) {
        if (failed !== null) throw failed;
        if (row !== undefined) {
          yield row;
          break;
        }
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      done.delete(at);
      printed = at + 1;
      handOut();
    }
  } finally {
    for (const worker of workers) send(worker, { is: 'end' });
    await Promise.all(workers.map(ended));
  }
}

function send(worker: Worker | undefined, message: ToThread): void {
  worker?.postMessage(message);
}

/** It ends what it started first. */
function ended(worker: Worker): Promise<void> {
  return new Promise(resolve => {
    if (worker.threadId === -1) resolve();
    else worker.once('exit', () => resolve());
  });
}
