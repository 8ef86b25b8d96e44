/** An emulated RMM that answers in place of a recorded one, on the recorded machine's state. */
import type { Machine, MachineState } from '../model/port.js';
import { bad, good, type Result } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { shownProfile } from './banner.js';
import { emulate } from './emulated.js';
import { DEFAULT_MACHINE, machineNamed } from './machines.js';
import type { RmmProfile } from './profile.js';
import { PROFILES, profileNamed } from './profiles.js';

export interface StandIn {
  readonly name: string;
  /** A fresh machine for each run: an RMM has a state of its own. */
  readonly machine: (state: MachineState) => Machine;
}

/**
 * Calls go to `profile` behind EL3; state comes from the trace. Feature registers belong to the machine, and a trace
 * does not have them: a named machine's are known, another's are taken from the default machine.
 */
export function standInFor(trace: Trace, profile: RmmProfile): StandIn {
  const named = machineNamed(trace.header.machine.name);
  const described = named.ok ? named : machineNamed(DEFAULT_MACHINE);
  if (!described.ok) throw new Error(`no machine ${DEFAULT_MACHINE}`);
  return { name: profile.name, machine: state => ({ ...emulate(described.value, profile), state }) };
}

/**
 * The profile that a trace proves: the one its header names, or the one that its console shows (banner.ts), and why.
 * Trouble: `no-profile`.
 */
export function autoProfile(trace: Trace): Result<{ readonly profile: RmmProfile; readonly why: string }> {
  const { rmm } = trace.header.machine;
  const named = rmm === null ? null : profileNamed(rmm);
  if (named?.ok) return good({ profile: named.value, why: 'the header names it' });
  const console = trace.events.filter(event => event.type === 'console').map(event => event.text);
  const shown = shownProfile(console, PROFILES);
  if (shown.kind === 'profile') return good(shown);
  const what =
    shown.kind === 'unclear'
      ? `this trace does not prove one RMM: ${shown.why}`
      : 'neither the header nor a banner of this trace proves one RMM';
  return bad('no-profile', what, {}, 'name one: `rmitrace list rmms`');
}
