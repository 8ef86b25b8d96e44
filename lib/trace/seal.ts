/** Seals a trace that was edited by hand: `fmt --seal` writes what this gives. */
import type { Trace } from '../model/trace.js';
import type { ReadTrace } from './read.js';

/** A trace whose seal fits is given back as it is; any other says from then on that it was sealed again. */
export function sealed({ trace, edited }: ReadTrace): Trace {
  if (edited === null) return trace;
  return { ...trace, header: { ...trace.header, resealed: { was: edited.digest.found } } };
}
