/** Everything that is wrong with a trace file: troubles, a broken seal, inconsistencies. */
import { commandLine, optionWords } from '../model/command-line.js';
import type { Place, TroubleCode } from '../model/result.js';
import { type Inconsistency, inconsistencies, type Judge, newJudge } from './consistency.js';
import { READ_LIMITS } from './limits.js';
import { type OpenedSource, openSource, type TraceSource } from './open.js';
import { type HandEdit, handEdit, type ReadOptions, readAll, scan } from './read.js';
import { linesOfEvents, relaid } from './relaid.js';
import type { EventVisitor } from './scan-canonical.js';
import { isLarge, LARGE } from './size.js';

/** Worded as a Trouble is. `edited`: the seal does not fit. `inconsistent`: valid, and still cannot be true. */
export interface ValidationFinding {
  readonly code: TroubleCode | 'edited' | 'inconsistent';
  readonly what: string;
  readonly where: Place;
  readonly next: string;
}

export interface Validation {
  /** As its source calls the file. */
  readonly name: string;
  /** The first of them, in order; none for a sealed and sound trace. */
  readonly findings: readonly ValidationFinding[];
  /** Whether there are more findings than were asked for. */
  readonly more: boolean;
  /** Whether it is large and in a layout that is slow to read. */
  readonly slow?: boolean;
  /** How many events the trace has, and its digest, where it is usable in spite of the findings. */
  readonly whole: { readonly count: number; readonly digest: string } | null;
}

export interface ValidateOptions extends ReadOptions {
  /** How many findings to list: 20 unless told otherwise. */
  readonly findings?: number;
}

const FINDINGS = 20;

/** What a hand edit shows: one sentence, used by every command that meets such a trace. */
export function editedText({ digest, count }: HandEdit): string {
  if (digest.found === null && count.found === null)
    return 'the trace was written or edited by hand: it has no seal';
  if (count.found !== null && count.found !== count.events) {
    return `the trace was edited by hand: it says that it has ${count.found} events, but it has ${count.events}`;
  }
  if (digest.found === null || count.found === null)
    return 'the trace was edited by hand: its count or its digest is missing';
  return 'the trace was edited by hand: its digest does not match';
}

function editedFinding(edited: HandEdit, source: TraceSource): ValidationFinding {
  const sealing =
    'path' in source
      ? commandLine('fmt', [source.path], ['--seal', ...optionWords('output', source.path)])
      : 'rmitrace fmt --seal';
  const next = `to keep the edit, seal the trace with \`${sealing}\``;
  return { code: 'edited', what: editedText(edited), where: { file: source.name }, next };
}

function asFinding(
  { what, event, pointer }: Inconsistency,
  file: string,
  line: number | undefined,
): ValidationFinding {
  const where = {
    file,
    ...(line === undefined ? {} : { line }),
    ...(event === undefined ? {} : { event }),
    ...(pointer === undefined ? {} : { pointer }),
  };
  return { code: 'inconsistent', what, where, next: 'correct the trace, or record it again' };
}

interface Judging extends EventVisitor {
  /** To be called once, at the end of the trace. */
  findings(): readonly ValidationFinding[];
}

/** Judges a trace as it is read; finds `most` things at most. */
function newJudging(file: string, most: number): Judging {
  const findings: ValidationFinding[] = [];
  let judge: Judge | null = null;
  return {
    wants: 'doubtful events',
    begin(header) {
      judge = newJudge(header);
    },
    event(event, number, line) {
      const found = findings.length < most ? (judge?.event(event, number) ?? null) : null;
      if (found !== null) findings.push(asFinding(found, file, line));
    },
    findings() {
      for (const found of judge?.end() ?? []) {
        if (findings.length >= most) break;
        findings.push(asFinding(found, file, undefined));
      }
      return findings;
    },
  };
}

/**
 * A canonical trace is judged as it goes by, whatever its size; any other of more than `above` bytes is written as one first,
 * and a smaller one is read whole.
 */
