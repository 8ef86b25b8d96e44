/** A count in text: at most nine decimal digits, so that it is exact as a plain number. `null` for anything else. */
export function parseCount(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** `1 trace`, `2 traces`: a count and what is counted. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
