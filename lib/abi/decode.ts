/** Decodes a call for display. Decoded names are shown beside the raw values and never stored instead of them. */
import type { SmcEvent, World } from '../model/events.js';
import { ALL_ONES, hex, type Seen, type U64, ZERO } from '../model/u64.js';
import { backgroundName, backgroundStatus, isRmi } from './background.js';
import { decodeFeatureRegister, featureText } from './feature-registers.js';
import { type RmiRevision, reservedBits, revisionText } from './revision.js';
import { lookupRmi, RMI_FEATURES, RMI_VERSION } from './rmi-commands.js';
import { decodeStatus, mayBeRevision } from './rmi-status.js';
import { valueShows } from './rmi-values.js';
import { callId, hasSveHint } from './smccc.js';

/** What of an event is decoded; without `from` the caller is taken to be the Normal world. */
export type Call = Pick<SmcEvent, 'fid' | 'args' | 'res'> & Partial<Pick<SmcEvent, 'from' | 'cc'>>;

export interface DecodedRegister {
  /** What the register holds: `requested`, `status`; its own name, `x3`, where that is all that is known. */
  readonly name: string;
  readonly raw: Seen;
  /** The value in words, or in hex where there are none; `not seen` for `null`. */
  readonly text: string;
}

export interface DecodedCall {
  readonly name: string;
  /** Whether the FID carried the SVE hint. */
  readonly hint: boolean;
  /** x1 on. */
  readonly args: readonly DecodedRegister[];
  /** x0 on; empty when the call never came back. */
  readonly results: readonly DecodedRegister[];
}

/** Names a call and each register of it, by the revision that caller and RMM speak where that is known. */
export function decodeCall(given: Call, revision?: RmiRevision): DecodedCall {
  const call = whole(given, revision);
  const labels = labelsOf(call, revision);
  const [x0, ...outs] = call.res ?? [];
  const notSupported = x0 === ALL_ONES;
  const show = (name: string, raw: Seen, how: Show | undefined): DecodedRegister => ({
    name,
    raw,
    text: raw === null ? NOT_SEEN : (how ?? hex)(raw),
  });
  return {
    name: labels.name,
    hint: hasSveHint(call.fid),
    args: call.args.map((raw, i) => {
      const label = labels.args[i] ?? `x${i + 1}`;
      return show(label, raw, labels.shows.get(label));
    }),
    results: [
      ...(x0 === undefined ? [] : [show(labels.x0, x0, labels.x0Shows)]),
      ...outs.map((raw, i) => {
        // EL3 answers -1 by itself and leaves x1 on as the caller had them: x1 still holds the requested revision.
        const label = notSupported ? `x${i + 1}` : (labels.results[i] ?? `x${i + 1}`);
        return show(label, raw, notSupported ? leftThere : labels.shows.get(label));
      }),
    ],
  };
}

/** A call by SMCCC 1.2 is kept without trailing zeros; those that its command names are zeros all the same. */
function whole(call: Call, revision: RmiRevision | undefined): Call {
  if (call.cc !== '1.2') return call;
  const commands = lookupRmi(call.fid, revision);
  const args = shared(commands.map(({ args }) => args)).length;
  const results = shared(commands.map(({ results }) => results)).length;
  return {
    ...call,
    args: padded(call.args, args),
    res: call.res === null ? null : padded(call.res, 1 + results),
  };
}

function padded(values: readonly Seen[], count: number): readonly Seen[] {
  const missing = Math.max(0, count - values.length);
  return [...values, ...Array.from({ length: missing }, () => ZERO)];
}

/**
 * A call's name, its SVE hint ignored: `RMI_VERSION`, `PSCI_VERSION`; `A or B` where the number means several things
 * and the revision does not decide; `unknown FID 0x…` where nobody knows it. `from` matters to 0xc400018f alone.
 */
export function callName(fid: U64, revision?: RmiRevision, from: World = 'ns'): string {
  const names = new Set(lookupRmi(fid, revision).map(({ name }) => name));
  if (names.size > 0) return [...names].join(' or ');
  const background = isRmi(fid, from) ? null : backgroundName(fid);
  return background ?? `unknown FID ${hex(callId(fid))}`;
}

type Show = (value: U64) => string;

