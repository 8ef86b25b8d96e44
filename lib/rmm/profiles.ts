/**
 * The RMMs that can be emulated, by name: TF-RMM's releases, Islet, the specification, those that do something wrong on
 * purpose, and the cases without an RMM. Families take a parameter: `busy-3`.
 */
import { revisionWord } from '../abi/revision.js';
import { statusWord } from '../abi/rmi-status.js';
import { unknownName } from '../model/nearest.js';
import { bad, good, type Result } from '../model/result.js';
import type { MachineHeader } from '../model/trace.js';
import { ALL_ONES, type U64, u64, ZERO } from '../model/u64.js';
import { COMMANDS, commandsOfSpec } from './commands/index.js';
import { bySteps, FAMILIES, familyProfile } from './families.js';
import { HANDLERS } from './handlers.js';
import type { OperationRule } from './operation.js';
import type { RmmProfile } from './profile.js';
import { TF_RMMS } from './tf-rmm.js';

const R0_0 = revisionWord(0, 0);
const R1_0 = revisionWord(1, 0);
const R2_0 = revisionWord(2, 0);
const R2_1 = revisionWord(2, 1);

/** No build: the RMM specification, as the kernel's authors quote it. It has no console. */
const SPEC: Omit<RmmProfile, 'name' | 'summary' | 'revisions'> = {
  releases: [],
  bannerVersion: null,
  provenBy: null,
  presence: 'running',
  version: 'spec',
  feature0: { set: ZERO, clear: ZERO },
  unknownFeature: 'zero',
  unknownFid: ALL_ONES,
  stripsHint: true,
  needsActivate: false,
  handlers: HANDLERS.any,
  commands: COMMANDS.none,
  console: null,
  misbehaviour: null,
};

const CONFORMING: RmmProfile = specProfile(
  'spec',
  [R1_0, R2_0],
  'answers as the specification says, with 1.0 and 2.0: shows each of its rules',
);

/** A stateful operation that never completes. */
const ENDLESS: OperationRule = { asks: 'nothing', times: null, first: null, cancels: false };

/** No RMM ever answers. */
const NOBODY: Omit<RmmProfile, 'name' | 'summary' | 'presence'> = {
  ...SPEC,
  revisions: [],
  handlers: HANDLERS.none,
};

/**
 * Samsung's Islet, by its sources (rmm/src/rmi/version.rs, rmm/src/event); no build was asked. x0 of an unknown FID is
 * its RET_FAIL. What it leaves in x3 on is not known, and as TF-RMM's here; its console is not emulated.
 */
const ISLET: Omit<RmmProfile, 'name' | 'summary' | 'releases' | 'version'> = {
  ...SPEC,
  revisions: [R1_0],
  unknownFid: u64(0x100n),
  handlers: HANDLERS['v1.0'],
};

export const PROFILES: readonly RmmProfile[] = [
  ...TF_RMMS,
  {
    ...ISLET,
    name: 'islet',
    summary: '1.0 only; ignores bits 63:31 of the requested revision',
    releases: ['Islet'],
    version: 'islet',
  },
  {
    ...ISLET,
    name: 'islet-early',
    summary: '1.0 only; a refusal leaves lower and higher zero; does not know a FID with the SVE hint',
    releases: ['Islet at 14e17fd3'],
    version: 'islet-early',
    stripsHint: false,
    handlers: HANDLERS['islet-early'],
  },
  CONFORMING,
  specProfile('spec-1.0', [R1_0], 'answers as the specification says, with 1.0 only'),
  {
    ...SPEC,
    name: 'trp',
    summary: "TF-A's test payload in place of an RMM: its revision is 0.0, so a refusal names none",
    provenBy: 'two commands, through EL3',
    revisions: [R0_0],
    version: 'tf-rmm',
    handlers: HANDLERS.trp,
  },
  {
    ...SPEC,
    name: 'forgets-range',
    summary: 'refuses every revision and leaves lower and higher zero',
    revisions: [],
    version: 'forgetful',
  },
  {
    ...CONFORMING,
    name: 'swapped',
    summary: 'lower and higher swapped; also has 2.1, so that they differ',
    revisions: [R1_0, R2_0, R2_1],
    misbehaviour: { kind: 'swapped' },
  },
  {
    ...CONFORMING,
    name: 'busy',
    summary: 'RMI_BUSY to every call',
    misbehaviour: { kind: 'status-first', x0: statusWord('BUSY'), calls: null },
  },
  {
    ...CONFORMING,
    name: 'blocked',
    summary: 'RMI_BLOCKED to every call',
    misbehaviour: { kind: 'status-first', x0: statusWord('BLOCKED'), calls: null },
  },
  {
    ...CONFORMING,
    ...bySteps(ENDLESS, 'is incomplete for ever'),
    name: 'sro',
  },
  {
    ...CONFORMING,
    ...bySteps({ ...ENDLESS, asks: 'delegated' }, 'asks for a delegated granule, and cannot be cancelled'),
    name: 'sro-stuck',
  },
  {
    ...CONFORMING,
    ...bySteps({ ...ENDLESS, asks: 'donation' }, 'asks for a granule for ever'),
    name: 'sro-hungry',
  },
  {
    ...CONFORMING,
    ...bySteps({ ...ENDLESS, asks: 'reserved' }, 'has a memory request that means nothing'),
    name: 'sro-reserved',
  },
  {
    ...NOBODY,
    name: 'none',
    summary: 'no RMM: EL3 answers -1',
    provenBy: 'EL3 without RME in hardware',
    presence: 'absent',
  },
  {
    ...NOBODY,
    name: 'failed',
    summary: 'the RMM failed to boot: EL3 answers -1 and says so',
    provenBy: 'EL3 after a failed RMM init',
    presence: 'failed',
  },
  {
    ...NOBODY,
    name: 'silent',
    summary: 'the call goes to the RMM and never comes back',
    provenBy: '0.8.0 RMM_V1_1 through EL3',
    presence: 'silent',
  },
];

/** A conforming RMM that supports `revisions` (words, lowest first). */
export function specProfile(name: string, revisions: readonly U64[], summary: string): RmmProfile {
  return { ...SPEC, name, revisions, summary, commands: commandsOfSpec(revisions) };
}

/** The profile `name`, of a family too. Trouble: `unknown-name`. */
export function profileNamed(name: string): Result<RmmProfile> {
  const found = PROFILES.find(profile => profile.name === name);
  if (found !== undefined) return good(found);
  const names = [...PROFILES.map(profile => profile.name), ...FAMILIES.map(({ usage }) => usage)];
  return familyProfile(name, CONFORMING) ?? bad(unknownName('RMM', name, names));
}

/**
 * The profile that the name in a header stands for; `null` where the name proves nothing. An RMM behind a pipe says itself
 * what it is called, and of a replay's own header nobody knows where its name came from.
 */
export function vouchedProfile({ rmm, via }: Pick<MachineHeader, 'rmm' | 'via'>): RmmProfile | null {
  if (rmm === null || !VOUCHED.has(via)) return null;
  const named = profileNamed(rmm);
  return named.ok ? named.value : null;
}

/** Whose names are ours: the emulated RMM's, and the one that an importer read off a banner. */
const VOUCHED: ReadonlySet<MachineHeader['via']> = new Set(['emulated', 'imported']);
