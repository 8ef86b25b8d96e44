/** Wall clocks that CI systems, serial loggers and terminals put before each line. */
import { type Layer, prefix } from '../layer.js';

const DAY = '\\d{4}[-/]\\d\\d[-/]\\d\\d';
const TIME = '\\d\\d:\\d\\d:\\d\\d(?:[.,:]\\d{1,9})?';
const ZONE = '(?:Z| ?[+-]\\d\\d:?\\d\\d| UTC)?';

const stamped = (name: string, says: string, begins: RegExp, pattern: string): Layer =>
  prefix(name, says, begins, new RegExp(pattern), ({ wall = '' }) => ({ wall }));

export const CLOCK_LAYERS: readonly Layer[] = [
  prefix(
    'job-and-step',
    'job and step of `gh run view --log`',
    /[^\t]/,
    /^[^\t]{1,200}\t[^\t]{1,200}\t(?=\d{4}-)/,
  ),
  stamped(
    'container',
    'the stamp and stream of a container log',
    /\d/,
    `^(?<wall>${DAY}T${TIME}${ZONE}) (?:stdout|stderr) [FP] `,
  ),
  stamped(
    'ci-stamp',
    "a CI system's stamp and stream mark",
    /\d/,
    `^(?<wall>${DAY}[T ]${TIME}${ZONE})(?: \\d\\d[OE][ +])?:? ?`,
  ),
  stamped(
    'bracketed-stamp',
    "a logger's stamp in brackets",
    /\[/,
    `^\\[(?<wall>(?:${DAY}[T ])?${TIME}${ZONE})\\]:? ?`,
  ),
  stamped('day-and-time', 'the stamp of ts(1)', /[A-Z]/, `^(?<wall>[A-Z][a-z]{2} [ \\d]\\d ${TIME}) `),
  stamped('time', "a logger's time of day", /\d/, `^(?<wall>${TIME}):? (?:-> )?`),
  stamped(
    'grabserial',
    'the stamp and delta of grabserial',
    /\[/,
    '^\\[(?<wall>\\d{1,9}\\.\\d{1,9} \\d{1,9}\\.\\d{1,9})\\] ?',
  ),
];
