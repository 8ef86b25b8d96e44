/**
 * TF-RMM, release by release. Where `provenBy` says so, every answer to RMI_VERSION, RMI_FEATURES and to FIDs that
 * nobody handles is register for register and line for line that of the real build, asked call by call. The others
 * follow what is known of the sources, and say so. "Its FIDs" are those that it has handlers for.
 */
import { revisionWord } from '../abi/revision.js';
import { ALL_ONES, u64, ZERO } from '../model/u64.js';
import { COMMANDS } from './commands/index.js';
import { CONSOLES } from './console.js';
import { HANDLERS } from './handlers.js';
import type { RmmProfile } from './profile.js';

const R1_0 = revisionWord(1, 0);
const R1_1 = revisionWord(1, 1);
const R2_0 = revisionWord(2, 0);
const R56_0 = revisionWord(56, 0);
const R66_0 = revisionWord(66, 0);

/** TF-RMM from EAC5 on. */
const TF_RMM: Omit<RmmProfile, 'name' | 'summary' | 'revisions' | 'console'> = {
  releases: [],
  bannerVersion: null,
  provenBy: null,
  presence: 'running',
  version: 'tf-rmm',
  feature0: { set: ZERO, clear: ZERO },
  unknownFeature: 'zero',
  unknownFid: ALL_ONES,
  stripsHint: true,
  needsActivate: false,
  handlers: HANDLERS['v1.0'],
  commands: COMMANDS.none,
  misbehaviour: null,
};

/** Without RMM_V1_1: of bits 63:42, which 1.1 has for devices and planes, 1.0 knows nothing. */
const V1_0_FEATURES = { set: ZERO, clear: u64(ALL_ONES & ~0x3ff_ffff_ffffn) };
/** With it: DA; from 0.8 on three auxiliary planes as well, whatever the machine is. */
const DA = { set: u64(1n << 42n), clear: ZERO };
const DA_AND_PLANES = { set: u64((1n << 42n) | (3n << 45n)), clear: ZERO };

const AT_ITS_DOOR = 'called directly';
const THROUGH_EL3 = 'called directly, through EL3';

