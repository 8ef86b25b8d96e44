/** The commands that an emulated RMM has beside RMI_VERSION and RMI_FEATURES, by number, for each generation. */
import { revisionParts } from '../../abi/revision.js';
import type { U64 } from '../../model/u64.js';
import type { OperationRule } from '../operation.js';
import { activateBySteps, RMM_ACTIVATE, RMM_DEACTIVATE } from './activation.js';
import type { Command } from './command.js';
import {
  RMM_CONFIG_GET,
  RMM_CONFIG_GET_OF_DRAFT,
  RMM_CONFIG_SET,
  RMM_CONFIG_SET_OF_DRAFT,
} from './config.js';
import {
  GRANULE_DELEGATE,
  GRANULE_RANGE_DELEGATE,
  GRANULE_RANGE_DELEGATE_OF_DRAFT,
  GRANULE_RANGE_UNDELEGATE,
  GRANULE_RANGE_UNDELEGATE_OF_DRAFT,
  GRANULE_UNDELEGATE,
} from './granules.js';
import { OP_CANCEL, OP_CONTINUE, OP_MEM_DONATE, OP_MEM_RECLAIM } from './operations.js';
import {
  GPT_INFO,
  GPT_L1_CREATE,
  GPT_L1_CREATE_DENIED,
  GPT_L1_CREATE_OF_DRAFT,
  TRACKING_GET_COARSE,
  TRACKING_GET_OF_DRAFT,
  TRACKING_GET_OF_ONE,
  TRACKING_GET_OF_RANGE,
} from './tracking.js';

/** By bits 15:0 of the FID. */
export type Commands = ReadonlyMap<number, Command>;

type Rows = readonly (readonly [number: number, command: Command])[];

/** A range command is allowed before activation in no RMM; those of 1.0 know no activation. */
const V1_0: Rows = [
  [0x151, GRANULE_DELEGATE],
  [0x152, GRANULE_UNDELEGATE],
];

const OPERATIONS: Rows = [
  [0x203, OP_CONTINUE],
  [0x208, OP_MEM_DONATE],
  [0x209, OP_MEM_RECLAIM],
  [0x20a, OP_CANCEL],
];

/** TF-RMM 0.9, as it was asked. */
const V0_9: Rows = [
  [0x16e, RMM_CONFIG_SET],
  [0x1e1, TRACKING_GET_OF_ONE],
  [0x1ec, RMM_CONFIG_GET],
  [0x1f1, GRANULE_RANGE_DELEGATE],
  [0x1f2, GRANULE_RANGE_UNDELEGATE],
  [0x1f3, GPT_L1_CREATE],
  [0x202, RMM_ACTIVATE],
  ...OPERATIONS,
];

const HEAD: Rows = [...V0_9, [0x1e1, TRACKING_GET_OF_RANGE]];

/** TF-RMM of the age of 2.0-bet3, by its sources: a platform's tables are the platform's. */
const BET3: Rows = [...HEAD, [0x1f3, GPT_L1_CREATE_DENIED], [0x20f, RMM_DEACTIVATE], [0x211, GPT_INFO]];

/** The draft of 2.0, of the age of bet0 and bet1. */
const DRAFT: Rows = [
  [0x16e, RMM_CONFIG_SET_OF_DRAFT],
  [0x1e1, TRACKING_GET_OF_DRAFT],
  [0x1ec, RMM_CONFIG_GET_OF_DRAFT],
  [0x1f1, GRANULE_RANGE_DELEGATE_OF_DRAFT],
  [0x1f2, GRANULE_RANGE_UNDELEGATE_OF_DRAFT],
  [0x1f3, GPT_L1_CREATE_OF_DRAFT],
  [0x202, RMM_ACTIVATE],
  ...OPERATIONS.map(([number, command]) => [number, { ...command, states: 'any' }] as const),
];

export const COMMANDS = {
  none: new Map(),
  'v1.0': new Map(V1_0),
  'v0.9': new Map(V0_9),
  head: new Map(HEAD),
  bet3: new Map(BET3),
  /** The same, built without RMM_ALLOC_TRACKING_DATA. */
  'bet3-coarse': new Map([...BET3, [0x1e1, TRACKING_GET_COARSE]]),
  draft: new Map(DRAFT),
  /** Numbers of the two do not clash. */
  'v1.0+draft': new Map([...V1_0, ...DRAFT]),
} as const satisfies Record<string, Commands>;

/** Those of the specification for an RMM with these revisions. */
export function commandsOfSpec(revisions: readonly U64[]): Commands {
  const majors = revisions.map(word => revisionParts(word).major);
  if (majors.includes(2)) return majors.includes(1) ? COMMANDS['v1.0+draft'] : COMMANDS.draft;
  return majors.includes(1) ? COMMANDS['v1.0'] : COMMANDS.none;
}

/**
 * The draft with an RMM_ACTIVATE that goes by this rule, and with what both its age and later kernels ask of memory, so that
 * nothing else stops them.
 */
export function commandsBySteps(rule: OperationRule): Commands {
  return new Map<number, Command>([
    ...DRAFT,
    [0x1e1, TRACKING_GET_OF_RANGE],
    [0x211, GPT_INFO],
    [0x20f, RMM_DEACTIVATE],
    [0x202, activateBySteps(rule)],
  ]);
}
