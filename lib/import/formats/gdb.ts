/**
 * gdb sessions: what is printed between a stop at a breakpoint and the next stop. Before `finish` it is the call: the
 * arguments of the frame, `info registers`, or for arm_smccc_1_2_smc, which takes addresses, `x/gx` of them; behind it, the
 * results. `info registers` prints each value in hex and again in decimal; the hex counts.
 */

import { backgroundName, isRmi } from '../../abi/background.js';
import { REGISTERS } from '../../abi/smccc.js';
import { type Seen, type U64, u64 } from '../../model/u64.js';
import type { Found, LogFormat } from '../format.js';
import { anyHex } from '../hex.js';
import type { Line } from '../line.js';
import { tracedCall } from './traced-calls.js';

export const GDB: LogFormat = {
  name: 'gdb',
  says: 'gdb sessions that stop where an SMC is made or taken, and print registers or memory',
  anchors: ['Breakpoint '],
  open: () => ({ read }),
};

const STOP =
  /^(?:\(gdb\) )?(?:Thread [\d.]{1,12} (?:".{0,40}" )?hit )?(?:Temporary b|B)reakpoint \d{1,6}, (?:0x[0-9a-f]{1,16} in )?(?<function>[\w.]{1,80}) \((?<frame>[^)]{0,400})\)/;
const NEXT = /^(?:\(gdb\) )?(?:Thread [\d.]{1,12} (?:".{0,40}" )?hit )?(?:Temporary b|B)reakpoint \d{1,6}, /;
const FINISH = /^Run till exit from |^(?:\(gdb\) )?finish$/;
const REGISTER = /^(?:\(gdb\) )?x(?<number>\d|1[0-7])\s+0x(?<value>[0-9a-f]{1,16})(?:\s|$)/;
const MEMORY =
  /^(?:\(gdb\) )?0x(?<at>[0-9a-f]{1,16})(?: <[^>]{1,80}>)?:\s+(?<words>0x[0-9a-f]{16}(?:\s+0x[0-9a-f]{16})*)\s*$/;
const STRUCT = /^(?:\(gdb\) )?\$\d{1,6} = \{(?<fields>[^}]{1,600})\}/;
const SMCCC = /^_{0,4}arm_smccc_(?:(?<v12>1_2)_)?(?<via>smc|hvc)$/;

/** As long as what one stop prints can be. */
const MOST_BELOW = 200;

function read(line: Line): Found | null {
  const { function: name = '', frame = '' } = STOP.exec(line.text)?.groups ?? {};
  if (name === '') return null;
  const { v12, via } = SMCCC.exec(name)?.groups ?? {};
  const pointers = fieldsOf(frame);
  const { before, after } = shownBelow(line);
  const entry =
    v12 === undefined
      ? merged(argumentsIn(pointers), before.x)
      : merged(before.struct, memoryAt(before.memory, pointers.get('args')));
  const back = merged(
    after.struct,
    merged(memoryAt(after.memory, pointers.get('res')), v12 === undefined ? after.x : new Map()),
  );
  const [fid = null, ...args] = inOrder(entry);
  if (fid === null || !isFid(fid, via !== undefined))
    return via === undefined
      ? null
      : { readings: [], lost: 'a stop at an SMC of which the session does not show the registers' };
  const how = {
    cpu: null,
    cc: v12 === undefined ? '1.1' : '1.2',
    via: via === 'hvc' ? 'hvc' : 'smc',
  } as const;
  return { readings: [tracedCall({ line: line.number, fid, args, ...how }, inOrder(back), line.number)] };
}

type Registers = ReadonlyMap<number, Seen>;

interface Shown {
  readonly x: Map<number, Seen>;
  readonly struct: Map<number, Seen>;
  readonly memory: Map<bigint, U64>;
}

const nothing = (): Shown => ({ x: new Map(), struct: new Map(), memory: new Map() });

function shownBelow(line: Line): { readonly before: Shown; readonly after: Shown } {
  const [before, after] = [nothing(), nothing()];
  let shown = before;
  for (let on = 1; on <= MOST_BELOW; on++) {
    const text = line.below(on)?.trimEnd() ?? null;
    if (text === null || NEXT.test(text)) break;
    if (FINISH.test(text)) shown = after;
    const { number, value } = REGISTER.exec(text)?.groups ?? {};
    if (number !== undefined) shown.x.set(numberOf(number), anyHex(value ?? ''));
    const { at, words } = MEMORY.exec(text)?.groups ?? {};
    const address = anyHex(at ?? '');
    if (address !== null)
      for (const [step, word] of (words ?? '').split(/\s+/).entries()) {
        const read = anyHex(word);
        if (read !== null) shown.memory.set(address + 8n * BigInt(step), read);
      }
    const struct = STRUCT.exec(text)?.groups?.fields;
    if (struct !== undefined)
      for (const [register, word] of argumentsIn(fieldsOf(struct))) shown.struct.set(register, word);
  }
  return { before, after };
}

/** `a0 = 0x0, a1 = 0x20000`, or `a0=1, res=0x…` of a frame. */
function fieldsOf(text: string): ReadonlyMap<string, Seen> {
  return new Map(
    text.split(',').flatMap(field => {
      const [name, value] = field.split('=').map(part => part.trim());
      return name === undefined || value === undefined ? [] : [[name, wordOf(value)] as const];
    }),
  );
}

function wordOf(text: string): Seen {
  if (text.startsWith('0x')) return anyHex(text.replace(/ .*$/, ''));
  return /^\d{1,20}$/.test(text) && BigInt(text) < 1n << 64n ? u64(BigInt(text)) : null;
}

function argumentsIn(fields: ReadonlyMap<string, Seen>): Registers {
  const registers = Array.from(
    { length: REGISTERS },
    (_, number) => [number, fields.get(`a${number}`)] as const,
  );
  return new Map(
    registers.flatMap(([number, value]) => (value === undefined ? [] : [[number, value] as const])),
  );
}

function memoryAt(memory: ReadonlyMap<bigint, U64>, address: Seen | undefined): Registers {
  if (address == null) return new Map();
  const words = Array.from(
    { length: REGISTERS },
    (_, number) => [number, memory.get(address + 8n * BigInt(number))] as const,
  );
  return new Map(words.flatMap(([number, word]) => (word === undefined ? [] : [[number, word] as const])));
}

/** Of two that show a register the first counts. */
function merged(first: Registers, second: Registers): Registers {
  return new Map([...second, ...first]);
}

function inOrder(registers: Registers): readonly Seen[] {
  const count = Math.max(-1, ...registers.keys()) + 1;
  return Array.from({ length: count }, (_, number) => registers.get(number) ?? null);
}

const NUMBERS: ReadonlyMap<string, number> = new Map(
  Array.from({ length: REGISTERS }, (_, number) => [`${number}`, number]),
);

function numberOf(digits: string): number {
  return NUMBERS.get(digits) ?? REGISTERS;
}

/** Any 32-bit value where an SMC is made; elsewhere one that is known. */
function isFid(value: U64, smccc: boolean): boolean {
  return value >> 32n === 0n && (smccc || isRmi(value) || backgroundName(value) !== null);
}
