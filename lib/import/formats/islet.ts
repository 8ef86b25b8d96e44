/**
 * Islet's console: `[LEVEL]module -- RMI: NAME [arguments] > [status, results]`, in upper-case hex. Before July 2023 it
 * showed the RMM's own SMCs instead: the host's request is what RMI_REQ_COMPLETE of the request before brings back.
 */

import { isRmi } from '../../abi/background.js';
import { lookupRmi, lookupRmiByName } from '../../abi/rmi-commands.js';
import { padded, standardFid } from '../../abi/smccc.js';
import type { U64 } from '../../model/u64.js';
import type { CallReading, Found, LogFormat, LogReader, Reading } from '../format.js';
import { anyHex } from '../hex.js';

const HEX_LIST = '[0-9A-Fa-fx, ]*';

export const ISLET: LogFormat = {
  name: 'islet',
  says: "Islet's console: a record for each call, or its raw SMCs before July 2023",
  anchors: [' -- RMI: ', ' -- cmd[', 'RMM: requested version'],
  records: `\\[\\w+\\][\\w:]+ -- RMI: \\w+ *\\[${HEX_LIST}\\] > \\[${HEX_LIST}\\]\\r?`,
  open: isletReader,
};

const RECORD = new RegExp(
  `^\\[\\w+\\][\\w:]+ -- (?<interface>RMI|RSI): (?<name>\\w+) *\\[(?<args>${HEX_LIST})\\] > \\[(?<res>${HEX_LIST})\\]$`,
);
const RECORD_CUT = /^\[\w+\][\w:]+ -- (?:RMI|RSI): /;
const RAW = new RegExp(
  `^\\[\\w+\\][\\w:]+ -- cmd\\[(?<cmd>[0-9A-Fa-f]+)\\], args\\[(?<args>${HEX_LIST})\\], ret\\[(?<ret>${HEX_LIST})\\]$`,
);
const VERSION = /^(?:\[\w+\][\w:]+ -- )?RMM: requested version information(?:: \d+)?$/;

const FROM_HOST = { kind: 'call', by: 'rmm', from: 'ns', cpu: null, cc: null, via: 'smc' } as const;

function isletReader(): LogReader {
  let pending: { readonly fid: U64; readonly args: readonly U64[]; readonly text: string } | null = null;
  return {
    read({ text, final }) {
      if (VERSION.test(text)) return { readings: [{ kind: 'console', src: 'rmm', text }] };
      const raw = RAW.exec(text)?.groups;
      if (raw !== undefined) {
        const { cmd = '', args = '', ret = '' } = raw;
        if (anyHex(cmd) !== REQ_COMPLETE) return { readings: [{ kind: 'background' }] };
        const [fid, ...rest] = listOf(ret);
        const next = fid !== undefined && isRmi(fid) ? { fid, args: rest, text } : null;
        const readings = pending === null ? BACKGROUND : [answered(pending, listOf(args))];
        return {
          readings,
          taken() {
            pending = next;
          },
        };
      }
      return record(text) ?? (RECORD_CUT.test(text) && !final ? 'cut' : null);
    },
    end: () => (pending === null ? [] : [answered(pending, null)]),
  };
}

const BACKGROUND: readonly Reading[] = [{ kind: 'background' }];
const REQ_COMPLETE = standardFid(0x18f);

/** Seven registers are shown, and which of them the caller set is not told. */
function answered(
  { fid, args, text }: { readonly fid: U64; readonly args: readonly U64[]; readonly text: string },
  res: readonly U64[] | null,
): CallReading {
  const own = lookupRmi(fid, '1.0')[0]?.args?.length ?? args.length;
  return {
    ...FROM_HOST,
    text,
    fid,
    args: args.slice(0, own),
    junk: args.slice(own),
    // The log ends, or the RMM had not done with it: nobody saw an answer, and that is not "never came back".
    res: res === null ? [null, null, null, null] : padded(res),
  };
}

function record(text: string): Found | null {
  const { interface: kind, name = '', args = '', res = '' } = RECORD.exec(text)?.groups ?? {};
  if (kind === undefined) return null;
  if (kind === 'RSI') return { readings: [{ kind: 'background' }] };
  const fid = lookupRmiByName(`RMI_${name}`) ?? lookupRmiByName(`RMI_${OLD_NAMES.get(name) ?? ''}`);
  if (fid === null) return { readings: [{ kind: 'console', src: 'rmm', text }] };
  return { readings: [{ ...FROM_HOST, text, fid, args: listOf(args), res: padded(listOf(res)) }] };
}

/** Of releases that had not taken over the specification's names. */
const OLD_NAMES: ReadonlyMap<string, string> = new Map([['REQ_VERSION', 'VERSION']]);

function listOf(text: string): readonly U64[] {
  return text
    .split(',')
    .map(word => anyHex(word.trim()))
    .filter(value => value !== null);
}
