/** How the lines of a log were used: each is counted once, and the counts add up to its lines. */
import type { Boots } from './boots.js';
import type { Collected, Placed } from './collect.js';

export interface Tally {
  readonly name: string;
  readonly lines: number;
  /** Lines that are an event of a trace, or tell one. */
  readonly read: number;
  /** Lines that repeat earlier ones. */
  readonly repeated: number;
  /** Lines of a guest's kernel. */
  readonly guests: number;
  /** Calls that are not the host's RMI, and other initcalls. */
  readonly background: number;
  /** Records of the handshake that could not be read whole. */
  readonly lost: number;
  /** Lines after the end of what is kept. */
  readonly beyond: number;
  /** Everything else. */
  readonly others: number;
}

export function tallyOf(name: string, log: Collected, { boots, repeated, guests }: Boots): Tally {
  const seen = new Set<number>();
  const counted = (placed: readonly Placed[]): number => {
    const before = seen.size;
    for (const { lines, atEnd } of placed) if (atEnd !== true) for (const line of lines) seen.add(line);
    return seen.size - before;
  };
  const all = boots.flatMap(boot => boot.placed);
  const lost = counted(all.filter(({ partly }) => partly)) + log.pieces;
  const counts = {
    lost,
    read: counted(all),
    repeated: counted(repeated),
    guests: counted(guests),
    background: log.background,
    beyond: log.beyond,
  };
  const others = log.lines - Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { name, lines: log.lines, ...counts, others };
}
