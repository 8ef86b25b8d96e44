/** Stamps of printk, seconds with a fraction, as text: compared without making numbers of them. */

/** Negative where `a` is earlier. */
export function compareStamps(a: string, b: string): number {
  const [secondsA = '', fractionA = ''] = a.split('.');
  const [secondsB = '', fractionB = ''] = b.split('.');
  const width = Math.max(secondsA.length, secondsB.length);
  const left = `${secondsA.padStart(width, '0')}.${fractionA.padEnd(9, '0')}`;
  const right = `${secondsB.padStart(width, '0')}.${fractionB.padEnd(9, '0')}`;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Before the clock runs every record has this one: it tells no two apart. */
export function isZero(stamp: string): boolean {
  return /^0+\.0+$/.test(stamp);
}
