/**
 * `npm run bench -- --huge [--gigabytes N]`, by hand: whether memory stays what it is on a trace of 5 GB, beside one of 50 MB,
 * with the limits raised as such a trace needs it. It takes twice as much room on the disk, and some minutes.
 */
import { BARE, node, RMITRACE } from './child.js';
import { benchFiles } from './files.js';
import { GROWTH } from './measure.js';

const SMALL_MB = 50;
const LIMITS = ['--limit', 'bytes=64G', '--limit', 'events=900000000'];

const COMMANDS = [
  ['validate', trace => ['validate', trace]],
  ['show, one event', trace => ['show', trace, 'end']],
  ['fmt', trace => ['fmt', trace]],
  ['replay', trace => ['replay', trace]],
  ['replay --kernel recorded', trace => ['replay', trace, '--kernel', 'recorded']],
  ['diff, 10 edits', (trace, edited) => ['diff', trace, edited]],
];

/** Prints a line for each command; gives what is wrong. */
export async function benchHuge(gigabytes, print) {
  const wrong = [];
  const sizes = [SMALL_MB, gigabytes * 1000].map(megabytes => benchFiles(megabytes));
  try {
    const traces = sizes.map(files => files.pair());
    const loops = [];
    for (const [trace] of traces) loops.push(await node([BARE, 'parse', trace]));
    print(
      `${'command'.padEnd(28)}${sizes.map(({ megabytes }) => `${megabytes} MB: × the loop, MiB`.padEnd(32)).join('')}\n`,
    );
    for (const [what, words] of COMMANDS) {
      const runs = [];
      for (const pair of traces) runs.push(await node([RMITRACE, ...words(...pair), ...LIMITS]));
      const cells = runs.map(({ ms, mebibytes }, at) =>
        `${(ms / loops[at].ms).toFixed(2)}, ${Math.round(mebibytes)}`.padEnd(32),
      );
      print(`${what.padEnd(28)}${cells.join('')}\n`);
      const [small, large] = runs;
      for (const { code, head } of runs)
        if (code === null || code > 1) wrong.push(`${what}: exit ${code}: ${head.slice(0, 200)}`);
      if (small.code !== large.code)
        wrong.push(`${what}: exit ${large.code}, and ${small.code} of ${SMALL_MB} MB`);
      if (large.mebibytes > small.mebibytes * GROWTH.factor + GROWTH.mebibytes)
        wrong.push(`${what}: takes ${Math.round(large.mebibytes)} MiB`);
    }
  } finally {
    for (const files of sizes) files.remove();
  }
  return wrong;
}
