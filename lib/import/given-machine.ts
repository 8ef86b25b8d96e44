/** What a person says of the machine that a log is from: it fills in what the log does not show, and never goes over it. */
import { fieldOf } from '../abi/id-registers.js';
import { ASSUMED, AT_LEAST, WITH_RME } from '../model/inferred.js';
import type { MachineState } from '../model/port.js';
import { field } from '../model/u64.js';
import type { Placed } from './collect.js';
import { type Context, concluded, inferred, noted } from './conclude/rule.js';
import type { FactReading, Reading } from './format.js';

export interface GivenMachine {
  /** As its file or the list of machines calls it. */
  readonly name: string;
  readonly cpus: number;
  readonly state: MachineState;
}

/**
 * The facts and registers of `machine` before the records of a boot. What the log states or proves stands; where it
 * proves a lower bound, the machine's own value does.
 */
export function withMachine(
  placed: readonly Placed[],
  { name, state }: GivenMachine,
  context: Context,
): readonly Placed[] {
  const [first] = placed;
  if (first === undefined) return placed;
  const why = inferred(['value'], `the machine ${name}`);
  const stated = new Set(placed.flatMap(({ reading }) => (isStated(reading) ? [reading.name] : [])));
  for (const each of placed) {
    const given = isStated(each.reading) ? state.facts.get(each.reading.name) : undefined;
    if (isStated(each.reading) && given !== undefined && given !== each.reading.value)
      noted(
        context,
        'error',
        `${each.reading.name} is ${each.reading.value} here, and ${given} on ${name}`,
        each,
      );
  }
  const facts = [...state.facts]
    .filter(([fact]) => !stated.has(fact))
    .map(([fact, value]): Reading => ({ kind: 'fact', name: fact, value, inferred: why }));
  const registers = [...state.mrs].flatMap(([reg, values]) =>
    values.map((value, cpu): Reading => ({ kind: 'mrs', cpu, reg, value, inferred: why })),
  );
  const given = new Set([...state.facts.keys()]);
  const rest = placed.filter(({ reading }) => !isReplaced(reading, given, state));
  contradictRme(placed, name, state, context);
  return [...[...registers, ...facts].map(reading => concluded(reading, first)), ...rest];
}

function isStated(reading: Reading): reading is FactReading {
  return reading.kind === 'fact' && !isOpen(reading);
}

/** A log proves the least that it may be, or nothing. */
function isOpen({ inferred: reasons = {} }: FactReading): boolean {
  return AT_LEAST in reasons || ASSUMED in reasons;
}

/** A lower bound, where the value is known now; a sanitised register of which the raw ones are. */
function isReplaced(reading: Reading, facts: ReadonlySet<string>, { mrs }: MachineState): boolean {
  if (reading.kind === 'ftr') return mrs.has(reading.reg);
  return reading.kind === 'fact' && facts.has(reading.name) && isOpen(reading);
}

const PFR0 = 'ID_AA64PFR0_EL1';

/** A machine without RME on a CPU, and a log in which the RMM was reached. */
function contradictRme(
  placed: readonly Placed[],
  name: string,
  { mrs }: MachineState,
  context: Context,
): void {
  const layout = fieldOf(PFR0, 'RME');
  const proof = placed.find(
    ({ reading }) =>
      reading.kind === 'ftr' && reading.reg === PFR0 && reading.inferred?.[WITH_RME] !== undefined,
  );
  if (layout === null || proof === undefined) return;
  const without = (mrs.get(PFR0) ?? []).findIndex(
    value => value !== null && field(value, layout.lsb, layout.width) === 0,
  );
  if (without >= 0)
    noted(context, 'error', `an RMM was reached, and RME is 0 on CPU${without} of ${name}`, proof);
}
