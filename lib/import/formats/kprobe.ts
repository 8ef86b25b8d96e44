/**
 * Kprobe events as ftrace, trace-cmd and perf script print them: `TASK-PID [CPU] … TIME: NAME: (WHERE) FIELD=VALUE …`, and
 * of a return `(CALLER <- FUNCTION)`, or the other way round where only addresses are printed
 * (Documentation/trace/kprobetrace.rst). Where events were lost, a return is not matched with a call of before.
 */
import { backgroundName, isRmi } from '../../abi/background.js';
import type { CallingConvention, Conduit } from '../../model/events.js';
import type { Seen, U64 } from '../../model/u64.js';
import type { FormatOptions, Found, LogFormat, LogReader } from '../format.js';
import type { Line } from '../line.js';
import { FID, fieldsOf, registersIn } from './kprobe-fields.js';
import { lostEvents } from './lost-events.js';
import { openCalls, tracedCall } from './traced-calls.js';
import { type Task, taskIn } from './traced-task.js';

export const KPROBE: LogFormat = {
  name: 'kprobe',
  says: 'kprobe events on SMCs, as ftrace, trace-cmd and perf script print them',
  anchors: [
    ': (',
    ' (ffff',
    ' (__arm_smccc',
    ' (arm_smccc',
    'EVENTS]',
    'EVENTS DROPPED]',
    'entries-in-buffer',
    'PERF_RECORD_LOST',
  ],
  // A function that makes calls, or an address that may be one; a field that may be the FID; what tracers say of losses.
  looks:
    /=(?:\{|(?<=\b(?:fid|fn|fnid|func|(?:smc_?|func_?|function_?|fn_?)id|(?:[axr]|reg|res|ret)00?|arg[01]{1,2})=))|arm_smccc_|\(ffff|<- ffff|EVENTS|entries-in-buffer|PERF_RECORD_LOST/i,
  records: '[\\t -~]{1,200}?: {1,60}\\([ -(*-~]{0,160}arm_smccc_[\\t -~]*\\r?',
  open: kprobeReader,
};

const OPEN = /: {1,60}\(/;
const SMCCC = /\b_{0,4}arm_smccc_(?<v12>1_2_)?(?:1_1_)?(?<via>smc|hvc)\b/;

interface Event extends Task {
  readonly where: string;
  readonly fields: string;
}

function eventOf({ text, torn }: Line): Event | null {
  const open = OPEN.exec(text);
  if (open === null) return null;
  const from = open.index + open[0].length;
  const close = text.indexOf(')', from);
  if (close < 0) return null;
  const fields = text.slice(close + 1);
  return {
    ...taskIn(text.slice(0, open.index)),
    where: text.slice(from, close),
    // The last word of a file without a newline at its end may have been longer.
    fields: torn ? fields.replace(/\S*$/, '') : fields,
  };
}

function kprobeReader({ fields: names }: FormatOptions): LogReader {
  const open = openCalls();
  let probed = 0;
  let asked = 0;
  /** Fields of RMI calls that nobody says anything of, where no register is known. */
  const unnamed = new Set<string>();
  const flushed = (cpu: number | null, at: number) =>
    open.on(cpu).map(([, entry]) => tracedCall(entry, [], at));

  const note = (event: Event) => {
    for (const { name } of fieldsOf(event.fields))
      if (!FID.test(name) && unnamed.size < MOST_NAMED) unnamed.add(name);
  };

  const entered = (line: Line, event: Event, x: readonly Seen[], { cc, via }: How): Found | null => {
    const [fid = null, ...args] = x;
    if (fid === null) return null;
    const before = open.get(event.key);
    const readings = before === undefined ? BACKGROUND : [tracedCall(before, [], line.number)];
    return {
      readings,
      open: line.raw.length === TERMINAL,
      taken() {
        open.enter(event.key, { line: line.number, fid, args, cpu: event.cpu, cc, via });
        probed += 1;
        if (!isRmi(fid)) return;
        asked += 1;
        if (args.length === 0) note(event);
      },
    };
  };
  const returned = (line: Line, event: Event, x: readonly Seen[], how: How | null): Found | null => {
    const entry = open.get(event.key);
    if (entry === undefined) {
      if (how === null) return null;
      return { readings: [], lost: 'a return from an SMC whose call the trace does not show' };
    }
    if (how === null && SYMBOL.test(event.where)) return null;
    return {
      readings: [tracedCall(entry, x, line.number)],
      open: line.raw.length === TERMINAL,
      taken() {
        open.leave(event.key);
        if (isRmi(entry.fid) && x.length === 0) note(event);
      },
    };
  };

  return {
    read(line) {
      const loss = lostEvents(line.text);
      if (loss !== null) {
        const gone = open.on(loss.cpu);
        return {
          readings: flushed(loss.cpu, line.number),
          lost: loss.what,
          taken() {
            for (const [key] of gone) open.leave(key);
          },
        };
      }
      const event = eventOf(line);
      if (event === null) return null;
      const how = howOf(event.where) ?? howOf(calledIn(line, event));
      const fields = fieldsOf(event.fields);
      const back = event.where.includes(' <- ');
      if (back) return returned(line, event, registersIn(fields, 'return', names) ?? [], how);
      const entry = registersIn(fields, 'entry', names);
      const [fid] = entry ?? [];
      if (entry !== undefined && fid != null && isFid(fid, how, names))
        return entered(line, event, entry, how ?? UNKNOWN);
      if (how === null) return null;
      return {
        readings: [],
        lost: 'a call of which the probe does not show the FID (a pointer to it, or none): fetch it, or name it with --map fid=FIELD',
      };
    },
    end: last => flushed(null, last),
    remarks: () => [
      ...(unnamed.size === 0
        ? []
        : [
            `what the fields ${[...unnamed].join(', ')} hold is not known: say it with --map fid=FIELD,a1=FIELD,r0=FIELD`,
          ]),
      ...(probed > 0 && asked === 0
        ? [
            'the probes saw no RMI call, which does not show that there was none: v3 to v16 of the series, and callers of arm_smccc_1_1_invoke, have the SMC inline, where a probe on __arm_smccc_smc does not see it',
          ]
        : []),
    ],
  };
}

/** That a remark names. */
const MOST_NAMED = 8;

const BACKGROUND = [{ kind: 'background' }] as const;
const TERMINAL = 80;
/** `function+0x0/0x28`, not an address. */
const SYMBOL = /[A-Za-z_]\w*\+0x/;

interface How {
  readonly cc: CallingConvention | null;
  readonly via: Conduit;
}

const UNKNOWN: How = { cc: null, via: 'smc' };

/** How the kernel makes the call, by the function that is probed; `null` where that is none that makes calls. */
function howOf(where: string): How | null {
  const { via, v12 } = SMCCC.exec(where)?.groups ?? {};
  if (via !== 'smc' && via !== 'hvc') return null;
  return { cc: v12 === undefined ? '1.1' : '1.2', via };
}

/** perf script prints addresses, and the function in the call chain right below. */
function calledIn(line: Line, { where }: Event): string {
  const chain = where.startsWith('ffff') ? (line.below(1) ?? '') : '';
  return /^\s+ffff[0-9a-f]{12} \w+\+0x/.test(chain) ? chain : '';
}

/** Any 32-bit value where SMCs are probed; elsewhere one that is known, or that a person says is one. */
function isFid(value: U64, how: How | null, names: ReadonlyMap<string, string>): boolean {
  if (value >> 32n !== 0n) return false;
  return how !== null || names.has('fid') || isRmi(value) || backgroundName(value) !== null;
}
