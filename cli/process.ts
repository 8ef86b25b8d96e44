/** The process as commands see it: the one file that knows streams, terminals, the environment and signals. */
import { existsSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { inspect } from 'node:util';
import {
  type CompileOptions,
  type Paint,
  PLAIN,
  type Trouble,
  troubleJson,
  troubleText,
  visible,
} from '../lib/index.js';
import { EXIT } from './exit-codes.js';
import type { Globals } from './option.js';

export interface Io {
  /** Whether reports are JSON. */
  readonly json: boolean;
  /** How C is compiled here: $CC or cc, the environment it runs in, and where what was built is kept. */
  readonly compiler: Pick<CompileOptions, 'cc' | 'env' | 'cache'>;
  /** Whether results go to a terminal. */
  readonly terminal: boolean;
  /** The colours of results. */
  readonly paint: Paint;
  /** A result as text, escaped by whoever made it, to standard output. */
  print(text: string): void;
  /** A result as data: to the byte, except that nothing in it works on a terminal. */
  data(text: string): void;
  /** A line of anything else, to standard error, unless --quiet. */
  note(line: string): void;
  /** Tells it, and is the exit code. */
  trouble(trouble: Trouble): number;
  /** Takes what a child writes to its standard error: to the byte, except that nothing in it works on a terminal. */
  aside(): (bytes: Uint8Array) => void;
  /** Standard input, which can be read once. */
  input(): AsyncIterable<Uint8Array>;
  /** A line at the foot of a terminal, in place of the one before; `''` takes it away. Elsewhere nothing. */
  progress(line: string): void;
  /** Lets signals in, and whoever reads standard output catch up; `false` once nobody reads it any more. */
  breathe(): Promise<boolean>;
  /** Writes the file `path` by way of its .partial, which does not outlive an interruption. */
  writing<T>(path: string, write: () => Promise<T>): Promise<T>;
}

/** The process before its words are understood. */
export interface System {
  readonly words: readonly string[];
  /** What the command `command` is given; `''` where none was understood. */
  io(command: string, globals: Globals): Io;
  /** Tells of a bug, and is the exit code. */
  bug(error: unknown): number;
  /** Ends the process with `code` once all is written. */
  end(code: number): void;
}

/** Takes hold of the process: its signals, its closed pipes, its bugs. */
export function takeProcess(): System {
  const partials = new Set<string>();
  const reader: Reader = { reads: true };
  const stop = (code: number): never => {
    for (const partial of partials) rmSync(partial, { force: true });
    process.exit(code);
  };
  const words = process.argv.slice(2);
  const bug = (error: unknown): number => {
    process.stderr.write(`${bugText(error, words.includes('--debug'))}\n`);
    return EXIT.trouble;
  };
  process.once('SIGINT', () => stop(EXIT.interrupted));
  process.once('SIGTERM', () => stop(EXIT.terminated));
  process.once('uncaughtException', error => stop(bug(error)));
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read it has seen enough: the exit code stays the answer to what was asked.
    reader.reads = false;
    if (error.code === 'EPIPE') return;
    process.stderr.write(`rmitrace: standard output cannot be written: ${error.code}\n`);
    stop(EXIT.trouble);
  });
  // A command that waits for something that never comes must not look like one that agreed.
  const unended = () => stop(bug(new Error('the command did not end')));
  process.once('beforeExit', unended);
  const end = (code: number): void => {
    process.removeListener('beforeExit', unended);
    process.exitCode = code;
  };
  return { words, bug, end, io: (command, globals) => newIo(command, globals, partials, reader) };
}

/** Who reads standard output: Node forgets an error of it at once. */
interface Reader {
  reads: boolean;
}

function newIo(command: string, { json, color, quiet }: Globals, partials: Set<string>, reader: Reader): Io {
  const terminal = isatty(process.stdout.fd);
  const onStderr = coloured(process.stderr.fd, color) ? ANSI : PLAIN;
  let foot = '';
  const progress = (line: string): void => {
    if (line === foot || quiet || !isatty(process.stderr.fd)) return;
    process.stderr.write(`\r\x1b[K${line}`);
    foot = line;
  };
  const print = (text: string): void => {
    progress('');
    process.stdout.write(text);
  };
  const data = (text: string): void => print(terminal ? text.split('\n').map(visible).join('\n') : text);
  return {
    json,
    compiler: compiler(),
    terminal,
    paint: coloured(process.stdout.fd, color) ? ANSI : PLAIN,
    print,
    data,
    progress,
    async breathe() {
      if (process.stdout.writableNeedDrain && reader.reads) await drained();
      await setImmediate();
      return reader.reads;
    },
    note(line) {
      progress('');
      if (!quiet) process.stderr.write(`${line}\n`);
    },
    trouble(trouble) {
      progress('');
      if (json) data(jsonText(troubleJson(command, trouble)));
      process.stderr.write(`${onStderr.bad('rmitrace:')} ${troubleText(trouble)}\n`);
      return EXIT.trouble;
    },
    aside() {
      if (!isatty(process.stderr.fd)) return bytes => void process.stderr.write(bytes);
      const utf8 = new TextDecoder();
      return bytes => {
        const text = utf8.decode(bytes, { stream: true });
        process.stderr.write(text.split('\n').map(visible).join('\n'));
      };
    },
    input() {
      if (isatty(process.stdin.fd))
        process.stderr.write('rmitrace: reading standard input from the terminal; end it with Ctrl-D\n');
      return process.stdin;
    },
    async writing(path, write) {
      const partial = `${path}.partial`;
      // One that is there already is another run's.
      if (existsSync(partial)) return write();
      partials.add(partial);
      try {
        return await write();
      } finally {
        partials.delete(partial);
      }
    },
  };
}

/** Until standard output has been taken, or nobody takes it any more. */
function drained(): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      process.stdout.off('drain', done).off('error', done);
      resolve();
    };
    process.stdout.on('drain', done).on('error', done);
  });
}

/** $CC may hold words before the compiler, or options after it, as make has it. */
function compiler(): Io['compiler'] {
  const { CC = '', XDG_CACHE_HOME = '' } = process.env;
  const [program = 'cc', ...words] = CC.split(/\s+/).filter(word => word !== '');
  const cache = XDG_CACHE_HOME.startsWith('/') ? XDG_CACHE_HOME : join(homedir(), '.cache');
  return { cc: [program, ...words], env: process.env, cache: join(cache, 'rmitrace') };
}

/** A JSON document as it is printed. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** --color, then FORCE_COLOR, then NO_COLOR and TERM, then whether it is a terminal. */
function coloured(fd: number, color: string): boolean {
  if (color !== 'auto') return color === 'always';
  const { FORCE_COLOR = '', NO_COLOR = '', TERM } = process.env;
  if (FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return NO_COLOR === '' && TERM !== 'dumb' && isatty(fd);
}

const ANSI: Paint = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  good: sgr(32, 39),
  bad: sgr(31, 39),
  warn: sgr(33, 39),
};

function sgr(on: number, off: number): (text: string) => string {
  return text => (text === '' ? '' : `\x1b[${on}m${text}\x1b[${off}m`);
}

function bugText(error: unknown, debug: boolean): string {
  const lines = (
    debug ? inspect(error) : error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  )
    .split('\n')
    .map(visible);
  if (debug) return `rmitrace: internal: ${lines.join('\n')}`;
  return `rmitrace: internal: ${lines.join(' ')} (this is a bug: run it again with --debug and report the output)`;
}
