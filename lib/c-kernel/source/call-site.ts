/** Where kvm_arm_init calls the check, and the C that stands around the call: a condition, what is done with its value. */
import { CHECK_PLACE, PLACES, type Place, placeShownBy } from '../../kernel/kvm/places.js';
import type { CallSite, Placed } from './types.js';

const CALL = /\b(kvm_init_rm[ie])\(\)/;

/** A line of kvm_arm_init. Of a hunk the mark says whether the patch adds it. */
type Line = Placed & { readonly mark?: string };

/** In lines of kvm_arm_init, or of a hunk of it; `null` where it is not called there. */
export function callIn(lines: readonly Line[]): CallSite | null {
  const at = lines.findIndex(({ text }) => CALL.test(text) && /^\s/.test(text));
  const [, name] = CALL.exec(lines[at]?.text ?? '') ?? [];
  if (name !== 'kvm_init_rmi' && name !== 'kvm_init_rme') return null;
  const { from, to } = withNeighbours(lines, statementAround(lines, at));
  const taken = lines.slice(from, to + 1).map(({ text, origin }) => ({ text, origin }));
  return { of: name, behind: placeOf(lines, at), lines: taken };
}

/** Behind the nearest step before it; else before the nearest behind it; else where the series has it. */
function placeOf(lines: readonly Line[], at: number): Place {
  const shown = lines.map(({ text }) => placeShownBy(text));
  const before = shown.slice(0, at).findLast(place => place !== null);
  if (before != null) return before;
  const after = shown.slice(at + 1).find(place => place !== null);
  return after == null ? CHECK_PLACE : (PLACES[PLACES.indexOf(after) - 1] ?? CHECK_PLACE);
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** From the first line of its conditions to the end of its block, and what looks at its value. */
function statementAround(lines: readonly Line[], at: number): Span {
  let from = at;
  while (from > 0 && opens(before(lines, from)?.text ?? '')) from = lastBefore(lines, from);
  let to = at;
  while (depth(lines.slice(from, to + 1)) > 0 && to + 1 < lines.length) to++;
  // `err = kvm_init_rme();` and then `if (err)`, with its body.
  const looks =
    /=\s*kvm_init_rm[ie]\(\)/.test(lines[at]?.text ?? '') && /^\s*if \(/.test(lines[to + 1]?.text ?? '');
  return { from, to: looks ? endOf(lines, to + 1) : to };
}

/** The last line of the statement that begins in one. */
function endOf(lines: readonly Line[], at: number): number {
  let to = at;
  while (
    (depth(lines.slice(at, to + 1)) > 0 || !/[;}]\s*$/.test(lines[to]?.text ?? '')) &&
    to + 1 < lines.length
  )
    to++;
  return to;
}

/** With the statements beside it that call the check once more, or that the same patch adds: they are its change too. */
function withNeighbours(lines: readonly Line[], { from: first, to: last }: Span): Span {
  let from = first;
  while (lines[from - 1]?.mark === '+' && isInside(lines[from - 1])) from--;
  if (depth(lines.slice(from, first)) !== 0) from = first;
  let to = last;
  for (;;) {
    const next = lines.findIndex(({ text }, at) => at > to && text.trim() !== '');
    const line = lines[next];
    if (line === undefined || !isInside(line) || !(line.mark === '+' || CALL.test(line.text))) break;
    const end = endOf(lines, next);
    if (depth(lines.slice(next, end + 1)) !== 0) break;
    to = end;
  }
  return { from, to };
}

/** Whether a line is of the function's body, and no step that has a place of its own. */
function isInside(line: Line | undefined): boolean {
  return line !== undefined && /^\s/.test(line.text) && placeShownBy(line.text) === null;
}

/** Whether what follows such a line is part of its statement. */
function opens(text: string): boolean {
  return /^\s*(\}\s*)?(else\b|if\b|for\b|while\b)[^;]*$/.test(text) || /(&&|\|\|)\s*$/.test(text);
}

function lastBefore(lines: readonly Line[], from: number): number {
  return lines.slice(0, from).findLastIndex(({ text }) => text.trim() !== '');
}

function before(lines: readonly Line[], from: number): Line | undefined {
  return lines[lastBefore(lines, from)];
}

function depth(lines: readonly Line[]): number {
  let open = 0;
  for (const { text } of lines) for (const char of text) open += char === '{' ? 1 : char === '}' ? -1 : 0;
  return open;
}
