/**
 * Every line that a boot may print, one row each (lib/kernel/lines/): who prints it, in which words, what it tells of the
 * check. The kernels print by row, and whoever reads a log asks here which row a text is.
 */
import type { LogEvent } from '../model/events.js';
import { AROUND, BRING_UP, CHECK, IN_OTHER_WORDS } from './lines/check.js';
import { INIT } from './lines/init.js';
import { KVM } from './lines/kvm.js';
import { type Line, PRINTERS, type Printer, type ReadValues, readerOf } from './lines/line.js';

export const LINES = { ...BRING_UP, ...CHECK, ...AROUND, ...KVM, ...INIT, ...IN_OTHER_WORDS };

export type LineName = keyof typeof LINES;
/** A row of the table: what a kernel may print. */
export type Row = (typeof LINES)[LineName];

/** A row that a text is of, and what stands in its places. */
export interface ReadLine {
  readonly name: string;
  readonly line: Line;
  readonly values: ReadValues;
}

interface ReadableRow {
  readonly name: string;
  readonly line: Line;
  readonly read: (text: string) => ReadValues | null;
  /** Whether it reads whatever stands at the end of a text. */
  readonly isOpen: boolean;
}

const PRINTER_NAMES = Object.keys(PRINTERS) as readonly Printer[];
const ROWS: readonly ReadableRow[] = Object.entries<Line>(LINES).map(([name, line]) => ({
  name,
  line,
  read: readerOf(line),
  isOpen: line.text.endsWith(':...}'),
}));
const IN_KVM = ROWS.filter(({ line }) => isPrinted(line, 'kvm'));
const TELLING = ROWS.filter(({ line }) => line.says !== undefined);
const BARE = ROWS.filter(({ line }) => isPrinted(line, undefined));

/**
 * The rows that a record is of: its text, without prefix, and KVM's prefix or none. None for a line that no row has;
 * several where a later line has the words of an earlier one. A row that is open at its end counts only where no other
 * fits, and then the narrowest alone.
 */
export function rowsOf({ text, prefix }: Pick<LogEvent, 'text' | 'prefix'>): readonly ReadLine[] {
  const found: ReadLine[] = [];
  for (const { name, line, read, isOpen } of prefix === 'kvm' ? IN_KVM : BARE) {
    // The open ones stand behind those that they are the rest of.
    if (found.length > 0 && isOpen) continue;
    const values = read(text);
    if (values !== null) found.push({ name, line, values });
  }
  return found;
}

/** The row, whatever its prefix, that tells what came of the check; `null` where the text is of none that does. */
export function tellingRow(text: string): ReadLine | null {
  for (const { name, line, read } of TELLING) {
    const values = read(text);
    if (values !== null) return { name, line, values };
  }
  return null;
}

function isPrinted({ by }: Line, prefix: 'kvm' | undefined): boolean {
  return PRINTER_NAMES.some(name => by[name] !== undefined && PRINTERS[name].prefix === prefix);
}
