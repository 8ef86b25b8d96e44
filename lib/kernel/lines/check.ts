/** The lines of scope `rmi`: what a check says came of it, and what every boot has around it. */
import { linesOf } from './line.js';

const bringUp = linesOf({ part: 'bring-up', scope: 'rmi' });
const check = linesOf({ part: 'check', scope: 'rmi' });
const kvm = linesOf({ part: 'kvm', scope: 'rmi' });

/** CPU bring-up (arch/arm64/kernel/cpufeature.c), its pr_fmt being in the text. */
export const BRING_UP = {
  sanityCheck: bringUp(
    'CPU features: SANITY CHECK: Unexpected variation in SYS_{reg:%s}. Boot CPU: {boot:%#016llx}, CPU{cpu:%d}: {value:%#016llx}',
    { by: { pr_warn: 'linux-5.10' } },
  ),
  cpuFeatureVariation: bringUp('CPU features: Unsupported CPU feature variation detected.', {
    by: { pr_warn: 'linux-5.10' },
  }),
};

/** The check: its texts are those of the mails of each revision. */
export const CHECK = {
  rmiAbiVersion: check('RMI ABI version {lower:%d.%d}', {
    by: { kvm_info: 'rfc', pr_info: 'v14' },
    says: { class: 'accepted' },
  }),
  prototypeSupport: check('Using prototype RMM support (version {lower:%d.%d})', {
    by: { kvm_err: 'rfc-proto' },
    until: 'rfc-proto',
    says: { class: 'accepted' },
  }),
  unsupportedWeSupport: check('Unsupported RMI ABI (version {lower:%d.%d}) we support {wants:%d}', {
    by: { kvm_err: 'rfc' },
    says: { class: 'refused' },
  }),
  unsupportedHostSupports: check('Unsupported RMI ABI (v{lower:%d.%d}) host supports v{wants:%d.%d}', {
    by: { kvm_err: 'v3' },
    insteadOf: ['unsupportedWeSupport'],
    says: { class: 'refused' },
  }),
  unsupportedWeWant: check('Unsupported RMI ABI (v{lower:%d.%d}) we want v{wants:%d.%d}', {
    by: { kvm_err: 'v6' },
    insteadOf: ['unsupportedHostSupports'],
    says: { class: 'refused' },
  }),
  unsupportedRange: check('Unsupported RMI ABI (v{lower:%d.%d} - v{higher:%d.%d}) we want v{wants:%d.%d}', {
    by: { kvm_err: 'v7', pr_err: 'v14' },
    insteadOf: ['unsupportedWeWant'],
    says: { class: 'refused' },
  }),
};

/** In place of a revision: a check from C, which no revision here prints like. */
export const FROM_C = 'C';
const OTHER_INFO = { by: { kvm_info: FROM_C, pr_info: FROM_C } } as const;
const OTHER_ERR = { by: { kvm_err: FROM_C, pr_err: FROM_C } } as const;

/**
 * A check from C that opens as the series does and goes on in words of its own. The narrowest first: a text that several
 * of them fit is of the first.
 */
export const IN_OTHER_WORDS = {
  unsupportedRangeOther: check(
    'Unsupported RMI ABI ({v:v|version }{lower:%d.%d} - v{higher:%d.%d}){rest:...}',
    { ...OTHER_ERR, says: { class: 'refused' } },
  ),
  unsupportedOther: check('Unsupported RMI ABI ({v:v|version }{lower:%d.%d}){rest:...}', {
    ...OTHER_ERR,
    says: { class: 'refused' },
  }),
  unsupportedUnknown: check('Unsupported RMI ABI ({rest:...}', OTHER_ERR),
  rmiAbiVersionOther: check('RMI ABI version {rest:...}', OTHER_INFO),
  prototypeSupportOther: check('Using prototype RMM support ({rest:...}', OTHER_ERR),
};

/** The early exits of kvm_arm_init and its mode line, which every scope has. */
export const AROUND = {
  hypModeNotAvailable: kvm('HYP mode not available', {
    by: { kvm_info: 'linux-5.10' },
    ends: 'gave-up',
    says: { class: 'not-reached', reason: 'el1-entry' },
  }),
  kvmDisabled: kvm('KVM disabled from command line', {
    by: { kvm_info: 'linux-6.1' },
    ends: 'gave-up',
    says: { class: 'not-reached', reason: 'kvm-disabled' },
  }),
  modeInitialized: kvm(
    '{mode:VHE|Hyp nVHE|Hyp hVHE|Protected nVHE|Protected hVHE}{nested:|+NV2} mode initialized successfully',
    { by: { kvm_info: 'linux-2026' }, ends: 'initialized', insteadOf: ['modeInitialized6_12'] },
  ),
};
