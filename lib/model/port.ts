/**
 * The ports between a kernel and a machine, and between EL3 and an RMM. A kernel is a generator that yields what it asks and is sent
 * the answer; lib/run.ts stands between and writes down what passes.
 */
import type {
  CallingConvention,
  Conduit,
  FactValue,
  FaultCode,
  FtrEvent,
  LogEvent,
  Memory,
  ReturnEvent,
  Source,
  WarnEvent,
} from './events.js';
import type { InputKey } from './input-key.js';
import type { CompiledHeader, Scope } from './trace.js';
import type { Seen, U64 } from './u64.js';

/** A call as it leaves the kernel. */
export interface SmcRequest {
  readonly cpu: number;
  readonly via: Conduit;
  readonly cc: CallingConvention;
  readonly fid: U64;
  readonly args: readonly U64[];
  /** What a caller of 1.1 leaves in the registers after `args`. Default: zeros, which are not written down. */
  readonly junk?: readonly U64[];
  /** Memory that arguments point to, where it is known: what it holds before the call. */
  readonly mem?: readonly Memory[];
  /** The same as an edit makes the RMM find it; a recording is asked for what the kernel left there. */
  readonly found?: readonly Memory[];
}

/** Memory as a kernel finds it: 64-bit words by byte offset from `pa`. */
export interface KnownMemory {
  readonly pa: U64;
  readonly words: ReadonlyMap<U64, U64>;
}

/** What a kernel may ask of the machine, or put out. */
export type Ask =
  | { readonly ask: 'fact'; readonly name: string }
  /** The raw ID register of every CPU, boot CPU first. */
  | { readonly ask: 'mrs'; readonly reg: string }
  /** The sanitised register as an input: only where the machine has no raw ones. */
  | { readonly ask: 'ftr'; readonly reg: string }
  | { readonly ask: 'smc'; readonly request: SmcRequest }
  | { readonly ask: 'emit'; readonly event: LogEvent | WarnEvent | ReturnEvent | FtrEvent }
  /** The kernel cannot go on: nothing is sent back, the run ends with this fault. */
  | { readonly ask: 'stop'; readonly code: FaultCode; readonly text: string };

/** The answer to an Ask, by the same name. `values` is empty where the machine has no raw register of that name. */
export type Answer =
  | { readonly ask: 'fact'; readonly value: FactValue }
  | { readonly ask: 'mrs'; readonly values: readonly U64[] }
  | { readonly ask: 'ftr'; readonly value: U64 }
  /** `mem`: the memory of the request as it is after the call. */
  | { readonly ask: 'smc'; readonly res: readonly U64[]; readonly mem: readonly KnownMemory[] }
  | { readonly ask: 'emit' };

export type Asking<T> = Generator<Ask, T, Answer>;
export type AsyncAsking<T> = AsyncGenerator<Ask, T, Answer>;

export interface Kernel {
  readonly name: string;
  /** The revision it asks for, `M.m`; `null` for a kernel that only repeats a recording. */
  readonly wants: string | null;
  readonly scope: Scope;
  /** Set where the check is C that was compiled. */
  readonly compiled?: CompiledHeader;
  /** Whether this kernel would print such a line itself. A recorded line that it does not model is not missing. */
  models(log: LogEvent): boolean;
  /** The boot, from CPU bring-up on. Its value is what kvm_arm_init returns. */
  boot(): Asking<number>;
  /**
   * CPU bring-up alone; its value makes the check on that system, as often as it is called, without the init around it.
   * For many runs on one machine; a kernel without it is booted each time.
   */
  broughtUp?(): Asking<() => Asking<unknown>>;
}

/** A kernel that may ask later: real C in a child. Any kernel is one. */
export interface AsyncKernel extends Omit<Kernel, 'boot' | 'broughtUp'> {
  /** A boot of its own each time; `return()` on it ends whatever it started. */
  boot(): Asking<number> | AsyncAsking<number>;
  /** Releases what one boot kept for the next. A kernel without it keeps nothing. */
  close?(): Promise<void>;
}

