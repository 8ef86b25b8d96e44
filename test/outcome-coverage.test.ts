import t from 'tap';
import { kernelNamed, ownKernel } from '../lib/kernel/kernels.js';
import { machineNamed } from '../lib/machine/built-in.js';
import { standInFor } from '../lib/machine/stand-in.js';
import { endKey } from '../lib/model/end.js';
import { record } from '../lib/record.js';
import { replay } from '../lib/replay/replay.js';
import { coverageText } from '../lib/report/text/outcome-coverage.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { profileNamed } from '../lib/rmm/profiles.js';
import { newCoverage, type Played } from '../lib/search/outcome-coverage.js';
import { must } from './boots.js';
import { editsOf, FVP, V13 } from './sweeps.js';

async function coverage(all: readonly Played[]) {
  const counted = newCoverage();
  for (const each of all) counted.add(each);
  return counted.covered();
}

async function played(name: string, machine: string, rmm?: string): Promise<Played> {
  const trace = must(await record(V13, must(machineNamed(machine)), rmm === undefined ? {} : { rmm }));
  return { name, replay: must(await replay(trace, must(ownKernel(trace)))) };
}

t.test('coverage names who reaches each end; what it proposes for the others does what it says', async t => {
  const all = [
    await played('good', 'fvp'),
    await played('again', 'fvp'),
    await played('hidden', 'big-little-hides-rme'),
    await played('quiet', 'no-rme'),
  ];
  const covered = await coverage(all);
  const of = (end: string) => covered.find(each => each.end === end);
  t.strictSame(
    covered.filter(({ reachedBy }) => reachedBy !== null).map(({ end, reachedBy }) => [end, reachedBy]),
    [
      ['accepted', 'good'],
      ['quiet (no-rme)', 'quiet'],
      ['quiet (rme-hidden-by-cpuN)', 'hidden'],
    ],
  );
  t.strictSame(of('accepted')?.edit, null);
  t.strictSame(of('quiet (no-conduit)')?.edit?.set, ['conduit=none']);
  t.equal(of('quiet (page-size)'), undefined, 'v13 does not look at the page size');
  t.equal(of('quiet (not-in-hyp)'), undefined, 'v13 asks at any EL');
  for (const { end, edit } of covered) {
    if (edit === null) continue;
    const trace = all.find(({ name }) => name === edit.trace)?.replay.recorded;
    if (trace === undefined) throw new Error(edit.trace);
    const rmm = edit.rmm === null ? {} : { rmm: standInFor(trace, must(profileNamed(edit.rmm))) };
    const run = async (set: readonly string[]) => {
      const ran = await replay(trace, must(ownKernel(trace)), { edits: editsOf(...set), ...rmm });
      return ran.ok ? endKey(ran.value.outcomes.replayed) : '';
    };
    t.equal(await run(edit.set), end, `${edit.trace} ${edit.rmm} ${edit.set.join(' ')}`);
    for (const one of edit.set)
      t.not(await run(edit.set.filter(other => other !== one)), end, `${one} is needed for ${end}`);
  }
  const ends = covered
    .filter(({ reachedBy, edit }) => reachedBy !== null || edit !== null)
    .map(({ end }) => end);
  for (const end of [
    'refused',
    'quiet (not-supported)',
    'not-reached (el1-entry)',
    'did-not-return',
    'undetermined',
  ])
    t.ok(ends.includes(end), end);
});

t.test('coverage goes kernel by kernel, and gets a machine that never asked to ask', async t => {
  const disabled = await played('disabled', 'kvm-disabled');
  const old = must(await record(must(kernelNamed('v13', '1.0')), FVP));
  const covered = await coverage([
    disabled,
    { name: 'old', replay: must(await replay(old, must(ownKernel(old)))) },
  ]);
  t.strictSame([...new Set(covered.map(({ wants }) => wants))], ['2.0', '1.0']);
  const accepted = covered.find(({ end, wants }) => end === 'accepted' && wants === '2.0');
  t.match(accepted, { edit: { trace: 'disabled', rmm: 'spec', set: ['kvm_mode=default'] } });
  t.match(
    coverageText(covered, PLAIN),
    /accepted +not reached: rmitrace replay disabled --rmm spec --set 'kvm_mode=default'\n/,
  );
  const odd = covered.map(each => ({
    ...each,
    edit: { trace: "it's\u001b.json", rmm: null, set: ['a(x1=2)=3'] },
  }));
  t.match(coverageText(odd, PLAIN), "rmitrace replay $'it\\'s\\033.json' --set 'a(x1=2)=3'");
  t.strictSame(await coverage([]), []);
});

t.test('an end that only some kernels test for counts for those', async t => {
  const old = must(await record(must(kernelNamed('v3')), FVP));
  const covered = await coverage([{ name: 'old', replay: must(await replay(old, must(ownKernel(old)))) }]);
  const sizes = covered.find(({ end }) => end === 'quiet (page-size)');
  t.match(sizes, { reachedBy: null, edit: { trace: 'old', set: ['page_size=16384'] } });
});
