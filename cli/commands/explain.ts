/** `rmitrace explain`: what a log tells of the handshake, without a trace; and what a word of a report means. */
import {
  type Code,
  codesJson,
  codesNamed,
  codesText,
  explainText,
  hasHandshake,
  importJson,
  type Trouble,
  trouble,
} from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { isThere } from '../files.js';
import { LOG_OPTIONS, readLogs } from '../load-logs.js';

export const explainCommand: Command = {
  name: 'explain',
  summary: 'say what the logs of a boot show: why it has no realms, and how to settle what they leave open',
  examples: [
    { command: 'explain console.log', says: 'why has this boot no realms?' },
    {
      command: 'explain console.log --no-infer',
      says: 'only what the log shows: no call is in this one',
      exit: 1,
    },
    { command: 'explain edit-never-fired', says: 'what does this word of a report mean?' },
  ],
  operands: {
    usage: 'LOG...|CODE...',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    says: 'each LOG is a console, dmesg or recorded calls, all of one boot; - is standard input. CODE is a word of a report: `list codes` has them',
  },
  options: LOG_OPTIONS,
  exits: '0 explained; 1 a boot has no handshake, or --strict and data was lost',

  async run(io, args) {
    const codes = await codesOf(args.operands);
    if (codes !== null)
      return io.report(
        EXIT.same,
        () => codesJson(codes),
        () => codesText(codes),
      );
    const unknown = await neitherOf(args.operands);
    if (unknown !== null) return io.trouble(unknown);
    const read = await readLogs(io, 'explain', args);
    if (!read.ok) return io.trouble(read.trouble);
    const { imported, boots, lost } = read.value;
    const found = boots.length > 0 && boots.every(hasHandshake);
    const exit = found && !lost ? EXIT.same : EXIT.different;
    return io.report(
      exit,
      () => importJson(imported, boots),
      () => explainText(imported, boots, io.paint),
    );
  },
};

/** What the words mean, if each is a code; `null` where one is not, or is a file that is there. */
async function codesOf(words: readonly string[]): Promise<readonly Code[] | null> {
  const found: Code[] = [];
  for (const word of words) {
    const codes = (await isThere(word)) ? [] : codesNamed(word);
    if (codes.length === 0) return null;
    found.push(...codes);
  }
  return found;
}

/** Of a word without a dot or slash that is nothing: a file's name has one, so a code was meant, or a file is missing. */
async function neitherOf(words: readonly string[]): Promise<Trouble | null> {
  for (const word of words)
    if (/^[\w-]*\w[\w-]*$/.test(word) && codesNamed(word).length === 0 && !(await isThere(word))) {
      const next = '`rmitrace list codes` has the words of reports';
      return trouble('not-found', 'this is neither a file nor a word of a report', { file: word }, next);
    }
  return null;
}
