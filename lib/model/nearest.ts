/** The name that a misspelt one was probably meant to be. */
import { type Trouble, trouble } from './result.js';

/** The trouble with a name that is none of `names`: `unknown-name`. `kind` is what they are names of: `machine`. */
export function unknownName(kind: string, name: string, names: readonly string[]): Trouble {
  const meant = nearest(name, names);
  const hint = meant === null ? '' : `did you mean ${meant}? `;
  const next = `${hint}there are ${names.join(', ')}`;
  return trouble('unknown-name', `no ${kind} is called ${JSON.stringify(name)}`, {}, next);
}

/** The nearest of `names` within a third of its length in typing errors, the first of equals; else `null`. */
export function nearest(name: string, names: Iterable<string>): string | null {
  let best: { readonly name: string; readonly errors: number } | null = null;
  for (const candidate of names) {
    const allowed = Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3));
    const below = Math.min(allowed + 1, best?.errors ?? Number.POSITIVE_INFINITY);
    // As many letters at least were added or lost; to compare two names takes time with the square of their length.
    if (Math.abs(name.length - candidate.length) >= below) continue;
    const errors = typingErrors(name, candidate);
    if (errors < below) best = { name: candidate, errors };
  }
  return best?.name ?? null;
}

/** Letters added, lost, mistaken, or swapped with their neighbour (optimal string alignment). */
function typingErrors(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const here = [row];
    for (let column = 1; column <= to.length; column++) {
      const mistaken = from[row - 1] === to[column - 1] ? 0 : 1;
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      here.push(
        Math.min(
          at(last, column) + 1,
          at(here, column - 1) + 1,
          at(last, column - 1) + mistaken,
          swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [beforeLast, last] = [last, here];
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
