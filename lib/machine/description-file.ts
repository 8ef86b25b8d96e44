/** A machine description as its file has it: JSON, checked against schemas/machine.schema.json. */
import { bad, placedIn, type Result, trouble } from '../model/result.js';
import { keyTwice, standsTwice } from '../schema/key-twice.js';
import { checkMachine } from '../schema/validate.js';
import { describe, type MachineDescription } from './description.js';

/** A description is about a page; a larger file is something else. */
const MOST_CHARACTERS = 1 << 20;

/** `name` is the file's, for messages. Troubles: `empty`, `too-large`, `not-json`, `duplicate-key`, `bad-machine`, `unknown-name`. */
export function machineFromText(text: string, name: string): Result<MachineDescription> {
  const where = { file: name };
  if (text.trim() === '')
    return bad(
      trouble(
        'empty',
        'the machine description is empty',
        where,
        'write one as schemas/machine.schema.json describes',
      ),
    );
  if (text.length > MOST_CHARACTERS)
    return bad(
      trouble('too-large', 'the machine description is larger than 1 MiB', where, 'name another file'),
    );
  const parsed = parsedJson(text);
  if (parsed === undefined)
    return bad(
      trouble('not-json', 'the machine description is not JSON', where, 'check it with any JSON tool'),
    );
  const twice = keyTwice(text);
  if (twice !== null) return bad(trouble('duplicate-key', standsTwice(twice), where, 'keep one of the two'));
  if (isTrace(parsed))
    return bad(
      trouble('bad-machine', 'this is a trace, not a machine description', where, 'replay it with `replay`'),
    );
  const checked = checkMachine(parsed);
  if (!checked.ok) {
    const next = 'the schema is schemas/machine.schema.json';
    return bad(
      trouble(
        'bad-machine',
        `${checked.pointer === '' ? 'the description' : 'this'} ${checked.message}`,
        { ...where, pointer: checked.pointer },
        next,
      ),
    );
  }
  const described = describe(checked.value);
  return described.ok ? described : bad(placedIn(where, described.trouble));
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTrace(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === 'rmitrace';
}
