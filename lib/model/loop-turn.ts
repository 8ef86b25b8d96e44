/** Lets signals in: what computes for long gives the event loop its turn now and then, so that Ctrl-C is heard. */
import { setImmediate } from 'node:timers/promises';

/** So many steps of a run, or rows of a search, take less than a tenth of a second. */
const STEPS = 1024;

/** To be awaited at each step: at the first, and at every 1024th after it, the event loop has its turn. */
export function newLoopTurn(every = STEPS): () => Promise<void> | undefined {
  let steps = 0;
  return () => (steps++ % every === 0 ? setImmediate() : undefined);
}
