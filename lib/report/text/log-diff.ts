/** The log lines of two sides as a unified diff. */
import { structuredPatch } from 'diff';
import type { TraceEvent } from '../../model/events.js';
import type { Sides } from './comparison.js';
import { printed } from './events.js';
import type { Paint } from './paint.js';

/** Of each log line that is held the how manieth of all it is; all of them are held where it is not said. */
export interface LogNumbers {
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** Empty where they are the same. */
export function logDiff(
  a: readonly TraceEvent[],
  b: readonly TraceEvent[],
  sides: Sides,
  paint: Paint,
  numbers?: LogNumbers,
): string[] {
  const [left, right] = [logLines(a, numbers?.a), logLines(b, numbers?.b)];
  const [textA, textB] = [left, right].map(lines => lines.map(({ text }) => `${text}\n`).join(''));
  if (textA === textB || textA === undefined || textB === undefined) return [];
  const patch = structuredPatch(sides.a, sides.b, textA, textB, '', '', {
    context: 3,
    maxEditLength: MAX_EDIT_LENGTH,
  });
  if (patch === undefined) return [`the lines differ in more than ${MAX_EDIT_LENGTH} places`];
  const hunks = patch.hunks.flatMap(({ oldStart, newStart, lines }) =>
    parts(lines, left.slice(Math.max(0, oldStart - 1)), right.slice(Math.max(0, newStart - 1))),
  );
  const colours: Readonly<Record<string, (text: string) => string>> = { '-': paint.bad, '+': paint.good };
  return [
    `--- ${sides.a}`,
    `+++ ${sides.b}`,
    ...hunks.flatMap(({ startA, startB, lines }) => [
      `@@ -${startA},${without(lines, '+')} +${startB},${without(lines, '-')} @@`,
      ...lines.map(line => (colours[line[0] ?? ''] ?? paint.dim)(line)),
    ]),
  ];
}

/** Beyond this a text diff is of no use, and jsdiff's time grows with the square. */
const MAX_EDIT_LENGTH = 1000;

/** Stands for lines that are not held: no line of a log has it in it. */
const GAP = '\0';

interface LogLine {
  readonly text: string;
  readonly number: number;
}

/** A record a line; the pid varies between boots and is not compared. */
function logLines(events: readonly TraceEvent[], numbers?: readonly number[]): readonly LogLine[] {
  const lines: LogLine[] = [];
  let last = 0;
  for (const event of events) {
    if (event.type !== 'log') continue;
    const { prefix, text } = event;
    const number = numbers?.[lines.length] ?? last + 1;
    lines.push({ text: printed({ prefix, pid: undefined, text }).replace('kvm [?]', 'kvm [n]'), number });
    last = number;
  }
  return lines.flatMap((line, at) => {
    const before = lines[at - 1]?.number ?? 0;
    return line.number === before + 1 ? [line] : [{ text: GAP, number: before + 1 }, line];
  });
}

interface Hunk {
  readonly startA: number;
  readonly startB: number;
  readonly lines: readonly string[];
}

/** A hunk without the gaps in it; `left` and `right` begin with its lines on each side. */
function parts(
  lines: readonly string[],
  left: readonly LogLine[],
  right: readonly LogLine[],
): readonly Hunk[] {
  const hunks: { startA: number; startB: number; lines: string[] }[] = [];
  let [atA, atB] = [0, 0];
  let isNew = true;
  for (const line of lines) {
    const isGap = line.slice(1) === GAP;
    if (!isGap && isNew) hunks.push({ startA: numberAt(left, atA), startB: numberAt(right, atB), lines: [] });
    if (!isGap) hunks.at(-1)?.lines.push(line);
    isNew = isGap;
    if (!line.startsWith('+')) atA += 1;
    if (!line.startsWith('-')) atB += 1;
  }
  return hunks.filter(hunk => hunk.lines.some(line => !line.startsWith(' ')));
}

/** Where a hunk has no line of a side, the number of the line that would come next. */
function numberAt(lines: readonly LogLine[], at: number): number {
  return lines[at]?.number ?? (lines[at - 1]?.number ?? 0) + 1;
}

function without(lines: readonly string[], sign: string): number {
  return lines.filter(line => !line.startsWith(sign)).length;
}
