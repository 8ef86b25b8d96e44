/**
 * What passes between a kernel and a machine: the events of a trace, as they are in memory.
 * The file's own spelling of the same is schemas/trace.schema.json; lib/trace/wire.ts goes between the two.
 */
import type { Seen, U64 } from './u64.js';

export type Source = 'kernel' | 'rmm' | 'el3' | 'guest';
/** A program that makes calls from the Normal world. */
export type Caller = 'kernel' | 'firmware';
export type World = 'ns' | 'realm' | 'el3';
export type Conduit = 'smc' | 'hvc';
export type CallingConvention = '1.1' | '1.2';
/** printk levels by the names that `dmesg -x` prints. */
export type Level = 'emerg' | 'alert' | 'crit' | 'err' | 'warn' | 'notice' | 'info' | 'debug';
export type FactValue = boolean | number | string;

/** What any event may carry. Decoration: kept and shown, compared only where a command says so. */
export interface Decoration {
  readonly cpu?: number;
  readonly src?: Source;
  /** Seconds, as the log printed them. */
  readonly t?: string;
  /** The line of the log that the event came from, from 1. */
  readonly line?: number;
  /** Which fields were concluded rather than read, and from what. */
  readonly inferred?: Readonly<Record<string, string>>;
  /** The edit that made this event's answer, as its user spelt it. */
  readonly rule?: string;
  /** Keys beginning with `x-`: kept in their order, never compared. */
  readonly extra?: ReadonlyMap<string, unknown>;
}

/** One CPU's raw ID register. */
export interface MrsEvent extends Decoration {
  readonly type: 'mrs';
  readonly cpu: number;
  readonly reg: string;
  readonly value: Seen;
}

/** Another thing that an init may ask: the conduit, the page size, … */
export interface FactEvent extends Decoration {
  readonly type: 'fact';
  readonly name: string;
  readonly value: FactValue;
}

/** The sanitised value that read_sanitised_ftr_reg gave. Derived where the trace has `mrs` of that register. */
export interface FtrEvent extends Decoration {
  readonly type: 'ftr';
  readonly reg: string;
  readonly value: Seen;
}

/** Memory that an argument points to: 64-bit words by byte offset from `pa`. */
export interface Memory {
  readonly pa: U64;
  readonly at: 'call' | 'return';
  readonly words: readonly { readonly offset: U64; readonly value: Seen }[];
}

/** A call: the request, then the answer. */
export interface SmcEvent extends Decoration {
  readonly type: 'smc';
  readonly cpu: number;
  readonly from: World;
  readonly via: Conduit;
  readonly cc: CallingConvention;
  /** x0 as it left the caller, the SVE hint (bit 16) included. */
  readonly fid: U64;
  /** The registers from x1 on. For 1.1 those that the caller set; for 1.2 x1..x17 without trailing zeros. */
  readonly args: readonly Seen[];
  /** x0 on after the call; `null` when the call never came back. */
  readonly res: readonly Seen[] | null;
  /** What a 1.1 caller left in the registers after `args`. Never compared; may hold kernel pointers. */
  readonly junk?: readonly Seen[];
  /** Which program made the call, where that is known: firmware may ask RMI_VERSION before the kernel does. */
  readonly by?: Caller;
  readonly mem?: readonly Memory[];
}

/** One printk record: no prefix, no final newline; inner newlines stay. */
export interface LogEvent extends Decoration {
  readonly type: 'log';
  /** `null` where the console did not show it. */
  readonly level: Level | null;
  readonly prefix?: 'kvm';
  /** The number in `kvm [n]: `: kept, not compared. */
  readonly pid?: number;
  readonly text: string;
}

/** A WARN_ON that fired: the function it stands in, and its condition. */
export interface WarnEvent extends Decoration {
  readonly type: 'warn';
  readonly of: string;
  readonly text: string;
}

/** A function of interest returned. */
export interface ReturnEvent extends Decoration {
  readonly type: 'return';
  readonly of: string;
  readonly value: number;
}

/** A line of the RMM's or EL3's own console. Never reaches the kernel, never part of a verdict. */
export interface ConsoleEvent extends Decoration {
  readonly type: 'console';
  readonly text: string;
}

export type FaultCode = 'unanswered' | 'timeout' | 'died' | 'garbage' | 'step-limit' | 'crashed';

/** The run could not go on: a child died, nothing was recorded for the request, the kernel never ended. */
export interface FaultEvent extends Decoration {
  readonly type: 'fault';
  readonly of: 'machine' | 'kernel';
  readonly code: FaultCode;
  readonly text: string;
}

/** An event of a type that begins with `x-`: kept and shown, never compared. */
export interface ForeignEvent extends Decoration {
  readonly type: `x-${string}`;
}

export type TraceEvent =
  | MrsEvent
  | FactEvent
  | FtrEvent
  | SmcEvent
  | LogEvent
  | WarnEvent
  | ReturnEvent
  | ConsoleEvent
  | FaultEvent
  | ForeignEvent;

export function isForeign(event: TraceEvent): event is ForeignEvent {
  return event.type.startsWith('x-');
}
