/**
 * From JSON tokens to the members of one top-level object, its `events` one by one: checks what JSON allows and a trace
 * does not (keys twice, forbidden keys, numbers that lose digits) before any value is built.
 */
import { escapeKey, found } from '../schema/messages.js';
import type { Guard } from './json-guard.js';
import { isForbidden, type ReadLimits } from './limits.js';

/** A token as stream-json's parser gives it. */
export interface Token {
  readonly name: string;
  readonly value?: string | boolean | null;
}

/** Builds one value from tokens; stream-json's Assembler is one. */
export interface Builder {
  consume(token: Token): unknown;
  readonly done: boolean;
  readonly current: unknown;
}

export interface Flaw {
  readonly code: 'not-a-trace' | 'too-large' | 'duplicate-key' | 'forbidden-key' | 'bad-value';
  readonly what: string;
  readonly line: number;
  /** From the top of the file. */
  readonly path: readonly (string | number)[];
}

export interface Sink {
  /** A member of the top-level object but `events`. */
  member(key: string, value: unknown, line: number): void;
  eventsBegin(): void;
  event(value: unknown, line: number): void;
  /** What is wrong, and ends no reading. */
  flaw(flaw: Flaw): void;
}

interface Frame {
  /** The keys of an object with their lines; `null` for an array. */
  readonly keys: Map<string, number> | null;
  key: string;
  index: number;
}

export const pointerOf = (path: readonly (string | number)[]): string =>
  path.map(part => `/${escapeKey(String(part))}`).join('');

const OPENS: ReadonlySet<string> = new Set(['startObject', 'startArray']);
const CLOSES: ReadonlySet<string> = new Set(['endObject', 'endArray']);

const NUMBER_SHOWN = 40;
const INSTEAD_OF_FORBIDDEN = 'x-forbidden';

/** Whether a number keeps its value: beyond 2^53 most lose digits, a huge one becomes infinite, a tiny one zero. */
function isExact(text: string): boolean {
  const value = Number(text);
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(value)) return true;
  return Number.isFinite(value) && sameDecimal(text, String(value));
}

/** Whether two spellings of JSON numbers are of one value: digits without zeros around them, and the power of ten. */
function sameDecimal(one: string, other: string): boolean {
  return decimal(one) === decimal(other);
}

function decimal(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  if (kept === '') return '0';
  return `${sign}${kept}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - kept.length)}`;
}

export interface Members {
  /** Takes the next token; a flaw that is given back is to end the reading. */
  take(token: Token): Flaw | null;
  /** Whether an event has begun and not ended. */
  insideEvent(): boolean;
}

export function members(
  guard: Guard,
  sink: Sink,
  newBuilder: () => Builder,
  limits: Pick<ReadLimits, 'values'>,
): Members {
  const stack: Frame[] = [];
  let builder: Builder | null = null;
  let begun = 0;
  /** In the event that is open, and in all members besides the events. */
  const values = { event: 0, frame: 0 };
  let line = 1;

  const path = (): (string | number)[] => stack.map(({ keys, key, index }) => (keys === null ? index : key));
  const flaw = (code: Flaw['code'], what: string): Flaw => ({ code, what, line, path: path() });

  /** The key to go on with: none that JavaScript treats specially may get into a value. */
  function takeKey(key: string): string {
    const frame = stack.at(-1);
    if (frame?.keys == null) throw new Error('a parser gave a key outside of an object');
    frame.key = key;
    const before = frame.keys.get(key);
    if (before !== undefined) {
      const lines = before === line ? `line ${line}` : `line ${before} and on line ${line}`;
      sink.flaw(flaw('duplicate-key', `the key ${found(key)} is twice in one object, on ${lines}`));
    } else {
      frame.keys.set(key, line);
    }
    if (!isForbidden(key)) return key;
    sink.flaw(flaw('forbidden-key', `the key ${found(key)} is not allowed anywhere`));
    return INSTEAD_OF_FORBIDDEN;
  }

  /** Whether the events are the array that is open at the second level. */
  const inEvents = (): boolean => stack.length >= 2 && stack[0]?.key === 'events' && stack[1]?.keys === null;

  function finished(): void {
    if (builder === null || !builder.done) return;
    const value = builder.current;
    builder = null;
    if (inEvents()) sink.event(value, begun);
    else if (!isForbidden(stack[0]?.key ?? ''))
      sink.member(stack[0]?.key ?? '', value, stack[0]?.keys?.get(stack[0].key) ?? 0);
  }

  function takeValue(token: Token): Flaw | null {
    if (stack.length === 0) {
      if (token.name !== 'startObject') return flaw('not-a-trace', 'the file is JSON, but not an object');
    } else {
      const parent = stack.at(-1);
      if (parent?.keys === null) parent.index += 1;
      const eventsBegin = stack.length === 1 && stack[0]?.key === 'events' && token.name === 'startArray';
      if (eventsBegin) sink.eventsBegin();
      else {
        if (builder === null) {
          builder = newBuilder();
          begun = line;
          values.event = 0;
        }
        const count = inEvents() ? ++values.event : ++values.frame;
        if (count > limits.values) {
          const where = inEvents() ? 'an event has' : 'the members besides the events have';
          return flaw('too-large', `${where} more than ${limits.values} values`);
        }
        builder.consume(token);
      }
    }
    if (OPENS.has(token.name)) {
      stack.push({ keys: token.name === 'startObject' ? new Map() : null, key: '', index: -1 });
    }
    return null;
  }

  return {
    take(token) {
      if (token.name === 'keyValue') {
        line = guard.nextLine();
        const key = takeKey(String(token.value));
        builder?.consume({ ...token, value: key });
        return null;
      }
      if (CLOSES.has(token.name)) {
        stack.pop();
        builder?.consume(token);
        finished();
        return null;
      }
      // The guard marks no numbers and no literals: such a value stands by the key or bracket before it.
      if (OPENS.has(token.name) || token.name === 'stringValue') line = guard.nextLine();
      const refused = takeValue(token);
      if (refused !== null) return refused;
      if (token.name === 'numberValue' && !isExact(String(token.value))) {
        const number = String(token.value).slice(0, NUMBER_SHOWN);
        sink.flaw(flaw('bad-value', `the number ${number} would lose digits: write it as a string`));
      }
      finished();
      return null;
    },
    insideEvent: () => inEvents() && builder !== null,
  };
}
