/** `rmitrace minimise`: which of the edits make a replay fail. */
import {
  type AsyncKernel,
  type Edit,
  type Extent,
  extentFor,
  type Minimised,
  minimise,
  minimiseJson,
  minimiseText,
  type ReadToReplay,
  type Result,
  type Trace,
} from '../../lib/cli.js';
import { type Command, wordsOf } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { misuse, replayedTraceOf } from '../load.js';
import { COMPILING, replayKernels, SAME_KERNEL, withCompiled } from '../load-c-kernel.js';
import { editsOf, eventsNamedBy } from '../load-edits.js';
import { type StandIns, standIns } from '../load-rmm.js';
import { REPLAYED_KERNEL, RMM_TIMEOUT, SET, STAND_IN, WANTS } from '../options.js';

/** The options that make a replay the same one, but for its edits. */
const SAME = ['rmm', 'rmm-timeout', ...SAME_KERNEL];

export const minimiseCommand: Command = {
  name: 'minimise',
  summary: 'find the fewest of the given edits that make a replay fail in the same way',
  examples: [
    {
      command: 'minimise good.json --set nv2=true --set RMI_VERSION.x0=1 --set sve_hint=true',
      says: 'the same way: same verdict, outcome and first divergence',
      exit: 1,
    },
  ],
  operands: { usage: 'TRACE', min: 1, max: 1, says: 'TRACE is a file; - is standard input' },
  options: [
    SET,
    { ...STAND_IN, default: 'the answers of the trace' },
    RMM_TIMEOUT,
    REPLAYED_KERNEL,
    WANTS,
    ...COMPILING,
  ],
  exits:
    '0 the kernel acts as recorded even with all edits; 1 it does not, and the fewest edits for that are printed',

  run: withCompiled('minimise', async (io, args, compiled) => {
    const [operand = ''] = args.operands;
    if (args.many('set').length === 0)
      return io.trouble(misuse('minimise', 'minimise needs edits: give --set'));
    const named = await eventsNamedBy(args.many('set'));
    const kernelOf = replayKernels('minimise', args, compiled);
    const extent = (part: Trace) => repeated(extentFor(part, { kernelOf }));
    const read = await replayedTraceOf(io, operand, extent, named);
    if (!read.ok) return io.trouble(read.trouble);
    const { trace, held } = read.value;
    const kernel = kernelOf(trace);
    if (!kernel.ok) return io.trouble(kernel.trouble);
    const edits = await editsOf(args.many('set'), trace.events);
    if (!edits.ok) return io.trouble(edits.trouble);
    const rmms = standIns(io, 'minimise', args);
    if (!rmms.ok) return io.trouble(rmms.trouble);
    const found = await minimised(trace, kernel.value, edits.value, rmms.value, held);
    await read.value.close();
    if (!found.ok) return io.trouble(found.trouble);
    const exit = found.value.failure === null ? EXIT.same : EXIT.different;
    const result = { found: found.value, name: operand, options: wordsOf(args, SAME) };
    return io.report(
      exit,
      () => minimiseJson(result),
      () => minimiseText(result, io.paint),
    );
  }),
};

/** Edits answer. */
function repeated(extent: Extent): Extent {
  return extent === 'answers' ? 'lines' : extent;
}

async function minimised(
  trace: Trace,
  kernel: AsyncKernel,
  edits: readonly Edit[],
  rmms: StandIns,
  held: ReadToReplay['held'],
): Promise<Result<Minimised>> {
  try {
    const rmm = rmms.of(trace);
    return rmm.ok ? await minimise(trace, kernel, edits, { rmm: rmm.value, ...held }) : rmm;
  } finally {
    await rmms.close();
  }
}