interface Labels {
  readonly name: string;
  readonly args: readonly string[];
  readonly results: readonly string[];
  readonly x0: string;
  readonly x0Shows: Show;
  /** How a register of that label reads; hex for any other. */
  readonly shows: ReadonlyMap<string, Show>;
}

/** How a value reads that nobody saw. */
export const NOT_SEEN = 'not seen';

const REVISIONS: ReadonlyMap<string, Show> = new Map([
  ['requested', revisionWithReserved],
  ['lower', revisionWithReserved],
  ['higher', revisionWithReserved],
]);

function labelsOf(call: Call, revision: RmiRevision | undefined): Labels {
  const name = callName(call.fid, revision, call.from);
  const commands = lookupRmi(call.fid, revision);
  if (commands.length === 0) return backgroundLabels(name);
  const id = callId(call.fid);
  const status: Show = x0 => decodeStatus(x0, revision).text;
  return {
    name,
    args: shared(commands.map(({ args }) => args)),
    results: shared(commands.map(({ results }) => results)),
    x0: 'status',
    x0Shows: id === RMI_VERSION ? x0 => versionStatus(x0, status) : status,
    shows:
      id === RMI_FEATURES ? featureShows(call, revision) : id === RMI_VERSION ? REVISIONS : valueShows(id),
  };
}

/** The names on which all candidates agree, place by place; none where one of them is not known. */
function shared(lists: readonly (readonly string[] | null)[]): readonly string[] {
  const [first, ...others] = lists;
  if (first === undefined || first === null) return [];
  const agreeing = first.findIndex((name, i) => others.some(list => list?.[i] !== name));
  return agreeing < 0 ? first : first.slice(0, agreeing);
}

/** TF-RMM v0.1.0 to v0.3.0 and EAC2 answer the revision itself in x0: 0x380000 is 56.0, not a status. */
function versionStatus(x0: U64, status: Show): string {
  if (!mayBeRevision(x0)) return status(x0);
  return `${status(x0)}, or revision ${revisionText(x0)} in x0, as from RMMs before EAC4`;
}

function revisionWithReserved(word: U64): string {
  const reserved = reservedBits(word);
  return reserved === 0n ? revisionText(word) : `${revisionText(word)} with reserved bits ${hex(reserved)}`;
}

/** The value of a feature register can be read only where the call says which one, and succeeded. */
function featureShows(call: Call, revision: RmiRevision | undefined): ReadonlyMap<string, Show> {
  const index = call.args[0] ?? null;
  const decimal: Show = value => value.toString();
  if (index === null || call.res?.[0] !== 0n) return new Map([['index', decimal]]);
  return new Map([
    ['index', decimal],
    ['value', value => featureText(decodeFeatureRegister(index, value, revision))],
  ]);
}

function leftThere(value: U64): string {
  return `${hex(value)}, not a result: left in the register`;
}

/** Calls whose x0 is a version, `M.m` in the layout of an RMI revision. */
const VERSION_IN_X0: ReadonlySet<string> = new Set(['SMCCC_VERSION', 'PSCI_VERSION', 'TRNG_VERSION']);

const FEATURE_QUERIES: ReadonlySet<string> = new Set([
  'PSCI_FEATURES',
  'SMCCC_ARCH_FEATURES',
  'TRNG_FEATURES',
]);

function backgroundLabels(name: string): Labels {
  const x0Shows: Show = x0 =>
    backgroundStatus(name, x0) ?? (VERSION_IN_X0.has(name) ? revisionWithReserved(x0) : hex(x0));
  const plain = { name, args: [], results: [], x0: 'x0', x0Shows, shows: REVISIONS };
  if (VERSION_IN_X0.has(name)) return { ...plain, x0: 'version' };
  if (FEATURE_QUERIES.has(name)) {
    return { ...plain, args: ['function'], shows: new Map([['function', queried => callName(queried)]]) };
  }
  if (name === 'RSI_VERSION') return { ...plain, args: ['requested'], results: ['lower', 'higher'] };
  if (name === 'RMM_RMI_REQ_COMPLETE') {
    return { ...plain, args: ['status'], shows: new Map([['status', status => decodeStatus(status).text]]) };
  }
  return plain;
}
