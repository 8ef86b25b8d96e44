/** The axes of a sweep: places that are edited, and the values that each takes. */

import { rulesInScope } from '../edit/apply.js';
import { type EventEdit, parseEdit, type Rule } from '../edit/parse.js';
import { bad, good, type Place, placedIn, type Result, trouble } from '../model/result.js';

/** An edit, and its value as it is shown. */
export interface AxisEdit {
  readonly value: string;
  readonly rule: Rule;
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
export function axesOf(edits: readonly ListedEdit[]): Result<readonly Axis[]> {
  const byPlace = new Map<string, Map<string, Rule>>();
  for (const { text, where } of edits) {
    const { place, values } = listed(text);
    const rules = byPlace.get(place) ?? new Map<string, Rule>();
    byPlace.set(place, rules);
    for (const value of values) {
      const rule = ruleOf(text, `${place}=${value}`);
      if (!rule.ok) return bad(placedIn(where, rule.trouble));
      rules.set(value, rule.value);
    }
  }
  return good([...byPlace].map(([place, rules]) => givenAxis(place, [...rules.keys()], [...rules.values()])));
}

function givenAxis(place: string, values: readonly string[], rules: readonly Rule[]): Axis {
  return {
    places: [place],
    count: rules.length,
    at: index => {
      const [value, rule] = [values[index], rules[index]];
      return value === undefined || rule === undefined ? [] : [{ value, rule }];
    },
    state: rules.some(({ selector }) => selector.kind === 'register' || selector.kind === 'fact'),
    values,
    made: null,
  };
}

/** The place, and what stands between the commas; a comma inside parentheses is part of its value. */
function listed(text: string): { readonly place: string; readonly values: readonly string[] } {
  const [, place = '', list = ''] = /^([^=(]+(?:\([^()]*\)[^=(]*)?)=(.*)$/s.exec(text) ?? [];
  const values = [...list.matchAll(/(?:[^,(]|\([^()]*\)?)+/g)].map(([value]) => value.trim());
  return { place, values: list === '' ? [''] : values };
}

function ruleOf(given: string, text: string): Result<Rule> {
  const parsed = parseEdit(text.startsWith('=') ? given : text);
  if (!parsed.ok) return parsed;
  if (isByNumber(parsed.value)) {
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
  const scoped = rulesInScope([parsed.value], 'rmi');
  return scoped.ok ? good(parsed.value) : scoped;
}

function isByNumber(edit: Rule | EventEdit): edit is EventEdit {
  return 'number' in edit;
}