/** The machine's answer to a call. */
export type Reply =
  | {
      readonly kind: 'answer';
      /** x0 on: x0..x3 for calling convention 1.1, x0..x17 for 1.2. `null` is a register nobody knows. */
      readonly res: readonly Seen[];
      /** What is known of x0 where it is `null`. */
      readonly limit?: Limit;
      /** The memory of the request after the call, `at: 'return'`; without it nobody says that anything changed. */
      readonly mem?: readonly Memory[];
      /** The number of the recorded event that the answer is from, where it is from one. */
      readonly event?: number;
      readonly console?: readonly ConsoleLine[];
      readonly rule?: string;
      /** The machine had no answer: an edit gives it, and what it does not name is zero. */
      readonly given?: true;
    }
  /** The call never comes back. */
  | {
      readonly kind: 'silence';
      readonly event?: number;
      readonly console?: readonly ConsoleLine[];
      readonly rule?: string;
    }
  /** The machine has no answer, or failed. `text` says why, for a person. */
  | {
      readonly kind: 'fault';
      /** `step-limit`: a recording that ended at its own with this request repeated, and so does its replay. */
      readonly code: 'unanswered' | 'timeout' | 'died' | 'garbage' | 'step-limit';
      readonly text: string;
      /** The recorded event that has no answer either. */
      readonly event?: number;
    };

export interface ConsoleLine {
  readonly src: Extract<Source, 'rmm' | 'el3'>;
  readonly text: string;
}

/** What is known of an unknown: the value itself where it may be that, else one that it may be. */
export type Limit = (value: U64) => U64;

/** What a machine is before any call: looked up by name. A register's `null` is an unknown. */
export interface MachineState {
  /** For each register described, its raw value on each CPU, boot CPU first. */
  readonly mrs: ReadonlyMap<string, readonly Seen[]>;
  readonly facts: ReadonlyMap<string, FactValue>;
  /** Sanitised registers known without their raw ones. */
  readonly ftr: ReadonlyMap<string, Seen>;
  /** What is known of unknown registers all the same. */
  readonly limits?: ReadonlyMap<InputKey, Limit>;
}

export interface Machine {
  readonly state: MachineState;
  call(request: SmcRequest): Reply;
}

/** A machine that may answer later: a real RMM behind a pipe. Any machine is one. */
export interface AsyncMachine {
  readonly state: MachineState;
  call(request: SmcRequest): Reply | Promise<Reply>;
  /** Ends whatever it started. A machine without it holds nothing. */
  close?(): Promise<void>;
}

/**
 * The third port, behind EL3: x0 and x1..x17 as EL3 hands a call over, and what comes back. An RMM in this process
 * answers at once.
 */
export type RmmReply =
  | {
      readonly kind: 'answer';
      readonly res: readonly U64[];
      readonly console: readonly string[];
      /** The memory of the call as it is afterwards, where that is known. */
      readonly mem?: readonly Memory[];
    }
  | { readonly kind: 'silence' }
  /** The real RMM has an answer, but this one does not. */
  | { readonly kind: 'unanswered'; readonly text: string };

/** What an RMM replied, as the reply of the machine that it is in. */
export function toReply(reply: RmmReply): Reply {
  switch (reply.kind) {
    case 'silence':
      return reply;
    case 'unanswered':
      return { kind: 'fault', code: 'unanswered', text: reply.text };
    case 'answer':
      return { ...reply, console: reply.console.map(text => ({ src: 'rmm', text })) };
  }
}

export interface Rmm {
  /** `x0` is the FID as it was issued; `args` x1 on, those left out being zero; `mem` what the call hands over. */
  call(x0: U64, args: readonly U64[], mem?: readonly Memory[]): RmmReply;
}

/** An RMM that is not in this process, called directly: x0 and x1..x17 as EL3 hands them over. */
export type RmmElsewhere = (x: readonly U64[], request: SmcRequest) => Promise<Reply>;
