/**
 * TF-RMM, release by release. Where `provenBy` says so, every answer to RMI_VERSION, RMI_FEATURES and to FIDs that
 * nobody handles is register for register and line for line that of the real build, asked call by call. The others
 * follow what is known of the sources, and say so.
 */
import { revisionWord } from '../abi/revision.js';
import { ALL_ONES } from '../model/u64.js';
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
  unknownFeature: 'zero',
  unknownFid: ALL_ONES,
  stripsHint: true,
  needsActivate: false,
  handlers: HANDLERS['v1.0'],
  misbehaviour: null,
};

const AT_ITS_DOOR = 'at its door';
const THROUGH_EL3 = 'at its door, through EL3';

export const TF_RMMS: readonly RmmProfile[] = [
  {
    ...TF_RMM,
    name: 'tf-rmm-0.1',
    summary: '56.0 in x0, without a status; takes a FID with the SVE hint for an unknown one',
    releases: ['0.1.0', '0.2.0'],
    provenBy: '0.1.0 at its door',
    revisions: [R56_0],
    version: 'word',
    unknownFeature: 'refused',
    stripsHint: false,
    console: CONSOLES['0.1'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.3',
    summary: '56.0 in x0, without a status and without arguments on its console',
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
    summary: '66.0 in x0, without a status; RMI_FEATURES with any index succeeds from here on',
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
    summary: '1.0 by lower and higher, with a status; its console still says SMC_RMM_',
    releases: ['0.4.0', '0.5.0'],
    revisions: [R1_0],
    console: CONSOLES['0.5'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.6',
    summary: '1.0; its console says SMC_RMI_ and shows RMI_FEATURES',
    releases: ['0.6.0', 'rmm-spec-v1.0-rel0'],
    provenBy: 'both, at their door',
    revisions: [R1_0],
    console: CONSOLES['0.6'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.6-v11',
    summary: '1.1 alone: in 0.6 RMM_V1_1 replaces 1.0',
    releases: ['0.6.0 RMM_V1_1'],
    provenBy: AT_ITS_DOOR,
    revisions: [R1_1],
    console: CONSOLES['0.6'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.7',
    summary: '1.0; as 0.6',
    releases: ['0.7.0'],
    revisions: [R1_0],
    console: CONSOLES['0.6'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.7-v11',
    summary: '1.0 and 1.1: from 0.7 on RMM_V1_1 adds 1.1',
    releases: ['0.7.0 RMM_V1_1'],
    provenBy: 'one refusal, through EL3',
    revisions: [R1_0, R1_1],
    console: CONSOLES['0.6'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.8',
    summary: '1.0; wider names on its console, and no RMI_FEATURES',
    releases: ['0.8.0'],
    provenBy: THROUGH_EL3,
    revisions: [R1_0],
    handlers: HANDLERS['v0.8'],
    console: CONSOLES['0.8'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.8-v11',
    summary: '1.0 and 1.1; device commands of 1.1 have handlers',
    releases: ['0.8.0 RMM_V1_1', 'rmm-spec-v1.x-aligned'],
    provenBy: '0.8.0 RMM_V1_1 at its door',
    revisions: [R1_0, R1_1],
    handlers: HANDLERS['v0.8-v11'],
    console: CONSOLES['0.8'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-1.0-2.0',
    summary: '1.0 and 2.0: builds of March 2026, between 0.8 and 0.9, with the option for 2.0',
    releases: ['206a8942..b629dcf4'],
    revisions: [R1_0, R2_0],
    handlers: HANDLERS.any,
    console: CONSOLES['0.8'],
  },
  {
    ...TF_RMM,
    name: 'tf-rmm-0.9',
    summary: '2.0 alone; wants RMM_ACTIVATE before most other calls; unknown FIDs show in every build',
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
    summary: '2.0 alone; head of 22 Jul 2026; wants RMM_ACTIVATE before most other calls',
    releases: ['9a7f8ef4'],
    bannerVersion: '0.9.0',
    provenBy: AT_ITS_DOOR,
    revisions: [R2_0],
    needsActivate: true,
    handlers: HANDLERS.head,
    console: CONSOLES['0.9'],
  },
];