export async function validateTrace(
  source: TraceSource,
  options: ValidateOptions = {},
  above: number = LARGE,
): Promise<Validation> {
  const { findings: most = FINDINGS, ...given } = options;
  const limits = { ...source.limits, ...given };
  const opened = await openSource(source, limits.bytes ?? READ_LIMITS.bytes);
  if (!opened.ok) return validation(source, [opened.trouble], null, most);
  try {
    const judging = newJudging(source.name, most + 1);
    const all = { ...READ_LIMITS, ...limits };
    const scanned = await scan(opened.value, source.name, all, judging);
    if (!scanned.ok) return validation(source, [scanned.trouble], null, most);
    if (scanned.value === null) {
      const again = { name: source.name, limits, opened: opened.value };
      return (
        (await validateRelaid(source, again, most, above)) ?? (await validateAny(source, again, limits, most))
      );
    }
    const { count, digest } = scanned.value;
    const edited = handEdit(scanned.value, count);
    return validation(source, [...seal(edited, source), ...judging.findings()], { count, digest }, most);
  } finally {
    await opened.value.close();
  }
}

/** A large trace in another layout; `null` for any other. Of one that is broken, what else is wrong in it is not looked for. */
async function validateRelaid(
  source: TraceSource,
  again: OpenedSource,
  most: number,
  above: number,
): Promise<Validation | null> {
  if (!(await isLarge(again.opened, above))) return null;
  const read = await relaid(again, most + 1);
  if (!read.ok) return validation(source, read.troubles, null, most);
  const { opened, found } = read.value;
  try {
    const judging = newJudging(source.name, most + 1);
    const scanned = await scan(opened, source.name, { ...READ_LIMITS, ...again.limits }, judging);
    // A header of very many lines is for the thorough reader alone.
    if (!scanned.ok || scanned.value === null) return null;
    const { count, digest } = scanned.value;
    const findings = await placed(judging.findings(), again);
    const edited = seal(handEdit({ found, digest }, count), source);
    return { ...validation(source, [...edited, ...findings], { count, digest }, most), slow: true };
  } finally {
    await opened.close();
  }
}

/** With the lines of the source, which is gone through once more for them. */
async function placed(
  findings: readonly ValidationFinding[],
  source: OpenedSource,
): Promise<readonly ValidationFinding[]> {
  const events = new Set(findings.flatMap(({ where }) => where.event ?? []));
  if (events.size === 0) return findings;
  const lines = await linesOfEvents(source, events);
  return findings.map(finding => {
    const line = lines.get(finding.where.event ?? 0);
    return line === undefined ? finding : { ...finding, where: { ...finding.where, line } };
  });
}

async function validateAny(
  source: TraceSource,
  opened: TraceSource,
  limits: ReadOptions,
  most: number,
): Promise<Validation> {
  const all = await readAll(opened, limits, most + 1);
  const findings: ValidationFinding[] = all.ok ? seal(all.value.edited, source) : [...all.troubles];
  const { trace, lines } = (all.ok ? all.value : all.rest) ?? { trace: null, lines: [] };
  for (const inconsistency of trace === null ? [] : inconsistencies(trace)) {
    const { event } = inconsistency;
    // Where events are not good, what is missing in the whole may stand in one of them.
    if (!all.ok && event === undefined) continue;
    findings.push(asFinding(inconsistency, source.name, event === undefined ? undefined : lines[event - 1]));
    if (findings.length > most) break;
  }
  const whole = all.ok ? { count: all.value.trace.events.length, digest: all.value.digest } : null;
  return validation(source, findings, whole, most);
}

function validation(
  { name }: TraceSource,
  findings: readonly ValidationFinding[],
  whole: Validation['whole'],
  most: number,
): Validation {
  return { name, findings: findings.slice(0, most), more: findings.length > most, whole };
}

function seal(edited: HandEdit | null, source: TraceSource): ValidationFinding[] {
  return edited === null ? [] : [editedFinding(edited, source)];
}
