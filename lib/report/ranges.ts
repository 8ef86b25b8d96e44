/** The places of inputs that follow each other, as one. */
import { parseCount } from '../model/count.js';

/** A place whose number goes up: a register of a call, or a register of a CPU. */
const COUNTED = /^(?<before>.*\.x|cpu)(?<digits>\d+)(?<after>|\..*)$/;

/** `CALL.x4 to x17` for registers of one call, `cpu1 to cpu4095.REG` for one register of CPUs; any other as it is. */
export function inRanges(places: readonly string[]): readonly string[] {
  const ranges: { before: string; after: string; first: number; last: number }[] = [];
  const others: string[] = [];
  for (const place of places) {
    const { before = '', digits = '', after = '' } = COUNTED.exec(place)?.groups ?? {};
    const count = parseCount(digits);
    const range = ranges.at(-1);
    if (count === null) others.push(place);
    else if (range?.before === before && range.after === after && range.last + 1 === count)
      range.last = count;
    else ranges.push({ before, after, first: count, last: count });
  }
  const spelt = ranges.map(({ before, after, first, last }) => {
    const unit = before === 'cpu' ? 'cpu' : 'x';
    return last > first ? `${before}${first} to ${unit}${last}${after}` : `${before}${first}${after}`;
  });
  return [...others, ...spelt];
}
