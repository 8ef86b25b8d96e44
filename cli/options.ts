/** Options that more than one command takes. */
import { KERNEL_NAMES, PROFILES, SCOPES } from '../lib/index.js';
import type { Option } from './option.js';

const RMM_NAMES = PROFILES.map(profile => profile.name);

export const SET: Option = {
  name: 'set',
  type: 'strings',
  value: 'EDIT',
  says: 'SELECTOR.FIELD=VALUE, like RMI_VERSION.x1=1.0, cpu0.ID_AA64PFR0_EL1.RME=0 or conduit=none; @FILE: one a line',
};

export const WANTS: Option = {
  name: 'wants',
  type: 'string',
  value: 'M.m',
  says: 'the RMI revision that the kernel asks for, instead of its own',
};

export const RMM: Option = {
  name: 'rmm',
  type: 'string',
  value: 'PROFILE',
  words: RMM_NAMES,
  says: 'which RMM answers; `rmitrace list rmms` names them',
};

/** For commands that replay: a trace may prove which RMM it was, and a real one may stand behind a pipe. */
export const STAND_IN: Option = {
  ...RMM,
  value: 'PROFILE|auto|exec:COMMAND',
  words: [...RMM_NAMES, 'auto', 'exec:'],
  default: 'the answers of the trace',
  says: 'which RMM answers; auto: the one that the trace proves; exec: a command that speaks lines of JSON',
};

export const RMM_TIMEOUT: Option = {
  name: 'rmm-timeout',
  type: 'string',
  value: 'SECONDS',
  default: '10, and 60 for its first answer',
  says: 'how long an RMM behind a pipe may take for an answer',
};

export const KERNEL: Option = {
  name: 'kernel',
  type: 'string',
  value: 'NAME|FILE',
  words: KERNEL_NAMES,
  says: 'which kernel asks: one of `rmitrace list kernels`, or C that is compiled and run: a file, a tree, a patch or a mail',
};

export const MAX_STEPS: Option = {
  name: 'max-steps',
  type: 'string',
  value: 'N',
  default: '100000',
  says: 'a kernel that has asked so often never returns',
};

export const SCOPE: Option = {
  name: 'scope',
  type: 'string',
  value: SCOPES.join('|'),
  choices: SCOPES,
  default: 'rmi',
  says: 'how much of the boot: what is around the check, or all of kvm_arm_init',
};

export const ANSWERS: Option = {
  name: 'answers',
  type: 'boolean',
  says: 'a differing answer counts too, even where the kernel does the same: tests the RMM',
};

export const CONFORMANCE: Option = {
  name: 'conformance',
  type: 'boolean',
  says: 'also says where answers break the RMM specification; an error makes the exit code 1',
};
