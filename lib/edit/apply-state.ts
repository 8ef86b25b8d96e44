/** Applies edits to a machine's state: for each bit of a register and each fact, the first edit that names it wins. */
import type { FactValue } from '../model/events.js';
import { factKey, type InputKey, registerKey } from '../model/input-key.js';
import type { MachineState } from '../model/port.js';
import { splitmix64 } from '../model/splitmix64.js';
import { ALL_ONES, hex, type Seen, u64, withBits, ZERO } from '../model/u64.js';
import { type Cpus, type Edit, isDrawn, type Selector } from './edit.js';
import { type EditLog, spelt, TAKEN } from './log.js';

export function editedState(state: MachineState, edits: readonly Edit[], log: EditLog): MachineState {
  const mrs = new Map([...state.mrs].map(([reg, values]) => [reg, [...values]]));
  const ftr = new Map(state.ftr);
  const facts = new Map(state.facts);
  const taken = new Map<InputKey, bigint>();
  const limits = new Map(state.limits);

  /** The register after the edit; `count` is its turn where the value is drawn. */
  const edited = (edit: Edit, place: InputKey, before: Seen, count: number): Seen => {
    const bits = maskOf(edit) & ~(taken.get(place) ?? 0n);
    if (bits === 0n) {
      log.missed(edit, TAKEN);
      return before;
    }
    taken.set(place, (taken.get(place) ?? 0n) | bits);
    const content = contentOf(edit, count);
    if (before === null && content !== null && bits !== ALL_ONES) {
      // The rest stays unknown.
      const limit = limits.get(place);
      limits.set(place, value => u64(((limit?.(value) ?? value) & ~bits) | (content & bits)));
      const after = `unknown but for ${hex(u64(content & bits))} in ${hex(u64(bits))}`;
      log.fired(edit, () => ({ place, before: spelt(before), after, event: null }));
      return before;
    }
    const after = merged(before, content, bits);
    log.fired(edit, () => ({ place, before: spelt(before), after: spelt(after), event: null }));
    return after;
  };

  for (const edit of edits) {
    const { selector } = edit;
    if (selector.kind === 'fact') {
      const { name } = selector;
      const place = factKey(name);
      if (taken.has(place)) {
        log.missed(edit, TAKEN);
        continue;
      }
      taken.set(place, ALL_ONES);
      const [before, after] = [String(facts.get(name) ?? 'not known'), factOf(edit)];
      facts.set(name, after);
      log.fired(edit, () => ({ place, before, after: String(after), event: null }));
    }
    if (selector.kind !== 'register') continue;
    const { reg } = selector;
    const values = mrs.get(reg);
    const missing = values === undefined ? missingWhy(selector) : outOfRange(selector, values.length);
    if (missing !== null) {
      log.missed(edit, missing);
      continue;
    }
    if (values === undefined) ftr.set(reg, edited(edit, registerKey(reg, null), ftr.get(reg) ?? null, 1));
    for (const [cpu, before] of values?.entries() ?? []) {
      if (values === undefined || !isAmong(cpu, selector.cpus)) continue;
      values[cpu] = edited(edit, registerKey(reg, cpu), before, cpu + 1);
    }
  }
  return { mrs, ftr, facts, ...(limits.size === 0 ? {} : { limits }) };
}

type RegisterSelector = Extract<Selector, { kind: 'register' }>;

/** Without raw registers the sanitised one is the input, and it is no CPU's. */
function missingWhy({ reg, cpus }: RegisterSelector): string | null {
  return cpus === null ? null : `the machine has no raw ${reg} of any CPU`;
}

function outOfRange({ cpus }: RegisterSelector, count: number): string | null {
  if (cpus === null || cpus.to < count) return null;
  return count === 1
    ? 'the machine has one CPU, cpu0'
    : `the machine has ${count} CPUs, cpu0 to cpu${count - 1}`;
}

export function isAmong(cpu: number, cpus: Cpus | null): boolean {
  return cpus === null || (cpus.from <= cpu && cpu <= cpus.to);
}

function maskOf({ target }: Edit): bigint {
  return target.kind === 'bits' ? withBits(ZERO, target.lsb, target.width, ALL_ONES) : ALL_ONES;
}

/** The edit's value, in place. */
function contentOf({ target, value }: Edit, count: number): Seen {
  const content = isDrawn(value) ? splitmix64(value.seed, BigInt(count)) : value;
  if (typeof content !== 'bigint') return null;
  return target.kind === 'bits' ? withBits(ZERO, target.lsb, target.width, content) : content;
}

/** An unknown register stays unknown; so does one that is set to unknown. */
function merged(before: Seen, content: Seen, bits: bigint): Seen {
  if (content === null) return null;
  return u64(((before ?? 0n) & ~bits) | (content & bits));
}

function factOf({ value }: Edit): FactValue {
  if (value === null || typeof value === 'bigint' || isDrawn(value))
    throw new Error('a fact is given a register value');
  return value;
}
