/** `rmitrace replay`: a kernel again, on what a trace's machine answered. */
import { conformanceOfReplay, hasFinding, replay, replayJson, replayPieces, visible } from '../../lib/cli.js';
import { type Command, wordsOf } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { maxStepsOf, misuse, noteAlias, noteUnverified } from '../load.js';
import { COMPILING, replayKernels, SAME_KERNEL, withCompiled } from '../load-c-kernel.js';
import { editsOf } from '../load-edits.js';
import { IGNORE, ignoreOf } from '../load-ignore.js';
import { replaySource } from '../load-replay.js';
import { standIns } from '../load-rmm.js';
import {
  ANSWERS,
  BISECT,
  CONFORMANCE,
  REPLAYED_KERNEL,
  REPLAYED_STEPS,
  RMM_TIMEOUT,
  SET,
  STAND_IN,
  WANTS,
} from '../options.js';
import { OUTPUT, outputFile, type Written, writeOut } from '../outputs.js';
import type { Io } from '../process.js';

export const replayCommand: Command = {
  name: 'replay',
  summary: 'run the kernel again on the answers of a trace, edited or not, and report what changed',
  examples: [
    { command: 'replay good.json', says: 'the same kernel on the same answers' },
    {
      command: 'replay good.json --rmm forgets-range -o bad.json',
      says: 'another RMM on the same machine',
      story: true,
      exit: 1,
    },
    {
      command: 'replay good.json --set RMI_VERSION.x1=1.0',
      says: 'one register of one answer edited',
      exit: 1,
    },
    {
      command: 'replay good.json --wants 1.0 --rmm auto',
      says: 'a kernel that asks for another revision',
      exit: 1,
    },
    {
      command: 'replay old.json --kernel recorded --rmm tf-rmm-0.9',
      says: "the recorded calls again: compares the RMM's answers alone",
      exit: 1,
    },
  ],
  operands: { usage: 'TRACE', min: 1, max: 1, says: 'TRACE is a file; - is standard input' },
  options: [
    STAND_IN,
    RMM_TIMEOUT,
    SET,
    REPLAYED_KERNEL,
    WANTS,
    ...COMPILING,
    ANSWERS,
    CONFORMANCE,
    {
      name: 'answer-anyway',
      type: 'boolean',
      says: 'give a call that was not recorded the nearest recorded answer',
    },
    REPLAYED_STEPS,
    IGNORE,
    BISECT,
    { ...OUTPUT, says: `also write the replay as a trace, to a file or a folder (FOLDER/)` },
  ],
  exits: '0 the kernel acts as recorded; 1 it does not, or --conformance found an error',

  run: withCompiled('replay', async (io, args, compiled) => {
    const [operand = ''] = args.operands;
    const output = args.one('output');
    if (output === '-')
      return io.trouble(misuse('replay', '-o needs a file: the report goes to standard output'));
    const maxSteps = maxStepsOf('replay', args);
    if (!maxSteps.ok) return io.trouble(maxSteps.trouble);
    const source = await replaySource(io, args, operand, output !== undefined);
    if (!source.ok) return io.trouble(source.trouble);
    const { read, options, written, close } = source.value;
    const { trace, edited, digest } = read;
    const kernel = replayKernels('replay', args, compiled)(trace);
    if (!kernel.ok) return io.trouble(kernel.trouble);
    const edits = await editsOf(args.many('set'), trace.events);
    if (!edits.ok) return io.trouble(edits.trouble);
    const rmms = standIns(io, 'replay', args);
    if (!rmms.ok) return io.trouble(rmms.trouble);
    const rmm = rmms.value.of(trace);
    if (!rmm.ok) return io.trouble(rmm.trouble);
    if (rmm.value !== null && trace.header.after !== undefined)
      io.note('the RMM of this boot had not been reset; the one that answers now is newly booted');
    const ignore = ignoreOf(args);
    if (!ignore.ok) return io.trouble(ignore.trouble);
    const replayed = await replay(trace, kernel.value, {
      edits: edits.value,
      answers: args.flag('answers'),
      answerAnyway: args.flag('answer-anyway'),
      ...maxSteps.value,
      rmm: rmm.value,
      digest,
      ignore: ignore.value,
      edited: edited !== null,
      ...options,
    });
    await rmms.value.close();
    if (!replayed.ok) return io.trouble(replayed.trouble);
    noteAlias(io, args.one('kernel'), trace.header.scope);
    if (compiled === null) noteUnverified(io, kernel.value);

    if (output !== undefined) {
      const code = await writeReplay(io, operand, output, written(replayed.value));
      if (code !== EXIT.same) return code;
    }
    await close();
    if (replayed.value.failed !== null) return io.trouble(replayed.value.failed);
    const conforms = args.flag('conformance') ? conformanceOfReplay(trace, replayed.value.replayed) : null;
    const broken = conforms !== null && hasFinding(conforms, 'error');
    const exit = replayed.value.verdict === 'same' && !broken ? EXIT.same : EXIT.different;
    const result = {
      replay: replayed.value,
      name: operand,
      given: {
        kernel: wordsOf(args, SAME_KERNEL),
        rmm: wordsOf(args, ['rmm', 'rmm-timeout']),
        others: wordsOf(args, ['answers', 'conformance', 'answer-anyway', 'max-steps', 'ignore']),
      },
      edited,
      conformance: conforms,
      verbose: args.flag('verbose'),
    };
    return io.reportPieces(
      exit,
      () => replayJson(result),
      () => replayPieces(result, io.paint),
    );
  }),
};

/** Never writes over the trace that is replayed: a recording must stay. */
async function writeReplay(io: Io, input: string, output: string, trace: Written): Promise<number> {
  const file = await outputFile(output, trace);
  if (!file.ok) return io.trouble(file.trouble);
  const written = await writeOut(io, file.value, trace, [{ file: input, what: 'trace that is replayed' }]);
  if (!written.ok) return io.trouble(written.trouble);
  if (file.value !== output) io.note(`wrote ${visible(file.value)}`);
  return EXIT.same;
}
