/**
 * The RMMs that can be emulated, by name. Where `provenBy` says so, every answer to RMI_VERSION, RMI_FEATURES and to
 * FIDs that nobody handles is register for register and line for line that of the real build, asked call by call.
 * The others follow what is known of the sources, and say so.
 */
import { revisionWord } from '../abi/revision.js';
import { unknownName } from '../model/nearest.js';
import { good, type Result } from '../model/result.js';
import type { U64 } from '../model/u64.js';
import { CONSOLES } from './console.js';
import { HANDLERS } from './handlers.js';
import type { RmmProfile } from './profile.js';

const R0_0 = revisionWord(0, 0);
const R1_0 = revisionWord(1, 0);
const R1_1 = revisionWord(1, 1);
const R2_0 = revisionWord(2, 0);
const R56_0 = revisionWord(56, 0);
const R66_0 = revisionWord(66, 0);

const AT_THE_DOOR = '50 calls to the real build, at its own door';
const THROUGH_EL3 = `${AT_THE_DOOR}; what a probe at EL2 asked it through EL3`;

/** TF-RMM from EAC5 on. */
const TF_RMM: Omit<RmmProfile, 'name' | 'summary' | 'revisions' | 'console'> = {
  releases: [],
  provenBy: null,
  presence: 'running',
  version: 'tf-rmm',
  unknownFeature: 'zero',
  stripsHint: true,
  needsActivate: false,
  handlers: HANDLERS['v1.0'],
};

/** No build: the RMM specification, as the kernel's authors quote it. Its console is nobody's. */
const SPEC: Omit<RmmProfile, 'name' | 'summary' | 'revisions'> = {
  ...TF_RMM,
  version: 'spec',
  handlers: HANDLERS.any,
  console: null,
};

/** No RMM ever answers. */
const NOBODY: Omit<RmmProfile, 'name' | 'summary' | 'presence'> = {
  ...SPEC,
  revisions: [],
  handlers: HANDLERS.none,
};

export const PROFILES: readonly RmmProfile[] = [
  {
    ...TF_RMM,
    name: 'tf-rmm-0.1',
    summary: '56.0 in x0, without a status; takes a FID with the SVE hint for an unknown one',
    releases: ['0.1.0', '0.2.0'],
    provenBy: AT_THE_DOOR,
    revisions: [R56_0],
    version: 'word',
    unknownFeature: 'refused',
    stripsHint: false,
    console: CONSOLES['0.1'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.3',
    summary: '56.0 in x0, without a status',
    releases: ['0.3.0'],
    provenBy: AT_THE_DOOR,
    revisions: [R56_0],
    version: 'word',
    unknownFeature: 'refused',
    console: CONSOLES['0.3'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-eac2',
    summary: '66.0 in x0, without a status',
    releases: ['rmm-spec-v1.0-eac2'],
    provenBy: AT_THE_DOOR,
    revisions: [R66_0],
    version: 'word',
    console: CONSOLES['0.3'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.5',
    summary: '1.0; its console still says SMC_RMM_',
    releases: ['0.4.0', '0.5.0'],
    revisions: [R1_0],
    console: CONSOLES['0.5'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.6',
    summary: '1.0',
    releases: ['0.6.0', 'rmm-spec-v1.0-rel0'],
    provenBy: AT_THE_DOOR,
    revisions: [R1_0],
    console: CONSOLES['0.6'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.6-v11',
    summary: '1.1 alone: in 0.6 RMM_V1_1 replaces 1.0',
    releases: ['0.6.0 RMM_V1_1'],
    provenBy: AT_THE_DOOR,
    revisions: [R1_1],
    console: CONSOLES['0.6'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.7',
    summary: '1.0',
    releases: ['0.7.0'],
    revisions: [R1_0],
    console: CONSOLES['0.6'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.7-v11',
    summary: '1.0 and 1.1',
    releases: ['0.7.0 RMM_V1_1'],
    revisions: [R1_0, R1_1],
    console: CONSOLES['0.6'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.8',
    summary: '1.0',
    releases: ['0.8.0'],
    provenBy: THROUGH_EL3,
    revisions: [R1_0],
    handlers: HANDLERS['v0.8'],
    console: CONSOLES['0.8'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.8-v11',
    summary: '1.0 and 1.1',
    releases: ['0.8.0 RMM_V1_1'],
    provenBy: AT_THE_DOOR,
    revisions: [R1_0, R1_1],
    handlers: HANDLERS['v0.8-v11'],
    console: CONSOLES['0.8'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-1.0-2.0',
    summary: '1.0 and 2.0: builds between 0.8 and 0.9, of early 2026, with the option for 2.0',
    releases: ['206a8942..b629dcf4'],
    revisions: [R1_0, R2_0],
    handlers: SPEC.handlers,
    console: CONSOLES['0.8'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.9',
    summary: '2.0 alone; wants RMM_ACTIVATE before most other calls',
    releases: ['0.9.0'],
    provenBy: THROUGH_EL3,
    revisions: [R2_0],
    needsActivate: true,
    handlers: HANDLERS['v0.9'],
    console: CONSOLES['0.9'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-head',
    summary: '2.0 alone; head of 22 Jul 2026',
    releases: ['9a7f8ef4'],
    provenBy: AT_THE_DOOR,
    revisions: [R2_0],
    needsActivate: true,
    handlers: HANDLERS.head,
    console: CONSOLES['0.9'],
  },
  specProfile(
    'spec',
    [R1_0, R2_0],
    'answers as the specification says: 1.0 and 2.0, so that each of its rules shows',
  ),
  specProfile('spec-1.0', [R1_0], 'answers as the specification says: 1.0 alone'),
  {
    ...SPEC,
    name: 'trp',
    summary: "TF-A's test payload in place of an RMM: 0.0, and so a refusal without a range",
    revisions: [R0_0],
    version: 'tf-rmm',
    // services/std_svc/rmmd/trp/trp_main.c compares the whole FID, which EL3 forwards with its hint.
    stripsHint: false,
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
    ...NOBODY,
    name: 'none',
    summary: 'no RMM: EL3 answers -1',
    provenBy: 'a probe at EL2, and Linux, on QEMU without RME',
    presence: 'absent',
  },
  {
    ...NOBODY,
    name: 'failed',
    summary: 'the RMM failed to boot: EL3 answers -1 and says so',
    provenBy: 'a probe at EL2, and Linux, on QEMU with an RMM of another EL3 interface',
    presence: 'failed',
  },
  {
    ...NOBODY,
    name: 'silent',
    summary: 'the call goes to the RMM and never comes back',
    provenBy: 'a probe at EL2, on QEMU with TF-RMM 0.8 built with RMM_V1_1',
    presence: 'silent',
  },
];

/** A conforming RMM that supports `revisions` (words, lowest first). */
export function specProfile(name: string, revisions: readonly U64[], summary: string): RmmProfile {
  return { ...SPEC, name, revisions, summary };
}

/** The profile `name`. Trouble: `unknown-name`. */
export function profileNamed(name: string): Result<RmmProfile> {
  const found = PROFILES.find(profile => profile.name === name);
  if (found !== undefined) return good(found);
  return unknownName(
    'RMM',
    name,
    PROFILES.map(profile => profile.name),
  );
}
