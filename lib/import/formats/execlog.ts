/**
 * QEMU's execlog plugin: `CPU, 0xPC, 0xOPCODE, "INSTRUCTION"`, and with `reg=x*` (QEMU 9.0 on) ` x0 -> 0xVALUE` for each
 * register that changed (docs/about/emulation.rst). One that did not change is not printed, and one that never did is not
 * known. Without `reg=` the log shows that SMCs were made, and not which.
 */
import { counted, parseCount } from '../../model/count.js';
import { type Seen, type U64, wrap64 } from '../../model/u64.js';
import type { CallReading, Found, LogFormat, LogReader } from '../format.js';
import { anyHex } from '../hex.js';
import { INSTRUCTION, newCores, newRegisters, type Registers } from './registers.js';
import { tracedCall } from './traced-calls.js';

export const EXECLOG: LogFormat = {
  name: 'execlog',
  says: "QEMU's execlog plugin with reg=x*: instructions and the registers that changed",
  anchors: [', 0x'],
  // The instruction, and what may stand behind it: a mailer breaks such a line.
  looks: /"|->|\b(?:load|store)\b/,
  open: execlogReader,
};

const STEP = /^(?<cpu>\d{1,4}), 0x(?<pc>[0-9a-f]{1,16}), 0x[0-9a-f]{1,8}, "(?<text>[^"]{1,120})"(?<rest>.*)$/;
const CHANGED = /^x(\d|1[0-7]) -> 0x([0-9a-f]{16})(?:,|$)/;
/** It writes no register but the address that it counts on. */
const STORE = /^st[lru]?[rpx]/;

/** A line that is no SMC: the CPU, the address, the first register that changed, and what else did. */
const PASSED = new RegExp(
  `(\\d{1,4}), 0x([\\da-f]{1,16}), 0x[\\da-f]{1,8}, "(?![Ss][Mm][Cc]|")${INSTRUCTION}"(?:, x(\\d{1,2}) -> 0x([\\da-f]{16}))?((?:, x\\d{1,2} -> 0x[\\da-f]{16}|, (?:load|store)(?:, [a-z]+)?, 0x[\\da-f]{1,16})*)\\r?\\n`,
  'y',
);

interface Open {
  readonly line: number;
  readonly back: U64;
  readonly x: readonly Seen[];
}

interface Core {
  readonly cpu: number;
  readonly x: Registers;
  open: readonly Open[];
}

function execlogReader(): LogReader {
  const cores = newCores((name): Core => ({ cpu: parseCount(name) ?? 0, x: newRegisters(), open: [] }));
  let blind = 0;
  return {
    read(line) {
      const step = STEP.exec(line.text)?.groups;
      const pc = anyHex(step?.pc ?? '');
      if (step === undefined || pc === null) return null;
      const { cpu = '', text = '', rest = '' } = step;
      const core = cores.of(cpu);
      const changes = line.torn ? [] : changesIn(rest);
      const back = core.open.findLast(call => call.back === pc);
      const found: Found = {
        readings:
          back === undefined
            ? []
            : callOf(back, resultsIn(core, back, STORE.test(text) ? changes : []), core.cpu, line.number),
        taken() {
          core.open = core.open.filter(call => call !== back).slice(-MOST_OPEN);
          if (/^smc\b/i.test(text)) {
            const x = core.x.shown();
            core.open = [...core.open, { line: line.number, back: wrap64(pc + 4n), x }];
            if (x[0] == null) blind += 1;
          }
          for (const [number, value] of changes) core.x.write(number, value);
          core.x.settle();
        },
      };
      return found;
    },
    pass(text, from) {
      const written = new Set<Core>();
      let at = from;
      for (;;) {
        PASSED.lastIndex = at;
        const [, cpu, pc = '', x, value = '', more = ''] = PASSED.exec(text) ?? [];
        if (cpu === undefined) break;
        const core = cores.of(cpu);
        if (core.open.length > 0 && core.open.some(({ back }) => back === anyHex(pc))) break;
        const number = parseCount(x);
        if (number !== null) core.x.write(number, value);
        for (const [other, digits] of changesIn(more)) core.x.write(other, digits);
        if (number !== null || more !== '') written.add(core);
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
            `${counted(blind, 'SMC')} without x0 before it; which calls they were the log does not show: run execlog with reg=x*`,
          ],
  };
}

const MOST_OPEN = 64;

type Change = readonly [number: number, digits: string];

function changesIn(rest: string): readonly Change[] {
  if (rest === '') return [];
  return rest.split(', ').flatMap(part => {
    const [, register, digits = ''] = CHANGED.exec(part) ?? [];
    const number = parseCount(register);
    return number === null ? [] : [[number, digits] as const];
  });
}

/** Where EL3's own instructions are filtered out, the changes may stand at the first instruction behind the SMC. */
function resultsIn({ x }: Core, call: Open, late: readonly Change[]): readonly Seen[] {
  const written = new Map(late);
  const results = x.shown().map((value, number) => {
    const digits = written.get(number);
    return digits === undefined ? value : anyHex(digits);
  });
  // The FID is no status: nothing that was written since is in the log.
  return results[0] === call.x[0] ? [] : results.slice(0, 4);
}

function callOf({ line, x }: Open, res: readonly Seen[], cpu: number, at: number): readonly CallReading[] {
  const [fid = null, ...args] = x;
  if (fid === null) return [];
  return [tracedCall({ line, fid, args: args.slice(0, 7), cpu, cc: '1.1', via: 'smc' }, res, at)];
}
