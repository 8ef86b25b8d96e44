/**
 * Calls as EL3 saw them, one JSON object a line: `in` and `out` are x0 to x17 before and after, `world` is where the call
 * came from. The RMM's own calls stand before the host's call during which they were made; `out` is missing where the call
 * did not come back to its caller. This is what a debugger at EL3 can write (QEMU's gdbstub, a model's).
 */
import { isRmi } from '../../abi/background.js';
import { lookupRmi } from '../../abi/rmi-commands.js';
import { PASSED, REGISTERS, RETURNED, trimmed } from '../../abi/smccc.js';
import type { World } from '../../model/events.js';
import { type U64, ZERO } from '../../model/u64.js';
import type { CallReading, Found, LogFormat } from '../format.js';
import { anyHex } from '../hex.js';
import type { Line } from '../line.js';

export const EL3_CALLS: LogFormat = {
  name: 'el3-calls',
  says: 'calls with all their registers as EL3 saw them, a JSON object a line: {"world":…,"in":[…],"out":[…]}',
  anchors: ['"world":'],
  records: '\\{[ -~]*"world":[ -~]*"in":[ -~]*\\}\\r?',
  open: () => ({ read }),
};

const WORLDS: ReadonlyMap<unknown, World> = new Map([
  ['NonSecure', 'ns'],
  ['Realm', 'realm'],
  ['Root', 'el3'],
]);

function read({ text, final }: Line): Found | 'cut' | null {
  if (!text.startsWith('{') || !text.includes('"world":')) return null;
  const record = parsed(text);
  if (record === undefined)
    return final ? { readings: [], lost: 'a record of a call that is cut off' } : 'cut';
  const members = new Map(Object.entries(record));
  const from = WORLDS.get(members.get('world'));
  const before = registersOf(members.get('in'));
  const after = members.has('out') ? registersOf(members.get('out')) : null;
  if (!members.has('in')) return null;
  if (from === undefined || before === undefined || after === undefined)
    return { readings: [], lost: 'a record of a call with an unknown world, or a value that is no register' };
  const cpu = members.get('cpu');
  return { readings: [callOf(from, before, after, typeof cpu === 'number' ? cpu : null)] };
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return undefined;
  }
}

/** `undefined` where it is no list of registers. */
function registersOf(value: unknown): readonly U64[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > REGISTERS) return undefined;
  const registers = value.map(word => (typeof word === 'string' ? anyHex(word) : null));
  const known = registers.filter(register => register !== null);
  return known.length === registers.length ? known : undefined;
}

/** SMCCC: a caller of 1.2 zeroes what it does not use; one of 1.1 sets its arguments, and the rest is what was there. */
function callOf(
  from: World,
  before: readonly U64[],
  after: readonly U64[] | null,
  cpu: number | null,
): CallReading {
  const [fid = ZERO, ...rest] = before;
  const own = isRmi(fid, from) ? (lookupRmi(fid)[0]?.args?.length ?? PASSED['1.1']) : PASSED['1.1'];
  const clean = before.length === REGISTERS && rest.slice(own).every(register => register === ZERO);
  const call = { kind: 'call', by: 'el3', text: null, fid, from, cpu, via: 'smc' } as const;
  if (clean && isRmi(fid, from)) {
    return { ...call, cc: '1.2', args: trimmed(rest), res: after === null ? null : answer(after) };
  }
  const junk = rest.slice(own);
  return {
    ...call,
    cc: '1.1',
    args: rest.slice(0, own),
    res: after === null ? null : after.slice(0, RETURNED['1.1']),
    ...(junk.length === 0 ? {} : { junk }),
  };
}

/** x0 stays, though it be 0. */
function answer([x0 = ZERO, ...rest]: readonly U64[]): readonly U64[] {
  return [x0, ...trimmed(rest)];
}
