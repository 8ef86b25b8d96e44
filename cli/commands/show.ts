/** `rmitrace show`: what a trace tells, in one sentence, and its events decoded. */
import {
  bad,
  conformance,
  good,
  hasFinding,
  parseCount,
  type Result,
  showJson,
  showText,
} from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { misuse, withTrace } from '../load.js';
import { CONFORMANCE } from '../options.js';
import { type Range, showLarge } from './show-large.js';
import { textconv } from './show-textconv.js';

export const showCommand: Command = {
  name: 'show',
  summary: 'say in one sentence what happened; then print every event, decoded and raw',
  examples: [
    { command: 'show good.json', says: 'the finding, then every event', story: true },
    { command: 'show old.json 12-14 end', says: 'some events' },
    { command: 'show old.json --json', says: 'the same as JSON' },
    { command: 'show old.json --conformance', says: 'whether the answers follow the RMM specification' },
  ],
  operands: {
    usage: 'TRACE [EVENTS...]',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    says: 'TRACE is a file; - is standard input. EVENTS are numbers from 1, like 4, 2-5, 4,7 or end',
  },
  options: [
    CONFORMANCE,
    {
      name: 'textconv',
      type: 'boolean',
      says: 'print it for `git diff`: a line for each thing that can change; trouble is printed too, and exits with 0',
    },
  ],
  exits: '0 shown; 1 --conformance found an error',

  async run(io, args) {
    const [operand = '', ...events] = args.operands;
    if (args.flag('textconv')) {
      if (events.length > 0 || args.flag('conformance') || io.json)
        return io.trouble(misuse('show', '--textconv prints a whole trace, as text'));
      io.print(await textconv(io, operand));
      return EXIT.same;
    }
    const ranges = events.flatMap(each => each.split(','));
    const odd = ranges.find(range => !RANGE.test(range));
    if (odd !== undefined) {
      return io.trouble(
        misuse('show', `${JSON.stringify(odd)} is not an event number or range, like 4, 2-5 or end`),
      );
    }
    return withTrace(io, operand, {
      // Conformance is judged with the whole trace at hand.
      suits: () => !args.flag('conformance'),
      large: async trace => {
        const wanted = rangesOf(ranges, trace.gist.events.length);
        return wanted.ok ? showLarge(io, trace, wanted.value) : io.trouble(wanted.trouble);
      },
      whole: async ({ trace }) => {
        const wanted = rangesOf(ranges, trace.events.length);
        if (!wanted.ok) return io.trouble(wanted.trouble);
        const numbers = wanted.value?.flatMap(numbersOf) ?? null;
        const conforms = args.flag('conformance') ? conformance(trace, numbers) : null;
        const exit = conforms !== null && hasFinding(conforms, 'error') ? EXIT.different : EXIT.same;
        const result = { trace, numbers, conformance: conforms };
        return io.report(
          exit,
          () => showJson(result),
          () => showText(result, io.paint),
        );
      },
    });
  },
};

const RANGE = /^(\d{1,9}|end)(-(\d{1,9}|end))?$/;

/** The ranges in order, those that touch made one; `null` where none is given. */
function rangesOf(texts: readonly string[], count: number): Result<readonly Range[] | null> {
  const ranges: Range[] = [];
  for (const text of texts) {
    const [from, to] = endsOf(text, count);
    if (from < 1 || from > to || to > count)
      return bad(misuse('show', `there is no event ${text}: the trace has ${count} events`));
    ranges.push([from, to]);
  }
  if (ranges.length === 0) return good(null);
  const apart: Range[] = [];
  for (const [from, to] of ranges.sort(([a], [b]) => a - b)) {
    const [before, end] = apart.at(-1) ?? [0, -1];
    if (from <= end + 1) apart[apart.length - 1] = [before, Math.max(end, to)];
    else apart.push([from, to]);
  }
  return good(apart);
}

/** First and last event of a range. */
function endsOf(range: string, last: number): Range {
  const [from, to = from] = range.split('-').map(end => (end === 'end' ? last : parseCount(end)));
  return [from ?? 0, to ?? 0];
}

function numbersOf([from, to]: Range): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
