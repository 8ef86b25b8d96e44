/**
 * The words that a report prints and a reader may want explained: codes of trouble, verdicts, outcomes, statuses, rules.
 * Each table is keyed by the type of its words: a new word without its meaning does not compile.
 */

import { errnoText } from '../abi/errno.js';
import { STATUS_NAMES, type StatusName, statusCode } from '../abi/rmi-status.js';
import { SMCCC_ERROR_NAMES } from '../abi/smccc.js';
import { RULES } from '../conformance/rules.js';
import type { FaultCode } from '../model/events.js';
import type { OutcomeClass, Reason } from '../model/trace.js';
import { TROUBLES } from '../model/troubles.js';
import type { Verdict } from '../replay/replay.js';
import { WITHOUT_REALMS } from './realm-codes.js';

export interface Code {
  /** As it is printed; `rme-hidden-by-cpuN` stands for every N. */
  readonly name: string;
  /** What it is a word for. */
  readonly kind: string;
  readonly means: string;
  /** What to do, or where it is from. */
  readonly next: string;
}

interface Meaning {
  readonly means: string;
  readonly next: string;
}

const VALIDATING: Readonly<Record<'edited' | 'inconsistent', Meaning>> = {
  edited: {
    means: 'the digest or the count of a trace is not what its events give: it was edited by hand',
    next: 'nothing, if that was meant: every command takes it and says so; `rmitrace fmt --seal` seals it again',
  },
  inconsistent: {
    means: 'two members of a trace contradict each other',
    next: 'correct the trace, or record it again',
  },
};

const VERDICTS: Readonly<Record<Verdict | 'trouble', Meaning>> = {
  same: {
    means: 'the replayed kernel acts as the recording shows, and ends as it ended',
    next: '`rmitrace replay -v` shows what was compared',
  },
  diverged: {
    means:
      'the replayed kernel does not act as the recording shows; the report names the first difference and its cause',
    next: '`rmitrace minimise` finds the fewest edits that do it',
  },
  unanswered: {
    means: 'the replay asks for what the trace does not have: a register, a fact, or the answer to a call',
    next: 'give it with --set, or let an RMM stand in with --rmm',
  },
  undetermined: {
    means: 'what the kernel does depends on an input that nobody saw',
    next: 'record it, or give it with --set; the report names the input',
  },
  trouble: {
    means: 'the trace could not be read or replayed',
    next: 'the report gives the code of the trouble',
  },
};

const OUTCOMES: Readonly<Record<OutcomeClass, Meaning>> = {
  accepted: {
    means: 'the RMM took the revision that the kernel asked for, and the kernel went on with it',
    next: 'realms may still be lost after it: `rmitrace show` says where',
  },
  refused: {
    means: 'the RMM said no, and the kernel printed which revisions the RMM has',
    next: '`rmitrace sweep` shows which kernel goes with which RMM',
  },
  quiet: {
    means: 'the check printed nothing, or its caller did not run it; the reason stands behind it',
    next: 'look up the reason',
  },
  'not-reached': {
    means: 'KVM gave up before the check; the reason stands behind it',
    next: 'look up the reason',
  },
  'did-not-return': {
    means: 'a call never came back, or the kernel asked again and again without end',
    next: "look at the RMM's and EL3's consoles: the host hangs in this call",
  },
  unanswered: VERDICTS.unanswered,
  undetermined: VERDICTS.undetermined,
  crashed: {
    means: 'the kernel crashed; with C under test, the report names the line',
    next: 'look at the line, or run it again with another compiler',
  },
};

const REASONS: Readonly<
  Record<Exclude<Reason, `rme-hidden-by-cpu${number}`> | 'rme-hidden-by-cpuN', Meaning>
> = {
  'no-rme': {
    means: 'ID_AA64PFR0_EL1.RME is 0: the kernel takes the machine for one without realms, and never asks',
    next: 'check the CPU or model, and whether EL3 hides RME',
  },
  'rme-hidden-by-cpuN': {
    means: 'CPU N has RME 0, and the sanitised register is the lowest value of all CPUs',
    next: 'make RME alike on all CPUs, or boot without that one',
  },
  'not-supported': {
    means:
      'RMI_VERSION was answered NOT_SUPPORTED, which the kernel does not report: no RMM is there, or it failed to boot',
    next: "look at EL3's console for `RMM init failed`",
  },
  'no-conduit': {
    means: 'firmware tables name no conduit, or not SMC, and the kernel makes no call',
    next: 'check the psci node of the device tree, or the FADT',
  },
  'page-size': {
    means: 'the kernel is built with pages of 16K or 64K, and this revision asks with 4K only',
    next: 'build with CONFIG_ARM64_4K_PAGES, or take a later revision',
  },
  'not-in-hyp': {
    means: 'the kernel runs at EL1, and this revision asks only where it runs at EL2',
    next: 'boot with VHE: without kvm-arm.mode=nvhe or protected',
  },
  'el1-entry': {
    means: 'the kernel was entered at EL1: KVM is not available at all',
    next: 'let the firmware enter it at EL2',
  },
  'kvm-disabled': {
    means: 'kvm-arm.mode=none on the command line',
    next: 'remove it from the command line',
  },
};

