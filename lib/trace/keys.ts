/** Keys that name an object's own machinery in JavaScript: no trace needs one, and a merge somewhere might trip over it. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export const isForbidden = (key: string): boolean => FORBIDDEN.has(key);
