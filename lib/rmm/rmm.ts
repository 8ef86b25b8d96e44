/**
 * An RMM that is called directly, as EL3 does: x0..x3 of the answer start as zero and x4 on as the caller's, as
 * TF-RMM's entry code does. RMI_VERSION, RMI_FEATURES, the commands of its profile and every refusal of an unknown call
 * are emulated. Any other command has no answer here rather than an invented one.
 */
import { rmiRevision } from '../abi/revision.js';
import { lookupRmi } from '../abi/rmi-commands.js';
import { statusWord } from '../abi/rmi-status.js';
import { afterCall, allRegisters, callId } from '../abi/smccc.js';
import type { Memory } from '../model/events.js';
import type { Rmm, RmmReply } from '../model/port.js';
import { bits, field, hex, type U64, u64, ZERO } from '../model/u64.js';
import type { Command } from './commands/command.js';
import {
  DEFAULT_LOG_LEVEL,
  exitLine,
  INVALID_STATE,
  LOG_LEVEL,
  type Logged,
  unknownFidLine,
} from './console.js';
import { memoryFrom, type RmmMemory } from './memory.js';
import { misbehaving } from './misbehaviour.js';
import type { RmmProfile } from './profile.js';
import { versionAnswer } from './version-answers.js';
import { newWorld, type RmmState } from './world.js';

/** The feature registers of a machine, by the major RMI revision whose layout they have. */
export type Features = ReadonlyMap<number, readonly U64[]>;

export interface RmmOptions {
  readonly features: Features;
  /** Default: that of a machine whose description says nothing. */
  readonly memory?: RmmMemory;
  /** LOG_LEVEL of its build. */
  readonly logLevel?: number;
}

/** RMI's own place in the FID: fast, SMC64, standard service, bits 23:16 zero. */
const RMI_UPPER_HALF = 0xc400;
const ERROR_INPUT = statusWord('ERROR_INPUT');
const ERROR_GLOBAL = statusWord('ERROR_GLOBAL');

/** The numbers of the commands that every RMM has, in any state. */
const NUMBER = { version: 0x150, features: 0x165 } as const;

/** REALM_ACTIVATE, RTT_READ_ENTRY, PSCI_COMPLETE, REC_AUX_COUNT: whatever they do, no granule changes hands. */
const KEEPS_GRANULES: ReadonlySet<number> = new Set([0x157, 0x161, 0x164, 0x167]);