const FAULTS: Readonly<Record<FaultCode, Meaning>> = {
  unanswered: VERDICTS.unanswered,
  timeout: {
    means: 'a program behind a pipe did not answer in time',
    next: 'give it longer with --rmm-timeout, or look at its own output',
  },
  died: { means: 'a program behind a pipe ended before it answered', next: 'look at its own output' },
  garbage: {
    means: 'a program behind a pipe sent something other than an answer',
    next: 'see lib/rmm/pipe/protocol.md: standard output is for answers alone',
  },
  'step-limit': {
    means: 'the kernel asked and put out more than the limit allows: it may never end',
    next: 'raise the limit with --max-steps',
  },
  crashed: OUTCOMES.crashed,
};

/** The specification's words for each, in short (RMM 1.0 B4.4, 2.0 draft). */
const STATUSES: Readonly<Record<StatusName, string>> = {
  SUCCESS: 'the command did what was asked',
  ERROR_INPUT:
    'an argument is invalid: an address, a value, or for RMI_VERSION a revision that the RMM does not have',
  ERROR_REALM: 'the realm is in a state, or has a property, that does not allow the command',
  ERROR_REC: 'the REC is in a state that does not allow the command',
  ERROR_RTT:
    'a walk of the realm translation table ended at an entry that does not allow the command; its level is the index',
  ERROR_NOT_SUPPORTED: 'the RMM has the command but does not support what was asked of it',
  ERROR_DEVICE: 'a device is in a state that does not allow the command',
  ERROR_RTT_AUX: 'as RMI_ERROR_RTT, in the table of an auxiliary plane',
  ERROR_PSMMU_ST:
    "a walk of a physical SMMU's stream table ended at an entry that does not allow the command",
  ERROR_DPT: 'a walk of the device permission table ended at an entry that does not allow the command',
  BUSY: 'the RMM is at work on something that the command needs: the host may ask again',
  ERROR_GLOBAL:
    'the RMM itself is in a state that does not allow the command, as before RMM_ACTIVATE or after it',
  ERROR_TRACKING: 'the memory is not tracked as the command needs it',
  INCOMPLETE: 'a stateful operation goes on: the host continues it, gives it memory or takes it back',
  BLOCKED: 'another operation has to end first: the host may ask again',
  ERROR_GPT:
    'the granule protection table is in a state that does not allow the command, as when its level 1 exists',
  ERROR_GRANULE: 'a granule is in a state that does not allow the command',
};

const SMCCC_ERRORS: Readonly<Record<string, string>> = {
  NOT_SUPPORTED:
    'nobody behind the conduit has this FID: no RMM is there, or it is one that lacks the command',
  NOT_REQUIRED: 'the call is not needed',
  INVALID_PARAMETER: 'an argument is invalid',
};

/** Errors of Linux that the check and the init return, and from where. */
const ERRNOS: readonly (readonly [number: number, means: string])[] = [
  [1, 'EPERM as a number only: an init that passes on what an SMC answered returns NOT_SUPPORTED as -1'],
  [6, 'no usable RMM: no RME, no conduit, or the version, the configuration or the activation was refused'],
  [12, 'no memory, or, in the RMI init, a granule protection table that is missing'],
  [19, 'memory is not tracked by the RMM, or not managed by the firmware, as this kernel needs it'],
  [22, 'the RMM refused the feature registers or the configuration'],
  [125, 'ECANCELED: the RMM cancelled a stateful operation'],
];

const STATUS_NEXT = 'see the command in the RMM specification, and `rmitrace show --conformance`';

/** Every word, in the order in which `list codes` has them. */
export function allCodes(): readonly Code[] {
  return [
    ...rows('trouble', TROUBLES),
    ...rows('validate', VALIDATING),
    ...rows('verdict', VERDICTS),
    ...rows('outcome', OUTCOMES),
    ...rows('reason', REASONS),
    ...rows('no realms', WITHOUT_REALMS),
    ...rows('fault', FAULTS),
    ...STATUS_NAMES.map(name => ({
      name: `RMI_${name}`,
      kind: 'status',
      means: `status ${statusCode(name)}: ${STATUSES[name]}`,
      next: STATUS_NEXT,
    })),
    ...SMCCC_ERROR_NAMES.map(name => ({
      name,
      kind: 'SMCCC error',
      means: SMCCC_ERRORS[name] ?? '',
      next: 'see the SMC Calling Convention, return codes',
    })),
    ...ERRNOS.map(([number, means]) => ({
      name: errnoText(-number),
      kind: 'errno',
      means: `${-number}: ${means}`,
      next: '`rmitrace show` says which function returned it',
    })),
    ...RULES.map(({ id, severity, sentence, source }) => ({
      name: id,
      kind: `rule, ${severity}`,
      means: sentence,
      next: source,
    })),
  ];
}

function rows(kind: string, table: Readonly<Record<string, Meaning>>): readonly Code[] {
  return Object.entries(table).map(([name, { means, next }]) => ({ name, kind, means, next }));
}

/** What a word means, once for each meaning; none where it is no code. */
export function codesNamed(word: string): readonly Code[] {
  const asked = word.toLowerCase().replace(/-cpu\d+$/, '-cpun');
  const found: Code[] = [];
  for (const code of allCodes().filter(each => isNamed(each, asked))) {
    const at = found.findIndex(({ means }) => means === code.means);
    const same = found[at];
    if (same === undefined) found.push(code);
    else found[at] = { ...same, kind: `${same.kind}, ${code.kind}` };
  }
  return found;
}

/** A status also without RMI_, an error number also without its sign or by its number. */
function isNamed({ name, kind, means }: Code, asked: string): boolean {
  const spelt = name.toLowerCase();
  if (spelt === asked || (kind === 'status' && spelt === `rmi_${asked}`)) return true;
  return kind === 'errno' && (spelt === `-${asked}` || means.startsWith(`${asked}: `));
}
