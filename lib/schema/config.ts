/** A project's rmitrace.json: JSON, checked against schemas/config.schema.json. */
import { bad, good, type Result, trouble } from '../model/result.js';
import { whole } from './generated/config.js';
import type * as ConfigFile from './generated/config.types.js';
import { keyTwice, standsTwice } from './key-twice.js';
import { check } from './validate.js';

/** What its file has; the names in it may name nothing. */
export type Config = Omit<ConfigFile.Config, '$schema'>;

const NEXT = 'the schema is schemas/config.schema.json';

/** `file` is what messages call it. Troubles: `not-json`, `duplicate-key`, `bad-value`. */
export function configFromText(text: string, file: string): Result<Config> {
  const value = parsed(text);
  if (value === undefined) return bad(trouble('not-json', 'the file is not JSON', { file }, NEXT));
  const twice = keyTwice(text);
  if (twice !== null) {
    return bad(trouble('duplicate-key', standsTwice(twice), { file }, 'keep one of the two'));
  }
  const mismatch = check(whole, value);
  if (mismatch === null) return good(value as Config);
  const { pointer, message } = mismatch;
  return bad(
    trouble('bad-value', `${pointer === '' ? 'the file' : 'this'} ${message}`, { file, pointer }, NEXT),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
