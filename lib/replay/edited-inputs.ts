/** Inputs that differ between a recording and its replay because an edit says so: the report names that edit. */
import { type Comparison, type InputDifference, inputName } from '../compare/causes.js';
import { stateOfTrace } from '../compare/events.js';
import type { Change } from '../edit/apply.js';
import type { TraceEvent } from '../model/events.js';

/** State that an edit made differ names that edit, as an edited answer does. `sides`: the events that are compared. */
export function withEdits(
  comparison: Comparison,
  changes: readonly Change[],
  sides: readonly [recorded: readonly TraceEvent[], replayed: readonly TraceEvent[]],
): Comparison {
  const edits = new Map(changes.map(change => [change.place, change.edit]));
  const unseen = editsOfUnseen(comparison, changes, sides);
  const named = (cause: InputDifference) =>
    cause.kind === 'state' ? { ...cause, edit: edits.get(cause.key) ?? null } : cause;
  const oneSided = comparison.oneSided.map(named);
  // State that an edit supplied is known to come from it.
  const supplied = oneSided.filter(({ edit }) => edit !== null);
  return {
    ...comparison,
    causes: [...supplied, ...unseen, ...comparison.causes.map(named)],
    oneSided: oneSided.filter(({ edit }) => edit === null),
    kernelIsCause: comparison.kernelIsCause && unseen.length === 0,
  };
}

/** What an edit says of state that nobody saw: known on one side alone, it does not differ by itself. */
function editsOfUnseen(
  { causes, oneSided }: Comparison,
  changes: readonly Change[],
  sides: Parameters<typeof withEdits>[2],
): readonly InputDifference[] {
  const told = new Set([...causes, ...oneSided].map(inputName));
  // An edit of all such calls changes the same place of each: they are one input.
  const unseen = changes.filter(
    ({ before, after, event, place }, at) =>
      before !== after &&
      event === null &&
      !told.has(place) &&
      changes.findIndex(change => change.place === place) === at,
  );
  if (unseen.length === 0) return [];
  const [recorded, replayed] = sides.map(stateOfTrace);
  return unseen.map(({ place, before, after, edit }) => ({
    kind: 'state',
    key: place,
    a: recorded?.get(place) ?? null,
    b: replayed?.get(place) ?? null,
    differs: [{ place: 'value', a: before, b: after }],
    edit,
  }));
}
