/** What commands print to and read from: the one file that knows streams, terminals and the environment. */
import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import {
  type CompileOptions,
  type Json,
  type Paint,
  PLAIN,
  type ReadOptions,
  reportJson,
  type Trouble,
  troubleJson,
  troubleText,
  visible,
} from '../lib/cli.js';
import { EXIT } from './exit-codes.js';
import type { Globals } from './option.js';
import { IN_JSON, IN_TEXT, isObeyed, newDisarmer, type Spelling } from './workflow-commands.js';

export interface Io {
  /** Whether reports are JSON. */
  readonly json: boolean;
  /** How much is read of a trace, where others than usual hold. */
  readonly limits: ReadOptions;
  /** How C is compiled here: $CC or cc, the environment it runs in, and where what was built is kept. */
  readonly compiler: Pick<CompileOptions, 'cc' | 'env' | 'cache'>;
  /** The words of the command line. */
  readonly words: readonly string[];
  /** The name of the user's shell, by $SHELL; `''` where that is not known. */
  readonly shell: string;
  /** Whether results go to a terminal. */
  readonly terminal: boolean;
  /** The colours of results. */
  readonly paint: Paint;
  /** A result as text, escaped by whoever made it, to standard output. */
  print(text: string): void;
  /** A result as data: byte for byte, except that control characters are escaped on a terminal. */
  data(text: string): void;
  /** The same of whole lines in bytes. */
  bytes(utf8: Uint8Array): void;
  /** The same of data that is meant to be obeyed: nothing in it is disarmed but on a terminal. */
  orders(text: string): void;
  /** Appends to the summary that a runner shows of its job; `null` where there is none. */
  readonly summary: ((text: string) => Promise<void>) | null;
  /**
   * Prints the result of the command: as a report in JSON where that was asked for, else as text. Gives back `exit`, the
   * exit code that goes with it.
   */
  report(exit: number, json: () => Json, text?: () => string): number;
  /** The same of a text that may be long: between its pieces signals are handled. */
  reportPieces(exit: number, json: () => Json, pieces: () => Iterable<string>): Promise<number>;
  /** Prints any other line, to standard error, unless --quiet. */
  note(line: string): void;
  /** Prints the trouble; gives the exit code. */
  trouble(trouble: Trouble): number;
  /** Passes on a child's standard error: byte for byte, except that control characters are escaped on a terminal. */
  aside(): (bytes: Uint8Array) => void;
  /** Standard input, which can be read once; `says` is printed where it is a terminal. */
  input(says?: string): AsyncIterable<Uint8Array>;
  /** Prints a question to standard error, whose answer is a line of standard input. */
  ask(question: string): void;
  /** Shows a status line on a terminal in place of the one before; `''` removes it. Does nothing elsewhere. */
  progress(line: string): void;
  /** Lets signals be handled and the reader of standard output catch up; `false` once nobody reads it any more. */
  breathe(): Promise<boolean>;
  /** Writes a file by way of `partial`, which is removed on an interruption. */
  writing<T>(partial: string, write: () => Promise<T>): Promise<T>;
}

