/** The events of a trace that is not held, as lines that are gone through in their order. */
import { newLoopTurn } from '../model/loop-turn.js';
import { good, type Result } from '../model/result.js';

/** Canonical lines without their commas, in batches; from the first on, each time that they are asked for. */
export type EventLines = () => AsyncIterable<Result<readonly string[]>>;

/** Batches between two turns of the event loop, in which signals are heard: some megabytes. */
const TURN = 16;

/** Gives each line and its number, from 1 on, until `take` says `end`. Trouble: that of the lines. */
export async function eachLine(
  lines: EventLines,
  take: (line: string, number: number) => 'next' | 'end',
): Promise<Result<void>> {
  const turn = newLoopTurn(TURN);
  let number = 0;
  for await (const batch of lines()) {
    if (!batch.ok) return batch;
    await turn();
    for (const line of batch.value) {
      number += 1;
      if (take(line, number) === 'end') return good(undefined);
    }
  }
  return good(undefined);
}
