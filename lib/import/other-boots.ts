/** Logs that are read together are of one boot: where two of them have another kernel, or another clock, they are not. */
import type { Placed } from './collect.js';
import { isOnce } from './rows.js';

export interface OtherBoot {
  /** In words, without a full stop. */
  readonly what: string;
  /** The record of the second log. */
  readonly at: Placed;
}

/** The first two records of two logs that cannot be of one boot; `null` where there are none. */
export function otherBoot(logs: readonly (readonly Placed[])[]): OtherBoot | null {
  const seen = new Map<string, Said>();
  for (const log of logs) {
    const own = log.flatMap(each => {
      const said = saidBy(each);
      return said === null ? [] : [{ each, said }];
    });
    for (const { each, said } of own) {
      const before = seen.get(said.what);
      if (before === undefined || before.value === said.value) continue;
      return { what: `the logs are of different boots: ${before.text}, and ${said.text}`, at: each };
    }
    for (const { said } of own) if (!seen.has(said.what)) seen.set(said.what, said);
  }
  return null;
}

/** What a boot says once, and what it says. */
interface Said {
  readonly what: string;
  readonly value: string;
  readonly text: string;
}

function saidBy({ reading, marks }: Placed): Said | null {
  if (reading.kind === 'start' && reading.of === 'kernel' && reading.text.startsWith('Linux version'))
    return { what: 'kernel', value: reading.text, text: `\`${reading.text}\`` };
  if (reading.kind !== 'log' || reading.row === null || !isOnce(reading.row) || marks.t === undefined)
    return null;
  return { what: reading.row, value: marks.t, text: `\`${reading.text}\` at ${marks.t} s` };
}
