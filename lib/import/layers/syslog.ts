/** What syslog daemons and journalctl put before a record. */
import { type Layer, prefix } from '../layer.js';
import { levelNamed, levelOfPriority } from './printk.js';

const RFC_3164 = '[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?';
const ISO =
  '\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d| [A-Z]{3,4})?';

/** A daemon's name with or without its pid. */
const PROGRAM = '[A-Za-z][\\w./@-]{0,63}(?:\\[\\d{1,9}\\])?: ?';

export const SYSLOG_LAYERS: readonly Layer[] = [
  prefix(
    'syslog',
    'date, host and program of a syslog file or of journalctl, with facility and level where they stand there',
    /[<A-Z\d]/,
    new RegExp(
      `^(?:<(?<priority>\\d{1,3})>)?(?:[A-Z][a-z]{2} )?(?<wall>${RFC_3164}|${ISO}|\\d{9,11}\\.\\d{6}) (?<host>[\\w.:-]{1,255}) (?:[a-z0-9]{2,8}\\.(?<level>[a-z]{3,7}) )?${PROGRAM}`,
    ),
    ({ wall = '', priority, level }) => ({
      wall,
      ...levelOfPriority(priority),
      ...levelNamed(level),
    }),
  ),
  prefix(
    'syslog-5424',
    'a record of RFC 5424, `<6>1 2026-11-22T10:00:00Z host kernel - - - `',
    /</,
    new RegExp(
      `^<(?<priority>\\d{1,3})>1 (?<wall>${ISO}|-) [!-~]{1,255} [!-~]{1,48} [!-~]{1,128} [!-~]{1,32} (?:-|\\[[^\\]]*\\]) ?`,
    ),
    ({ wall = '', priority }) => ({ wall, ...levelOfPriority(priority) }),
  ),
  prefix(
    'monotonic-journal',
    'host and program after a stamp, as journalctl -o short-monotonic shows them',
    /[A-Za-z]/,
    /^(?:[A-Za-z][\w.-]{0,254} )?kernel: ?/,
  ),
  prefix(
    'logcat',
    "what Android's logcat puts before a record, in its brief and its threaded form",
    /[\dVDIWEF]/,
    /^(?:(?<wall>\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) {1,6}(?:\w{1,32} {1,6})?\d{1,7} {1,6}\d{1,7} [VDIWEF] [^:]{0,40}: ?|[VDIWEF]\/[^(]{0,40}\( {0,6}\d{1,7}\): ?)/,
    ({ wall }) => (wall === undefined ? {} : { wall }),
  ),
  prefix('journal-field', 'journalctl -o verbose and export, `MESSAGE=`', /M/, /^MESSAGE=/),
];
