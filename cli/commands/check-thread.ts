/** One of the threads of `check --jobs`: it makes of the command line what the command makes of it, and takes files. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { type CheckResult, type Known, troubleText } from '../../lib/cli.js';
import type { Args } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { withCompiled } from '../load-c-kernel.js';
import type { Io } from '../process.js';
import { playOf } from './check-play.js';
import { type FileResult, here } from './check-rows.js';

/** The word before those of the command line by which a thread is told from a command. */
export const WORK = '--work';

export type ToThread =
  | { readonly is: 'file'; readonly at: number; readonly file: string }
  /** The answer to a claim. */
  | { readonly is: 'known'; readonly kept: CheckResult | null }
  | { readonly is: 'end' };

export type FromThread =
  | { readonly is: 'ready' }
  | { readonly is: 'note'; readonly line: string }
  | { readonly is: 'claim'; readonly digest: string }
  | { readonly is: 'settle'; readonly digest: string; readonly kept: CheckResult }
  | { readonly is: 'row'; readonly at: number; readonly row: FileResult };

/** The command has refused before what is refused here: a thread that cannot begin is a bug. */
export function work(io: Io, args: Args): Promise<number> {
  const port = parentPort;
  if (port === null) throw new Error(`${WORK} is for threads`);
  const post = (message: FromThread): void => port.postMessage(message);
  let isReady = false;
  // What is said of the kernel the command has said already.
  const note = (line: string): void => {
    if (isReady) post({ is: 'note', line });
  };
  const trouble: Io['trouble'] = found => {
    throw new Error(troubleText(found));
  };
  const run = withCompiled('check', async (given, words, compiled) => {
    const play = await playOf(given, words, compiled);
    if (!play.ok) return given.trouble(play.trouble);
    const inbox = newInbox(port, post);
    isReady = true;
    post({ is: 'ready' });
    const { one, known, extentFor } = play.value;
    const rows = here(given, inbox.files(), { one, extentFor, known: known === null ? null : inbox.known });
    for await (const row of rows) post({ is: 'row', at: inbox.at(), row });
    await play.value.close();
    return EXIT.same;
  });
  return run({ ...io, note, trouble }, args);
}

/** What the command sends: one file after another, and what is known of a digest. */
function newInbox(port: MessagePort, post: (message: FromThread) => void) {
  const queue: ToThread[] = [];
  let wake = (): void => {};
  let at = 0;
  let told: (kept: CheckResult | null) => void = () => {};
  port.on('message', (message: ToThread) => {
    if (message.is === 'known') told(message.kept);
    else queue.push(message);
    wake();
  });
  const known: Known<CheckResult> = {
    claim: digest =>
      new Promise(resolve => {
        told = resolve;
        post({ is: 'claim', digest });
      }),
    settle: (digest, kept) => post({ is: 'settle', digest, kept }),
  };
  return {
    known,
    /** Which of the files is being read. */
    at: () => at,
    async *files(): AsyncGenerator<string, void, undefined> {
      for (;;) {
        const message = queue.shift();
        if (message?.is === 'file') {
          at = message.at;
          yield message.file;
        } else if (message !== undefined) {
          port.close();
          return;
        } else {
          await new Promise<void>(resolve => {
            wake = resolve;
          });
        }
      }
    },
  };
}
