/**
 * initcall_debug: `calling  FUNCTION+0x0/0x.. @ 1` and `initcall FUNCTION+0x0/0x.. returned N after M usecs` (init/main.c).
 * From v15 on the check's initcall returns its error, so that one line settles an exit that prints nothing.
 */
import { parseCount } from '../../model/count.js';
import type { Found, LogFormat } from '../format.js';
import type { Line } from '../line.js';

export const INITCALL: LogFormat = {
  name: 'initcall',
  says: 'initcall_debug: what the initcalls of the check and of KVM returned',
  anchors: ['initcall ', 'calling  '],
  dull: '(?:\\[ {0,11}\\d{1,11}\\.\\d{6}\\] ?)?(?:calling {1,9}(?!arm64_init_rmi\\b|kvm_arm_init\\b)\\w+\\+0x[\\da-f]+/0x[\\da-f]+(?: \\[\\w+\\])? @ \\d{1,7}|initcall (?!arm64_init_rmi\\b|kvm_arm_init\\b)\\w+\\+0x[\\da-f]+/0x[\\da-f]+(?: \\[\\w+\\])? returned -?\\d{1,4} after \\d+ usecs)\\r?',
  open: () => ({ read }),
};

const RETURNED =
  /^initcall (?<of>\w+)\+0x[0-9a-f]+\/0x[0-9a-f]+(?: \[\w+\])? returned (?<value>-?\d{1,4}) after \d+ usecs/;
const CUT = /^initcall (?<of>\w+)(?:\+\S*)?(?: \S*){0,5}$/;
const CALLING = /^calling +(?<of>\w+)\+0x[0-9a-f]+\/0x[0-9a-f]+/;

/** The initcalls in which a check runs, or KVM. */
const OF_INTEREST: ReadonlySet<string> = new Set(['arm64_init_rmi', 'kvm_arm_init']);

function read({ text, final }: Line): Found | 'cut' | null {
  const returned = RETURNED.exec(text)?.groups;
  if (returned !== undefined) {
    const { of = '', value = '' } = returned;
    if (!OF_INTEREST.has(of)) return { readings: [] };
    return { readings: [{ kind: 'return', of, value: signed(value) }] };
  }
  const calling = CALLING.exec(text)?.groups?.of;
  if (calling !== undefined)
    return { readings: OF_INTEREST.has(calling) ? [{ kind: 'calling', of: calling }] : [] };
  const cut = CUT.exec(text)?.groups?.of;
  return cut !== undefined && OF_INTEREST.has(cut) && !final ? 'cut' : null;
}

function signed(digits: string): number {
  const value = parseCount(digits.replace('-', '')) ?? 0;
  return digits.startsWith('-') ? -value : value;
}
