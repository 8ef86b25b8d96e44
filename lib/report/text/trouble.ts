/** Trouble, as one line. */
import type { Place, Trouble } from '../../model/result.js';
import { visible } from './escape.js';

/** `boot.json:14: /events/3/res/1: what is wrong (what to do)`. */
export function troubleText({ what, where, next }: Trouble): string {
  return visible(`${placeText(where)}${what} (${next})`);
}

/** `boot.json:14: event 4: /res/1: `, as much of it as is known; with nothing known, nothing. */
export function placeText({ file, line, event, pointer }: Place): string {
  const at = [
    ...(file === undefined ? [] : [line === undefined ? file : `${file}:${line}`]),
    ...(file === undefined && line !== undefined ? [`line ${line}`] : []),
    ...(event === undefined ? [] : [`event ${event}`]),
    ...(pointer === undefined || pointer === '' ? [] : [pointer]),
  ];
  return at.length === 0 ? '' : `${at.join(': ')}: `;
}
