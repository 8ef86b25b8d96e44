/** Takes hold of the process itself: its signals, its closed pipes, its end. */
import { rmSync } from 'node:fs';
import { systemError } from '../lib/cli.js';
import { EXIT, SIGNALS } from './exit-codes.js';
import { type System, systemOf } from './process.js';

/** `end` ends the process with a code, once all is written. */
export function takeProcess(): { readonly system: System; end(code: number): void } {
  const system = systemOf(process);
  const stop = (code: number): never => {
    for (const partial of system.partials) rmSync(partial, { force: true });
    process.exit(code);
  };
  for (const [signal, code] of Object.entries(SIGNALS)) process.once(signal, () => stop(code));
  process.once('uncaughtException', error => stop(system.bug(error)));
  process.stdout.on('error', error => {
    const said = systemError(error);
    if (said?.code === 'EPIPE') return;
    const why = said?.text ?? error.message;
    process.stderr.write(`rmitrace: standard output cannot be written: ${why}\n`);
    stop(EXIT.trouble);
  });
  // A command that waits for ever must not look like one that succeeded.
  const unended = () => stop(system.bug(new Error('the command did not end')));
  process.once('beforeExit', unended);
  const end = (code: number): void => {
    process.removeListener('beforeExit', unended);
    process.exitCode = code;
  };
  return { system, end };
}
