/** Two sets of things that have names, side by side: what has the same name is one pair. */

export interface PairOf<Item> {
  readonly name: string;
  /** `null`: only the other set has it. */
  readonly a: Item | null;
  readonly b: Item | null;
}

/** In the order of the names, by code unit: the same everywhere. Of two with one name in a set the last counts. */
export function pairedByName<Item>(
  a: ReadonlyMap<string, Item>,
  b: ReadonlyMap<string, Item>,
): readonly PairOf<Item>[] {
  const names = [...new Set([...a.keys(), ...b.keys()])].sort();
  return names.map(name => ({ name, a: a.get(name) ?? null, b: b.get(name) ?? null }));
}

/** What two that have a name are to each other. */
export const PAIR_VERDICTS = ['same', 'different', 'only-a', 'only-b', 'trouble'] as const;

export interface ComparedPair {
  readonly name: string;
  readonly verdict: (typeof PAIR_VERDICTS)[number];
  /** What happened, in a sentence. */
  readonly sentence: string;
}
