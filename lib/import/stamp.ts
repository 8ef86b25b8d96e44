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

/** More than a tenth of a second earlier: CPUs that print at once are not so far apart. */
export function isFarBehind(stamp: string, other: string): boolean {
  const APART = 100_000n;
  return microseconds(other) - microseconds(stamp) > APART;
}

function microseconds(stamp: string): bigint {
  const [seconds = '', fraction = ''] = stamp.split('.');
  return BigInt(`${seconds}${fraction.slice(0, 6).padEnd(6, '0')}`);
}
