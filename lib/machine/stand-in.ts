/** An emulated RMM that answers in place of a recorded one, on the recorded machine's state. */
import { revisionText } from '../abi/revision.js';
import type { Machine, MachineState } from '../model/port.js';
import { bad, good, type Result } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { ZERO } from '../model/u64.js';
import { emulate } from './emulated.js';
import { DEFAULT_MACHINE, machineNamed } from './machines.js';
import type { RmmProfile } from './profile.js';
import { PROFILES } from './profiles.js';

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
 * The profile that a trace proves: the one its header names, or the one that its console's banner shows
 * (`Booting RMM v.0.8.0…`, `RMI ABI revision v1.0`). Trouble: `no-profile`.
 */
export function autoProfile(trace: Trace): Result<{ readonly profile: RmmProfile; readonly why: string }> {
  const { rmm } = trace.header.machine;
  const named = PROFILES.find(profile => profile.name === rmm);
  if (named !== undefined) return good({ profile: named, why: 'the header names it' });
  const console = trace.events.filter(event => event.type === 'console').map(event => event.text);
  const release = firstGroup(console, /^Booting RMM v\.(\d+\.\d+\.\d+)/);
  const highest = firstGroup(console, /^RMI ABI revision v(\d+\.\d+)/);
  if (release !== null) {
    // A build with RMM_V1_1 has the same release number: its highest revision tells the two apart.
    const fitting = PROFILES.filter(({ releases }) =>
      releases.some(known => known.split(' ')[0] === release),
    );
    const exact = fitting.filter(
      ({ revisions }) => highest === null || revisionText(revisions.at(-1) ?? ZERO) === highest,
    );
    const [only] = exact;
    if (only !== undefined && exact.length === 1) {
      const also = highest === null ? '' : ` and revision ${highest}`;
      return good({ profile: only, why: `its banner says v.${release}${also}` });
    }
  }
  const next = 'name one: `rmitrace list rmms`';
  return bad('no-profile', 'neither the header nor a banner of this trace proves one RMM', {}, next);
}

function firstGroup(lines: readonly string[], pattern: RegExp): string | null {
  return lines.map(line => pattern.exec(line)?.[1]).find(group => group !== undefined) ?? null;
}
