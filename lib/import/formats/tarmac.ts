/**
 * Tarmac, as Arm's models write it: `TIME clk CPU IT (N) PC:PA_WORLD OPCODE A MODE : SMC #0`, and the older
 * `TIME clk ES (PC:OPCODE) A MODE: SMC #0`; `R Xn VALUE` lines below an instruction are what it wrote. The registers of a
 * call are the last that were written before the SMC; where the EL that comes back to it is entered at the next address,
 * they are its results. A register that nothing wrote while the trace was on is not known.
 */
import { parseCount } from '../../model/count.js';
import type { World } from '../../model/events.js';
import { type Seen, type U64, wrap64 } from '../../model/u64.js';
import type { CallReading, Found, LogFormat, LogReader } from '../format.js';
import { anyHex } from '../hex.js';
import type { Line } from '../line.js';
import { INSTRUCTION, newCores, newRegisters, type Registers } from './registers.js';
import { type Entry, tracedCall } from './traced-calls.js';

export const TARMAC: LogFormat = {
  name: 'tarmac',
  says: "Tarmac traces of Arm's models: instructions and the registers that they write",
  anchors: [' IT (', ' IS (', ' ES (', ' R X', ' R W'],
  open: tarmacReader,
};

const FRONT =
  '^\\s*(?:\\d{1,20} (?:clk|ns|ps|us|cs|cyc|tic) )?\\s*(?:(?<core>[A-Za-z][\\w.]{0,60}?(?<cpu>\\d{1,4})) )?\\s*';
const NEW = new RegExp(
  `${FRONT}I[TS] \\(\\d{1,20}\\) (?<pc>[0-9a-f]{8,16})(?::[0-9a-f]{6,16}(?:_(?<world>NS|S|RT|RL))?)? [0-9a-f]{4,8} [OAT] (?<mode>\\w{3,12}) : (?<text>.*)$`,
);
const OLD = new RegExp(
  `${FRONT}ES \\((?<pc>[0-9a-f]{8,16}):[0-9a-f]{4,8}\\) [OAT] (?<mode>\\w{3,12}):\\s+(?<text>.*)$`,
);
const WRITTEN = new RegExp(`${FRONT}R (?<width>[XW])(?<x>\\d{1,2}) (?<value>[0-9a-f]{8,16})$`, 'i');

const STEP =
  'I[TS] \\(\\d{1,20}\\) [\\da-f]{8,16}(?::[\\da-f]{6,16}(?:_(?:NS|S|RT|RL))?)? [\\da-f]{4,8} [OAT] \\w{3,12} : |ES \\([\\da-f]{8,16}:[\\da-f]{4,8}\\) [OAT] \\w{3,12}: +';
/** A line that neither enters EL3 nor leaves it: the core, and of a write the register and its value. */
const PASSED = new RegExp(
  ` {0,24}(?:\\d{1,20} (?:clk|ns|ps|us|cs|cyc|tic) )?(?:([A-Za-z][\\w.]{0,60}?\\d{1,4}) )?(?:R ([XW])(\\d{1,2}) ([\\dA-Fa-f]{8,16})|(?:${STEP})(?! |[Ss][Mm][Cc]|[Ee][Rr][Ee][Tt])${INSTRUCTION})\r?\n`,
  'y',
);

interface Open {
  /** Where it comes back to. */
  readonly back: U64;
  readonly entry: Omit<Entry, 'fid' | 'args'>;
  readonly from: World;
  readonly x: readonly Seen[];
}

interface Core {
  /** The registers that this CPU's instructions wrote. */
  readonly x: Registers;
  open: readonly Open[];
  /** The last instruction, if it was an SMC: what is written below it is what it was made with. */
  smc: Omit<Open, 'x'> | null;
  /** The last instruction, if it was an ERET from EL3: where it went to the next one shows. */
  eret: boolean;
}

function newCore(): Core {
  return { x: newRegisters(), open: [], smc: null, eret: false };
}

