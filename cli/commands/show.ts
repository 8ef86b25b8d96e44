/** `rmitrace show`: what a trace tells, in one sentence, and its events decoded. */
import { conformance, hasFinding, parseCount, showJson, showText } from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { misuse, traceOf } from '../load.js';
import { CONFORMANCE } from '../options.js';

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
  options: [CONFORMANCE],
  exits: '0 shown; 1 --conformance found an error',

  async run(io, args) {
    const [operand = '', ...events] = args.operands;
    const ranges = events.flatMap(each => each.split(','));
    const odd = ranges.find(range => !RANGE.test(range));
    if (odd !== undefined) {
      return io.trouble(
        misuse('show', `${JSON.stringify(odd)} is not an event number or range, like 4, 2-5 or end`),
      );
    }
    const read = await traceOf(io, operand);
    if (!read.ok) return io.trouble(read.trouble);
    const { trace } = read.value;
    const numbers = new Set<number>();
    for (const range of ranges) {
      const [from, to] = endsOf(range, trace.events.length);
      if (from < 1 || from > to || to > trace.events.length) {
        return io.trouble(
          misuse('show', `there is no event ${range}: the trace has ${trace.events.length} events`),
        );
      }
      for (let number = from; number <= to; number++) numbers.add(number);
    }
    const wanted = ranges.length === 0 ? null : [...numbers].sort((a, b) => a - b);
    const conforms = args.flag('conformance') ? conformance(trace, wanted) : null;
    const exit = conforms !== null && hasFinding(conforms, 'error') ? EXIT.different : EXIT.same;
    const result = { trace, numbers: wanted, conformance: conforms };
    return io.report(
      exit,
      () => showJson(result),
      () => showText(result, io.paint),
    );
  },
};

const RANGE = /^(\d{1,9}|end)(-(\d{1,9}|end))?$/;

/** First and last event of a range. */
function endsOf(range: string, last: number): readonly [number, number] {
  const [from, to = from] = range.split('-').map(end => (end === 'end' ? last : parseCount(end)));
  return [from ?? 0, to ?? 0];
}