export const TF_RMMS: readonly RmmProfile[] = [
  {
    ...TF_RMM,
    name: 'tf-rmm-0.1',
    summary: '56.0 in x0 and no status; does not know a FID with the SVE hint',
    releases: ['0.1.0', '0.2.0'],
    provenBy: '0.1.0 called directly',
    revisions: [R56_0],
    version: 'word',
    unknownFeature: 'refused',
    stripsHint: false,
    console: CONSOLES['0.1'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.3',
    summary: '56.0 in x0 and no status; its console shows no arguments',
    releases: ['0.3.0'],
    provenBy: AT_ITS_DOOR,
    revisions: [R56_0],
    version: 'word',
    unknownFeature: 'refused',
    console: CONSOLES['0.3'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-eac2',
    summary: '66.0 in x0 and no status; from here on RMI_FEATURES succeeds with any index',
    releases: ['rmm-spec-v1.0-eac2'],
    bannerVersion: '0.3.0',
    provenBy: AT_ITS_DOOR,
    revisions: [R66_0],
    version: 'word',
    console: CONSOLES['0.3'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.5',
    summary: '1.0 in lower and higher, with a status; its console still prints SMC_RMM_',
    releases: ['0.4.0', '0.5.0', 'rmm-spec-v1.0-eac5'],
    bannerVersion: '0.3.0',
    provenBy: 'rmm-spec-v1.0-eac5 called directly',
    revisions: [R1_0],
    feature0: V1_0_FEATURES,
    console: CONSOLES['0.5'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.6',
    summary: '1.0; its console prints SMC_RMI_ and shows RMI_FEATURES',
    releases: ['0.6.0', 'rmm-spec-v1.0-rel0'],
    provenBy: 'both called directly',
    revisions: [R1_0],
    feature0: V1_0_FEATURES,
    commands: COMMANDS['v1.0'],
    console: CONSOLES['0.6'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.6-v11',
    summary: '1.1 only: in 0.6 RMM_V1_1 replaces 1.0',
    releases: ['0.6.0 RMM_V1_1'],
    provenBy: AT_ITS_DOOR,
    revisions: [R1_1],
    feature0: DA,
    commands: COMMANDS['v1.0'],
    console: CONSOLES['0.6'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.7',
    summary: '1.0; as 0.6, with handlers for two more FIDs',
    releases: ['0.7.0'],
    provenBy: 'its FIDs; RMI_FEATURES 0 on QEMU',
    revisions: [R1_0],
    feature0: V1_0_FEATURES,
    handlers: HANDLERS['v0.7'],
    commands: COMMANDS['v1.0'],
    console: CONSOLES['0.6'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.7-v11',
    summary: '1.0 and 1.1: from 0.7 on RMM_V1_1 adds 1.1',
    releases: ['0.7.0 RMM_V1_1'],
    provenBy: 'its FIDs; two answers on QEMU',
    revisions: [R1_0, R1_1],
    feature0: DA,
    handlers: HANDLERS['v0.7'],
    commands: COMMANDS['v1.0'],
    console: CONSOLES['0.6'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.8',
    summary: '1.0; wider names on its console, and no RMI_FEATURES',
    releases: ['0.8.0'],
    provenBy: `${THROUGH_EL3}; init`,
    revisions: [R1_0],
    feature0: V1_0_FEATURES,
    handlers: HANDLERS['v0.8'],
    commands: COMMANDS['v1.0'],
    console: CONSOLES['0.8'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.8-v11',
    summary: '1.0 and 1.1; device commands of 1.1 have handlers',
    releases: ['0.8.0 RMM_V1_1'],
    provenBy: AT_ITS_DOOR,
    revisions: [R1_0, R1_1],
    feature0: DA_AND_PLANES,
    handlers: HANDLERS['v0.8-v11'],
    commands: COMMANDS['v1.0'],
    console: CONSOLES['0.8'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-1.x',
    summary: '1.0 only; between 0.8 and 0.9, with four FIDs of 2.0',
    releases: ['rmm-spec-v1.x-aligned'],
    bannerVersion: '0.8.0',
    provenBy: 'its revisions and FIDs',
    revisions: [R1_0],
    feature0: V1_0_FEATURES,
    handlers: HANDLERS['v1.x'],
    commands: COMMANDS['v1.0'],
    console: CONSOLES['0.8'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-1.x-v11',
    summary: '1.0 and 1.1; as tf-rmm-1.x, with more FIDs of 2.0',
    releases: ['rmm-spec-v1.x-aligned RMM_V1_1'],
    bannerVersion: '0.8.0',
    provenBy: 'its revisions and FIDs',
    revisions: [R1_0, R1_1],
    feature0: DA_AND_PLANES,
    handlers: HANDLERS['v1.x-v11'],
    commands: COMMANDS['v1.0'],
    console: CONSOLES['0.8'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-206a8942',
    summary: '1.0 only: a build of March 2026, between 0.8 and 0.9, without RMM_V1_1',
    releases: ['206a8942'],
    revisions: [R1_0],
    feature0: V1_0_FEATURES,
    handlers: HANDLERS['206a8942'],
    console: CONSOLES['0.8'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-1.0-2.0',
    summary: '1.0 and 2.0: the same build with RMM_V1_1, which adds 2.0 there',
    releases: ['206a8942 RMM_V1_1'],
    provenBy: 'its FIDs',
    revisions: [R1_0, R2_0],
    handlers: HANDLERS['206a8942'],
    console: CONSOLES['0.8'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.9',
    summary: '2.0 only; needs RMM_ACTIVATE before most other calls; every build prints unknown FIDs',
    releases: ['0.9.0'],
    provenBy: `${THROUGH_EL3}; init`,
    revisions: [R2_0],
    needsActivate: true,
    handlers: HANDLERS['v0.9'],
    commands: COMMANDS['v0.9'],
    console: CONSOLES['0.9'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-head',
    summary: '2.0 only; head of 22 Jul 2026; needs RMM_ACTIVATE before most other calls',
    releases: ['9a7f8ef4'],
    bannerVersion: '0.9.0',
    provenBy: AT_ITS_DOOR,
    revisions: [R2_0],
    needsActivate: true,
    handlers: HANDLERS.head,
    commands: COMMANDS.head,
    console: CONSOLES['0.9'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-bet3',
    summary: 'GPT_INFO and RMM_DEACTIVATE: the first on which `next` goes through',
    follows: '2.0-bet3',
    revisions: [R2_0],
    needsActivate: true,
    handlers: HANDLERS.bet3,
    commands: COMMANDS.bet3,
    console: null,
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-coarse',
    summary: 'the same, built without RMM_ALLOC_TRACKING_DATA: its tracking regions are coarse',
    follows: '2.0-bet3',
    revisions: [R2_0],
    needsActivate: true,
    handlers: HANDLERS.bet3,
    commands: COMMANDS['bet3-coarse'],
    console: null,
  },
];
