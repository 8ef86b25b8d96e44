/** Calls of the RMI init that the kernel's error line gives by numbers, where no console has their record. */
import { lookupRmiByName } from '../../abi/rmi-commands.js';
import { callId } from '../../abi/smccc.js';
import { parseCount } from '../../model/count.js';
import { fromInt, type Seen, type U64, u64 } from '../../model/u64.js';
import type { Placed } from '../collect.js';
import type { CallReading, LogReading } from '../format.js';
import { hexWord } from '../hex.js';
import { because, type Conclusion, concluded, inferred } from './rule.js';

interface InitLine {
  readonly command: string;
  readonly args: (values: LogReading['values']) => readonly Seen[];
  /** The name of the place that holds the status. */
  readonly status: string;
}

/** By the row of the table of lines. */
const LINES_WITH_STATUS: ReadonlyMap<string, InitLine> = new Map([
  ['configFailedWith', { command: 'RMI_RMM_CONFIG_SET', args: () => [null], status: 'err' }],
  ['trackingFailed', { command: 'RMI_GRANULE_TRACKING_GET', args: range, status: 'status' }],
  ['gptInfoFailed', { command: 'RMI_GPT_INFO', args: range, status: 'status' }],
]);

function range({ start = '', end = '' }: LogReading['values']): readonly Seen[] {
  return [hexWord(start), hexWord(end)];
}

export const INIT_CALLS: Conclusion = {
  says: 'calls of the RMI init that an error line gives with their status',
  apply: (placed, context) =>
    placed.flatMap((each, at): readonly Placed[] => {
      const line = each.reading.kind === 'log' ? LINES_WITH_STATUS.get(each.reading.row ?? '') : undefined;
      const fid = line === undefined ? null : lookupRmiByName(line.command);
      if (each.reading.kind !== 'log' || line === undefined || fid === null) return [each];
      const args = line.args(each.reading.values);
      if (isThere(placed, at, fid, args)) return [each];
      const x0 = statusOf(each.reading.values[line.status] ?? '');
      const names = [
        'fid',
        ...(args.some(arg => arg !== null) ? ['args'] : []),
        ...(x0 === null ? [] : ['x0']),
      ];
      const call: CallReading = {
        kind: 'call',
        by: 'tracer',
        text: null,
        fid,
        from: 'ns',
        cpu: null,
        cc: null,
        via: 'smc',
        args,
        res: [x0, null, null, null],
        inferred: inferred(names, because(context, each)),
      };
      return [concluded(call, each), each];
    }),
};

/** A record of it since the kernel's line before, or of the same call anywhere: an init asks the same but once. */
function isThere(placed: readonly Placed[], at: number, fid: U64, args: readonly Seen[]): boolean {
  const from = placed.findLastIndex(({ reading }, index) => index < at && reading.kind === 'log');
  return placed.some(({ reading }, index) => {
    if (reading.kind !== 'call' || reading.fid === null || callId(reading.fid) !== callId(fid)) return false;
    return (index > from && index < at) || args.every((arg, x) => arg === null || arg === reading.args[x]);
  });
}

/** An `int`, or `%lu` of one that was sign-extended. */
function statusOf(text: string): Seen {
  const small = parseCount(text.replace('-', ''));
  if (small !== null) return fromInt(text.startsWith('-') ? -small : small);
  return /^\d{1,20}$/.test(text) && BigInt(text) < 1n << 64n ? u64(BigInt(text)) : null;
}
