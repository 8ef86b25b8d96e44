/** The options of `rmitrace check`. */
import { CHECK_FORMATS } from '../../lib/cli.js';
import { formatOption } from '../format.js';
import { COMPILING } from '../load-c-kernel.js';
import type { Option } from '../option.js';
import {
  ANSWERS,
  BISECT,
  CONFORMANCE,
  REPLAYED_KERNEL,
  REPLAYED_STEPS,
  RMM_TIMEOUT,
  SET,
  STAND_IN,
  WANTS,
} from '../options.js';

export const CHECK_OPTIONS: readonly Option[] = [
  STAND_IN,
  RMM_TIMEOUT,
  { ...SET, says: `${SET.says}; it must be used in at least one trace` },
  { ...REPLAYED_KERNEL, default: "each trace's own" },
  WANTS,
  ...COMPILING,
  ANSWERS,
  CONFORMANCE,
  formatOption(CHECK_FORMATS),
  REPLAYED_STEPS,
  {
    name: 'update',
    type: 'boolean',
    says: 'show each trace that diverges, ask, and put the replay in its place where the answer is yes',
  },
  {
    name: 'exit-zero',
    type: 'boolean',
    says: 'exit with 0 where traces diverge, too; trouble still exits with 2',
  },
  BISECT,
  {
    name: 'coverage',
    type: 'boolean',
    says: 'also list the outcomes that each kernel reaches, and edits that would reach the others; for C, its lines and branches too',
  },
];

/** The options that say how one trace is replayed, and that `replay` takes as well. */
export const SAME_REPLAY: readonly string[] = [
  'rmm',
  'rmm-timeout',
  'set',
  'answers',
  'conformance',
  'max-steps',
];
