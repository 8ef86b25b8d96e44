import fc from 'fast-check';
import t from 'tap';
import { standInFor } from '../lib/machine/stand-in.js';
import type { Machine, MachineState } from '../lib/model/port.js';
import { u64, ZERO } from '../lib/model/u64.js';
import { record } from '../lib/record.js';
import { minimiseText } from '../lib/report/text/minimise.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { profileNamed } from '../lib/rmm/profiles.js';
import { minimise } from '../lib/search/minimise.js';
import type { Minimised } from '../lib/search/minimise-result.js';
import { must } from './boots.js';
import { editsOf, FVP, V13 } from './sweeps.js';

async function minimised(edits: readonly string[], rmm?: string) {
  const trace = must(await record(V13, FVP));
  const standIn = rmm === undefined ? {} : { rmm: standInFor(trace, must(profileNamed(rmm))) };
  return minimise(trace, V13, editsOf(...edits), standIn);
}

const textOf = (found: Minimised) => minimiseText({ found, name: '', options: [] }, PLAIN);

t.test('minimise finds the fewest edits that fail the same way, and says what it tried', async t => {
  const x0 = 'RMI_VERSION.x0=1';
  const x2 = 'RMI_VERSION.x2=1.0';
  const found = must(await minimised(['nv2=false', x0, 'RMI_VERSION.x3=7', x2]));
  t.strictSame(found.smallest, [x0, x2]);
  t.match(found, {
    proven: true,
    failure: { verdict: 'diverged', outcome: { class: 'refused', higher: '1.0' } },
  });
  t.match(found.failure?.first, /^event \d+ altered: err: Unsupported RMI ABI \(v2.0 - v1.0\) we want v2.0$/);
  t.strictSame(found.steps[0], { edits: [], ends: 'passes' });
  t.strictSame(found.steps.find(({ edits }) => edits.join() === x0)?.ends, 'fails-otherwise');
  t.strictSame(found.steps.at(-1), { edits: [x0, x2], ends: 'fails-so' });
  t.match(
    minimiseText({ found, name: 'good.json', options: [] }, PLAIN),
    `  rmitrace replay good.json --set '${x0}' --set '${x2}'\n`,
  );
});

t.test('minimise: one edit is enough, all are needed, none is, or nothing fails', async t => {
  const one = must(await minimised(['nv2=false', 'RMI_VERSION.x0=-1', 'RMI_VERSION.x1=0']));
  t.match(one, { smallest: ['RMI_VERSION.x0=-1'], failure: { outcome: { reason: 'not-supported' } } });
  const whole = must(await minimised(['RMI_VERSION.x0=1']));
  t.strictSame(whole.smallest, ['RMI_VERSION.x0=1']);
  t.match(textOf(whole), /^Fails only with the edit: RMI_VERSION.x0=1\.\n/);
  const none = must(await minimised(['nv2=false'], 'none'));
  t.match(none, { smallest: [], steps: [{ edits: [], ends: 'fails-so' }] });
  t.match(textOf(none), /the edits are not the cause/);
  const passes = must(await minimised(['nv2=false', 'RMI_VERSION.x2=9.9']));
  t.match(passes, { failure: null, smallest: [], steps: [] });
  t.match(textOf(passes), /^No effect: with all 2 edits/);
  const unknown = must(await minimised(['RMI_VERSION.x0=unknown', 'RMI_VERSION.x2=unknown', 'nv2=false']));
  t.match(unknown, { smallest: ['RMI_VERSION.x0=unknown'], failure: { verdict: 'undetermined' } });
  t.match(await minimised(['RMI_VERSION#2.x0=1']), { ok: false, trouble: { code: 'edit-never-fired' } });
});

t.test('minimise leaves edits out one by one where there are too many for every set', async t => {
  const many = [
    ...['nv2=false', 'hvhe=false', 'page_size=16384', 'sve_hint=false', 'smccc_version=1.2'],
    ...['RMI_VERSION.x0=1', 'kvm_mode=default', 'in_hyp_mode=true', 'hyp_mode_available=true', 'conduit=smc'],
    ...['RMI_VERSION.x1=1.0', 'ID_AA64PFR0_EL1.RME=1', 'RMI_VERSION.x2=9.9', 'RMI_VERSION.x3=7'],
  ];
  const found = must(await minimised(many));
  t.match(found, { proven: false, smallest: ['RMI_VERSION.x0=1', 'RMI_VERSION.x1=1.0'] });
  t.match(textOf(found), /not every smaller set was tried/);
  t.ok(found.steps.length < 100, 'and not every set is');
});

t.test('minimise ends where the RMM behind it fails', async t => {
  const trace = must(await record(V13, FVP));
  let boots = 0;
  const machine = (state: MachineState): Machine => {
    boots++;
    const fails = boots > 2;
    return {
      state,
      call: () =>
        fails
          ? { kind: 'fault', code: 'died', text: 'it died' }
          : { kind: 'answer', res: [u64(1n), ZERO, ZERO, ZERO] },
    };
  };
  const given = editsOf('RMI_VERSION.x1=1.0', 'RMI_VERSION.x2=1.0', 'nv2=false');
  t.match(await minimise(trace, V13, given, { rmm: { name: 'dying', via: 'pipe', machine } }), {
    ok: false,
    trouble: { what: /it died/ },
  });
  t.equal(boots, 3, 'and it is not asked again');
});

t.test('every smaller set fails otherwise or passes, whatever the edits', async t => {
  const pool = [
    'RMI_VERSION.x0=1',
    'RMI_VERSION.x0=-1',
    'RMI_VERSION.x1=1.0',
    'RMI_VERSION.x2=1.1',
    'conduit=none',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.subarray([...pool, 'nv2=true', 'RMI_VERSION.x3=5'], { minLength: 1 }),
      async edits => {
        const ran = await minimised(edits);
        if (!ran.ok || ran.value.failure === null) return;
        const { smallest, steps, failure } = ran.value;
        t.equal(smallest.length < edits.length ? steps.at(-1)?.ends : 'fails-so', 'fails-so');
        t.ok(steps.slice(0, -1).every(({ ends }) => ends !== 'fails-so'));
        const again = must(await minimised(smallest.length === 0 ? edits : smallest));
        t.strictSame(again.failure, failure);
        t.strictSame(again.smallest, smallest, 'nothing is left to leave out');
      },
    ),
    { numRuns: 25, seed: 6 },
  );
});
