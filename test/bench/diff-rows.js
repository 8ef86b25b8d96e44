/** The rows of `diff`, of traces that differ little, a lot and everywhere, and of whatever they come from. */
import { spawnSync } from 'node:child_process';
import { node, program, RMITRACE } from './child.js';

export function diffRows(files, { quick }) {
  const diff = (a, b) => node([RMITRACE, 'diff', a, b]);
  const tenEdits = () => diff(files.calls(), files.edited(10));
  const ten = ({ code, head }) => code === 1 && head.match(/^ {2}event \d+: the answer to /gm)?.length === 10;
  const cut = ({ code, head }) => code === 1 && head.includes('The alignment was cut short');
  const small = () => [files.calls('small'), files.edited(10, 'small')];
  const ofTen = { reference: 'diff, 10 edits', against: tenEdits };
  return [
    {
      what: 'diff, 10 edits',
      reference: 'GNU diff',
      ratio: 1,
      mebibytes: 150,
      run: tenEdits,
      small: () => diff(...small()),
      against: () => program(['diff', files.calls(), files.edited(10)]),
      right: ten,
      skip: spawnSync('diff', ['--version']).status === 0 ? null : 'there is no diff here',
    },
    ...[0.01, 0.5, 1].map(part => ({
      what: `diff, ${part * 100} % changed`,
      ...ofTen,
      ratio: 12,
      mebibytes: 400,
      run: () => diff(files.calls(), files.edited(part)),
      right: result => (part > 0.01 ? cut(result) : result.code === 1),
    })),
    {
      what: 'diff, 60 distinct lines, 20,000 edits',
      ...ofTen,
      ratio: 12,
      mebibytes: 400,
      run: () => diff(...files.loops()),
      right: cut,
    },
    {
      what: 'diff, 10 edits, both gzip',
      ...ofTen,
      ratio: null,
      run: async () => diff(await files.packed(files.calls()), await files.packed(files.edited(10))),
      small: async () => diff(...(await Promise.all(small().map(files.packed)))),
      right: ten,
    },
    ...(quick
      ? []
      : [
          {
            what: 'diff, 10 edits, one from a pipe',
            ...ofTen,
            ratio: null,
            run: () => node([RMITRACE, 'diff', '-', files.edited(10)], { piped: files.calls() }),
            small: () => node([RMITRACE, 'diff', '-', small()[1]], { piped: small()[0] }),
            right: ten,
          },
        ]),
  ];
}
