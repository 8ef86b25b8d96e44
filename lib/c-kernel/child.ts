/**
 * A compiled check as a child process: its lines, read. lib/c-kernel/runtime/child.c is the other side and describes the
 * protocol. Whatever goes wrong with the child ends the boot with a fault of the kernel.
 */
import { REGISTERS } from '../abi/smccc.js';
import type { FtrField, SafeType } from '../kernel/linux/ftr-tables.js';
import type { FaultCode, Level } from '../model/events.js';
import { parseHex, type U64 } from '../model/u64.js';
import { openPipe, type Pipe, type PipeOptions } from '../pipe/pipe.js';

/** What a compiled check says: a question that waits for an answer, or something it puts out. */
export type ChildLine =
  | {
      readonly say: 'smc';
      readonly cc: '1.1' | '1.2';
      readonly via: 'conduit' | 'smc' | 'hvc';
      readonly regs: readonly U64[];
    }
  | { readonly say: 'ftr'; readonly reg: string }
  /** Memory that was peeked at; empty where there is none. */
  | { readonly say: 'words'; readonly values: readonly U64[] }
  /** A register was read whose value came with the boot: it waits for nothing. */
  | { readonly say: 'read'; readonly reg: string }
  | { readonly say: 'fact'; readonly name: string }
  | { readonly say: 'log'; readonly level: Level | null; readonly text: string }
  | { readonly say: 'warn'; readonly of: string; readonly text: string }
  | { readonly say: 'return'; readonly of: string; readonly value: number }
  | { readonly say: 'key'; readonly name: string }
  | { readonly say: 'done'; readonly value: number }
  | { readonly say: 'fault'; readonly code: FaultCode; readonly text: string };

export interface Hello {
  /** The revision that the source's headers want, `M.m`; `null` where they have none. */
  readonly wants: string | null;
  readonly rows: readonly ChangedRow[];
}

/** A row that a patch puts into, or takes out of, a table of ID registers. */
export interface ChangedRow {
  readonly change: 'added' | 'removed';
  /** As C calls it: `ftr_id_aa64pfr0`. */
  readonly table: string;
  readonly row: Omit<FtrField, 'name'>;
}

export interface Child {
  hello(): Promise<Hello | Extract<ChildLine, { say: 'fault' }>>;
  send(line: string): void;
  next(): Promise<ChildLine>;
  close(): Promise<void>;
}

/** How long a check may compute between two lines. */
const LINE_MS = 10_000;
const LEVELS: readonly Level[] = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];

export function startChild(options: PipeOptions, lineMs = LINE_MS): Child {
  const pipe: Pipe = openPipe(options);

  const line = async (): Promise<{ readonly line: string } | Extract<ChildLine, { say: 'fault' }>> => {
    const received = await pipe.receive(lineMs);
    if (received.kind === 'line') return received;
    const code = received.code === 'died' ? 'crashed' : received.code;
    return { say: 'fault', code, text: `the compiled check ${received.text}` };
  };

  return {
    async hello() {
      const rows: ChangedRow[] = [];
      for (;;) {
        const said = await line();
        if ('say' in said) return said;
        const row = changedRow(said.line);
        const hello = /^hello 1(?: wants (\d+\.\d+))?$/.exec(said.line);
        if (hello !== null) return { wants: hello[1] ?? null, rows };
        if (row === null) return garbage(said.line);
        rows.push(row);
      }
    },
    send: text => pipe.send(text),
    async next() {
      const said = await line();
      return 'say' in said ? said : (read(said.line) ?? garbage(said.line));
    },
    close: () => pipe.close(),
  };
}

/** In the order of enum ftr_type. */
const SAFE_TYPES: readonly SafeType[] = ['exact', 'lower', 'higher', 'higher-or-zero'];

