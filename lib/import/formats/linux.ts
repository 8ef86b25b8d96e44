/**
 * The kernel's records: those of the table of lines (lib/kernel/lines.ts), and any other of KVM's init. printk puts no
 * name before a record, so one without KVM's prefix is the kernel's by its words.
 */
import { openingOf } from '../../kernel/lines/line.js';
import { LINES, type ReadLine, rowsOf } from '../../kernel/lines.js';
import { parseCount } from '../../model/count.js';
import type { Found, LogFormat, LogReading } from '../format.js';
import { bare } from '../layers/index.js';
import type { Line } from '../line.js';
import { AROUND } from '../stretches.js';

export const LINUX: LogFormat = {
  name: 'linux',
  says: "the kernel's records: the check, all of kvm_arm_init, the RMI init after the check",
  anchors: [
    'kvm [',
    'RMI ABI',
    'RMI configured',
    'RMM config set',
    'RMM activate',
    'RMM does',
    'RMI_G',
    'for RMM',
    'Granule tracking',
    'GPT ',
    'CPU features: S',
    'CPU features: U',
    'KVM',
    'GICV physical',
  ],
  // What KVM says while guests run: its init is run by the first tasks.
  dull: '[\\t -~]{0,200}?kvm \\[(?![01]\\])\\d{1,7}\\]: (?!.*(?:SMC_R|kvm \\[|RMI|RMM|\\[ *\\d+\\.\\d{6}\\]))[\\t -~]*\\r?',
  open: () => ({ read }),
};

/** A tree that defines a pr_fmt for the RMI code has its name before the line; it is no part of the text. */
const PREFIX = /^(?:(?<kvm>kvm) \[(?<pid>\d{1,7})\]|(?<other>RMI|rmi|RMM|arm_rmm|arm-rmm)): /;

function read(line: Line): Found | 'cut' | null {
  if (line.text.length > LONGEST_RECORD) return null;
  const match = PREFIX.exec(line.text);
  const { kvm, pid } = match?.groups ?? {};
  const text = line.text.slice(match?.[0].length ?? 0);
  const prefix = kvm === undefined ? null : 'kvm';
  const rows = rowsOf({ text, ...(prefix === null ? {} : { prefix }) });
  const [row] = rows;
  const known = row !== undefined && !isOpen(row);
  // Of other lines nobody knows whose they are.
  const mine = prefix !== null || line.marks.t !== undefined;
  if (row === undefined && mine && GARBLED.test(text))
    return { readings: [], lost: 'a line of the check with other characters in it' };
  if (row === undefined && prefix === null) {
    if (!opens(text)) return null;
    if (!line.final) return 'cut';
    return mine ? { readings: [], lost: 'the end of a line of the kernel' } : null;
  }
  // What KVM says while guests run is no part of its init, which the first tasks run.
  if (row === undefined && (parseCount(pid) ?? 0) > INIT_PID) return { readings: [] };
  const reading: LogReading = {
    kind: 'log',
    level: line.marks.level ?? null,
    prefix,
    pid: parseCount(pid),
    text,
    row: row?.name ?? null,
    values: row?.values ?? {},
    ...(row?.name === 'nvFine' ? { goesOn: goesOn(line) } : {}),
  };
  // Its last number may go on on the next line; a line of no row may be the beginning of one.
  const lost = CUT.test(text) ? { lost: 'the end of a line of the check' } : {};
  return { readings: [reading], weak: !known, open: OPEN_END.test(text), ...lost };
}

/** A line of the check, in whatever words, that has no end. */
const CUT = new RegExp(
  `^(?:Unsupported RMI ABI \\((?:[^)]*|[^)]*\\) (?:we|host|(?:we want|host supports)(?: v(?:\\d+\\.?)?)?))|${LINES.rmiAbiVersion.text.split('{')[0]}(?:\\d*\\.?)?)$`,
);

/** The words of the check with a revision behind them, where no row has the line. */
const GARBLED = /RMI ABI (?:version -?\d|\(v?(?:ersion )?\d)/;

/** A number that may go on, or the status that `RMM activate failed` and others have behind them from v17 on. */
const OPEN_END = /[\da-f]$|failed \(-?\d+\)$/;

const INIT_PID = 1;
/** printk cuts what is longer (PRINTK_MESSAGE_MAX). */
const LONGEST_RECORD = 2048;

/** Whether the kernel prints more below: where its records have stamps, one that has; else anything. */
function goesOn({ marks, below }: Line): boolean {
  for (let on = 1; on <= AROUND; on++) {
    const raw = below(on);
    if (raw === null) return false;
    const next = bare(raw);
    if (next.text === '' || (marks.t !== undefined && next.marks.t === undefined)) continue;
    // Other CPUs say that one hangs.
    return !STALLED.test(next.text);
  }
  return false;
}

const STALLED = /\brcu\b|rcu_|stall|lockup|watchdog|hung|blocked for more than|<LAVA_/i;

function isOpen({ line }: ReadLine): boolean {
  return line.text.endsWith(':...}');
}

/** Rows without KVM's prefix, by the words that they open with: enough of them to be no chance. */
const OPENINGS: readonly string[] = Object.values(LINES)
  .map(openingOf)
  .filter(opening => opening.length >= 10);

function opens(text: string): boolean {
  const LEAST = 10;
  return (
    text.length >= LEAST && OPENINGS.some(opening => text.startsWith(opening) || opening.startsWith(text))
  );
}
