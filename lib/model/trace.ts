/** One boot of one kernel: header, events, outcome. */
import type { TraceEvent } from './events.js';

/**
 * `rmi`: the early exits, the check, the final mode line. `init`: that, and after the check the rest of the RMI init, to
 * the static key. `kvm`: the check, and all of kvm_arm_init.
 */
export const SCOPES = ['rmi', 'init', 'kvm'] as const;
export type Scope = (typeof SCOPES)[number];

export interface KernelHeader {
  readonly name: string;
  /** The revision it asks for, `M.m`; `null` where nobody knows. */
  readonly wants: string | null;
  readonly via?: 'built-in' | 'compiled' | 'recorded' | 'imported';
  readonly compiled?: CompiledHeader;
}

/** What a compiled check was made from, besides its source. */
export interface CompiledHeader {
  /** SHA-256 over the source and the headers as they were compiled. */
  readonly digest: string;
  /** Whose RMI headers: the source's own, or rmitrace's as of one of three revisions. */
  readonly headers: 'own' | 'v13' | 'v17' | 'next';
  /**
   * Whose kvm_is_realm, kvm_realm_state and vcpu_is_rec: the source's own, where a patch brings them. `none`: KVM does not
   * call this check, and from v14 on the queries come with another patch.
   */
  readonly queries: 'own' | 'v13' | 'none';
  /** The patches that it was made with, in order; left out where there was none. */
  readonly patches?: readonly PatchHeader[];
}

/** A patch, and what of it takes part in the check. */
export interface PatchHeader {
  /** The name of its file, without a path. */
  readonly name: string;
  /** In their order. */
  readonly hunks: readonly PatchHunk[];
  /** What reviewers wrote between its lines; left out where nobody did. */
  readonly remarks?: readonly PatchRemark[];
}

export interface PatchRemark {
  /** Where it begins in the patch, from 1. */
  readonly line: number;
  readonly text: string;
  /** The path of the file that it is about, and the line of the patch before it, with its mark. */
  readonly file: string;
  readonly about: number;
  readonly on: string;
  /** The function that this line is of; `null` where none is to be seen. */
  readonly in: string | null;
}

export interface PatchHunk {
  /** Where its `@@` stands in the patch, from 1. */
  readonly line: number;
  /** The path that it changes. */
  readonly file: string;
  /** `ran`: compiled. `unused`: nothing of the check uses what it changes. `no-file`: that file was not given. */
  readonly state: 'ran' | 'unused' | 'no-file';
  /** The first line that it adds, or else takes away, with its mark. */
  readonly change: string;
}

export interface MachineHeader {
  readonly name: string;
  readonly cpus: number;
  /** The RMM's profile or release; `null` where there is none or nobody knows. */
  readonly rmm: string | null;
  readonly via: 'emulated' | 'playback' | 'pipe' | 'imported';
}

/** One value that an edit changed, as the header of a replay keeps it. */
export interface Edited {
  /** The recorded event, from 1; `null` where the trace had none of that name, or a stand-in answered. */
  readonly event: number | null;
  readonly place: string;
  readonly before: string;
  readonly after: string;
  readonly rule: string;
}

/** What a replay written to a file says about where it came from. */
export interface ReplayHeader {
  /** The digest of the trace that was replayed. */
  readonly of: string;
  readonly kernel: string;
  /** The RMM that stood in for the recorded answers, if one did and has a name. */
  readonly rmm?: string;
  readonly answeredAnyway?: boolean;
  readonly edits: readonly Edited[];
}

export interface Header {
  readonly generator: { readonly name: string; readonly version: string };
  readonly scope: Scope;
  readonly kernel: KernelHeader;
  readonly machine: MachineHeader;
  /** The digest of the boot before, where the RMM was not reset in between. */
  readonly after?: string;
  readonly replay?: ReplayHeader;
  /** Set by `fmt --seal`: the digest that the file carried before it was edited by hand, if it carried one. */
  readonly resealed?: { readonly was: string | null };
  /** Members beginning with `x-`: kept in their order, never compared. */
  readonly extra?: ReadonlyMap<string, unknown>;
}

const OUTCOME_CLASSES = [
  'accepted',
  'refused',
  'quiet',
  'not-reached',
  'did-not-return',
  'unanswered',
  'undetermined',
  'crashed',
] as const;

export type OutcomeClass = (typeof OUTCOME_CLASSES)[number];

export type Reason =
  | 'no-rme'
  | `rme-hidden-by-cpu${number}`
  | 'not-supported'
  | 'no-conduit'
  | 'page-size'
  | 'not-in-hyp'
  | 'el1-entry'
  | 'kvm-disabled';

export type RealmState =
  | 'REALM_STATE_NONE'
  | 'REALM_STATE_NEW'
  | 'REALM_STATE_ACTIVE'
  | 'REALM_STATE_DYING'
  | 'REALM_STATE_DEAD';

/** Why there are no realms although the revision was agreed on. `call`: the RMM's answer to a command of the init. */
const NO_REALMS = [
  'call',
  'granule-size',
  'lpa2',
  'sha-256',
  'no-memory',
  'not-in-hyp',
  'el1-entry',
  'kvm-disabled',
  'kvm-gave-up',
] as const;

export type NoRealms = (typeof NO_REALMS)[number];

/** What the whole init came to: in recordings of scope `init`. */
export interface Realms {
  /** KVM's static key is on; in a series without KVM's part, the kernel says that RMI is available. */
  readonly available: boolean;
  /** Left out where the check itself ended otherwise than accepted. */
  readonly why?: NoRealms;
  /** The command that ended it: `RMI_GPT_INFO`. */
  readonly call?: string;
  /** x0 of its last answer, as files spell it; `0x0` where what else was answered is unfit. */
  readonly status?: string;
  /** The line that said so. */
  readonly line?: string;
}

/** How the check ended: the part of an outcome that any recording tells (lib/model/end.ts). */
export interface End {
  readonly class: OutcomeClass;
  readonly reason?: Reason;
  /** The revisions that the kernel printed, after its truncation. */
  readonly lower?: string;
  readonly higher?: string;
  /** Where the recording goes on to the end of the init. */
  readonly realms?: Realms;
}

/** What came of the boot. Computed from the events; never read by a replay. */
export interface Outcome extends End {
  /** What the check returned. */
  readonly return?: number;
  /** Whether the static key kvm_rmi_is_available was enabled; `null` where nobody knows. */
  readonly key: boolean | null;
  readonly kvm_is_realm?: boolean;
  readonly kvm_realm_state?: RealmState;
  readonly vcpu_is_rec?: boolean;
  /** What kvm_arm_init returned. */
  readonly kvm_init?: number;
}

export interface Trace {
  readonly header: Header;
  readonly events: readonly TraceEvent[];
  readonly outcome: Outcome | null;
}
