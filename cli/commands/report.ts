/** `rmitrace report`: a trace, or two, for people: a mail, an issue, a page. */
import { accountJson, REPORT_FORMATS } from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { formatOf, formatOption } from '../format.js';
import { traceOf } from '../load.js';
import { pageAssets } from '../page-assets.js';

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
    const one = await traceOf(io, operand);
    if (!one.ok) return io.trouble(one.trouble);
    const two = other === undefined ? null : await traceOf(io, other);
    if (two !== null && !two.ok) return io.trouble(two.trouble);
    const about = {
      a: { name: operand, ...one.value },
      b: two === null || other === undefined ? null : { name: other, ...two.value },
    };
    const { format, put } = formatOf(REPORT_FORMATS, io, args);
    if (!io.json) put(format.text(about, pageAssets));
    return io.report(EXIT.same, () => accountJson(about));
  },
};
