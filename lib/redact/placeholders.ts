/** What stands in place of what was replaced: the same text always gets the same placeholder. */

/** One text that was replaced. */
export interface Replaced {
  /** `host`, `path`, … */
  readonly kind: string;
  readonly placeholder: string;
  readonly was: string;
  readonly says: string;
  readonly times: number;
}

export interface Placeholders {
  /** The placeholder for `was`. What is a placeholder already stays. */
  of(kind: string, was: string, says: string): string;
  /** It stands there once more. */
  count(kind: string, was: string): void;
  /** All of them, in the order in which they were met. */
  readonly replaced: readonly Replaced[];
  /** The same ones, to which others are added. */
  copy(): Placeholders;
}

type Entry = { -readonly [Member in keyof Replaced]: Replaced[Member] };

const PLACEHOLDER = /^\[[a-z]+-\d+\]$/;
/** Of the form of a pointer, so that a register holds it and a text keeps its columns. */
const FIRST_POINTER = 0xffff_0000_0000_0000n;

export function newPlaceholders(known: readonly (readonly [key: string, entry: Entry])[] = []): Placeholders {
  const all = new Map(known.map(([key, entry]) => [key, { ...entry }]));
  const counts = new Map<string, number>();
  for (const [, { kind }] of known) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return {
    of(kind, was, says) {
      if (PLACEHOLDER.test(was)) return was;
      const key = `${kind} ${was}`;
      let entry = all.get(key);
      if (entry === undefined) {
        const count = (counts.get(kind) ?? 0) + 1;
        counts.set(kind, count);
        const placeholder =
          kind === 'pointer' ? (FIRST_POINTER + BigInt(count)).toString(16) : `[${kind}-${count}]`;
        entry = { kind, placeholder, was, says, times: 0 };
        all.set(key, entry);
      }
      return entry.placeholder;
    },
    count(kind, was) {
      const entry = all.get(`${kind} ${was}`);
      if (entry !== undefined) entry.times++;
    },
    get replaced() {
      return [...all.values()].filter(({ placeholder, was }) => placeholder !== was);
    },
    copy: () => newPlaceholders([...all]),
  };
}
