/**
 * QEMU's execlog plugin: `CPU, 0xPC, 0xOPCODE, "INSTRUCTION"`, and with `reg=x*` (QEMU 9.0 on) ` x0 -> 0xVALUE` for each
 * register that changed (docs/about/emulation.rst). One that did not change is not printed, and one that never did is not
 * known. Without `reg=` the log shows that SMCs were made, and not which.
 */
import { REGISTERS } from '../../abi/smccc.js';
import { counted, parseCount } from '../../model/count.js';
import { type Seen, type U64, wrap64 } from '../../model/u64.js';
import type { CallReading, Found, LogFormat, LogReader } from '../format.js';
import { anyHex } from '../hex.js';
import { tracedCall } from './traced-calls.js';

export const EXECLOG: LogFormat = {
  name: 'execlog',
  says: "QEMU's execlog plugin with reg=x*: instructions and the registers that changed",
  anchors: [', 0x'],
  looks: /\d, 0x[\da-f]{1,16}, 0x[\da-f]{1,8}, \\*"/,
  open: execlogReader,
};

const STEP = /^(?<cpu>\d{1,4}), 0x(?<pc>[0-9a-f]{1,16}), 0x[0-9a-f]{1,8}, "(?<text>[^"]{1,120})"(?<rest>.*)$/;
const CHANGED = /, x(?<number>\d|1[0-7]) -> 0x(?<value>[0-9a-f]{16})(?=,|$)/g;
/** It writes no register but the address that it counts on. */
const STORE = /^st[lru]?[rpx]/;

interface Open {
  readonly line: number;
  readonly back: U64;
  readonly x: readonly Seen[];
}

interface Core {
  readonly x: Map<number, U64>;
  open: readonly Open[];
}

function execlogReader(): LogReader {
  const cores = new Map<number, Core>();
  let blind = 0;
  return {
    read(line) {
      const step = STEP.exec(line.text)?.groups;
      const cpu = parseCount(step?.cpu);
      const pc = anyHex(step?.pc ?? '');
      if (step === undefined || cpu === null || pc === null) return null;
      const { text = '', rest = '' } = step;
      const core = cores.get(cpu) ?? { x: new Map(), open: [] };
      const changes = line.torn ? [] : changesIn(rest);
      const back = core.open.findLast(call => call.back === pc);
      const found: Found = {
        readings:
          back === undefined
            ? []
            : callOf(back, resultsIn(core, back, STORE.test(text) ? changes : []), cpu, line.number),
        taken() {
          core.open = core.open.filter(call => call !== back).slice(-MOST_OPEN);
          if (/^smc\b/i.test(text)) {
            const x = shownIn(core.x);
            core.open = [...core.open, { line: line.number, back: wrap64(pc + 4n), x }];
            if (x[0] == null) blind += 1;
          }
          for (const [number, value] of changes) core.x.set(number, value);
          cores.set(cpu, core);
        },
      };
      return found;
    },
    end: last => [...cores].flatMap(([cpu, core]) => core.open.flatMap(call => callOf(call, [], cpu, last))),
    remarks: () =>
      blind === 0
        ? []
        : [
            `${counted(blind, 'SMC')} without x0 before it; which calls they were the log does not show: run execlog with reg=x*`,
          ],
  };
}

const MOST_OPEN = 64;

function changesIn(rest: string): readonly (readonly [number, U64])[] {
  return [...rest.matchAll(CHANGED)].flatMap(({ groups }) => {
    const [number, value] = [parseCount(groups?.number), anyHex(groups?.value ?? '')];
    return number === null || value === null ? [] : [[number, value] as const];
  });
}

function shownIn(x: ReadonlyMap<number, U64>): readonly Seen[] {
  return Array.from({ length: REGISTERS }, (_, number) => x.get(number) ?? null);
}

/** Where EL3's own instructions are filtered out, the changes may stand at the first instruction behind the SMC. */
function resultsIn({ x }: Core, call: Open, late: readonly (readonly [number, U64])[]): readonly Seen[] {
  const results = shownIn(new Map([...x, ...late]));
  // The FID is no status: nothing that was written since is in the log.
  return results[0] === call.x[0] ? [] : results.slice(0, 4);
}

function callOf({ line, x }: Open, res: readonly Seen[], cpu: number, at: number): readonly CallReading[] {
  const [fid = null, ...args] = x;
  if (fid === null) return [];
  return [tracedCall({ line, fid, args: args.slice(0, 7), cpu, cc: '1.1', via: 'smc' }, res, at)];
}
