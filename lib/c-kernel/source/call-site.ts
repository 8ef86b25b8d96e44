/** Where kvm_arm_init calls the check, and the C that stands around the call: a condition, what is done with its value. */
import { CHECK_PLACE, PLACES, type Place, placeShownBy } from '../../kernel/kvm/places.js';
import type { CallSite, Placed } from './types.js';

const CALL = /\b(kvm_init_rm[ie])\(\)/;

/** In lines of kvm_arm_init, or of a hunk of it; `null` where it is not called there. */
export function callIn(lines: readonly Placed[]): CallSite | null {
  const at = lines.findIndex(({ text }) => CALL.test(text) && /^\s/.test(text));
  const [, name] = CALL.exec(lines[at]?.text ?? '') ?? [];
  if (name !== 'kvm_init_rmi' && name !== 'kvm_init_rme') return null;
  return { of: name, behind: placeOf(lines, at), lines: statementAround(lines, at) };
}

/** Behind the nearest step before it; else before the nearest behind it; else where the series has it. */
function placeOf(lines: readonly Placed[], at: number): Place {
  const shown = lines.map(({ text }) => placeShownBy(text));
  const before = shown.slice(0, at).findLast(place => place !== null);
  if (before != null) return before;
  const after = shown.slice(at + 1).find(place => place !== null);
  return after == null ? CHECK_PLACE : (PLACES[PLACES.indexOf(after) - 1] ?? CHECK_PLACE);
}

/** From the first line of its conditions to the end of its block, and what looks at its value. */
function statementAround(lines: readonly Placed[], at: number): readonly Placed[] {
  let from = at;
  while (from > 0 && opens(before(lines, from)?.text ?? '')) from = lastBefore(lines, from);
  let to = at;
  while (depth(lines.slice(from, to + 1)) > 0 && to + 1 < lines.length) to++;
  // `err = kvm_init_rme();` and then `if (err)`, with its body.
  if (/=\s*kvm_init_rm[ie]\(\)/.test(lines[at]?.text ?? '') && /^\s*if \(/.test(lines[to + 1]?.text ?? '')) {
    to++;
    while (
      (depth(lines.slice(from, to + 1)) > 0 || !/[;}]\s*$/.test(lines[to]?.text ?? '')) &&
      to + 1 < lines.length
    )
      to++;
  }
  return lines.slice(from, to + 1);
}

/** Whether what follows such a line is part of its statement. */
function opens(text: string): boolean {
  return /^\s*(\}\s*)?(else\b|if\b|for\b|while\b)[^;]*$/.test(text) || /(&&|\|\|)\s*$/.test(text);
}

function lastBefore(lines: readonly Placed[], from: number): number {
  return lines.slice(0, from).findLastIndex(({ text }) => text.trim() !== '');
}

function before(lines: readonly Placed[], from: number): Placed | undefined {
  return lines[lastBefore(lines, from)];
}

function depth(lines: readonly Placed[]): number {
  let open = 0;
  for (const { text } of lines) for (const char of text) open += char === '{' ? 1 : char === '}' ? -1 : 0;
  return open;
}
