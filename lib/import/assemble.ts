/** A boot's records as a trace. */
import { outcomeIn } from '../kernel/outcome.js';
import type { Header, MachineHeader, Trace } from '../model/trace.js';
import { shownProfile } from '../rmm/banner.js';
import { PROFILES } from '../rmm/profiles.js';
import { GENERATOR } from '../trace/wire-frame.js';
import type { Placed } from './collect.js';
import { conclude } from './conclude/index.js';
import { type Context, noted } from './conclude/rule.js';
import { logContradiction } from './contradiction.js';
import { eventsOf } from './events.js';
import { type GivenMachine, withMachine } from './given-machine.js';
import { kernelOf } from './kernel-name.js';
import type { Notes } from './notes.js';
import { joinedObservers } from './observers.js';
import { ordered } from './order.js';
import { otherBoot } from './other-boots.js';

export interface AssembleOptions {
  /** Whether what follows from the records is written down too, marked as such. */
  readonly infer: boolean;
  /** What a person says of the machine. */
  readonly machine?: GivenMachine | undefined;
  /** The names of the logs: which of them a line is of has to be said where there are several. */
  readonly names: readonly string[];
}

/** A trace, and for each of its events the log that it is from, by its place. */
export interface Assembled {
  readonly trace: Trace;
  readonly logs: readonly number[];
}

/** `logs`: the records of one boot, by the logs that they are from. */
export function assemble(
  logs: readonly (readonly Placed[])[],
  notes: Notes,
  { infer, names, machine }: AssembleOptions,
): Assembled {
  const seen = joinedObservers(ordered(logs), notes);
  const where = ({ log, lines }: Placed): string =>
    names.length === 1 ? `line ${lines[0] ?? 1}` : `${names[log]}, line ${lines[0] ?? 1}`;
  const context = { notes, where };
  const other = otherBoot(logs);
  if (other !== null) noted(context, 'error', other.what, other.at);
  const found = infer ? conclude(seen, context) : seen;
  const placed = machine === undefined ? found : withMachine(found, machine, context);
  const from = placed.flatMap(each => eventsOf(each).map(event => ({ event, each })));
  const events = from.map(({ event }) => event);
  const contradiction = logContradiction(events);
  const second = from[contradiction?.at ?? -1];
  if (contradiction !== null && second !== undefined)
    noted(
      context,
      'error',
      `${contradiction.text}: they are of different boots, or one was edited`,
      second.each,
    );
  const header: Header = {
    generator: GENERATOR,
    scope: 'rmi',
    kernel: kernelOf(placed).header,
    machine: { ...machineOf(placed, context), ...named(machine) },
  };
  const trace = { header, events, outcome: outcomeIn({ header, events }) };
  return { trace, logs: from.map(({ each }) => each.log) };
}

function named(machine: GivenMachine | undefined): Partial<MachineHeader> {
  return machine === undefined ? {} : { name: machine.name, cpus: machine.cpus };
}

function machineOf(placed: readonly Placed[], context: Context): MachineHeader {
  const said = placed.flatMap(({ reading }) => (reading.kind === 'machine' ? [reading] : []));
  const model = said.find(({ model }) => model !== undefined)?.model;
  const cpus = said.find(({ cpus }) => cpus != null)?.cpus ?? 1;
  const console = placed.flatMap(({ reading }) =>
    reading.kind === 'console' || (reading.kind === 'call' && reading.text !== null)
      ? [reading.text ?? '']
      : [],
  );
  const shown = shownProfile(console, PROFILES);
  const banner = placed.find(
    ({ reading }) => reading.kind === 'console' && reading.text.startsWith('Booting RMM'),
  );
  if (shown.kind === 'unclear' && banner !== undefined)
    noted(context, 'info', `the RMM: ${shown.why}`, banner);
  return {
    name: model?.slice(0, 256) ?? 'imported',
    cpus: Math.min(
      placed.reduce((most, each) => Math.max(most, cpuOf(each)), Math.max(cpus, 1)),
      MOST_CPUS,
    ),
    rmm: shown.kind === 'profile' && shown.profile.presence === 'running' ? shown.profile.name : null,
    via: 'imported',
  };
}

/** What a trace may have. */
const MOST_CPUS = 4096;

/** How many CPUs there must be for a call on this one. */
function cpuOf({ reading }: Placed): number {
  return reading.kind === 'call' && reading.cpu !== null && reading.from === 'ns' ? reading.cpu + 1 : 1;
}
