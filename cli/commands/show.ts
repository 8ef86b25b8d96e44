/** `rmitrace show`: what a trace tells, in one sentence, and its events decoded. */
import {
  bad,
  briefText,
  conformance,
  countOf,
  type EventFilter,
  follows,
  good,
  hasFinding,
  parseCount,
  parseFilter,
  type Result,
  readHex,
  showJson,
  showPieces,
  type Trace,
  type TraceEvent,
} from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { misuse, withTrace } from '../load.js';
import { CONFORMANCE } from '../options.js';
import type { Io } from '../process.js';
import { type Range, showLarge } from './show-large.js';
import { textconv } from './show-textconv.js';

export const showCommand: Command = {
  name: 'show',
  summary: 'say in one sentence what happened; then print every event, decoded and raw',
  examples: [
    { command: 'show good.json', says: 'the finding, then every event', story: true },
    { command: 'show old.json 12-14 end', says: 'some events' },
    { command: "show old.json log 'RMI_* x0!=0'", says: 'the lines, and the calls that failed' },
    { command: 'show old.json --brief', says: 'the finding alone' },
    { command: 'show old.json --json', says: 'the same as JSON' },
    { command: 'show old.json --conformance', says: 'whether the answers follow the RMM specification' },
  ],
  operands: {
    usage: 'TRACE [EVENTS...]',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    says: "TRACE is a file; - is standard input. EVENTS are numbers from 1, like 4, 2-5, 4,7 or end; types like log; or calls, registers and facts in the grammar of edits, with conditions on the answer: 'RMI_* x0!=0'",
  },
  options: [
    { name: 'brief', type: 'boolean', says: 'print the finding alone' },
    {
      name: 'follow',
      type: 'string',
      value: 'ADDRESS',
      says: 'show the calls and lines that are about this granule, or a range that it lies in',
    },
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
      return textconv(io, operand);
    }
    const wanted = wantedOf(events, args.one('follow'));
    if (!wanted.ok) return io.trouble(wanted.trouble);
    const { ranges: texts, keep } = wanted.value;
    const brief = args.flag('brief');
    const conforms = args.flag('conformance');
    if (brief && (texts.length > 0 || keep !== null))
      return io.trouble(misuse('show', '--brief prints no events: leave out which ones to show'));
    return withTrace(io, operand, {
      large: async trace => {
        const ranges = rangesOf(texts, countOf(trace.gist.events));
        if (!ranges.ok) return io.trouble(ranges.trouble);
        if (brief && !conforms) return showBrief(io, trace.gist);
        return showLarge(io, trace, { ranges: ranges.value, keep }, conforms);
      },
      whole: async ({ trace }) => {
        const ranges = rangesOf(texts, trace.events.length);
        if (!ranges.ok) return io.trouble(ranges.trouble);
        if (brief && !conforms) return showBrief(io, trace);
        const numbers = numbersIn(trace.events, ranges.value, keep);
        if (numbers?.length === 0) io.note('no event fits');
        const found = conforms ? conformance(trace, numbers) : null;
        const exit = found !== null && hasFinding(found, 'error') ? EXIT.different : EXIT.same;
        const result = { trace, numbers, conformance: found };
        return io.reportPieces(
          exit,
          () => showJson(result),
          () => showPieces(result, io.paint),
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

/** The numbers of the events of these ranges that are kept; `null` for all of a trace. */
function numbersIn(
  events: readonly TraceEvent[],
  ranges: readonly Range[] | null,
  keep: EventFilter | null,
): readonly number[] | null {
  if (ranges === null && keep === null) return null;
  const numbers = (ranges ?? [[1, events.length]]).flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, at) => from + at),
  );
  return keep === null
    ? numbers
    : numbers.filter(number => {
        const event = events[number - 1];
        return event !== undefined && keep.keeps(event);
      });
}

/** An event is wanted that is in one of the ranges, of one of the kinds, and about the address: of what was given. */
function wantedOf(
  words: readonly string[],
  follow: string | undefined,
): Result<{ readonly ranges: readonly string[]; readonly keep: EventFilter | null }> {
  const ranges: string[] = [];
  const kinds: EventFilter[] = [];
  for (const word of words) {
    const parts = word.split(',');
    if (/^(?!0x)[\d-]/.test(word) || parts.every(part => RANGE.test(part))) {
      const odd = parts.find(part => !RANGE.test(part));
      if (odd !== undefined)
        return bad(
          misuse('show', `${JSON.stringify(odd)} is not an event number or range, like 4, 2-5 or end`),
        );
      ranges.push(...parts);
      continue;
    }
    const kind = parseFilter(word);
    if (!kind.ok) return kind;
    kinds.push(kind.value);
  }
  const address = follow === undefined ? null : readHex(follow);
  if (follow !== undefined && address === null)
    return bad(misuse('show', `--follow ${JSON.stringify(follow)} is not an address like 0x80005000`));
  const near = address === null ? null : follows(address);
  if (kinds.length === 0) return good({ ranges, keep: near });
  const keep: EventFilter = {
    keeps: event => kinds.some(kind => kind.keeps(event)) && (near?.keeps(event) ?? true),
    mayKeep: line => kinds.some(kind => kind.mayKeep(line)) && (near?.mayKeep(line) ?? true),
  };
  return good({ ranges, keep });
}

function showBrief(io: Io, trace: Trace): number {
  return io.report(
    EXIT.same,
    () => showJson({ trace, numbers: [], conformance: null }),
    () => briefText(trace, io.paint),
  );
}
