/**
 * State out of lines that have its shape (lib/trace/line-patterns.ts), for whoever judges it: without what any event may carry.
 * A register is described once for each CPU, in lines that have its name and mostly its value in common: what was read before is
 * not read again, nor held twice.
 */
import type { FactEvent, FactValue, MrsEvent } from '../model/events.js';
import { readHex, type Seen } from '../model/u64.js';
import { BACKSLASH, QUOTE } from './json-bytes.js';

const REGISTER = '{"type":"mrs","cpu":';
const FACT = '{"type":"fact",';

/** Whether the event at a place of a text is state, which is judged by all of it. */
export function isState(text: string, from: number): boolean {
  return text.startsWith(REGISTER, from) || text.startsWith(FACT, from);
}

/** Reads lines of state in turn. */
export function stateReader(): (line: string) => MrsEvent | FactEvent {
  const register = registerReader();
  const fact = factReader();
  return line => (line.startsWith(REGISTER) ? register(line) : fact(line));
}

const DIGIT_ZERO = 0x30;
const NAME_OF_REGISTER = ',"reg":"';
const NAME_OF_FACT = '"name":"';
const VALUE = '","value":';

function registerReader(): (line: string) => MrsEvent {
  let reg = '';
  let named = '';
  let text = '';
  let value: Seen = null;
  return line => {
    let cpu = 0;
    let at = REGISTER.length;
    for (; !line.startsWith(NAME_OF_REGISTER, at); at++) cpu = 10 * cpu + line.charCodeAt(at) - DIGIT_ZERO;
    const name = at + NAME_OF_REGISTER.length;
    if (named === '' || !line.startsWith(named, name)) {
      reg = textAt(line, name - 1);
      named = reg + VALUE;
    }
    const from = name + named.length;
    if (text === '' || !line.startsWith(text, from)) {
      text = valueAt(line, from);
      value = text === 'null' ? null : readHex(text.slice(1, -1));
    }
    return { type: 'mrs', cpu, reg, value };
  };
}

/** Beyond so many, facts that were read already are read again. */
const MOST_FACTS = 1024;

function factReader(): (line: string) => FactEvent {
  const known = new Map<string, FactEvent>();
  return line => {
    const name = line.indexOf(NAME_OF_FACT) + NAME_OF_FACT.length;
    const from = line.indexOf('"', name) + VALUE.length;
    const text = valueAt(line, from);
    const told = line.slice(name, from + text.length);
    const before = known.get(told);
    if (before !== undefined) return before;
    const event: FactEvent = {
      type: 'fact',
      name: textAt(line, name - 1),
      value: JSON.parse(text) as FactValue,
    };
    // A part of a line would hold all that was read with it.
    if (known.size < MOST_FACTS) known.set(Buffer.from(told).toString(), event);
    return event;
  };
}

/** The string whose quote stands there, which has no escapes: parsed, it holds nothing else. */
function textAt(line: string, quote: number): string {
  return JSON.parse(line.slice(quote, line.indexOf('"', quote + 1) + 1)) as string;
}

/** The text of a simple value. */
function valueAt(line: string, from: number): string {
  let to = from + 1;
  if (line.charCodeAt(from) === QUOTE) {
    for (; line.charCodeAt(to) !== QUOTE; to++) if (line.charCodeAt(to) === BACKSLASH) to += 1;
    return line.slice(from, to + 1);
  }
  const comma = line.indexOf(',', from);
  return line.slice(from, comma < 0 ? line.length - 1 : comma);
}
