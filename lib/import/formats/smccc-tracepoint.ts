/**
 * Tracepoints on SMCs that vendors' kernels have: `smc_entry: FID, A1, …` and `smc_exit: R0, …` with registers in order, or
 * `arm_smccc_smc_start: SMC ID: FID` and `…_end: …`, which show that a call was made and came back, and no register.
 */
import type { Seen } from '../../model/u64.js';
import type { Found, LogFormat, LogReader } from '../format.js';
import { anyHex } from '../hex.js';
import type { Line } from '../line.js';
import { openCalls, tracedCall } from './traced-calls.js';
import { taskIn } from './traced-task.js';

const EDGES = ['entry', 'enter', 'start', 'exit', 'return', 'end'] as const;

export const SMCCC_TRACEPOINT: LogFormat = {
  name: 'smccc-tracepoint',
  says: "tracepoints on SMCs of vendors' kernels, as ftrace, trace-cmd and perf script print them",
  anchors: ['smc', 'hvc', 'smccc'].flatMap(name => EDGES.map(edge => `${name}_${edge}: `)),
  records: '[\\t -~]{0,200}?(?:smc|hvc|smccc)_(?:entry|enter|start|exit|return|end): [ -~]+\\r?',
  open: tracepointReader,
};

const EVENT =
  /(?:^|[\s:])(?:\w{1,40}_)?(?<via>smc|hvc|smccc)_(?:(?<before>entry|enter|start)|exit|return|end):\s+(?<rest>\S.*)$/;
const NAMED = /^(?:(?:SMC|HVC|FUNC(?:TION)?) )?ID: (?<fid>0x[0-9a-f]{1,16})\b/i;

function tracepointReader(): LogReader {
  const open = openCalls();
  return {
    read(line) {
      const event = EVENT.exec(line.text);
      if (event === null) return null;
      const { via, before, rest = '' } = event.groups ?? {};
      const task = taskIn(line.text.slice(0, event.index));
      const named = NAMED.exec(rest)?.groups?.fid;
      const registers = named === undefined ? listOf(rest, line) : [anyHex(named)];
      if (registers === null) return null;
      const entry = open.get(task.key);
      if (before === undefined) return left(line, named === undefined ? registers : []);
      const [fid, ...args] = registers;
      if (fid == null) return null;
      const found: Found = {
        readings: entry === undefined ? [{ kind: 'background' }] : [tracedCall(entry, [], line.number)],
        taken: () =>
          open.enter(task.key, {
            line: line.number,
            fid,
            args,
            cpu: task.cpu,
            cc: '1.1',
            via: via === 'hvc' ? 'hvc' : 'smc',
          }),
      };
      return found;

      function left({ number }: Line, res: readonly Seen[]): Found {
        if (entry === undefined)
          return { readings: [], lost: 'a return from an SMC whose call the trace does not show' };
        return { readings: [tracedCall(entry, res, number)], taken: () => open.leave(task.key) };
      }
    },
    end: last => open.on(null).map(([, entry]) => tracedCall(entry, [], last)),
  };
}

/** Registers in order, as `%#lx` prints them: 0 without `0x`. Of a line that is cut off, the last is not sure. */
function listOf(text: string, { torn }: Line): readonly Seen[] | null {
  const words = text.trim().split(/,\s*/);
  const values = words.map(anyHex);
  if (values.some(value => value === null)) return null;
  return torn ? values.slice(0, -1) : values;
}
