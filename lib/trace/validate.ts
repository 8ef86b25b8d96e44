/** Everything that is wrong with a trace file: troubles, a broken seal, inconsistencies. */
import { commandLine, optionWords } from '../model/command-line.js';
import type { Place, TroubleCode } from '../model/result.js';
import { type Inconsistency, inconsistencies } from './consistency.js';
import type { TraceSource } from './open.js';
import { type HandEdit, type ReadOptions, type ReadTrace, readAll } from './read.js';

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
  /** The trace, where it is usable in spite of the findings. */
  readonly read: ReadTrace | null;
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
  lines: readonly number[],
): ValidationFinding {
  const line = event === undefined ? undefined : lines[event - 1];
  const where = {
    file,
    ...(line === undefined ? {} : { line }),
    ...(event === undefined ? {} : { event }),
    ...(pointer === undefined ? {} : { pointer }),
  };
  return { code: 'inconsistent', what, where, next: 'correct the trace, or record it again' };
}

export async function validateTrace(source: TraceSource, options: ValidateOptions = {}): Promise<Validation> {
  const { findings: most = FINDINGS, ...limits } = options;
  const all = await readAll(source, limits, most + 1);
  const { name } = source;
  const findings: ValidationFinding[] = all.ok ? seal(all.value.edited, source) : [...all.troubles];
  const { trace, lines } = (all.ok ? all.value : all.rest) ?? { trace: null, lines: [] };
  for (const inconsistency of trace === null ? [] : inconsistencies(trace)) {
    // Where events are not good, what is missing in the whole may stand in one of them.
    if (!all.ok && inconsistency.event === undefined) continue;
    findings.push(asFinding(inconsistency, name, lines));
    if (findings.length > most) break;
  }
  const read = all.ok ? all.value : null;
  return { name, findings: findings.slice(0, most), more: findings.length > most, read };
}

function seal(edited: HandEdit | null, source: TraceSource): ValidationFinding[] {
  return edited === null ? [] : [editedFinding(edited, source)];
}
