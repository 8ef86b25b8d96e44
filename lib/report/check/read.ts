/** Reports of checks, read back: in JSON or in JSON lines, in whatever layout. */
import { isDeepStrictEqual } from 'node:util';
import { type ComparedPair, type PairOf, pairedByName } from '../../compare/pairs.js';
import { bad, good, type Result, trouble } from '../../model/result.js';

/** What of a trace's row is compared with that of another run. */
interface ReadRow {
  readonly verdict: string;
  readonly sentence: string;
  readonly outcomes: unknown;
}

/** The rows of a report, by name. */
export type ReadCheck = ReadonlyMap<string, ReadRow>;

const REPORT = /^\s*\{\s*"format"\s*:\s*"rmitrace-report"/;
const LINES = /^\s*\{\s*"name"\s*:/;

/** Whether `text`, the beginning of a file, is that of such a report: no trace begins so. */
export function mayBeCheck(text: string): boolean {
  return REPORT.test(text) || LINES.test(text);
}

/** Trouble: `not-json`, where it is no report of `check`. */
export function readCheck(text: string, file: string): Result<ReadCheck> {
  const rows = REPORT.test(text) ? rowsOfReport(parsed(text)) : text.split('\n').filter(isFull).map(parsed);
  const read = new Map<string, ReadRow>();
  for (const [at, row] of (rows ?? [undefined]).entries()) {
    const { name, verdict } = membersOf(row);
    if (typeof name !== 'string' || typeof verdict !== 'string') {
      const what =
        rows === null ? 'this is no report of check' : `row ${at + 1} is no trace of a report of check`;
      return bad(trouble('not-json', what, { file }, 'write it with `rmitrace check --json`'));
    }
    read.set(name, { verdict, sentence: sentenceOf(row), outcomes: membersOf(row).outcomes });
  }
  return good(read);
}

/** The rows of two reports, compared. */
export function compareChecks(a: ReadCheck, b: ReadCheck): readonly ComparedPair[] {
  return pairedByName(a, b).map(comparedRows);
}

function comparedRows({ name, a, b }: PairOf<ReadRow>): ComparedPair {
  if (a === null || b === null) {
    const [verdict, row] = b === null ? (['only-a', a] as const) : (['only-b', b] as const);
    return { name, verdict, sentence: row?.sentence ?? '' };
  }
  if (isDeepStrictEqual(a, b)) return { name, verdict: 'same', sentence: b.sentence };
  return {
    name,
    verdict: 'different',
    sentence: `Was ${a.verdict}: ${a.sentence} Is ${b.verdict}: ${b.sentence}`,
  };
}

function isFull(line: string): boolean {
  return line.trim() !== '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function rowsOfReport(report: unknown): readonly unknown[] | null {
  const { command, result } = membersOf(report);
  const { traces } = membersOf(result);
  return command === 'check' && Array.isArray(traces) ? traces : null;
}

function sentenceOf(row: unknown): string {
  const { sentence, trouble: found } = membersOf(row);
  if (typeof sentence === 'string') return sentence;
  const { what } = membersOf(found);
  return typeof what === 'string' ? `${what}.` : '';
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
