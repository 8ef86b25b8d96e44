/**
 * Aligns two flows. The diff package finds the actions that both sides share. Of those between, one that can be another
 * altered is paired with it, and one that both sides have elsewhere is reordered.
 */
import { diffArrays } from 'diff';
import {
  actionDifferences,
  type FlowEvent,
  type Numbered,
  type PlaceDifference,
  sameAction,
  sameSlot,
} from './events.js';

/** `missing`: only in a. `extra`: only in b. `reordered`: in both, elsewhere. */
export type Relation = 'same' | 'altered' | 'missing' | 'extra' | 'reordered';

export interface Pair {
  readonly relation: Relation;
  readonly a: Numbered<FlowEvent> | null;
  readonly b: Numbered<FlowEvent> | null;
  /** Where the kernel's side of the two differs. */
  readonly differs: readonly PlaceDifference[];
}

/** With more edits than this between two flows no alignment is searched for, and actions are paired one by one. */
const MAX_EDIT_LENGTH = 2000;

export function align(a: readonly Numbered<FlowEvent>[], b: readonly Numbered<FlowEvent>[]): readonly Pair[] {
  const changes = diffArrays([...a], [...b], {
    comparator: (left, right) => sameAction(left.event, right.event),
    maxEditLength: MAX_EDIT_LENGTH,
  });
  if (changes === undefined) return reordered(gap(a, b));
  const pairs: Pair[] = [];
  let [atA, atB] = [0, 0];
  let removed: readonly Numbered<FlowEvent>[] = [];
  let added: readonly Numbered<FlowEvent>[] = [];
  const close = (): void => {
    pairs.push(...gap(removed, added));
    [removed, added] = [[], []];
  };
  for (const change of changes) {
    if (change.removed) {
      removed = [...removed, ...a.slice(atA, atA + change.count)];
      atA += change.count;
    } else if (change.added) {
      added = [...added, ...b.slice(atB, atB + change.count)];
      atB += change.count;
    } else {
      close();
      for (let n = 0; n < change.count; n++) {
        pairs.push({ relation: 'same', a: a[atA++] ?? null, b: b[atB++] ?? null, differs: [] });
      }
    }
  }
  close();
  return reordered(pairs);
}

/** Between two agreements: each action of a with the first of b that can be the same one altered. */
function gap(a: readonly Numbered<FlowEvent>[], b: readonly Numbered<FlowEvent>[]): readonly Pair[] {
  const pairs: Pair[] = [];
  let next = 0;
  for (const left of a) {
    const at = b.findIndex((right, index) => index >= next && sameSlot(left.event, right.event));
    const right = b[at];
    if (right === undefined) {
      pairs.push({ relation: 'missing', a: left, b: null, differs: [] });
      continue;
    }
    for (const passed of b.slice(next, at))
      pairs.push({ relation: 'extra', a: null, b: passed, differs: [] });
    const differs = actionDifferences(left.event, right.event);
    pairs.push({ relation: differs.length === 0 ? 'same' : 'altered', a: left, b: right, differs });
    next = at + 1;
  }
  for (const passed of b.slice(next)) pairs.push({ relation: 'extra', a: null, b: passed, differs: [] });
  return pairs;
}

/** An action that is missing here and extra there was reordered. Its place is that of b. */
function reordered(pairs: readonly Pair[]): readonly Pair[] {
  const moved = new Map<Pair, Pair>();
  const sources = new Set<Pair>();
  for (const extra of pairs.filter(pair => pair.relation === 'extra')) {
    const source = pairs.find(
      pair =>
        pair.relation === 'missing' &&
        !sources.has(pair) &&
        pair.a &&
        extra.b &&
        sameAction(pair.a.event, extra.b.event),
    );
    if (source === undefined) continue;
    sources.add(source);
    moved.set(extra, { relation: 'reordered', a: source.a, b: extra.b, differs: [] });
  }
  return pairs.filter(pair => !sources.has(pair)).map(pair => moved.get(pair) ?? pair);
}
