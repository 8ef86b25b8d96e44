/**
 * QEMU's `-d int,cpu`: `Taking exception 13 [Secure Monitor Call] on CPU n`, with the registers as a dump right above, and
 * `Exception return from AArch64 EL3 to AArch64 ELn PC 0x…`, with the dump of what runs next below (target/arm/helper.c,
 * target/arm/tcg/helper-a64.c). A dump shows the registers at the start of a block of code: they are those of the SMC only
 * if the block starts there, which `-accel tcg,one-insn-per-tb=on -d nochain` sees to. `-d int` alone shows no register.
 */
import { REGISTERS } from '../../abi/smccc.js';
import { counted, parseCount } from '../../model/count.js';
import { type Seen, type U64, wrap64 } from '../../model/u64.js';
import type { CallReading, Found, LogFormat, LogReader } from '../format.js';
import { anyHex } from '../hex.js';
import type { Line } from '../line.js';
import { type Entry, tracedCall } from './traced-calls.js';

export const QEMU_INT: LogFormat = {
  name: 'qemu-int',
  says: "QEMU's -d int,cpu: SMCs with the registers before and after",
  anchors: ['[Secure Monitor Call]', 'Exception return from AArch64 EL3 to '],
  open: qemuReader,
};

const TAKEN = /^Taking exception 13 \[Secure Monitor Call\](?: on CPU (?<cpu>\d{1,4}))?$/;
const FROM = /^\.\.\.from EL(?<el>[012]) to EL3$/;
const ELR = /^\.\.\.with ELR 0x(?<elr>[0-9a-f]{1,16})$/;
const RETURNED =
  /^Exception return from AArch64 EL3 to AArch(?:64|32) (?:EL(?<el>[012]) )?PC 0x(?<pc>[0-9a-f]{1,16})$/;
const PC = /^\s*PC=(?<pc>[0-9a-f]{16})\b/;
const REGISTER = /\bX(?<number>\d\d)=(?<value>[0-9a-f]{16})\b/g;
const OTHER = /^(?:Taking exception|Exception return|\.\.\.)/;

/** A dump with vector registers has no more lines. */
const DUMP = 80;

interface Dump {
  readonly pc: U64;
  readonly x: readonly Seen[];
}

interface Taken {
  /** Where it comes back to; `null` where the log does not say. */
  readonly elr: U64 | null;
  readonly entry: Omit<Entry, 'fid' | 'args'>;
  readonly x: readonly Seen[];
}

function qemuReader(): LogReader {
  const open: Taken[] = [];
  let blind = 0;
  let back = 0;
  const unseen = (taken: Taken): boolean => taken.x[0] == null;
  return {
    read(line) {
      const taken = TAKEN.exec(line.text);
      if (taken !== null) return entered(line, parseCount(taken.groups?.cpu));
      const pc = anyHex(RETURNED.exec(line.text)?.groups?.pc ?? '');
      if (pc === null) return null;
      const at = open.findLastIndex(({ elr }) => elr === pc);
      const call = open[at];
      // A return to a place that made no call: the RMM is entered so, and a CPU that starts.
      if (call === undefined) return { readings: [] };
      const dump = dumpOf(on => line.below(on), 1);
      return {
        readings: callOf(call, dump?.pc === pc ? dump.x : [], line.number),
        taken() {
          open.splice(at, 1);
          if (unseen(call)) back += 1;
        },
      };
    },
    end: last => open.flatMap(call => callOf(call, [], last)),
    remarks() {
      if (blind === 0) return [];
      const never = open.filter(call => call.elr !== null && unseen(call)).length;
      return [
        `${counted(blind, 'SMC')} went to EL3, ${back} came back${never === 0 ? '' : `, ${never} not before the log ends`}; which calls they were the log does not show: run QEMU with -d int,cpu,nochain and one-insn-per-tb=on`,
      ];
    },
  };

  function entered(line: Line, cpu: number | null): Found | null {
    const around = [1, 2, 3, 4, 5, 6].map(on => line.below(on) ?? '');
    const next = around.findIndex(text => !text.startsWith('...'));
    const about = next < 0 ? around : around.slice(0, next);
    if (!about.some(text => FROM.test(text))) return { readings: [] };
    const dump = dumpOf(on => line.above(on), -1);
    const after = dump === null ? null : wrap64(dump.pc + 4n);
    const said =
      about.map(text => anyHex(ELR.exec(text)?.groups?.elr ?? '')).find(elr => elr !== null) ?? null;
    const elr = said ?? after;
    const call: Taken = {
      elr,
      entry: { line: line.number, cpu, cc: '1.1', via: 'smc' },
      x: dump !== null && after === elr ? dump.x : [],
    };
    return {
      readings: [],
      taken() {
        open.push(call);
        if (open.length > MOST_OPEN) open.shift();
        if (unseen(call)) blind += 1;
      },
    };
  }
}

/** The RMM's own call that hands a result back stays open until the next request. */
const MOST_OPEN = 256;

/** The dump that begins or ends next to the line, and nothing else between. */
function dumpOf(lineAt: (by: number) => string | null, direction: 1 | -1): Dump | null {
  const lines: string[] = [];
  let begun = false;
  for (let by = 1; by <= DUMP; by++) {
    const text = lineAt(by);
    if (text === null || OTHER.test(text)) break;
    const pc = PC.test(text);
    // Downwards a second one is the next block's.
    if (pc && begun) break;
    if (direction === 1 && begun && text.startsWith('Trace ')) break;
    begun = begun || pc;
    if (direction === 1) {
      if (begun) lines.push(text);
    } else {
      lines.unshift(text);
      if (pc) break;
    }
  }
  const pc = begun ? anyHex(PC.exec(lines[0] ?? '')?.groups?.pc ?? '') : null;
  if (pc === null) return null;
  const x: Seen[] = Array.from({ length: REGISTERS }, () => null);
  for (const text of lines)
    for (const { groups } of text.matchAll(REGISTER)) {
      const number = parseCount(groups?.number) ?? REGISTERS;
      if (number < REGISTERS) x[number] = anyHex(groups?.value ?? '');
    }
  return { pc, x };
}

function callOf({ entry, x }: Taken, res: readonly Seen[], at: number): readonly CallReading[] {
  const [fid = null, ...args] = x;
  if (fid === null) return [];
  return [tracedCall({ ...entry, fid, args: args.slice(0, 7) }, res.slice(0, 4), at)];
}
