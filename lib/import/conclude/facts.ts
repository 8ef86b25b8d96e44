/** Facts of the machine and its RME field, as far as a boot's records prove them. */
import { backgroundFid, isRmi } from '../../abi/background.js';
import { hasSveHint, smcccError } from '../../abi/smccc.js';
import type { FactValue } from '../../model/events.js';
import type { FactName } from '../../model/facts.js';
import { ASSUMED, AT_LEAST, WITH_RME } from '../../model/inferred.js';
import { field } from '../../model/u64.js';
import type { Placed } from '../collect.js';
import type { FactReading } from '../format.js';
import { isMode, isOfCheck } from '../rows.js';
import { because, type Conclusion, concluded, inferred } from './rule.js';

/** What one record proves of a fact; `null` where it proves nothing. */
interface Proof {
  readonly fact: FactName;
  readonly of: (placed: Placed) => FactValue | null;
  /** What to say besides the record. */
  readonly remark?: string;
  /** Where it does not prove the value itself. */
  readonly as?: typeof AT_LEAST | typeof ASSUMED;
}

const mode =
  (value: (words: string) => FactValue | null) =>
  ({ reading }: Placed): FactValue | null =>
    reading.kind === 'log' && isMode(reading.row) ? value(reading.text) : null;

const row =
  (name: string, value: FactValue) =>
  ({ reading }: Placed): FactValue | null =>
    reading.kind === 'log' && reading.row === name ? value : null;

const commandLine =
  (pattern: RegExp, value: (word: string) => FactValue | null) =>
  ({ reading }: Placed) => {
    const words = reading.kind === 'machine' ? reading.commandLine : undefined;
    const word = words === undefined ? undefined : pattern.exec(words)?.[1];
    return word === undefined ? null : value(word);
  };

/** The host's RMI reached the RMM or EL3: firmware's conduit is SMC, and calls leave the kernel. */
const reached =
  (value: FactValue) =>
  ({ reading }: Placed): FactValue | null =>
    reading.kind === 'call' &&
    reading.from === 'ns' &&
    reading.fid !== null &&
    isRmi(reading.fid) &&
    reading.via === 'smc'
      ? value
      : null;

const MODES_BY_WORD: ReadonlyMap<string, string> = new Map([
  ['none', 'none'],
  ['protected', 'protected'],
  ['nested', 'nv'],
]);

/** The first proof of a fact counts; what a line states outright comes before all of them. */
const PROOFS: readonly Proof[] = [
  { fact: 'hyp_mode_available', of: row('hypModeNotAvailable', false) },
  { fact: 'hyp_mode_available', of: mode(() => true) },
  { fact: 'hyp_mode_available', of: row('kvmDisabled', true) },
  { fact: 'hyp_mode_available', of: row('nvCoarse', true) },
  { fact: 'hyp_mode_available', of: row('ipaSizeLimit', true) },
  { fact: 'in_hyp_mode', of: mode(text => /^VHE/.test(text)) },
  { fact: 'kvm_mode', of: row('kvmDisabled', 'none') },
  {
    fact: 'kvm_mode',
    of: commandLine(/(?:^| )kvm-arm\.mode=(\w+)/, word => MODES_BY_WORD.get(word) ?? null),
  },
  {
    fact: 'kvm_mode',
    of: mode(text => (/^Protected/.test(text) ? 'protected' : /\+NV2/.test(text) ? 'nv' : 'default')),
  },
  { fact: 'hvhe', of: mode(text => /hVHE/.test(text)) },
  { fact: 'nv2', of: mode(text => /\+NV2/.test(text)) },
  { fact: 'page_size', of: granule },
  { fact: 'page_size', of: askedOn4K, remark: 'RFC to v12 ask only where pages are 4K' },
  { fact: 'conduit', of: reached('smc') },
  { fact: 'smccc_version', of: asked },
  { fact: 'smccc_version', of: reached('1.1'), as: AT_LEAST },
  { fact: 'sve_hint', of: hinted },
  // Consoles do not show bit 16 of the FID.
  { fact: 'sve_hint', of: reached(false), as: ASSUMED },
];