/** What a command is run in: a process, or whatever stands for one. */
export interface Host {
  /** The words of the command line stand from the third on. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & Terminal;
  readonly stdout: Writable & Terminal;
  readonly stderr: Writable & Terminal;
}

interface Terminal {
  readonly isTTY?: boolean | undefined;
}

/** A host before its words are understood. */
export interface System {
  readonly words: readonly string[];
  /** The .partial files that are being written: they go when the command is cut short. */
  readonly partials: ReadonlySet<string>;
  /** What the command `command` is given; `''` where none was understood. */
  io(command: string, globals: Globals): Io;
  /** Reports a bug; gives the exit code. */
  bug(error: unknown): number;
}

export function systemOf(host: Host): System {
  const partials = new Set<string>();
  const reader: Reader = { reads: true };
  const words = host.argv.slice(2);
  host.stderr.on('error', () => {});
  // The reader has seen enough; the exit code stays the answer.
  host.stdout.on('error', () => {
    reader.reads = false;
  });
  return {
    words,
    partials,
    io: (command, globals) => newIo(host, command, globals, partials, reader),
    bug(error) {
      host.stderr.write(`${bugText(error, words.includes('--debug'))}\n`);
      return EXIT.trouble;
    },
  };
}

/** Who reads standard output: Node forgets an error of it at once. */
interface Reader {
  reads: boolean;
}

function newIo(
  host: Host,
  command: string,
  { json, color, quiet, limits = {} }: Globals,
  partials: Set<string>,
  reader: Reader,
): Io {
  const { env, stdout, stderr } = host;
  const terminal = stdout.isTTY === true;
  const onStderr = coloured(stderr, env, color) ? ANSI : PLAIN;
  let foot = '';
  const progress = (line: string): void => {
    if (line === foot || quiet || stderr.isTTY !== true) return;
    stderr.write(`\r\x1b[K${line}`);
    foot = line;
  };
  const onStdout = harmless(stdout, env);
  const aside = harmless(stderr, env);
  const say = (text: string): void => void stderr.write(aside(text, IN_TEXT));
  const put = (text: string | Uint8Array): void => {
    progress('');
    stdout.write(text);
  };
  const print = (text: string): void => put(onStdout(text, IN_TEXT));
  const shown = (text: string): string => text.split('\n').map(visible).join('\n');
  const data = (text: string): void => put(terminal ? shown(text) : onStdout(text, IN_JSON));
  const asItIs = !terminal && !isObeyed(env);
  const { GITHUB_STEP_SUMMARY: summary = '' } = env;
  return {
    json,
    limits,
    get compiler() {
      return compiler(env);
    },
    words: host.argv.slice(2),
    shell: basename(env.SHELL ?? ''),
    terminal,
    paint: coloured(stdout, env, color) ? ANSI : PLAIN,
    print,
    data,
    bytes(utf8) {
      if (asItIs) put(utf8);
      else data(Buffer.from(utf8).toString());
    },
    orders: text => put(terminal ? shown(text) : text),
    summary: summary === '' ? null : text => appendFile(summary, text),
    report(exit, result, text) {
      if (json) data(jsonText(reportJson(command, exit, result())));
      else if (text !== undefined) print(text());
      return exit;
    },
    async reportPieces(exit, result, pieces) {
      if (json) return this.report(exit, result);
      for (const piece of pieces()) {
        print(piece);
        if (!(await this.breathe())) break;
      }
      return exit;
    },
    progress,
    async breathe() {
      if (stdout.writableNeedDrain && reader.reads) await drained(stdout);
      await setImmediate();
      return reader.reads;
    },
    note(line) {
      progress('');
      if (!quiet) say(`${line}\n`);
    },
    trouble(trouble) {
      progress('');
      if (json) data(jsonText(troubleJson(command, trouble)));
      say(`${onStderr.bad('rmitrace:')} ${troubleText(trouble)}\n`);
      return EXIT.trouble;
    },
    aside() {
      if (stderr.isTTY !== true && !isObeyed(env)) return bytes => void stderr.write(bytes);
      const utf8 = new TextDecoder();
      return bytes => {
        const text = utf8.decode(bytes, { stream: true });
        say(stderr.isTTY === true ? shown(text) : text);
      };
    },
    input(says = 'rmitrace: reading standard input from the terminal; end it with Ctrl-D\n') {
      if (host.stdin.isTTY === true) stderr.write(says);
      return host.stdin;
    },
    ask(question) {
      progress('');
      say(question);
    },
    async writing(partial, write) {
      // An existing one belongs to another run.
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

/** What may be written to a stream as it is: all but commands where somebody obeys them. */
function harmless(stream: Terminal, env: Host['env']): (text: string, spelling: Spelling) => string {
  return stream.isTTY !== true && isObeyed(env) ? newDisarmer() : text => text;
}

/** Until standard output has been taken, or nobody takes it any more. */
function drained(stdout: Writable): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      stdout.off('drain', done).off('error', done);
      resolve();
    };
    stdout.on('drain', done).on('error', done);
  });
}

/** $CC may hold words before the compiler, or options after it, as with make. */
function compiler(env: Host['env']): Io['compiler'] {
  const { CC = '', XDG_CACHE_HOME = '' } = env;
  const [program = 'cc', ...words] = CC.split(/\s+/).filter(word => word !== '');
  const cache = XDG_CACHE_HOME.startsWith('/') ? XDG_CACHE_HOME : join(homedir(), '.cache');
  return { cc: [program, ...words], env, cache: join(cache, 'rmitrace') };
}

/** A JSON document as it is printed. */
function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** --color, then FORCE_COLOR, then NO_COLOR and TERM, then whether it is a terminal. */
function coloured({ isTTY }: Terminal, env: Host['env'], color: string): boolean {
  if (color !== 'auto') return color === 'always';
  const { FORCE_COLOR = '', NO_COLOR = '', TERM } = env;
  if (FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return NO_COLOR === '' && TERM !== 'dumb' && isTTY === true;
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
