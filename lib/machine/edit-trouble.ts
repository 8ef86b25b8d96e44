/** How an edit is refused: what of it does not fit, and how it should look. */
import { bad, type Result } from '../model/result.js';

export function refused(text: string, what: string, next: string): Result<never> {
  return bad('bad-edit', `the edit ${JSON.stringify(text)} cannot be read: ${what}`, {}, next);
}

export function notAValue(text: string, value: string): Result<never> {
  return refused(
    text,
    `${JSON.stringify(value)} is no value here`,
    'give 0x… in lower case, a decimal, a revision M.m, a status like RMI_ERROR_INPUT, random(SEED), or unknown',
  );
}
