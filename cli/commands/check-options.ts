/** The options of `rmitrace check`. */
import { CHECK_FORMATS, KERNEL_NAMES, MACHINES } from '../../lib/cli.js';
import { formatOption } from '../format.js';
import { COMPILING } from '../load-c-kernel.js';
import { IGNORE } from '../load-ignore.js';
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
  UNPATCHED,
  WANTS,
} from '../options.js';

/** All built-in machines. */
export const ALL = 'all';

export const CHECK_OPTIONS: readonly Option[] = [
  STAND_IN,
  RMM_TIMEOUT,
  { ...SET, says: `${SET.says}; it must be used in at least one trace` },
  { ...REPLAYED_KERNEL, default: "each trace's own" },
  WANTS,
  ...COMPILING,
  {
    name: 'base',
    type: 'string',
    value: `NAME|FILE|${UNPATCHED}`,
    words: () => [...KERNEL_NAMES, UNPATCHED],
    says: `compare --kernel with this kernel on every trace, instead of with what was recorded: a built-in one, C, or the C of --kernel without --patch (${UNPATCHED})`,
  },
  {
    name: 'machine',
    type: 'strings',
    value: `NAME|FILE|${ALL}`,
    words: () => [...MACHINES.map(({ name }) => name), ALL],
    says: `with --base: also compare them on this machine, a name from \`rmitrace list machines\` or a description; ${ALL} of the built-in ones`,
  },
  {
    name: 'expect',
    type: 'string',
    value: 'TRACE',
    says: 'replay nothing, and compare each boot with this one: a trace or a log that ends as they should, such as the known failure of a board',
  },
  ANSWERS,
  CONFORMANCE,
  formatOption(CHECK_FORMATS),
  REPLAYED_STEPS,
  IGNORE,
  {
    name: 'jobs',
    type: 'string',
    value: 'N',
    default: '1',
    says: 'replay N traces at a time, each in a thread of its own; the report is the same',
  },
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
  'ignore',
];
