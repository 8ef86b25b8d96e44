/** Checks that a trace of valid events is consistent as a whole. A replay does not need it. */
import { PASSED, RETURNED } from '../abi/smccc.js';
import { counted } from '../model/count.js';
import type { FactEvent, FactValue, MrsEvent, SmcEvent, TraceEvent } from '../model/events.js';
import { wrongFactValue } from '../model/facts/values.js';
import { factNamed } from '../model/facts.js';
import type { Header, Trace } from '../model/trace.js';
import { hex, type Seen } from '../model/u64.js';
import { found } from '../schema/messages.js';

export interface Inconsistency {
  readonly what: string;
  /** From 1; absent where it is about the trace as a whole. */
  readonly event?: number;
  /** Within the event. */
  readonly pointer?: string;
}

type JudgeOf<E> = (event: E) => Omit<Inconsistency, 'event'> | null;

const seenText = (value: Seen): string => (value === null ? 'null' : hex(value));

/** A register of the CPU that was described first, and of the others: most traces are of one. */
interface Described {
  readonly cpu: number;
  readonly value: Seen;
  others: Map<number, Seen> | null;
}

/** State is looked up by name: with two values of one name it is open which of them the kernel saw. */
function judgeRegisters(cpus: number, described: Map<string, Described>): JudgeOf<MrsEvent> {
  return ({ cpu, reg, value }) => {
    if (cpu >= cpus)
      return {
        what: `cpu ${cpu}: the machine has ${counted(cpus, 'CPU')}, 0 to ${cpus - 1}`,
        pointer: '/cpu',
      };
    const known = described.get(reg);
    if (known === undefined) {
      described.set(reg, { cpu, value, others: null });
      return null;
    }
    const before = known.cpu === cpu ? known.value : known.others?.get(cpu);
    if (before === undefined) {
      known.others ??= new Map();
      known.others.set(cpu, value);
    }
    if (before === undefined || before === value) return null;
    return {
      what: `${reg} of cpu ${cpu} is ${seenText(value)} here and ${seenText(before)} above`,
      pointer: '/value',
    };
  };
}

function judgeFacts(): JudgeOf<FactEvent> {
  const known = new Map<string, FactValue>();
  return ({ name, value }) => {
    const before = known.get(name);
    if (before === value) return null;
    const fact = factNamed(name);
    // Another fact is not this version's to judge.
    const wrong = fact === null ? null : wrongFactValue(fact.values, value);
    if (wrong !== null) return { what: `${name} ${wrong}; found ${found(value)}`, pointer: '/value' };
    if (before === undefined) {
      known.set(name, value);
      return null;
    }
    return { what: `${name} is ${found(value)} here and ${found(before)} above`, pointer: '/value' };
  };
}

function judgeCall(cpus: number): JudgeOf<SmcEvent> {
  return ({ cpu, from, cc, args, res, junk }) => {
    if (from === 'ns' && cpu >= cpus) {
      return {
        what: `cpu ${cpu}: the machine has ${counted(cpus, 'CPU')}, 0 to ${cpus - 1}`,
        pointer: '/cpu',
      };
    }
    if (cc === '1.1') {
      if (args.length > PASSED[cc]) {
        const what = `a 1.1 call sets x1 to x${PASSED[cc]}, not ${args.length} registers`;
        return { what, pointer: '/args' };
      }
      if (res !== null && res.length > RETURNED[cc]) {
        const what = `a 1.1 call is answered in x0 to x${RETURNED[cc] - 1}, not in ${res.length} registers`;
        return { what, pointer: '/res' };
      }
      return null;
    }
    if (junk !== undefined)
      return { what: 'a 1.2 call sets all of its registers: it leaves no junk', pointer: '/junk' };
    if (args.at(-1) === 0n) return { what: 'a 1.2 call leaves trailing zeros out of args', pointer: '/args' };
    if (res !== null && res.length > 1 && res.at(-1) === 0n) {
      return { what: 'a 1.2 call leaves trailing zeros out of res', pointer: '/res' };
    }
    return null;
  };
}

/**
 * The beginning of the canonical line of a call that `judgeCall` has nothing against but its CPU. Only for lines that the
 * schema allows: it looks at nothing else.
 */
export const SOUND_CALL = [
  '\\{"type":"smc","cpu":\\d+,"from":"\\w+","via":"\\w+","cc":"1\\.',
  `(?:1","fid":"\\w+","args":${registersUpTo(PASSED['1.1'])},"res":(?:null|${registersUpTo(RETURNED['1.1'])})`,
  '|2","fid":"\\w+","args":(?:\\[\\]|\\[[^\\]]*(?<!"0x0")\\]),"res":(?:null|\\["0x0"\\]|\\[[^\\]]*(?<!"0x0")\\])(?!,"junk"))',
].join('');

function registersUpTo(most: number): string {
  return `\\[(?:[^,\\]]*,){0,${most - 1}}[^,\\]]*\\]`;
}

export interface Judge {
  /** What is inconsistent with the next event. */
  event(event: TraceEvent, number: number): Inconsistency | null;
  /** What is with all of them; one after another, since there may be many. */
  end(): Iterable<Inconsistency>;
}

export function newJudge({ machine: { cpus } }: Header): Judge {
  const described = new Map<string, Described>();
  const registers = judgeRegisters(cpus, described);
  const facts = judgeFacts();
  const calls = judgeCall(cpus);
  const judged = (event: TraceEvent): Omit<Inconsistency, 'event'> | null => {
    if (event.type === 'mrs') return registers(event);
    if (event.type === 'fact') return facts(event);
    return event.type === 'smc' ? calls(event) : null;
  };
  return {
    event(event, number) {
      const found = judged(event);
      return found === null ? null : { ...found, event: number };
    },
    *end() {
      for (const [reg, { others }] of described) {
        const size = 1 + (others?.size ?? 0);
        if (size < cpus) yield { what: `${reg} is described for ${size} of ${cpus} CPUs` };
      }
    },
  };
}

export function* inconsistencies({ header, events }: Trace): Generator<Inconsistency, void, undefined> {
  const judge = newJudge(header);
  for (const [at, event] of events.entries()) {
    const found = judge.event(event, at + 1);
    if (found !== null) yield found;
  }
  yield* judge.end();
}
