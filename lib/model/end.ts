/** How a boot's check ended: the part of an outcome that tells one end from another, the same for every command. */
import type { End } from './trace.js';

/** `accepted 2.0`, `refused (v1.0 - v1.0)`, `quiet (not-supported)`. */
export function endText(end: End): string {
  const { class: outcomeClass, lower, higher } = end;
  if (outcomeClass === 'accepted') return `accepted ${lower ?? ''}`.trimEnd();
  if (outcomeClass === 'refused' && lower !== undefined)
    return higher === undefined ? `refused (v${lower})` : `refused (v${lower} - v${higher})`;
  return endKey(end);
}

/** The kind of end that it is, revisions left out: `accepted`, `quiet (no-rme)`. Ends are counted by it. */
export function endKey({ class: outcomeClass, reason }: End): string {
  return reason === undefined ? outcomeClass : `${outcomeClass} (${reason})`;
}

/** The end alone, its members in one order whatever it was taken from: as reports spell it. */
export function endJson({ class: outcomeClass, reason, lower, higher }: End): End {
  return {
    class: outcomeClass,
    ...(reason === undefined ? {} : { reason }),
    ...(lower === undefined ? {} : { lower }),
    ...(higher === undefined ? {} : { higher }),
  };
}

/** Whether two boots came to the same. */
export function isSameEnd(a: End, b: End | undefined): boolean {
  return a.class === b?.class && a.reason === b.reason && a.lower === b.lower && a.higher === b.higher;
}
