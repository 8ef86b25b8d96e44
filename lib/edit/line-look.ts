/**
 * What a look at the canonical line of an event tells of whether a filter may keep it: most events need not be read then. A look
 * may let an event pass that is not kept, and stops none that is.
 */
import { parseCount } from '../model/count.js';
import { hex, readHex, type Seen, type U64 } from '../model/u64.js';
import { type CallLine, callLine, fidIn } from '../trace/call-line.js';

export type Look = (line: string) => boolean;

/** A register of a request or an answer, from x0, and what it must be, or must not be. */
export interface Asked {
  readonly register: number;
  readonly isNot: boolean;
  readonly value: Seen;
}

export function ofType(type: string): Look {
  const start = `{"type":${JSON.stringify(type)}`;
  return line => line.startsWith(start);
}

/** An event that says this somewhere, as JSON spells it. */
export function saying(part: string): Look {
  return line => line.includes(part);
}

const CPU = /^\{"type":"[^"\\]*","cpu":(\d+)/;
const OWN_TYPE = '{"type":"x-';

export function onCpu(isWanted: (cpu: number) => boolean): Look {
  return line => {
    const cpu = parseCount(CPU.exec(line)?.[1]);
    return cpu === null ? line.startsWith(OWN_TYPE) : isWanted(cpu);
  };
}

/** A call of one of these FIDs, asked and answered so. */
export function ofCall(
  isNamed: (fid: U64) => boolean,
  request: readonly Asked[],
  answer: readonly Asked[],
): Look {
  const named = ofFid(isNamed);
  const asked = request
    .filter(({ register }) => register > 0)
    .map(({ register, ...rest }) => spelt({ register: register - 1, ...rest }));
  const answered = answer.map(spelt);
  return line => {
    const call = callLine(line);
    if (call === null || !named(line, call)) return false;
    return (
      asked.every(each => each(line, call.args + ARGS.length, call.res - 1)) &&
      answered.every(each => each(line, call.res + RES.length, call.end - 1))
    );
  };
}

const ARGS = ',"args":[';
const RES = ',"res":[';

/** Calls have few FIDs: each is asked for once. */
export function ofFid(isNamed: (fid: U64) => boolean): (line: string, call: CallLine) => boolean {
  const known = new Map<string, boolean>();
  return (line, call) => {
    const text = fidIn(line, call);
    const before = known.get(text);
    if (before !== undefined) return before;
    const fid = readHex(text);
    const is = fid === null || isNamed(fid);
    if (known.size < MOST_FIDS) known.set(text, is);
    return is;
  };
}

const MOST_FIDS = 1024;

/** Looks at the list of registers from `from` to `to`. One that is left out may be anything. */
function spelt({ register, isNot, value }: Asked): (line: string, from: number, to: number) => boolean {
  const wanted = value === null ? 'null' : `"${hex(value)}"`;
  return (line, from, to) => {
    let at = from;
    for (let left = register; left > 0; left--) {
      at = line.indexOf(',', at) + 1;
      if (at === 0 || at > to) return true;
    }
    if (at >= to) return true;
    const is = line.startsWith(wanted, at);
    return isNot ? !is : is;
  };
}
