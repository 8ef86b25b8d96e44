/**
 * Which kernel a log is of: the revisions of the check that print what it shows. Where several do, they do the same with
 * what is in the log, and the last of them stands for all.
 */
import { revisionText } from '../abi/revision.js';
import { RMI_VERSION } from '../abi/rmi-commands.js';
import { callId } from '../abi/smccc.js';
import { KERNELS } from '../kernel/kernels.js';
import { PRINTERS, type Printer } from '../kernel/lines/line.js';
import { printedBy } from '../kernel/lines/since.js';
import { type LineName, rowsOf } from '../kernel/lines.js';
import type { KernelHeader } from '../model/trace.js';
import type { Placed } from './collect.js';
import type { LogReading } from './format.js';
import { isMode, saysFailure } from './rows.js';

export interface KernelFound {
  readonly header: KernelHeader;
  /** The built-in kernels that it may be, oldest first; empty where the log does not tell. */
  readonly candidates: readonly string[];
}

export function kernelOf(placed: readonly Placed[]): KernelFound {
  const wants = wantsOf(placed);
  const fitting = candidatesOf(placed);
  const wanting = fitting.filter(name => KERNELS.find(kernel => kernel.name === name)?.wants === wants);
  const candidates = wanting.length > 0 ? wanting : fitting;
  const name = candidates.at(-1) ?? unnamed(placed);
  return { header: { name, wants, via: 'imported' }, candidates };
}

function candidatesOf(placed: readonly Placed[]): readonly string[] {
  const logs = placed.flatMap(({ reading }) => (reading.kind === 'log' ? [reading] : []));
  const printing = logs.map(namesPrinting).filter(names => names.length > 0);
  if (printing.length === 0) return [];
  const nvhe = logs.some(({ row, text }) => isMode(row) && !text.startsWith('VHE'));
  const bare = placed.some(
    ({ reading }) => isVersion(reading) && reading.kind === 'call' && reading.args.length === 0,
  );
  const hasLine = (name: LineName) => logs.some(({ row }) => row === name);
  const only = onlyByReturn(placed, logs);
  return (
    KERNELS.filter(({ name }) => printing.every(names => names.includes(name)))
      .filter(({ name }) => only(name))
      // RFC to v8 do not ask from EL1, and only the RFC asks without an argument.
      .filter(({ frame }) => !nvhe || !frame.onlyInHypMode)
      .filter(({ name }) => bare || !name.startsWith('rfc') || !hasLine('rmiAbiVersion'))
      // The patch of the prototype takes what the RFC refuses.
      .filter(({ name }) => name !== 'rfc-proto' || !hasLine('unsupportedWeSupport'))
      .map(({ name }) => name)
  );
}

/** v14's init returns 0 whatever came of it, and no other's does where it failed. */
function onlyByReturn(placed: readonly Placed[], logs: readonly LogReading[]): (name: string) => boolean {
  const returned = placed.flatMap(({ reading }) =>
    reading.kind === 'return' && reading.of === 'arm64_init_rmi' ? [reading.value] : [],
  )[0];
  if (returned === undefined) return () => true;
  if (returned !== 0) return name => name !== 'v14';
  const failed = logs.some(({ row, prefix }) => prefix === null && saysFailure(row));
  return name => !failed || name === 'v14';
}

/** The built-in kernels that print the record, in their order; none where no row of the series has its words. */
function namesPrinting({ text, prefix }: LogReading): readonly string[] {
  const rows = rowsOf({ text, ...(prefix === null ? {} : { prefix }) }).map(({ name }) => name);
  const isSo = (by: Printer | undefined) => by !== undefined && (PRINTERS[by].prefix ?? null) === prefix;
  return PRINTED.filter(kernel => rows.some(row => isSo(kernel.rows.get(row)))).map(({ name }) => name);
}

const NAMES = KERNELS.map(({ name }) => name);
const PRINTED = NAMES.map(name => ({ name, rows: printedBy(name, NAMES) }));

function isVersion(reading: Placed['reading']): boolean {
  return reading.kind === 'call' && reading.fid !== null && callId(reading.fid) === RMI_VERSION;
}

/** The revision that the kernel asked for: as its line names it, or as the last RMI_VERSION asked. */
function wantsOf(placed: readonly Placed[]): string | null {
  const said = placed.flatMap(({ reading }) =>
    reading.kind === 'log' && /^\d+(\.\d+)?$/.test(reading.values.wants ?? '') ? [reading.values.wants] : [],
  );
  // RFC's line names the major alone, since the minor does not matter to it.
  if (said[0] !== undefined) return said[0].includes('.') ? said[0] : `${said[0]}.0`;
  const check = placed.find(({ reading }) => reading.kind === 'log' && reading.row === 'rmiAbiVersion');
  const calls = placed.flatMap(({ reading }) =>
    reading.kind === 'call' && isVersion(reading) ? [reading] : [],
  );
  const requested = calls.at(-1)?.args[0] ?? null;
  if (requested !== null) return revisionText(requested);
  // Success without the call's record: an RMM answers it with the revision that it was asked for.
  return check?.reading.kind === 'log' ? (check.reading.values.lower ?? null) : null;
}

const RELEASE = /^Linux version (?<release>\S+)/;

/** The release, where the log shows no more; the check's revision is then not known. */
function unnamed(placed: readonly Placed[]): string {
  const starts = placed.flatMap(({ reading }) =>
    reading.kind === 'start' ? [RELEASE.exec(reading.text)] : [],
  );
  const release = starts.find(match => match !== null)?.groups?.release;
  return release === undefined ? 'linux' : `linux-${release}`.slice(0, 256);
}
