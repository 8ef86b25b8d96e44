/** The emulated RME machine: what its CPUs and boot say, and the firmware that its calls reach. */
import { parseRevision, revisionWord } from '../abi/revision.js';
import { allRegisters, NOT_SUPPORTED_64, RETURNED } from '../abi/smccc.js';
import type { AsyncMachine, Machine, MachineState, Reply, RmmElsewhere, SmcRequest } from '../model/port.js';
import type { Scope } from '../model/trace.js';
import type { U64 } from '../model/u64.js';
import { memoryFrom, type RmmMemory } from '../rmm/memory.js';
import type { RmmProfile } from '../rmm/profile.js';
import { createRmm } from '../rmm/rmm.js';
import { type MachineDescription, stateOf } from './description.js';
import { createEl3, createEl3Alone, type Firmware } from './el3.js';

export interface EmulationOptions {
  /** LOG_LEVEL of the RMM's build. Default 40, INFO: the RMI lines, and no VERBOSE ones. */
  readonly logLevel?: number;
  /** Which facts the kernel finds: those of the check, of the whole init, or of all of kvm_arm_init. Default `rmi`. */
  readonly scope?: Scope;
  /** In place of what the description says: what of it is the RMM's too, like its memory, it knows from here. */
  readonly state?: MachineState;
}

/** The machine, newly booted, with `profile` in place of the RMM that the description names. */
export function emulate(
  description: MachineDescription,
  profile: RmmProfile,
  options: EmulationOptions = {},
): Machine {
  const { scope, state = stateOf(description, scope), ...build } = options;
  const memory = rmmMemory(description, state);
  const rmm = createRmm(profile, { features: description.features, memory, ...build });
  const el3 = createEl3({ rmm, presence: profile.presence, smccc: smcccWord(description.smcccVersion) });

  return {
    state,
    call(request) {
      const firmware = request.via === 'hvc' ? hypervisorBelow : el3;
      return received(request, firmware(registers(request), request.found ?? request.mem));
    },
  };
}

/** What the RMM of a machine knows of memory. */
export function rmmMemory(description: MachineDescription, state?: MachineState): RmmMemory {
  return memoryFrom(new Map([...stateOf(description, 'init').facts, ...(state?.facts ?? [])]));
}

/** The machine without its RMM: `rmm` stands behind the emulated EL3. */
export function emulateBefore(
  description: MachineDescription,
  rmm: RmmElsewhere,
  { scope, state = stateOf(description, scope) }: Pick<EmulationOptions, 'scope' | 'state'> = {},
): AsyncMachine {
  const el3 = createEl3Alone({ presence: 'running', smccc: smcccWord(description.smcccVersion) });

  return {
    state,
    async call(request) {
      const x = registers(request);
      const reply = request.via === 'hvc' ? hypervisorBelow(x) : el3(x);
      return received(request, reply ?? (await rmm(x, request)));
    },
  };
}

/** As many registers as the caller reads. */
function received({ cc }: SmcRequest, reply: Reply): Reply {
  return reply.kind === 'answer' ? { ...reply, res: reply.res.slice(0, RETURNED[cc]) } : reply;
}

/** An HVC from EL1 ends in the hypervisor at EL2, which has no RMI: -1, and the other registers as they were. */
const hypervisorBelow: Firmware = x => ({
  kind: 'answer',
  res: [NOT_SUPPORTED_64, ...x.slice(1)],
  console: [],
});

/** What a caller of 1.1 leaves in the registers after its arguments is zero where it does not say. */
function registers({ fid, args, junk = [] }: SmcRequest): readonly U64[] {
  return allRegisters([fid, ...args, ...junk]);
}

/** SMCCC_VERSION has the layout of a revision: major in bits 30:16, minor in bits 15:0. */
function smcccWord(version: string): U64 {
  const parts = parseRevision(version);
  if (parts === null) throw new Error(`not an SMCCC version: ${version}`);
  return revisionWord(parts.major, parts.minor);
}
