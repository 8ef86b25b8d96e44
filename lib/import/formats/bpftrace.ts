/**
 * bpftrace: lines that a script prints at a call (`… fid=c4000150 a1=0`) and at its return (`… ret x0=0 x1=0`), in the hex of
 * `%lx`. What stands before is the script's own; lines with the same words there are of one task. Maps that a script ends
 * with (`@smc[0xc4000150]: 3`) are counts: they show that calls were made, in no order, so no trace is made of them.
 */
import { backgroundName, isRmi } from '../../abi/background.js';
import { parseCount } from '../../model/count.js';
import { type Seen, u64 } from '../../model/u64.js';
import type { FormatOptions, Found, LogFormat, LogReader } from '../format.js';
import { anyHex } from '../hex.js';
import { type Field, registersIn } from './kprobe-fields.js';
import { openCalls, tracedCall } from './traced-calls.js';

export const BPFTRACE: LogFormat = {
  name: 'bpftrace',
  says: 'bpftrace: lines that a script prints at calls and returns; its maps are counts, which no trace is made of',
  anchors: [
    'fid=',
    'ret x0=',
    'ret r0=',
    'ret a0=',
    ' ret=',
    'retval=',
    '[0xc400',
    '[0x8400',
    '[328833',
    'Lost ',
  ],
  records:
    '[ -<>-~]{0,160}?(?:fid=(?:0x)?[\\da-f]{8,16}|ret [xra]0=(?:0x)?[\\da-f]{1,16})(?:,? \\w{1,20}=[!-~]{1,40})*\\r?',
  open: bpftraceReader,
};

const COUNT = /^@\w{0,40}\[(?:[^\]]{0,80}, )?(?<fid>0x[0-9a-f]{8,16}|\d{10})(?:, [^\]]{0,80})?\]: \d{1,20}$/;
const LOST = /^Lost (?<count>\d{1,20}) events$/;
const FIELDS = /^(?<front>[^=]{0,160}?)(?<fields>(?:\b\w{1,20}=\S{1,40}(?:,? |$)){1,20})$/;
/** Stamp, CPU, task: `91.118202 cpu2 lkvm-static smc`. */
const CPU = /\bcpu[ :=]?(?<cpu>\d{1,4})\b/;

function bpftraceReader({ fields: names }: FormatOptions): LogReader {
  const open = openCalls();
  let counts = 0;
  return {
    read(line) {
      const { text } = line;
      const counted = COUNT.exec(text)?.groups?.fid;
      if (counted !== undefined) {
        const fid = counted.startsWith('0x') ? anyHex(counted) : u64(BigInt(counted));
        if (fid === null || !known(fid)) return null;
        return {
          readings: [],
          taken() {
            counts += 1;
          },
        };
      }
      const lost = LOST.exec(text)?.groups?.count;
      if (lost !== undefined) {
        const gone = open.on(null);
        return {
          readings: gone.map(([, entry]) => tracedCall(entry, [], line.number)),
          lost: `the tracer lost ${lost} events`,
          taken() {
            for (const [key] of gone) open.leave(key);
          },
        };
      }
      const { front, fields = '' } = FIELDS.exec(text)?.groups ?? {};
      if (front === undefined) return null;
      const shown = fieldsOf(line.torn ? fields.replace(/\S*$/, '') : fields);
      const key = taskOf(front);
      const before = open.get(key);
      const [fid = null, ...args] = /\b(?:ret|return|exit)\b/.test(front)
        ? []
        : (registersIn(shown, 'entry', names) ?? []);
      if (fid !== null && known(fid)) {
        const found: Found = {
          readings: before === undefined ? BACKGROUND : [tracedCall(before, [], line.number)],
          taken: () =>
            open.enter(key, {
              line: line.number,
              fid,
              args,
              cpu: parseCount(CPU.exec(front)?.groups?.cpu),
              cc: null,
              via: 'smc',
            }),
        };
        return found;
      }
      const results = registersIn(shown, 'return', names);
      if (before === undefined || results === undefined) return null;
      return { readings: [tracedCall(before, results, line.number)], taken: () => open.leave(key) };
    },
    end: last => open.on(null).map(([, entry]) => tracedCall(entry, [], last)),
    remarks: () =>
      counts === 0
        ? []
        : [
            "a map of bpftrace's counts calls and keeps no order, so no trace can be made of it: print each call and its return instead (printf)",
          ],
  };
}

const BACKGROUND = [{ kind: 'background' }] as const;

function known(fid: NonNullable<Seen>): boolean {
  return isRmi(fid) || backgroundName(fid) !== null;
}

/** In a script's hex no value has to have `0x`. */
function fieldsOf(text: string): readonly Field[] {
  return text.split(/,?\s+/).flatMap(word => {
    const [name = '', value] = word.split('=');
    return value === undefined ? [] : [{ name, value: anyHex(value.replace(/,$/, '')) }];
  });
}

/** The words before the fields without the stamp, and without the one that says which side it is. */
function taskOf(front: string): string {
  return front
    .replace(/\b\d{1,12}[.:][\d.:]{1,20}\b/, '')
    .replace(/\b(?:smc|smccc|call|entry|enter|ret|return|exit|done)\b:?/gi, '')
    .replace(/\s+/g, ' ')
    .trim();
}
