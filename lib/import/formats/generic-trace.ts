/**
 * GenericTrace of Arm's models: `COMPONENT.cpuN.SOURCE: FIELD=VALUE …`. CORE_REGS64 gives each register as it is written, by
 * ID; INST_START (or INST, by name or by place) the instruction. Registers are those of a call only where CORE_REGS64 is
 * traced as well; a trace that was switched on after boot (ToggleMTIPlugin) does not know the others.
 */
import { REGISTERS } from '../../abi/smccc.js';
import { counted, parseCount } from '../../model/count.js';
import { type Seen, type U64, wrap64 } from '../../model/u64.js';
import type { CallReading, LogFormat, LogReader } from '../format.js';
import { anyHex } from '../hex.js';
import { newCores, newRegisters, PLAIN, type Registers } from './registers.js';
import { tracedCall } from './traced-calls.js';

export const GENERIC_TRACE: LogFormat = {
  name: 'generic-trace',
  says: "GenericTrace of Arm's models, with the sources INST or INST_START and CORE_REGS64",
  anchors: ['.INST: ', '.INST_START: ', '.CORE_REGS64: '],
  open: genericReader,
};

const RECORD =
  /^(?<core>[\w.]{0,100}?cpu\d{1,4})\.(?<source>INST|INST_START|CORE_REGS64): (?<rest>.{1,400})$/;
const REGISTER =
  /\bID=(?:0x)?(?<id>[0-9a-f]{1,8})\b.{0,80}?(?<!OLD_)\bVALUE=(?:0x)?(?<value>[0-9a-f]{16})(?![0-9a-f])/i;
const BY_NAME = /\bPC=(?:0x)?(?<pc>[0-9a-f]{8,16})\b/i;
const BY_PLACE = /^[A-Z] 0x(?<pc>[0-9a-f]{8,16}) 0x[0-9a-f]{1,8} /;
/** SMC, with any immediate (A64: 1101 0100 000 imm16 00011). */
const SMC = /"SMC\b|\b0xd4[01][0-9a-f]{3}[02468ace]3\b/i;

/** A line as it stands: the core, the source, the fields. */
const PASSED = new RegExp(
  `([\\w.]{0,100}?cpu\\d{1,4})\\.(INST|INST_START|CORE_REGS64): ([_"=${PLAIN}]{1,300}(?:\\[(?![ \\d])[_"=${PLAIN}]{0,90})?)\\r?\\n`,
  'y',
);

interface Core {
  readonly cpu: number | null;
  readonly x: Registers;
  open: readonly { readonly line: number; readonly back: U64; readonly x: readonly Seen[] }[];
}

function newCore(name: string): Core {
  const cpu = parseCount(/cpu(?<cpu>\d{1,4})$/.exec(name)?.groups?.cpu);
  return { cpu, x: newRegisters(), open: [] };
}

function genericReader(): LogReader {
  const cores = newCores(newCore);
  let blind = 0;
  return {
    read(line) {
      const { core: name = '', source, rest = '' } = RECORD.exec(line.text)?.groups ?? {};
      if (source === undefined) return null;
      const core = cores.of(name);
      if (source === 'CORE_REGS64') {
        const { number, value } = writtenIn(rest);
        return {
          readings: [],
          taken() {
            core.x.write(number, value);
            core.x.settle();
          },
        };
      }
      const pc = pcIn(rest);
      if (pc === null) return { readings: [] };
      const back = core.open.findLast(call => call.back === pc);
      const isSmc = SMC.test(rest);
      return {
        readings: back === undefined ? [] : callOf(back, core.x.shown(), core.cpu, line.number),
        taken() {
          core.open = core.open.filter(call => call !== back).slice(-MOST_OPEN);
          if (isSmc) {
            const x = core.x.shown();
            core.open = [...core.open, { line: line.number, back: wrap64(pc + 4n), x }];
            if (x[0] == null) blind += 1;
          }
        },
      };
    },
    pass(text, from) {
      const written = new Set<Core>();
      let at = from;
      for (;;) {
        PASSED.lastIndex = at;
        const [, name, source, rest = ''] = PASSED.exec(text) ?? [];
        // A record of the RMM inside it, or a blank that a mail spelt.
        if (name === undefined || rest.includes('SMC_') || rest.endsWith('=20')) break;
        const core = cores.of(name);
        if (source === 'CORE_REGS64') {
          const { number, value } = writtenIn(rest);
          core.x.write(number, value);
          written.add(core);
        } else if (SMC.test(rest) || (core.open.length > 0 && isBack(core, rest))) break;
        at = PASSED.lastIndex;
      }
      for (const core of written) core.x.settle();
      return at;
    },
    end: last => cores.all().flatMap(({ open, cpu }) => open.flatMap(call => callOf(call, [], cpu, last))),
    remarks: () =>
      blind === 0
        ? []
        : [
            `${counted(blind, 'SMC')} without x0 before it; which calls they were the log does not show: trace CORE_REGS64 as well, from before the call`,
          ],
  };
}

const MOST_OPEN = 64;
const NUMBERS: ReadonlyMap<bigint, number> = new Map(
  Array.from({ length: REGISTERS }, (_, number) => [BigInt(number), number]),
);

/** Which register CORE_REGS64 says was written; a number that none has where it is another, or not clear. */
function writtenIn(rest: string): { readonly number: number; readonly value: string } {
  const { id = '', value = '' } = REGISTER.exec(rest)?.groups ?? {};
  return { number: NUMBERS.get(anyHex(id) ?? -1n) ?? REGISTERS, value };
}

function pcIn(rest: string): U64 | null {
  return anyHex((BY_NAME.exec(rest) ?? BY_PLACE.exec(rest))?.groups?.pc ?? '');
}

function isBack({ open }: Core, rest: string): boolean {
  const pc = pcIn(rest);
  return open.some(({ back }) => back === pc);
}

function callOf(
  { line, x }: Core['open'][number],
  results: readonly Seen[],
  cpu: number | null,
  at: number,
): readonly CallReading[] {
  const [fid = null, ...args] = x;
  if (fid === null) return [];
  // The FID is no status: nothing that was written since is in the log.
  const res = results[0] === fid ? [] : results.slice(0, 4);
  return [tracedCall({ line, fid, args: args.slice(0, 7), cpu, cc: '1.1', via: 'smc' }, res, at)];
}
