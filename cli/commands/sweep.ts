/** `rmitrace sweep`: every kernel on every machine with every answer, as one table. */
import {
  type AnyPlan,
  anySweepRows,
  everyEditFires,
  mergeSweeps,
  newKeeper,
  rowsOf,
  type Shard,
  SWEEP_FORMATS,
  type SweepTable,
} from '../../lib/cli.js';
import type { Args, Command } from '../command.js';
import { linesOf } from '../files.js';
import { formatOf } from '../format.js';
import { misuse } from '../load.js';
import { fileIn, writeOut } from '../outputs.js';
import type { Io } from '../process.js';
import { SWEEP_OPTIONS, type SweepInputs, sweepInputs } from './sweep-options.js';
import { type Printing, printSweep } from './sweep-rows.js';

export const sweepCommand: Command = {
  name: 'sweep',
  summary: 'run every combination of kernels, machines, RMMs and answers; print a table of the outcomes',
  examples: [
    { command: 'sweep --rmm tf-rmm-0.8 --rmm tf-rmm-0.9', says: 'how each kernel ends on two RMMs' },
    {
      command: 'sweep --set RMI_VERSION.x0=0,1,10,-1 --set RMI_VERSION.x1=1.0,2.0',
      says: 'every status with every revision',
    },
    {
      command: 'sweep --scope init --kernel v14 --rmm tf-rmm-0.9 --rmm tf-rmm-head',
      says: 'which series has realms in the end, with which RMM',
    },
    {
      command: 'sweep --kernel v13 --boundary --format csv',
      says: 'the answers at and around each limit of the check',
    },
    {
      command: 'sweep --kernel v13 --random 1000 --seed 7 -o found/',
      says: 'random answers; keeps a trace of each outcome',
    },
  ],
  operands: {
    usage: '[--merge FILE...]',
    min: 0,
    max: Number.POSITIVE_INFINITY,
    says: 'FILE is the output of `sweep --shard I/N --json`, one for each part; --merge prints the table of the whole sweep',
  },
  options: SWEEP_OPTIONS,
  exits: '0 done; 1 with --differ: some rows differ',

  async run(io, args) {
    if (args.flag('merge')) return merge(io, args);
    const closes: (() => Promise<void>)[] = [];
    try {
      const inputs = await sweepInputs(io, args, close => closes.push(close));
      if (!inputs.ok) return io.trouble(inputs.trouble);
      return await swept(io, args, inputs.value);
    } finally {
      for (const close of closes) await close();
    }
  },
};

async function swept(io: Io, args: Args, { plan, shard }: SweepInputs): Promise<number> {
  const fires = await everyEditFires(plan);
  if (!fires.ok) return io.trouble(fires.trouble);
  const { from, to } = rowsOf(shard, plan.table.rows);
  const output = args.one('output');
  return printSweep(
    io,
    { table: plan.table, count: to - from, rows: anySweepRows(plan, from, to) },
    {
      ...printing(io, args, plan.table, shard, args.flag('differ')),
      ...(output === undefined ? {} : { each: keeping(io, plan, output) }),
    },
  );
}

async function merge(io: Io, args: Args): Promise<number> {
  const odd = SWEEP_OPTIONS.find(
    ({ name }) => !MERGES.has(name) && (args.flag(name) || args.many(name).length > 0),
  );
  if (odd !== undefined)
    return io.trouble(
      misuse('sweep', `--merge does not take --${odd.name}: it prints what was swept before`),
    );
  if (args.operands.length === 0) return io.trouble(misuse('sweep', '--merge needs at least one FILE'));
  const merged = await mergeSweeps(args.operands.map(name => ({ name, lines: linesOf(name) })));
  if (!merged.ok) return io.trouble(merged.trouble);
  const { table, only, rows, totals } = merged.value;
  const differ = args.flag('differ') || only === 'differ';
  return printSweep(
    io,
    { table, count: table.rows, rows: rows(), totals },
    printing(io, args, table, null, differ),
  );
}

/** The options that say how a table is printed. */
const MERGES: ReadonlySet<string> = new Set(['merge', 'differ', 'format']);

function printing(io: Io, args: Args, table: SweepTable, shard: Shard | null, differ: boolean): Printing {
  const { format, put } = formatOf(SWEEP_FORMATS, io, args);
  const { paint } = io;
  return { differ, put, printer: first => format.printer({ table, shard, differ, first, paint }) };
}

/** Writes a trace into `folder` for each kind of outcome, at the first row that comes to it. */
function keeping(io: Io, plan: AnyPlan, folder: string): NonNullable<Printing['each']> {
  const keep = newKeeper(plan);
  return async row => {
    for (const { name, trace } of await keep(row)) {
      const file = await fileIn(folder, name);
      if (!file.ok) return file.trouble;
      const written = await writeOut(io, file.value, trace);
      if (!written.ok) return written.trouble;
    }
    return null;
  };
}
