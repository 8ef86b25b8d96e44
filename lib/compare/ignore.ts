/** What a comparison leaves out, because somebody said so: event types, log lines by their text, registers by name. */
import type { TraceEvent } from '../model/events.js';
import { wildcard } from '../model/pattern.js';
import { bad, good, type Result, trouble } from '../model/result.js';
import type { Pair } from './align.js';
import type { PlaceDifference } from './events.js';

/** An input that differs, as far as this file looks at it. */
interface Differing {
  readonly a: { readonly event: TraceEvent } | null;
  readonly b: { readonly event: TraceEvent } | null;
  readonly differs: readonly PlaceDifference[];
}

export interface Ignore {
  /** As they were given: `log:TEXT`, `event:TYPE`, `register:NAME`. */
  readonly rules: readonly string[];
  /** Whether a pair that is not the same is left out. */
  pair(pair: Pair): boolean;
  /** What is left of an input that differs; `null` where nothing is. */
  input<Input extends Differing>(input: Input): Input | null;
}

export const NOTHING: Ignore = { rules: [], pair: () => false, input: input => input };

/** Types of events that are compared. */
const TYPES: readonly string[] = ['mrs', 'ftr', 'fact', 'smc', 'log', 'warn', 'return'];
/** Of a call, or of a CPU. */
const REGISTER = /^(x\d|x1[0-7]|[A-Z][A-Z0-9_]*_EL[0-3])$/;

/** Trouble: `usage`. */
export function parseIgnore(rules: readonly string[]): Result<Ignore> {
  const [types, registers] = [new Set<string>(), new Set<string>()];
  const lines: RegExp[] = [];
  for (const rule of rules) {
    const { kind, name = '' } = /^(?<kind>event|log|register):(?<name>.+)$/s.exec(rule)?.groups ?? {};
    if (kind === 'event' && TYPES.includes(name)) types.add(name);
    else if (kind === 'register' && REGISTER.test(name)) registers.add(name);
    else if (kind === 'log') lines.push(wildcard(name));
    else return bad(wrong(rule));
  }
  return good(rules.length === 0 ? NOTHING : ignoring(rules, types, lines, registers));
}

function wrong(rule: string) {
  const what = `--ignore takes event:TYPE, log:TEXT or register:NAME, not ${JSON.stringify(rule)}`;
  const next = `TYPE is one of ${TYPES.join(', ')}; NAME like x3 or ID_AA64PFR0_EL1; in TEXT * stands for any text`;
  return trouble('usage', what, {}, next);
}

function ignoring(
  rules: readonly string[],
  types: ReadonlySet<string>,
  lines: readonly RegExp[],
  registers: ReadonlySet<string>,
): Ignore {
  const isIgnored = (event: TraceEvent): boolean =>
    types.has(event.type) ||
    (event.type === 'log' && lines.some(line => line.test(event.text))) ||
    ((event.type === 'mrs' || event.type === 'ftr') && registers.has(event.reg));
  const left = (differs: readonly PlaceDifference[]) => differs.filter(({ place }) => !registers.has(place));
  return {
    rules,
    pair({ a, b, differs }) {
      const events = [a, b].flatMap(side => (side === null ? [] : [side.event]));
      // Of two lines that are one altered, both.
      if (events.every(isIgnored)) return true;
      return differs.length > 0 && left(differs).length === 0;
    },
    input(input) {
      const event = (input.a ?? input.b)?.event;
      if (event !== undefined && isIgnored(event)) return null;
      const differs = left(input.differs);
      return differs.length === 0 && input.differs.length > 0 ? null : { ...input, differs };
    },
  };
}
