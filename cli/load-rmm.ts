/** Who answers: a profile, the RMM that a trace proves, or a real one behind a pipe. */
import {
  bad,
  good,
  openPipedRmm,
  type PipedRmm,
  parseCount,
  pipedStandIn,
  profileNamed,
  provenStandIn,
  type Result,
  type RmmProfile,
  type StandIn,
  standInFor,
  type Trace,
  visible,
} from '../lib/cli.js';
import type { Args } from './command.js';
import { misuse } from './load.js';
import type { Io } from './process.js';

const EXEC = 'exec:';

/** The RMM that `--rmm exec:COMMAND` names; `null` where it names none. Whoever asked for it closes it. */
export function pipedRmm(
  io: Io,
  command: string,
  args: Args,
  rmm = args.one('rmm'),
): Result<PipedRmm | null> {
  const timeout = args.one('rmm-timeout');
  const wrong = (what: string): Result<never> => bad(misuse(command, what));
  if (rmm?.startsWith(EXEC) !== true) {
    return timeout === undefined ? good(null) : wrong('--rmm-timeout needs --rmm exec:COMMAND');
  }
  if (rmm.slice(EXEC.length).trim() === '') return wrong('--rmm exec: needs a command after it');
  const seconds = timeout === undefined ? undefined : parseCount(timeout);
  if (seconds === null || seconds === 0 || (seconds ?? 0) > MOST_SECONDS) {
    const given = JSON.stringify(timeout);
    return wrong(`--rmm-timeout takes seconds from 1 to ${MOST_SECONDS}, not ${given}`);
  }
  const times = seconds === undefined ? {} : { startMs: 1000 * seconds, answerMs: 1000 * seconds };
  return good(openPipedRmm({ command: rmm.slice(EXEC.length), onStderr: io.aside(), ...times }));
}

/** A day. */
const MOST_SECONDS = 86_400;

/** Gives each trace the RMM that answers instead of it, if one was asked for; ends what was started. */
export interface StandIns {
  of(trace: Trace): Result<StandIn | null>;
  /** Whether the same calls get the same answers whenever they are made. */
  readonly sameEachTime: boolean;
  close(): Promise<void>;
}

export function standIns(io: Io, command: string, args: Args): Result<StandIns> {
  const piped = pipedRmm(io, command, args);
  if (!piped.ok) return piped;
  const rmm = piped.value;
  if (rmm !== null) {
    return good({
      of: trace => good(pipedStandIn(trace, rmm)),
      sameEachTime: false,
      close: () => rmm.close(),
    });
  }
  const emulated = { sameEachTime: true, close: async (): Promise<void> => {} };
  const name = args.one('rmm');
  if (name === undefined) return good({ of: () => good(null), ...emulated });
  if (name === 'auto') return good({ of: trace => proven(io, trace), ...emulated });
  const profile = profileNamed(name);
  if (!profile.ok) return profile;
  noteSources(io, profile.value);
  return good({ of: trace => good(standInFor(trace, profile.value)), ...emulated });
}

/** Prints of an RMM that follows sources alone that it does. */
export function noteSources(io: Io, { name, follows }: RmmProfile): void {
  if (follows === undefined) return;
  io.note(`${name} is UNVERIFIED: no build was asked; it follows what is known of the sources of ${follows}`);
}

function proven(io: Io, trace: Trace): Result<StandIn | null> {
  const found = provenStandIn(trace);
  if (!found.ok) return found;
  io.note(visible(found.value.says));
  return good(found.value.standIn);
}
