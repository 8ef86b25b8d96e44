/** `rmitrace report`: a trace, or two, for people: a mail, an issue, a page. */
import {
  accountJson,
  diff,
  diffFiles,
  good,
  largeTrace,
  type OpenedSource,
  openTwice,
  REPORT_FORMATS,
  type ReportAbout,
  type ReportedTrace,
  type Result,
  readTrace,
  reportedLarge,
  type Trace,
} from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { formatOf, formatOption } from '../format.js';
import { noteLarge, traceFrom, watchedSource } from '../load.js';
import { pageAssets } from '../page-assets.js';
import type { Io } from '../process.js';

export const reportCommand: Command = {
  name: 'report',
  summary: 'write a report of a trace, or of two, for a mail, an issue or a page',
  examples: [
    { command: 'report good.json bad.json', says: 'a mail to a kernel list' },
    { command: 'report old.json --format markdown', says: 'an issue, with the trace in it' },
    {
      command: 'report good.json bad.json --format html > report.html',
      says: 'a page, in which answers can be edited and replayed',
    },
  ],
  operands: {
    usage: 'TRACE [OTHER]',
    min: 1,
    max: 2,
    says: 'TRACE and OTHER are files; one of them may be - for standard input',
  },
  options: [
    {
      ...formatOption(REPORT_FORMATS),
      says: 'lkml: a mail to a kernel list; markdown: an issue; html: a page that needs nothing else',
    },
  ],
  exits: '0 reported, whether the traces differ or not',

  async run(io, args) {
    const [operand = '', other] = args.operands;
    const { format, put } = formatOf(REPORT_FORMATS, io, args);
    const say = (about: ReportAbout): number => {
      if (!io.json) put(format.text(about, pageAssets));
      return io.report(EXIT.same, () => accountJson(about));
    };
    const one = await reportedOf(io, operand, other === undefined && !io.json);
    if (!one.ok) return io.trouble(one.trouble);
    const a = one.value;
    try {
      if (other === undefined) return say({ a: a.reported, b: null });
      const two = await reportedOf(io, other, !io.json);
      if (!two.ok) return io.trouble(two.trouble);
      const { reported: b } = two.value;
      try {
        const difference = await differenceOf(a, two.value);
        if (!difference.ok) return io.trouble(difference.trouble);
        return say({ a: a.reported, b, ...difference.value });
      } finally {
        await two.value.close();
      }
    } finally {
      await a.close();
    }
  },
};

interface Operand {
  readonly reported: ReportedTrace;
  readonly source: OpenedSource;
  close(): Promise<void>;
}

/** A large trace is held in part; `judged`: whether what breaks the specification is to stand in the report. */
async function reportedOf(io: Io, operand: string, judged: boolean): Promise<Result<Operand>> {
  const opened = await openTwice(await watchedSource(io, operand));
  if (!opened.ok) return opened;
  const source = opened.value;
  const close = () => source.opened.close();
  const reported = await reportedFrom(io, operand, source, judged);
  if (reported.ok) return good({ reported: reported.value, source, close });
  await close();
  return reported;
}

async function reportedFrom(
  io: Io,
  operand: string,
  source: OpenedSource,
  judged: boolean,
): Promise<Result<ReportedTrace>> {
  const found = await largeTrace(source);
  if (!found.ok) return found;
  const large = found.value;
  if (large === null) {
    const read = await traceFrom(io, source);
    return read.ok ? good({ name: operand, ...read.value }) : read;
  }
  try {
    noteLarge(io, source, large);
    return await reportedLarge(operand, large, judged);
  } finally {
    await large.close();
  }
}

/** Of two of which one is held in part: what differs between the whole ones. */
async function differenceOf(a: Operand, b: Operand): Promise<Result<Pick<ReportAbout, 'difference'>>> {
  if (a.reported.part === undefined && b.reported.part === undefined) return good({});
  const found = await diffFiles([a.source, b.source]);
  if (!found.ok) return found;
  if (found.value !== null) return good({ difference: found.value.difference });
  // Few events, each of which is large; or one of them is a log.
  const one = await wholeOf(a);
  if (!one.ok) return one;
  const other = await wholeOf(b);
  return other.ok ? good({ difference: diff(one.value, other.value) }) : other;
}

async function wholeOf({ reported, source }: Operand): Promise<Result<Trace>> {
  if (reported.part === undefined) return good(reported.trace);
  const read = await readTrace(source);
  return read.ok ? good(read.value.trace) : read;
}
