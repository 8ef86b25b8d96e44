/** Expected trouble is a value with a stable code, a place and a next step; a bug throws. */
import type { TroubleCode } from './troubles.js';

export type { TroubleCode };

/** Where the trouble is, as far as known. `line` and `event` count from 1; `pointer` is a JSON pointer. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly event?: number;
  readonly pointer?: string;
}

export interface Trouble {
  readonly code: TroubleCode;
  /** What failed, and what was expected and found: one line, no full stop. */
  readonly what: string;
  readonly where: Place;
  /** What to do next: one line, no full stop. */
  readonly next: string;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly trouble: Trouble };

export function good<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function bad(trouble: Trouble): Result<never> {
  return { ok: false, trouble };
}

export function trouble(code: TroubleCode, what: string, where: Place, next: string): Trouble {
  return { code, what, where, next };
}

/** The same trouble, and `where` it is, as far as it does not say that itself. */
export function placedIn(where: Place, found: Trouble): Trouble {
  return { ...found, where: { ...where, ...found.where } };
}