/** SMCCC_VERSION answers with the version: major in bits 30:16. */
function asked({ reading }: Placed): FactValue | null {
  if (reading.kind !== 'call' || reading.from !== 'ns' || reading.fid !== SMCCC_VERSION) return null;
  const [x0 = null] = reading.res ?? [];
  return x0 === null || smcccError(x0) !== null ? null : `${field(x0, 16, 15)}.${field(x0, 0, 16)}`;
}

const SMCCC_VERSION = backgroundFid('SMCCC_VERSION');

function hinted({ reading }: Placed): FactValue | null {
  const rmi = reading.kind === 'call' && reading.from === 'ns' && reading.fid !== null && isRmi(reading.fid);
  return rmi && reading.fid !== null && hasSveHint(reading.fid) ? true : null;
}

/** A line of the check of RFC to v12: it is KVM's, and wants RMI 1 or less than that. */
function askedOn4K({ reading }: Placed): FactValue | null {
  if (reading.kind !== 'log' || reading.prefix !== 'kvm' || !isOfCheck(reading.row)) return null;
  const { wants = reading.values.lower } = reading.values;
  const before13 = reading.row === 'prototypeSupport' || /^1(?:\.|$)/.test(wants ?? '');
  return before13 ? 4096 : null;
}

/** `RMM does not support 64KB granules` names the kernel's own page size. */
function granule({ reading }: Placed): FactValue | null {
  if (reading.kind !== 'log' || reading.row !== 'granuleSize') return null;
  return SIZES.get(reading.values.kb ?? '') ?? null;
}

const SIZES: ReadonlyMap<string, number> = new Map([
  ['4', 4096],
  ['16', 16384],
  ['64', 65536],
]);

export const FACTS: Conclusion = {
  says: 'facts of the machine: from the mode line, from what KVM printed, from a call that reached the RMM',
  apply(placed, context) {
    const stated = new Set(placed.flatMap(({ reading }) => (reading.kind === 'fact' ? [reading.name] : [])));
    const found = new Map<string, Placed>();
    const proving = provingOf(placed);
    for (const { fact, of, remark, as = 'value' } of PROOFS) {
      if (stated.has(fact) || found.has(fact)) continue;
      const from = proving.find(each => of(each) !== null);
      const value = from === undefined ? null : of(from);
      if (from === undefined || value === null) continue;
      const why = `${because(context, from)}${remark === undefined ? '' : ` (${remark})`}`;
      const reading: FactReading = { kind: 'fact', name: fact, value, inferred: inferred([as], why) };
      found.set(fact, concluded(reading, from));
    }
    return [...found.values(), ...placed];
  },
};

/** Of calls the first ones prove what there is to prove: a log may have very many. */
function provingOf(placed: readonly Placed[]): readonly Placed[] {
  const CALLS = 256;
  let calls = 0;
  return placed.filter(({ reading }) => reading.kind !== 'call' || calls++ < CALLS);
}

const PFR0 = 'ID_AA64PFR0_EL1';

export const RME: Conclusion = {
  says: 'that RME is not 0 on any CPU, from a call that reached the RMM or an EL3 that has one',
  apply(placed, context) {
    const from = provingOf(placed).find(each => reached(true)(each) !== null);
    // A kernel reads it while it starts, asked or not: unknown is not missing.
    const kernel = placed.find(({ reading }) => reading.kind === 'log');
    if (from === undefined)
      return kernel === undefined
        ? placed
        : [concluded({ kind: 'ftr', reg: PFR0, value: null }, kernel), ...placed];
    // Which value it has nobody saw, and the register's other fields neither.
    const why = because(context, from);
    const reading = { kind: 'ftr', reg: PFR0, value: null, inferred: inferred([WITH_RME], why) } as const;
    return [concluded(reading, from), ...placed];
  },
};
