/** A record of the kernel's in each layer that a logger, a terminal or a person puts around it: what is printed, what is kept. */

export const RECORD = 'kvm [1]: RMI ABI version 2.0';
const STAMP = '[    0.523456] ';

/** `t`: the kernel's stamp, where the line has it; `level`: by name, where the line tells. */
export interface ConsoleLine {
  readonly line: string;
  readonly t?: string;
  readonly level?: string;
}

const stamped = (before: string, behind = ''): ConsoleLine => ({
  line: `${before}${STAMP}${RECORD}${behind}`,
  t: '0.523456',
});
const bare = (before: string, behind = ''): ConsoleLine => ({ line: `${before}${RECORD}${behind}` });

/** By the layer's name; one of which there are several kinds has several. */
export const CONSOLE_LINES: Readonly<Record<string, readonly ConsoleLine[]>> = {
  'carriage-returns': [stamped('', '\r'), stamped('', '^M')],
  escapes: [
    stamped('\x1b[32m', '\x1b[0m'),
    stamped('\x1b]0;lab\x07'),
    stamped('\x1b(B\x1b[m'),
    stamped('\x1b_bk;t=1763805600123\x07'),
    stamped('#033[1m', '#033[0m'),
  ],
  'control-bytes': [stamped('\x00\x07'), stamped('\ufeff')],
  'web-page': [stamped('<span class="line">', '</span>'), stamped('\u00a0\u00a0')],
  'quoted-printable': [stamped('', '=20')],
  json: [
    {
      line: `- {"dt": "2026-11-22T10:00:00.1", "lvl": "target", "msg": ${JSON.stringify(`${STAMP}${RECORD}`)}}`,
      t: '0.523456',
    },
    {
      line: `{"_TRANSPORT":"kernel","PRIORITY":"6","MESSAGE":"${RECORD}","_SOURCE_MONOTONIC_TIMESTAMP":"523456"}`,
      t: '0.523456',
      level: 'info',
    },
  ],
  'json-member': [bare('"msg": "', '",')],
  'json-string': [stamped('"', '",')],
  'raw-level': [{ ...stamped('<6>'), level: 'info' }],
  'decoded-level': [{ ...stamped('kern  :info  : '), level: 'info' }],
  stamp: [stamped(''), { line: `[    0.523456 <    0.000012>] ${RECORD}`, t: '0.523456' }],
  'short-stamp': [{ line: `[    0.523] ${RECORD}`, t: '0.523' }],
  caller: [
    { line: `[    0.523456][    T1] ${RECORD}`, t: '0.523456' },
    { line: `[    0.523456] [0:      swapper/0:    1] ${RECORD}`, t: '0.523456' },
  ],
  'vendor-caller': [
    { line: `[    0.523456] (2)[1:swapper/0]${RECORD}`, t: '0.523456' },
    { line: `[    0.523456] c0 1 ${RECORD}`, t: '0.523456' },
  ],
  kmsg: [{ line: `6,345,523456,-,caller=T1;${RECORD}`, t: '0.523456', level: 'info' }],
  ctime: [bare('[Sun Nov 22 10:00:00 2026] ')],
  reltime: [bare('[Nov22 10:00] '), bare('[  +0.000012] ')],
  syslog: [
    stamped('Nov 22 10:00:00 lab kernel: '),
    bare('2026-11-22T10:00:00.123456+0000 lab kernel: '),
    bare('1763805600.123456 lab kernel: '),
    { ...stamped('Jan  1 00:00:03 board kern.info kernel: '), level: 'info' },
  ],
  'syslog-5424': [{ ...bare('<6>1 2026-11-22T10:00:00Z lab kernel - - - '), level: 'info' }],
  'monotonic-journal': [{ line: `[    0.523456] lab kernel: ${RECORD}`, t: '0.523456' }],
  logcat: [stamped('11-22 10:00:00.123     0     0 I KERNEL  : '), bare('I/        (    0): ')],
  'journal-field': [bare('MESSAGE=')],
  'job-and-step': [stamped('boot\tRun the board\t2026-11-22T10:00:00.1234567Z ')],
  container: [stamped('2026-11-22T10:00:00.123456789Z stdout F ')],
  'ci-stamp': [stamped('2026-11-22T10:00:00.123456Z 00O '), bare('2026-11-22T10:00:00,123456+00:00 ')],
  'bracketed-stamp': [stamped('[2026-11-22T10:00:00.123Z] '), stamped('[10:00:00.123] ')],
  'day-and-time': [stamped('Nov 22 10:00:00 ')],
  time: [stamped('10:00:00.123  ')],
  grabserial: [stamped('[12.345678 0.000123] ')],
  'bracketed-tag': [stamped('[     tfa ] ')],
  'column-tag': [stamped('uart1-1  | ')],
  'named-tag': [stamped('terminal_0: ')],
  quote: [stamped('> > ')],
  'named-quote': [stamped('SP> ')],
  diff: [stamped('+')],
  'line-numbers': [stamped('12:'), stamped('boot.log:12:')],
  'file-names': [stamped('boot.log:')],
  indent: [stamped('\t')],
};