function tarmacReader(): LogReader {
  const cores = newCores(newCore);
  /** Whose the last instruction was: the older layout does not say it of a register. */
  let latest = '';

  return {
    read(line) {
      const { core: named, cpu, width = '', x, value = '' } = WRITTEN.exec(line.text)?.groups ?? {};
      const number = parseCount(x);
      // A write to W clears the upper half.
      if (number !== null) {
        const name = named ?? latest;
        const core = cores.of(name);
        const whole = width.toUpperCase() === 'W' ? value.length === 8 : value.length === 16;
        return {
          readings: [],
          taken() {
            core.x.write(number, whole && !line.torn ? value : null);
            core.x.settle();
          },
        };
      }
      const step = (NEW.exec(line.text) ?? OLD.exec(line.text))?.groups;
      return step === undefined ? null : stepped(line, step, parseCount(cpu ?? step.cpu));
    },
    pass,
    end: last =>
      cores.all().flatMap(core => {
        const open = opened(core);
        const answered = core.eret ? answeredUnseen(core, open) : undefined;
        return open.flatMap(call => callOf(call, call === answered ? core.x.shown() : [], last));
      }),
  };

  /** Instructions that neither enter EL3 nor leave it, and what they write. */
  function pass(text: string, from: number): number {
    const written = new Set<Core>();
    let at = from;
    for (;;) {
      PASSED.lastIndex = at;
      const [all, named, width, x, value] = PASSED.exec(text) ?? [];
      if (all === undefined) break;
      const name = named ?? (x === undefined ? '' : latest);
      const core = cores.of(name);
      const number = parseCount(x);
      if (number === null || value === undefined) {
        if (core.eret || core.smc !== null) break;
        latest = name;
      } else {
        const whole = width === 'X' ? value.length === 16 : value.length === 8;
        core.x.write(number, whole ? value : null);
        written.add(core);
      }
      at = PASSED.lastIndex;
    }
    for (const core of written) core.x.settle();
    return at;
  }

  function stepped(
    line: Line,
    step: Readonly<Record<string, string | undefined>>,
    cpu: number | null,
  ): Found {
    const { core: name = '', pc = '', world, mode = '', text = '' } = step;
    const core = cores.of(name);
    const at = anyHex(pc);
    const open = opened(core);
    const back = core.eret ? open.findLast(call => call.back === at) : undefined;
    const from = worldOf(world, mode);
    const isSmc = /^SMC\b/i.test(text) && from !== null && at !== null;
    return {
      readings: back === undefined ? [] : callOf(back, core.x.shown(), line.number),
      taken() {
        core.open = open.filter(call => call !== back).slice(-MOST_OPEN);
        core.smc = isSmc
          ? { back: wrap64(at + 4n), entry: { line: line.number, cpu, cc: '1.1', via: 'smc' }, from }
          : null;
        core.eret = mode.startsWith('EL3') && /^ERET/i.test(text);
        latest = name;
      },
    };
  }
}

/** The RMM's own call that hands a result back stays open until the next request. */
const MOST_OPEN = 64;

function opened(core: Core): readonly Open[] {
  return core.smc === null ? core.open : [...core.open, { ...core.smc, x: core.x.shown() }];
}

/** The trace ends at an ERET. With the FID still in x0 it passes a call on; else it answers the one that is open. */
function answeredUnseen({ x }: Core, open: readonly Open[]): Open | undefined {
  const [one, other] = open.filter(({ from }) => from === 'ns');
  const [x0 = null] = x.shown();
  return other !== undefined || x0 === null || x0 === one?.x[0] ? undefined : one;
}

/** By the physical address space, else by the mode's suffix; `null` for the Secure world and EL3 itself. */
function worldOf(space: string | undefined, mode: string): World | null {
  const named = space ?? /_(?<suffix>\w{1,3})$/.exec(mode)?.groups?.suffix?.toUpperCase();
  if (mode.startsWith('EL3')) return null;
  if (named === 'NS' || named === 'N') return 'ns';
  return named === 'RL' || named === 'R' ? 'realm' : null;
}

function callOf({ entry, from, x }: Open, res: readonly Seen[], at: number): readonly CallReading[] {
  const [fid = null, ...args] = x;
  if (fid === null) return [];
  const call = tracedCall({ ...entry, fid, args: args.slice(0, 7) }, res.slice(0, 4), at);
  return [from === 'ns' ? call : { ...call, from }];
}
