/**
 * What consoles look like in the logs that people have: ways to wrap the lines of one, each as a terminal, a logger, a
 * mailer or a CI system does it, and ways to damage them.
 */

/** Takes lines and gives lines. */
export type Wrapping = (lines: readonly string[]) => readonly string[];

const each =
  (wrap: (line: string, at: number) => string): Wrapping =>
  lines =>
    lines.map(wrap);

/** Nothing is lost in these. */
export const LOSSLESS: Readonly<Record<string, Wrapping>> = {
  'carriage returns': each(line => `${line}\r`),
  'a caret M that a pager spelt': each(line => `${line}^M`),
  'a mail quote': each(line => `> ${line}`),
  'a quote in a quote': each(line => `> > ${line}`),
  'the quote of a mailer that leaves no blank': each(line => `>${line}`),
  colours: each(line => `\x1b[32m${line}\x1b[0m`),
  'a title and a cursor movement': each(line => `\x1b]0;lab\x07\x1b[2K${line}`),
  'escapes that a syslog daemon spelt': each(line => `#033[1m${line}#033[0m`),
  "a harness's tag": each(line => `[     rmm ] ${line}`),
  'a column of services': each(line => `rmm_1  | ${line}`),
  'a terminal by name': each(line => `terminal_3: ${line}`),
  'a stamp of GitHub': each(line => `2026-11-22T10:00:00.1234567Z ${line}`),
  'job and step': each(line => `boot\tRun the board\t2026-11-22T10:00:00.1234567Z ${line}`),
  'a stamp in brackets': each(line => `[2026-11-22 10:00:00.123] ${line}`),
  'a time of day': each(line => `10:00:00.123 ${line}`),
  'a stamp of Python': each(line => `2026-11-22 10:00:00,123: ${line}`),
  'a stamp of ts': each(line => `Nov 22 10:00:00 ${line}`),
  'a syslog line': each(line => `Nov  2 10:00:00 lab minicom[812]: ${line}`),
  'a record of LAVA': each(
    line => `- {"dt": "2026-11-22T10:00:00.123456", "lvl": "target", "msg": ${JSON.stringify(line)}}`,
  ),
  'a record of a container': each(
    line => `{"log":${JSON.stringify(`${line}\n`)},"stream":"stdout","time":"2026-11-22T10:00:00.1Z"}`,
  ),
  'the stream of a container': each(line => `2026-11-22T10:00:00.123456789Z stdout F ${line}`),
  'an indent': each(line => `    ${line}`),
  tabs: each(line => `\t${line}`),
  "a record of Android's logcat": each(line => `11-22 10:00:00.123     0     0 I KERNEL  : ${line}`),
  'an element of a list in JSON': each(line => `        ${JSON.stringify(line)},`),
  'tags of a page': each(line => `<span class="line">${line}</span>`),
  'line numbers of grep': each((line, at) => `${at + 1}:${line}`),
  'line numbers of cat': each((line, at) => `${String(at + 1).padStart(6)}\t${line}`),
  'a web page': each(line => line.replaceAll('&', '&amp;').replaceAll('>', '&gt;').replaceAll('<', '&lt;')),
  'no-break spaces': each(line => line.replaceAll(' ', '\u00a0')),
  'other lines between': lines => lines.flatMap(line => [line, 'Starting the display manager...', '']),
  'trailing blanks': each(line => `${line}   `),
};

/** Where damage falls: a number from 0 to 1 for each choice. */
export type Dice = () => number;

const pick = (dice: Dice, count: number): number => Math.min(count - 1, Math.floor(dice() * count));

const CUT_IN = '[    0.177928] kvm [1]: IPA Size Limit: 48 bits';

/** Something may be lost in these: what is left must be right. */
export const LOSSY: Readonly<Record<string, (dice: Dice) => Wrapping>> = {
  'a terminal of 80 columns': () => lines => lines.flatMap(line => line.match(/.{1,80}/g) ?? ['']),
  'a terminal of 64 columns': () => lines => lines.flatMap(line => line.match(/.{1,64}/g) ?? ['']),
  'a mailer that breaks lines at 60': () => lines => lines.flatMap(line => brokenAtBlanks(line, 60)),
  'another writer in the middle of a record': dice => lines =>
    atOne(lines, dice, line => {
      const at = 1 + pick(dice, Math.max(1, line.length - 1));
      return [`${line.slice(0, at)}${CUT_IN}`, line.slice(at)];
    }),
  'another writer, and the rest a few lines later': dice => lines =>
    atOne(lines, dice, line => {
      const at = 1 + pick(dice, Math.max(1, line.length - 1));
      return [`${line.slice(0, at)}${CUT_IN}`, '[    0.178100] kvm [1]: vgic interrupt IRQ9', line.slice(at)];
    }),
  'a newline lost': dice => lines => {
    const at = pick(dice, lines.length);
    return lines.flatMap((line, index) =>
      index === at ? [`${line}${lines[at + 1] ?? ''}`] : index === at + 1 ? [] : [line],
    );
  },
  'a line lost': dice => lines => lines.filter((_, at) => at !== pick(dice, lines.length)),
  'the end of a line lost, at a blank': dice => lines =>
    atOne(lines, dice, line => {
      const blanks = [...line.matchAll(/ /g)].map(({ index }) => index);
      return [line.slice(0, blanks[pick(dice, blanks.length)] ?? line.length)];
    }),
  'a screen copied with its right edge filled up': () => lines =>
    lines.map(line => (line.length > 60 ? `${line.slice(0, 60)}${' '.repeat(110)}${line.slice(60)}` : line)),
};

function atOne(
  lines: readonly string[],
  dice: Dice,
  damage: (line: string) => readonly string[],
): readonly string[] {
  const at = pick(dice, lines.length);
  return lines.flatMap((line, index) => (index === at && line !== '' ? damage(line) : [line]));
}

function brokenAtBlanks(line: string, width: number): readonly string[] {
  const at = line.length <= width ? -1 : line.lastIndexOf(' ', width);
  return at <= 0 ? [line] : [line.slice(0, at), ...brokenAtBlanks(line.slice(at + 1), width)];
}
