/** What a log format is, and what its reader says of a line. One file a format in formats/, one row in their table. */
import type { CallingConvention, Conduit, FactValue, Level, World } from '../model/events.js';
import type { Seen, U64 } from '../model/u64.js';
import type { Line } from './line.js';

export interface LogFormat {
  /** As `--from` takes it. */
  readonly name: string;
  /** One line for a person: which logs these are. */
  readonly says: string;
  /**
   * Literal texts. A line in which no format has one is never looked at, so each line on which a record of this format
   * begins or ends must hold one of them; lines between are had by `Line.above` and `Line.below`.
   */
  readonly anchors: readonly string[];
  /** Where an anchor is a common text: what a line with one of them has besides, or no record of this format is in it. */
  readonly looks?: RegExp;
  /** Lines that say nothing of the handshake although they hold an anchor: counted, and not read. */
  readonly dull?: WholeLine;
  /**
   * Lines with a call outside the handshake. A log may hold millions of them: once `MOST_OTHER_CALLS` are kept, the rest is
   * counted and not read.
   */
  readonly otherCalls?: WholeLine;
  /** Lines with one record each: once `MOST_READINGS` are kept, they are counted and not read. */
  readonly records?: WholeLine;
  /** A reader for one log. What it remembers from line to line is its own. */
  readonly open: (options: FormatOptions) => LogReader;
}

/**
 * An expression, without flags, for a whole line as it stands in the file, without its LF. It matches ASCII alone, and never
 * a newline, so it can go over many lines at once.
 */
export type WholeLine = string;

export interface FormatOptions {
  /** The names in the log of a tracer's fields, by what they are: `fid`, `a1`.. and `r0`.. (`--map`). */
  readonly fields: ReadonlyMap<string, string>;
}

export interface LogReader {
  /**
   * What the line says; `cut` where a record begins in it whose end is not there; `null` where the line is not this
   * format's. It is asked about lines that may never be taken (two put together, say), so it remembers nothing here:
   * that is for `Found.taken`.
   */
  read(line: Line): Found | 'cut' | null;
  /**
   * Goes over lines, from the one at `at` on, as long as each is this format's as it stands, without layers, and shows
   * nothing of a call: the offset behind them. What they leave it remembers. A trace of instructions has millions of them.
   */
  pass?(text: string, at: number): number;
  /** What the log leaves open at its end, after the line of this number: a call that never came back. */
  end?(last: number): readonly Reading[];
  /** What the log as a whole cannot show, or why nothing in it can be read as calls. */
  remarks?(): readonly string[];
}

export interface Found {
  /** Empty where the line is this format's and says nothing of the handshake. */
  readonly readings: readonly Reading[];
  /** Called once where the line is taken as this: what the reader remembers, it remembers here. */
  readonly taken?: () => void;
  /** How many of the lines right below belong to it. */
  readonly below?: number;
  /** Its last word may go on where the line was cut. */
  readonly open?: boolean;
  /** It reads, though not as this format has it: if a join of lines reads better, that is right. */
  readonly weak?: boolean;
  /** What of the record is not there, in words; what is left is sure. Only of a line that is `final`. */
  readonly lost?: string;
}

/** What one record says. Nothing is concluded yet: what the record does not show is `null` or not there. */
export type Reading =
  | CallReading
  | LogReading
  | ConsoleReading
  | ReturnReading
  | CallingReading
  | FactReading
  | RegisterReading
  | RawRegisterReading
  | MachineReading
  | StartReading
  | BackgroundReading;

/** A call and its answer. */
export interface CallReading {
  readonly kind: 'call';
  /** Who wrote it down: on the same boot two of them see one call twice. */
  readonly by: 'rmm' | 'el3' | 'tracer';
  /** The console line that it is, without wrapping; `null` where it is none. */
  readonly text: string | null;
  /** `null` where the record does not tell which call it was. */
  readonly fid: U64 | null;
  readonly from: World;
  readonly cpu: number | null;
  readonly cc: CallingConvention | null;
  readonly via: Conduit;
  /** x1 on, as far as they are shown. */
  readonly args: readonly Seen[];
  /** x0 on, as far as they are shown; `null`: it never came back. */
  readonly res: readonly Seen[] | null;
  readonly junk?: readonly Seen[];
  /** How many lines below the one that was read it stands; less than 0: the call is above its return. */
  readonly below?: number;
  /** The firmware made it, before there was a kernel. */
  readonly firmwares?: boolean;
  readonly inferred?: Inferred;
}

/** What was concluded and not read: the name of a field or a register of the answer, then from what. */
export type Inferred = Readonly<Record<string, string>>;

/** One printk record. */
export interface LogReading {
  readonly kind: 'log';
  readonly level: Level | null;
  readonly prefix: 'kvm' | null;
  readonly pid: number | null;
  readonly text: string;
  /** The row of the table of lines that it is; `null` for a line of KVM's that the table does not have. */
  readonly row: string | null;
  /** What stands in the places of that row. */
  readonly values: Readonly<Record<string, string>>;
  /** Of a line behind which a boot may hang: whether the kernel printed more. */
  readonly goesOn?: boolean;
}

/** A line of the RMM's or EL3's console. */
export interface ConsoleReading {
  readonly kind: 'console';
  readonly src: 'rmm' | 'el3';
  readonly text: string;
  /** How many lines below the one that was read it stands. */
  readonly below?: number;
}

/** A function returned, as initcall_debug says. */
export interface ReturnReading {
  readonly kind: 'return';
  readonly of: string;
  readonly value: number;
  readonly inferred?: Inferred;
}

/** A function begins, as initcall_debug says. */
export interface CallingReading {
  readonly kind: 'calling';
  readonly of: string;
}

/** A fact of the machine that a line states. */
export interface FactReading {
  readonly kind: 'fact';
  readonly name: string;
  readonly value: FactValue;
  readonly inferred?: Inferred;
}

/** A sanitised register: never read from a line, only concluded. */
export interface RegisterReading {
  readonly kind: 'ftr';
  readonly reg: string;
  readonly value: Seen;
  readonly inferred?: Inferred;
}

/** One CPU's raw register: of a machine that a person named. */
export interface RawRegisterReading {
  readonly kind: 'mrs';
  readonly cpu: number;
  readonly reg: string;
  readonly value: Seen;
  readonly inferred?: Inferred;
}

/** What a boot says of the machine that is no fact of a trace. */
export interface MachineReading {
  readonly kind: 'machine';
  readonly cpus?: number | null;
  readonly model?: string;
  readonly commandLine?: string;
}

/** Something starts here: firmware after a reset, a kernel, the program that runs a guest, a guest that is a realm. */
export interface StartReading {
  readonly kind: 'start';
  readonly of: 'firmware' | 'kernel' | 'guest' | 'vmm';
  readonly text: string;
}

/** A call that is not the host's RMI: RSI, PSCI, TRNG, a vendor's. */
export interface BackgroundReading {
  readonly kind: 'background';
}