function changedRow(line: string): ChangedRow | null {
  const found =
    /^row RMITRACE_(ADDED|REMOVED) (\w+) ([01]) ([01]) ([0-3]) (\d{1,2}) (\d{1,2}) (-?\d{1,9})$/.exec(line);
  if (found === null) return null;
  const [, change, table = '', sign, strict, ...numbers] = found;
  const [type = 0, lsb = 0, width = 0, safe = 0] = numbers.map(text => int(text) ?? 0);
  const row = {
    lsb,
    width,
    signed: sign === '1',
    strict: strict === '1',
    type: SAFE_TYPES[type] ?? 'exact',
    safe,
  };
  return { change: change === 'ADDED' ? 'added' : 'removed', table, row };
}

function garbage(line: string): Extract<ChildLine, { say: 'fault' }> {
  const shown = JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
  return { say: 'fault', code: 'garbage', text: `the compiled check wrote an invalid line: ${shown}` };
}

const REGISTER = /^[A-Z][A-Za-z0-9_]{0,62}$/;

/** The first words of a line, and how the rest is read; `null` where it cannot be. */
const READERS: Readonly<Record<string, (rest: string) => ChildLine | null>> = {
  smc(rest) {
    const [, cc, via, words = ''] = /^(1\.1|1\.2) (conduit|smc|hvc) ((?:0x[0-9a-f]+ ?)+)$/.exec(rest) ?? [];
    const regs = words.split(' ').map(parseHex);
    if ((cc !== '1.1' && cc !== '1.2') || regs.length > REGISTERS) return null;
    if (via !== 'conduit' && via !== 'smc' && via !== 'hvc') return null;
    const known = regs.filter(reg => reg !== null);
    return known.length < regs.length ? null : { say: 'smc', cc, via, regs: known };
  },
  ftr: reg => (REGISTER.test(reg) ? { say: 'ftr', reg } : null),
  read: reg => (REGISTER.test(reg) ? { say: 'read', reg } : null),
  fact: name => (/^[a-z][a-z0-9_]{0,62}$/.test(name) ? { say: 'fact', name } : null),
  log(rest) {
    const [, digit = '', text = ''] = /^([0-7-]) (.*)$/.exec(rest) ?? [];
    if (digit === '') return null;
    return { say: 'log', level: LEVELS[digit.charCodeAt(0) - 48] ?? null, text: unescaped(text) };
  },
  warn(rest) {
    const [, of = '', text = ''] = /^(\w+) (.*)$/.exec(rest) ?? [];
    return of === '' ? null : { say: 'warn', of, text: unescaped(text) };
  },
  return(rest) {
    const [, of = '', digits = ''] = /^(\w+) (-?\d+)$/.exec(rest) ?? [];
    const value = int(digits);
    return value === null ? null : { say: 'return', of, value };
  },
  words(rest) {
    const values = rest === '' ? [] : rest.split(' ').map(parseHex);
    const known = values.filter(value => value !== null);
    return known.length < values.length ? null : { say: 'words', values: known };
  },
  key: name => (/^[\w ]{1,64}$/.test(name) ? { say: 'key', name } : null),
  done(rest) {
    const value = int(rest);
    return value === null ? null : { say: 'done', value };
  },
  crashed: text => ({ say: 'fault', code: 'crashed', text: unescaped(text) }),
  unanswered: text => ({ say: 'fault', code: 'unanswered', text: unescaped(text) }),
};

function read(line: string): ChildLine | null {
  const [, word = '', rest = ''] = /^([a-z]+)(?: (.*))?$/.exec(line) ?? [];
  return Object.hasOwn(READERS, word) ? (READERS[word]?.(rest) ?? null) : null;
}

/** A C int, as it was printed. */
function int(text: string): number | null {
  return /^(0|-?[1-9]\d{0,8}|-?[12]\d{9})$/.test(text) ? JSON.parse(text) : null;
}

/** `\xHH` is a byte; the bytes are UTF-8. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes = text.replace(/\\x([0-9a-f]{2})/g, (_, digits) =>
    String.fromCharCode(Buffer.from(digits, 'hex').readUInt8()),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
