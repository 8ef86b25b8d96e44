/** Goes through everything that a trace holds, whatever member it stands in, so that no new member is forgotten. */
import { u64 } from '../model/u64.js';
import { isPointer } from './kinds.js';

export interface Change {
  /** What a text becomes; `member` is the nearest name that it stands under. */
  text(text: string, member: string): string;
  /** What a kernel pointer in a register becomes; both in hex, without `0x`. */
  pointer(was: string): string;
}

/** A copy with every text and every pointer changed. */
export function mapped<T>(value: T, change: Change, member?: string): T;
export function mapped(value: unknown, change: Change, member = ''): unknown {
  const within = (child: unknown, name: string) => mapped(child, change, nearest(member, name));
  if (typeof value === 'string') return change.text(value, member);
  if (typeof value === 'bigint')
    return isPointer(value) ? u64(BigInt(`0x${change.pointer(value.toString(16))}`)) : value;
  if (Array.isArray(value)) return value.map(child => mapped(child, change, member));
  // The names of somebody's own members are somebody's words as well.
  const named = (name: string) => (/^x-/.test(nearest(member, name)) ? change.text(name, 'x-') : name);
  if (value instanceof Map)
    return new Map([...value].map(([name, child]) => [named(name), within(child, name)]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [named(name), within(child, name)]));
}

/** What stands within somebody's own member, or within a list of conclusions, is somebody's words whatever its name. */
function nearest(member: string, name: string): string {
  return /^(?:inferred|x-.*)$/.test(member) ? member : name;
}
