/**
 * The thorough reader: takes any layout of the same JSON, and is the only one that says what is wrong with a file. It is
 * ten times slower than the quick ones, so stream-json is loaded only when it is needed.
 */
import type { Trouble } from '../model/result.js';
import { guard } from './json-guard.js';
import { members, type Token } from './json-members.js';
import type { ReadLimits } from './limits.js';
import { notJson } from './not-json.js';
import type { Opened } from './open.js';
import {
  cutOff,
  foreignFormat,
  isNamedTrace,
  judge,
  type Keeper,
  nothingYet,
  placeOf,
  type ReadAny,
  sinkInto,
} from './partial.js';
import { eachText, withoutMark } from './text.js';
import { readTrouble } from './troubles.js';

/** What the parser does not tell where a text is no JSON further on: it gives nothing of that piece. */
const BEGINS_AS_TRACE = /^\s*\{(?=.*"(?:format"\s*:\s*"rmitrace"|events"\s*:\s*\[))/s;

type Parse = (text: string | null) => readonly Token[] | 'not-json';

/** stream-json's tokenizer as a plain function; `null` ends the text. */
async function jsonParse(): Promise<Parse> {
  const [{ jsonParser }, { getManyValues, isMany, none }] = await Promise.all([
    import('stream-json/parser.js'),
    import('stream-chain/defs.js'),
  ]);
  const parse = jsonParser({ streamValues: false });
  return text => {
    try {
      const output: unknown = parse(text ?? (none as unknown as string));
      return isMany(output) ? (getManyValues(output) as readonly Token[]) : [];
    } catch {
      return 'not-json';
    }
  };
}

export async function readAnyLayout(
  opened: Opened,
  file: string,
  limits: ReadLimits,
  /** How many troubles with single values to collect. */
  most: number,
  keeper?: Keeper,
): Promise<ReadAny> {
  const [parse, { assembler }] = await Promise.all([jsonParse(), import('stream-json/assembler.js')]);
  const partial = nothingYet();
  const positions = guard(limits);
  const tokens = members(positions, sinkInto(partial, file, most, keeper), () => assembler(), limits);

  function take(text: string | null): Trouble | 'not-json' | null {
    const breach = text === null ? null : positions.look(text);
    if (breach !== null) return readTrouble(breach.code, breach.what, { file, line: breach.line });
    const parsed = parse(text);
    if (parsed === 'not-json') return parsed;
    for (const token of parsed) {
      const flaw = tokens.take(token);
      if (flaw !== null) return readTrouble(flaw.code, flaw.what, placeOf(flaw.path, flaw.line, file));
      if (partial.seen > limits.events) {
        return readTrouble('too-large', `the trace has more than ${limits.events} events`, { file });
      }
    }
    return foreignFormat(partial, file);
  }

  const pieces: { stop: Trouble | 'not-json' | null; begin: string } = { stop: null, begin: '' };
  const refuse = (found: Trouble): ReadAny => ({
    ok: false,
    troubles: [foreignFormat(partial, file) ?? found, ...partial.troubles].slice(0, most),
    isNamed: isNamedTrace(partial) || BEGINS_AS_TRACE.test(pieces.begin),
    rest: null,
  });

  const read = await eachText(opened, file, limits, text => {
    const isFirst = pieces.begin === '';
    if (isFirst) pieces.begin = withoutMark(text);
    pieces.stop = take(isFirst ? pieces.begin : text);
    return pieces.stop === null;
  });
  if (!read.ok) return refuse(read.trouble);
  if (pieces.stop === 'not-json') return refuse(await notJson(opened, file, limits));
  if (pieces.stop !== null) return refuse(pieces.stop);
  if (read.value.blank) return refuse(readTrouble('empty', 'the file is empty', { file }));
  const last = take(null);
  if (last !== 'not-json' && !read.value.torn)
    return last === null ? judge(partial, file, keeper) : refuse(last);
  const { line, depth } = positions.end();
  if (depth > 0) return refuse(cutOff(partial, tokens.insideEvent(), file, line));
  return refuse(await notJson(opened, file, limits));
}
