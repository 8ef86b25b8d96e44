/** What the conformance rules look at: the calls to the RMM, and what proves which revisions it implements. */
import { isBackground } from '../abi/background.js';
import { type RmiRevision, reservedBits, revisionParts, revisionText, rmiRevision } from '../abi/revision.js';
import { RMI_VERSION } from '../abi/rmi-commands.js';
import { decodeStatus, mayBeRevision } from '../abi/rmi-status.js';
import { callId, smcccError } from '../abi/smccc.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import { field, type Seen, type U64, withBits, ZERO } from '../model/u64.js';
import type { RmmProfile } from '../rmm/profile.js';
import type { LifeBreach } from './lives/breach.js';

/** A call to the RMM, as the rules look at it. */
export interface CheckedCall {
  readonly number: number;
  readonly event: SmcEvent;
  /** `undefined` where the call never came back; `null` where nobody saw it. */
  readonly x0: Seen | undefined;
  /** The revision that was agreed before, if one of those described here was. */
  readonly revision: RmiRevision | undefined;
  /** Whether an answer to RMI_VERSION, up to here, had the revision in x0: such an RMM is older than the specification. */
  readonly early: boolean;
  /** An answer to RMI_VERSION whose status says what came of the request. */
  readonly version: VersionReply | null;
}

/** Revisions without their reserved bits; `null` where nobody saw them. */
export interface VersionReply {
  readonly kind: 'success' | 'refusal';
  /** `null` as well where its reserved bits are set: such a request names no revision. */
  readonly requested: Seen;
  readonly lower: Seen;
  readonly higher: Seen;
}

/** A revision that the RMM implements, and what proves it: the answer of an event, or what is known of the RMM. */
export interface Implemented {
  readonly revision: U64;
  readonly event: number | null;
  readonly because: string;
}

/** What the answers of a trace, and the name of its RMM, prove. */
export interface Evidence {
  readonly implemented: readonly Implemented[];
  /** All that the RMM implements; `null` where its name proves nothing, or it has no revision. */
  readonly profile: RmmProfile | null;
  /** What the answer that is checked contradicts of the lives that those before it show. */
  readonly life: readonly LifeBreach[];
}

/** Takes the events of a trace in their order. */
export interface CallReader {
  /** `null` for what is no call that an RMM answered, or should have. */
  take(event: TraceEvent, number: number): CheckedCall | null;
}

export function newCallReader(): CallReader {
  let revision: RmiRevision | undefined;
  let early = false;
  return {
    take(event, number) {
      // An HVC goes to a hypervisor; a request that a replay could not answer is not the RMM's fault.
      if (
        event.type !== 'smc' ||
        isBackground(event) ||
        event.via !== 'smc' ||
        event.inferred?.res !== undefined
      )
        return null;
      const version = versionReply(event);
      const x0 = event.res === null ? undefined : (event.res[0] ?? null);
      early ||= callId(event.fid) === RMI_VERSION && isSeen(x0) && mayBeRevision(x0);
      const call = { number, event, x0, revision, early, version };
      if (version?.kind === 'success' && version.lower !== null)
        revision = rmiRevision(version.lower) ?? undefined;
      return call;
    },
  };
}

function versionReply({ fid, args, res }: SmcEvent): VersionReply | null {
  const x0 = res?.[0] ?? null;
  if (callId(fid) !== RMI_VERSION || x0 === null) return null;
  const kind = x0 === ZERO ? 'success' : isRefusal(x0) ? 'refusal' : null;
  if (kind === null) return null;
  const asked = args[0] ?? null;
  return {
    kind,
    requested: asked === null || reservedBits(asked) !== 0n ? null : asked,
    lower: revisionBits(res?.[1]),
    higher: revisionBits(res?.[2]),
  };
}

/** RMI_BUSY and the like decide nothing; a status with stray bits is not a refusal. */
function isRefusal(x0: U64): boolean {
  const { name, stray } = decodeStatus(x0);
  return smcccError(x0) === null && field(x0, 0, 8) !== 0 && stray === 0n && /^RMI_ERROR_/.test(name ?? '');
}

function revisionBits(word: Seen | undefined): Seen {
  return word === undefined || word === null ? null : withBits(word, 31, 33, 0n);
}

/** Collects every revision that the trace, or the RMM that answered, proves to be implemented. */
export interface Proofs {
  take(call: CheckedCall): void;
  /** Of a revision that many events prove those of the first two. */
  implemented(profile: RmmProfile | null): readonly Implemented[];
}

/** A rule looks for the first that proves a revision, or the first but the answer that it checks. */
const PROVING = 2;

export function newProofs(): Proofs {
  const found: Implemented[] = [];
  const proving = new Map<U64, Set<number>>();
  const prove = (revision: Seen, event: number, because: (revision: string) => string): void => {
    // Revisions begin with 1.0; 0.0 is what is left in a register that nobody set.
    if (revision === null || revisionParts(revision).major === 0) return;
    const events = proving.get(revision) ?? new Set();
    proving.set(revision, events);
    if (events.size === PROVING && !events.has(event)) return;
    events.add(event);
    found.push({ revision, event, because: because(revisionText(revision)) });
  };
  return {
    take({ number: event, version }) {
      if (version === null) return;
      const { kind, requested, lower, higher } = version;
      if (kind === 'success' && requested === lower)
        prove(requested, event, revision => `event ${event} agreed on ${revision}`);
      prove(lowerProof(version), event, revision => `event ${event} has ${revision} as lower`);
      prove(higher, event, revision => `event ${event} has ${revision} as higher`);
    },
    implemented: profile => [
      ...(profile?.revisions ?? [])
        .filter(revision => revisionParts(revision).major > 0)
        .map(revision => ({
          revision,
          event: null,
          because: `${profile?.name} implements ${revisionText(revision)}`,
        })),
      ...found,
    ],
  };
}

/** lower of a refusal is a revision that the RMM implements, unless the answer contradicts itself. */
function lowerProof({ kind, requested, lower, higher }: VersionReply): Seen {
  const contradicted = lower === requested || (lower !== null && higher !== null && lower > higher);
  return kind === 'refusal' && !contradicted ? lower : null;
}

export function isSeen(value: Seen | undefined): value is U64 {
  return value !== undefined && value !== null;
}
