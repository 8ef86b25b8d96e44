/**
 * An RMM that is called directly, as EL3 does: x0..x3 of the answer start as zero and x4 on as the caller's, as
 * TF-RMM's entry code does. RMI_VERSION, RMI_FEATURES, RMM_ACTIVATE and every refusal of an unknown call are emulated.
 * Any other command has no answer here rather than an invented one.
 */
import { rmiRevision } from '../abi/revision.js';
import { lookupRmi } from '../abi/rmi-commands.js';
import { statusWord } from '../abi/rmi-status.js';
import { afterCall, allRegisters, callId } from '../abi/smccc.js';
import type { Rmm, RmmReply } from '../model/port.js';
import { bits, field, hex, type U64, u64, ZERO } from '../model/u64.js';
import {
  DEFAULT_LOG_LEVEL,
  exitLine,
  INVALID_STATE,
  LOG_LEVEL,
  type Logged,
  unknownFidLine,
} from './console.js';
import { misbehaving } from './misbehaviour.js';
import type { RmmProfile } from './profile.js';
import { versionAnswer } from './version-answers.js';

/** The feature registers of a machine, by the major RMI revision whose layout they have. */
export type Features = ReadonlyMap<number, readonly U64[]>;

export interface RmmOptions {
  readonly features: Features;
  /** LOG_LEVEL of its build. */
  readonly logLevel?: number;
}

/** RMI's own place in the FID: fast, SMC64, standard service, bits 23:16 zero. */
const RMI_UPPER_HALF = 0xc400;
const ERROR_INPUT = statusWord('ERROR_INPUT');
const ERROR_GLOBAL = statusWord('ERROR_GLOBAL');

/** The numbers of the commands that have a part below. */
const NUMBER = { version: 0x150, features: 0x165, activate: 0x202 } as const;

/** Also allowed before RMM_ACTIVATE: RMM_CONFIG_SET, GRANULE_TRACKING_GET and RMM_CONFIG_GET (TF-RMM 0.9 and head). */
const BEFORE_ACTIVATE: ReadonlySet<number> = new Set([...Object.values(NUMBER), 0x16e, 0x1e1, 0x1ec]);

/** No longer allowed after it. */
const ONLY_BEFORE: ReadonlySet<number> = new Set([NUMBER.activate, 0x16e]);

/** A running RMM, newly booted. Its state lives as long as it does. */
export function createRmm(profile: RmmProfile, options: RmmOptions): Rmm {
  const level = options.logLevel ?? DEFAULT_LOG_LEVEL;
  const style = profile.console;
  const features = featuresOf(profile, options.features);
  let activated = false;

  const printed = (lineLevel: number, line: string) => (lineLevel <= level ? [line] : []);

  const refused = (status: U64, args: readonly U64[], console: readonly string[]): RmmReply => {
    return { kind: 'answer', res: afterCall([ZERO, ...args], [status]), console };
  };

  const done = (
    command: Logged,
    args: readonly U64[],
    outcome: readonly U64[],
    logged: boolean,
  ): RmmReply => {
    const res = afterCall([ZERO, ...args], outcome);
    const line = style !== null && logged ? printed(LOG_LEVEL.info, exitLine(style, command, args, res)) : [];
    return { kind: 'answer', res, console: line };
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

  /** Seen to succeed once, after RMM_CONFIG_SET. The answer to a second one is not known. */
  const activate = (args: readonly U64[]): RmmReply => {
    if (activated) return unanswered('answer RMI_RMM_ACTIVATE a second time');
    activated = true;
    return done({ name: 'RMM_ACTIVATE', inputs: 0, outputs: 0 }, args, [ZERO], true);
  };

  const parts: ReadonlyMap<number, (args: readonly U64[]) => RmmReply> = new Map([
    [NUMBER.version, version],
    [NUMBER.features, readFeature],
    [NUMBER.activate, activate],
  ]);

  const rmm: Rmm = {
    call(x0, given) {
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
      const inState = activated ? !ONLY_BEFORE.has(number) : BEFORE_ACTIVATE.has(number);
      if (profile.needsActivate && !inState) {
        return refused(ERROR_GLOBAL, args, style === null ? [] : printed(LOG_LEVEL.error, INVALID_STATE));
      }
      return parts.get(number)?.(args) ?? unanswered(`implement ${nameOf(fid, profile)}`);
    },
  };
  return profile.misbehaviour === null ? rmm : misbehaving(rmm, profile.misbehaviour);
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
