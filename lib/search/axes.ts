/** The axes of a sweep: places that are edited, and the values that each takes. */

import { editsInScope } from '../edit/apply.js';
import { type Edit, parseEdit, splitEdit } from '../edit/parse.js';
import { bad, good, type Place, placedIn, type Result, trouble } from '../model/result.js';
import type { Scope } from '../model/trace.js';

/** An edit, and its value as it is shown. */
export interface AxisEdit {
  readonly value: string;
  readonly edit: Edit;
}

/** One axis: the i-th of `count` sets of edits, from 0, each an edit of each place. */
export interface Axis {
  readonly places: readonly string[];
  readonly count: number;
  at(index: number): readonly AxisEdit[];
  /** Whether it edits what the machine is before any call, rather than answers. */
  readonly state: boolean;
  /** The values as given; `null` where they are made. */
  readonly values: readonly string[] | null;
  readonly made: string | null;
}

/** An edit with a list of values, and where it stands. */
export interface ListedEdit {
  readonly text: string;
  readonly where: Place;
}

/**
 * Edits like `RMI_VERSION.x0=0,1,10,-1`, an axis for each place; the same place again adds values to its axis.
 * Troubles: `bad-edit`, `wrong-scope`.
 */
export function axesOf(listedEdits: readonly ListedEdit[], scope: Scope = 'rmi'): Result<readonly Axis[]> {
  const byPlace = new Map<string, Map<string, Edit>>();
  for (const { text, where } of listedEdits) {
    const { place, values } = listed(text);
    const edits = byPlace.get(place) ?? new Map<string, Edit>();
    byPlace.set(place, edits);
    for (const value of values) {
      const edit = editOf(text, `${place}=${value}`, scope);
      if (!edit.ok) return bad(placedIn(where, edit.trouble));
      edits.set(value, edit.value);
    }
  }
  return good([...byPlace].map(([place, edits]) => givenAxis(place, [...edits.keys()], [...edits.values()])));
}

function givenAxis(place: string, values: readonly string[], edits: readonly Edit[]): Axis {
  return {
    places: [place],
    count: edits.length,
    at: index => {
      const [value, edit] = [values[index], edits[index]];
      return value === undefined || edit === undefined ? [] : [{ value, edit }];
    },
    state: edits.some(({ selector }) => selector.kind === 'register' || selector.kind === 'fact'),
    values,
    made: null,
  };
}

/** The place, and what stands between the commas; a comma inside parentheses is part of its value. */
function listed(text: string): { readonly place: string; readonly values: readonly string[] } {
  const { place, value: list } = splitEdit(text);
  const values = [...list.matchAll(/(?:[^,(]|\([^()]*\)?)+/g)].map(([value]) => value.trim());
  return { place, values: list === '' ? [''] : values };
}

function editOf(given: string, text: string, scope: Scope): Result<Edit> {
  const parsed = parseEdit(text.startsWith('=') ? given : text);
  if (!parsed.ok) return parsed;
  if (parsed.value.kind === 'numbered') {
    const next = 'name the call, the register or the fact, like RMI_VERSION.x1';
    return bad(
      trouble(
        'bad-edit',
        `the edit ${JSON.stringify(given)} names an event by number, but a sweep has no trace`,
        {},
        next,
      ),
    );
  }
  const scoped = editsInScope([parsed.value], scope);
  return scoped.ok ? good(parsed.value) : scoped;
}