/** A running RMM, newly booted. Its state lives as long as it does. */
export function createRmm(profile: RmmProfile, options: RmmOptions): Rmm {
  const level = options.logLevel ?? DEFAULT_LOG_LEVEL;
  const style = profile.console;
  const features = featuresOf(profile, options.features);
  const world = newWorld(options.memory ?? memoryFrom(new Map()), features);

  const printed = (lineLevel: number, line: string) => (lineLevel <= level ? [line] : []);

  const refused = (status: U64, args: readonly U64[], console: readonly string[]): RmmReply => {
    return { kind: 'answer', res: afterCall([ZERO, ...args], [status]), console };
  };

  const done = (
    command: Logged,
    args: readonly U64[],
    outcome: readonly U64[],
    logged: boolean,
    mem: readonly Memory[] = [],
  ): RmmReply => {
    const res = afterCall([ZERO, ...args], outcome);
    const line = style !== null && logged ? printed(LOG_LEVEL.info, exitLine(style, command, args, res)) : [];
    return { kind: 'answer', res, console: line, ...(mem.length === 0 ? {} : { mem }) };
  };

  const version = (args: readonly U64[]): RmmReply => {
    const { x0, lower, higher } = versionAnswer(profile.version, profile.revisions, at(args, 0));
    return done({ name: 'VERSION', inputs: 1, outputs: 2 }, args, [x0, lower, higher], true);
  };

  const readFeature = (args: readonly U64[]): RmmReply => {
    const index = at(args, 0);
    const value = index < BigInt(features.length) ? at(features, field(index, 0, 32)) : null;
    const x0 = value === null && profile.unknownFeature === 'refused' ? ERROR_INPUT : ZERO;
    const logged = x0 !== ZERO || style?.logsFeatures === true;
    return done({ name: 'FEATURES', inputs: 1, outputs: 1 }, args, [x0, value ?? ZERO], logged);
  };

  const parts: ReadonlyMap<number, (args: readonly U64[]) => RmmReply> = new Map([
    [NUMBER.version, version],
    [NUMBER.features, readFeature],
  ]);

  const run = (command: Command, args: readonly U64[], mem: readonly Memory[]): RmmReply => {
    const ran = command.run(world, { args, mem });
    if ('unanswered' in ran) return unanswered(ran.unanswered);
    const [x0 = ZERO] = ran.res;
    return done(command, args, ran.res, command.logsSuccess || x0 !== ZERO, afterwards(mem, ran.wrote));
  };

  const answered = (x0: U64, given: readonly U64[], mem: readonly Memory[]): RmmReply => {
    if (profile.presence === 'silent') return { kind: 'silence' };
    const [, ...args] = allRegisters([x0, ...given]);
    const fid = profile.stripsHint ? callId(bits(x0, 0, 32)) : bits(x0, 0, 32);
    const number = field(fid, 0, 16);

    const stub = profile.handlers.stubs.get(number);
    if (isRmi(fid) && stub !== undefined) return done({ ...stub, outputs: 0 }, args, [stub.x0], true);
    if (!isRmi(fid) || !profile.handlers.working.has(number)) {
      return refused(
        profile.unknownFid,
        args,
        style === null ? [] : printed(style.unknownFid, unknownFidLine(fid)),
      );
    }
    const part = parts.get(number);
    if (part !== undefined) return part(args);
    const command = profile.commands.get(number);
    if (!isAllowed(command?.states ?? (profile.needsActivate ? 'active' : 'any'), world.state))
      return refused(ERROR_GLOBAL, args, style === null ? [] : printed(LOG_LEVEL.error, INVALID_STATE));
    if (command !== undefined) return run(command, args, mem);
    world.lost ||= !KEEPS_GRANULES.has(number);
    return unanswered(`implement ${nameOf(fid, profile)}`);
  };

  const rmm: Rmm = {
    call(x0, args, mem = []) {
      const reply = answered(x0, args, mem);
      return reply.kind !== 'answer' || mem.length === 0 || reply.mem !== undefined
        ? reply
        : { ...reply, mem: afterwards(mem) };
    },
  };
  return profile.misbehaviour === null ? rmm : misbehaving(rmm, profile.misbehaviour);
}

function isAllowed(states: Command['states'], state: RmmState): boolean {
  if (states === 'begun') return state !== 'init';
  return states === 'any' || states === state;
}

/** The memory of a call after it: as it was, but for what the RMM wrote. */
function afterwards(before: readonly Memory[], wrote?: Omit<Memory, 'at'>): readonly Memory[] {
  const handed = before.filter(({ at }) => at === 'call');
  const written = new Map(wrote?.words.map(({ offset, value }) => [offset, value]));
  const kept = handed.map(({ pa, words }): Memory => {
    const content = new Map(words.map(({ offset, value }) => [offset, value]));
    if (pa === wrote?.pa) for (const [offset, value] of written) content.set(offset, value);
    return { pa, at: 'return', words: [...content].map(([offset, value]) => ({ offset, value })) };
  });
  const isNew = wrote !== undefined && !handed.some(({ pa }) => pa === wrote.pa);
  return isNew ? [...kept, { ...wrote, at: 'return' }] : kept;
}

function isRmi(fid: U64): boolean {
  return field(fid, 16, 16) === RMI_UPPER_HALF;
}

/**
 * Feature registers have one layout a major revision; an RMM shows those of its highest. Index 0 always exists, and has what
 * the build makes of the machine's.
 */
function featuresOf(profile: RmmProfile, features: Features): readonly U64[] {
  const major = field(profile.revisions.at(-1) ?? ZERO, 16, 15);
  const [first = ZERO, ...others] = features.get(major) ?? [];
  const { set, clear } = profile.feature0;
  return [u64((first & ~clear) | set), ...others];
}

function at(values: readonly U64[], index: number): U64 {
  return values[index] ?? ZERO;
}

function unanswered(what: string): RmmReply {
  return { kind: 'unanswered', text: `the emulated RMM does not ${what}` };
}

/** A number may mean another command in another revision; then both are named. */
function nameOf(fid: U64, profile: RmmProfile): string {
  const highest = profile.revisions.at(-1);
  const commands = lookupRmi(fid, (highest === undefined ? null : rmiRevision(highest)) ?? undefined);
  return commands.length === 0 ? hex(fid) : commands.map(({ name }) => name).join(' or ');
}
