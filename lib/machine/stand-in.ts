/** An RMM that answers in place of a recorded one, on the recorded machine's state. */
import type { AsyncMachine, MachineState } from '../model/port.js';
import { bad, good, type Result, trouble } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { shownProfile } from '../rmm/banner.js';
import type { PipedRmm } from '../rmm/pipe/client.js';
import type { RmmProfile } from '../rmm/profile.js';
import { PROFILES, vouchedProfile } from '../rmm/profiles.js';
import { DEFAULT_MACHINE, machineNamed } from './built-in.js';
import type { MachineDescription } from './description.js';
import { emulate, emulateBefore } from './emulated.js';

export interface StandIn {
  /** Of one behind a pipe it is known once it has said hello; `null` where nobody knows it. */
  readonly name: string | null;
  readonly via: 'emulated' | 'pipe';
  /** It answers only what the trace has no answer to. Default: everything. */
  readonly fills?: boolean;
  /** A fresh machine for each run: an RMM has a state of its own. */
  readonly machine: (state: MachineState) => AsyncMachine;
}

/**
 * Calls go to `profile` behind EL3; state comes from the trace. Feature registers belong to the machine, and a trace
 * does not have them: a named machine's are known, another's are taken from the default machine.
 */
export function standInFor(trace: Trace, profile: RmmProfile): StandIn {
  return standInOn(machineOf(trace), profile);
}

/** Calls go to `profile` on that machine; state comes from the trace. */
export function standInOn(machine: MachineDescription, profile: RmmProfile): StandIn {
  return { name: profile.name, via: 'emulated', machine: state => emulate(machine, profile, { state }) };
}

/** Calls go to `rmm`, behind the emulated EL3. Whoever opened it closes it. */
export function pipedStandIn(trace: Trace, rmm: PipedRmm): StandIn {
  const machine = machineOf(trace);
  return {
    get name() {
      return rmm.hello()?.name ?? null;
    },
    via: 'pipe',
    machine: state => emulateBefore(machine, rmm.boot(), { state }),
  };
}

function machineOf(trace: Trace): MachineDescription {
  const named = machineNamed(trace.header.machine.name);
  const described = named.ok ? named : machineNamed(DEFAULT_MACHINE);
  if (!described.ok) throw new Error(`no machine ${DEFAULT_MACHINE}`);
  return described.value;
}

/**
 * The profile that a trace proves: the one its header names, unless that name proves nothing (vouchedProfile), or the one
 * that its console shows (banner.ts), and why. Trouble: `no-profile`.
 */
export function autoProfile(trace: Trace): Result<{ readonly profile: RmmProfile; readonly why: string }> {
  const named = vouchedProfile(trace.header.machine);
  if (named !== null) return good({ profile: named, why: 'the header names it' });
  const console = trace.events.filter(event => event.type === 'console').map(event => event.text);
  const shown = shownProfile(console, PROFILES);
  if (shown.kind === 'profile') return good(shown);
  const what =
    shown.kind === 'unclear'
      ? `this trace does not prove one RMM: ${shown.why}`
      : `${unvouched(trace)}neither the header nor a banner in this trace says which RMM answered`;
  const near = shown.kind === 'unclear' && shown.near !== null ? `, such as --rmm ${shown.near}` : '';
  return bad(trouble('no-profile', what, {}, `name one of \`rmitrace list rmms\`${near}`));
}

/**
 * The RMM that a trace proves, in place of the recorded one, and that in words. A log does not show every answer: there it
 * gives those that are missing, and no others; one that proves no RMM answers alone. Trouble: `no-profile`.
 */
export function provenStandIn(
  trace: Trace,
): Result<{ readonly standIn: StandIn | null; readonly says: string }> {
  const proven = autoProfile(trace);
  const imported = trace.header.machine.via === 'imported';
  if (!proven.ok && imported)
    return good({ standIn: null, says: `answers from the log alone: ${proven.trouble.what}` });
  if (!proven.ok) return proven;
  const { profile, why } = proven.value;
  return good({
    standIn: { ...standInFor(trace, profile), fills: imported },
    says: `${imported ? 'missing answers' : 'answers'} from ${profile.name}: ${why}`,
  });
}

function unvouched({ header: { machine } }: Trace): string {
  if (machine.rmm === null || machine.via !== 'pipe') return '';
  return `${JSON.stringify(machine.rmm)} is what an RMM behind a pipe calls itself; `;
}
