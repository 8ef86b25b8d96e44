/** A machine's state as rules have it: each bit of a register, and each fact, by the first rule that names it. */
import type { FactValue } from '../model/events.js';
import type { MachineState } from '../model/port.js';
import { splitmix64 } from '../model/splitmix64.js';
import { ALL_ONES, type Seen, u64, withBits, ZERO } from '../model/u64.js';
import { isDrawn, type Rule, type Selector } from './edit.js';
import { type Diary, spelt, TAKEN } from './log.js';

export function editedState(state: MachineState, rules: readonly Rule[], diary: Diary): MachineState {
  const mrs = new Map([...state.mrs].map(([reg, values]) => [reg, [...values]]));
  const ftr = new Map(state.ftr);
  const facts = new Map(state.facts);
  const taken = new Map<string, bigint>();

  /** The register after the rule; `count` is its turn where the value is drawn. */
  const edited = (rule: Rule, place: string, before: Seen, count: number): Seen => {
    const bits = maskOf(rule) & ~(taken.get(place) ?? 0n);
    if (bits === 0n) {
      diary.missed(rule, TAKEN);
      return before;
    }
    if (before === null && bits !== ALL_ONES && rule.value !== null) {
      diary.missed(rule, `the rest of ${place} is unknown: set the whole register`);
      return before;
    }
    taken.set(place, (taken.get(place) ?? 0n) | bits);
    const after = merged(before, contentOf(rule, count), bits);
    diary.fired(rule, { place, before: spelt(before), after: spelt(after), event: null });
    return after;
  };

  for (const rule of rules) {
    const { selector } = rule;
    if (selector.kind === 'fact') {
      const { name } = selector;
      if (taken.has(name)) {
        diary.missed(rule, TAKEN);
        continue;
      }
      taken.set(name, ALL_ONES);
      const [before, after] = [String(facts.get(name) ?? 'not known'), factOf(rule)];
      facts.set(name, after);
      diary.fired(rule, { place: name, before, after: String(after), event: null });
    }
    if (selector.kind !== 'register') continue;
    const { reg } = selector;
    const values = mrs.get(reg);
    const missing = values === undefined ? missingWhy(selector) : outOfRange(selector, values.length);
    if (missing !== null) {
      diary.missed(rule, missing);
      continue;
    }
    if (values === undefined) ftr.set(reg, edited(rule, reg, ftr.get(reg) ?? null, 1));
    for (const [cpu, before] of values?.entries() ?? []) {
      if (values === undefined || (selector.cpu !== null && selector.cpu !== cpu)) continue;
      values[cpu] = edited(rule, `cpu${cpu}.${reg}`, before, cpu + 1);
    }
  }
  return { mrs, ftr, facts };
}

type RegisterSelector = Extract<Selector, { kind: 'register' }>;

/** Without raw registers the sanitised one is the input, and it is no CPU's. */
function missingWhy({ reg, cpu }: RegisterSelector): string | null {
  return cpu === null ? null : `the machine has no raw ${reg} of any CPU`;
}

function outOfRange({ cpu }: RegisterSelector, cpus: number): string | null {
  if (cpu === null || cpu < cpus) return null;
  return cpus === 1
    ? 'the machine has one CPU, cpu0'
    : `the machine has ${cpus} CPUs, cpu0 to cpu${cpus - 1}`;
}

function maskOf({ target }: Rule): bigint {
  return target.kind === 'bits' ? withBits(ZERO, target.lsb, target.width, ALL_ONES) : ALL_ONES;
}

/** The rule's value, in place. */
function contentOf({ target, value }: Rule, count: number): Seen {
  const content = isDrawn(value) ? splitmix64(value.seed, BigInt(count)) : value;
  if (typeof content !== 'bigint') return null;
  return target.kind === 'bits' ? withBits(ZERO, target.lsb, target.width, content) : content;
}

/** Bits of an unknown, and a whole that is unknown, are unknown. */
function merged(before: Seen, content: Seen, bits: bigint): Seen {
  if (content === null) return null;
  return u64(((before ?? 0n) & ~bits) | (content & bits));
}

function factOf({ value }: Rule): FactValue {
  if (value === null || typeof value === 'bigint' || isDrawn(value))
    throw new Error('a fact is given a register value');
  return value;
}
