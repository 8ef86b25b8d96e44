/** `rmitrace cluster`: many boots in groups that end alike. */
import { clusterJson, clusterText, newClusters } from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { withCompiled } from '../load-c-kernel.js';
import { newProgress } from '../progress.js';
import { filesOf } from './check-files.js';
import { jobsOf, replayedFiles } from './check-jobs.js';
import { CHECK_OPTIONS } from './check-options.js';
import { playOf } from './check-play.js';

/** How each is replayed, as `check` has it. */
const OPTIONS: readonly string[] = [
  'rmm',
  'rmm-timeout',
  'set',
  'kernel',
  'wants',
  'patch',
  'abi',
  'shim',
  'verbose',
  'answers',
  'max-steps',
  'ignore',
  'jobs',
];

export const clusterCommand: Command = {
  name: 'cluster',
  summary: 'group many boots by how they end and what diverges first; print a line for each group',
  examples: [
    { command: 'cluster traces', says: 'the largest group first, each with a boot to look at' },
    { command: 'cluster good.json old.json bad.json --kernel v12', says: 'on another kernel' },
  ],
  operands: {
    usage: 'FILE|DIR...',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    says: 'FILE is a trace, or the log of one boot; DIR stands for every .json and .json.gz in it, except hidden ones',
  },
  options: CHECK_OPTIONS.filter(({ name }) => OPTIONS.includes(name)),
  exits: '0 grouped; 2 at least one could not be replayed',

  run: withCompiled('cluster', async (io, args, compiled) => {
    const jobs = jobsOf('cluster', args);
    if (!jobs.ok) return io.trouble(jobs.trouble);
    const files = await filesOf(args.operands);
    if (!files.ok) return io.trouble(files.trouble);
    const play = await playOf(io, args, compiled);
    if (!play.ok) return io.trouble(play.trouble);
    const groups = newClusters();
    const progress = newProgress(io, files.value.length, 'traces');
    const { close } = play.value;
    const rows = replayedFiles(io, jobs.value, files.value, play.value);
    let done = 0;
    for await (const { name, kept } of rows) {
      groups.add(name, kept);
      done++;
      progress.done(done);
      await io.breathe();
    }
    progress.end();
    await close();
    const all = groups.all();
    const exit = all.some(({ verdict }) => verdict === 'trouble') ? EXIT.trouble : EXIT.same;
    return io.report(
      exit,
      () => clusterJson(all),
      () => clusterText(all),
    );
  }),
};
