/** Options that more than one command takes. */
import { KERNEL_NAMES, PROFILES, SCOPES } from '../lib/cli.js';
import type { Option } from './option.js';

const rmmNames = () => PROFILES.map(profile => profile.name);

export const SET: Option = {
  name: 'set',
  type: 'strings',
  value: 'EDIT',
  says: 'an edit SELECTOR.FIELD=VALUE, like RMI_VERSION.x1=1.0, cpu0.ID_AA64PFR0_EL1.RME=0 or conduit=none; @FILE: one per line',
};

export const AFTER: Option = {
  name: 'after',
  type: 'strings',
  value: 'TRACE',
  says: 'boot on an RMM that was not reset after the boot of TRACE (kexec), by default on its machine; several boots in their order',
};

export const WANTS: Option = {
  name: 'wants',
  type: 'string',
  value: 'M.m',
  says: 'the RMI revision that the kernel asks for instead of its own',
};

export const RMM: Option = {
  name: 'rmm',
  type: 'string',
  value: 'PROFILE',
  words: rmmNames,
  says: 'the RMM that answers, a name from `rmitrace list rmms`',
};

/** For commands that replay: a trace may prove which RMM it was, and a real one may stand behind a pipe. */
export const STAND_IN: Option = {
  ...RMM,
  value: 'PROFILE|auto|exec:COMMAND',
  words: () => [...rmmNames(), 'auto', 'exec:'],
  default: 'the answers of the trace',
  says: 'the RMM that answers, a name from `rmitrace list rmms`; auto: the one that the trace proves; exec: a command that answers in JSON lines',
};

export const RMM_TIMEOUT: Option = {
  name: 'rmm-timeout',
  type: 'string',
  value: 'SECONDS',
  default: '10, and 60 for the first answer',
  says: 'how long an RMM behind a pipe may take to answer',
};

export const KERNEL: Option = {
  name: 'kernel',
  type: 'string',
  value: 'NAME|FILE',
  words: () => KERNEL_NAMES,
  says: 'the kernel that asks: a name from `rmitrace list kernels`, or C to compile and run: a file, a tree, a patch or a mail',
};

const RECORDED = 'recorded: only repeats the recorded calls';

/** For commands that replay. */
export const REPLAYED_KERNEL: Option = {
  ...KERNEL,
  value: 'NAME|FILE|recorded',
  words: () => [...KERNEL_NAMES, 'recorded'],
  default: "the trace's own",
  says: `${KERNEL.says}; ${RECORDED}`,
};

export const MAX_STEPS: Option = {
  name: 'max-steps',
  type: 'string',
  value: 'N',
  default: '100000',
  says: 'stop a kernel after N steps; it counts as never returning',
};

/** For a kernel that a recording is replayed on. */
export const REPLAYED_STEPS: Option = {
  ...MAX_STEPS,
  default: '100000, or what the recording took',
};

export const SCOPE: Option = {
  name: 'scope',
  type: 'string',
  value: SCOPES.join('|'),
  choices: SCOPES,
  default: 'rmi',
  says: 'how much of the boot to run: the check and what is around it, the whole RMI init with it, or all of kvm_arm_init',
};

export const ANSWERS: Option = {
  name: 'answers',
  type: 'boolean',
  says: 'also count answers that differ, even if the kernel acts the same: tests the RMM',
};

export const CONFORMANCE: Option = {
  name: 'conformance',
  type: 'boolean',
  says: 'also report answers that break the RMM specification; an error makes the exit code 1',
};

/** For commands whose answer a bisection may look for. */
export const BISECT: Option = {
  name: 'bisect',
  type: 'boolean',
  says: 'exit codes for `git bisect run`: 0, 1, and 125 (skip) in trouble; 129 (stop) if the command line is wrong',
};

/** What --base calls the C of --kernel without --patch. */
export const UNPATCHED = 'unpatched';
