import { RMI_FEATURES, RMI_VERSION } from '../lib/abi/rmi-commands.js';
import { type Edit, parseEdit } from '../lib/edit/parse.js';
import { KERNELS, kernelNamed } from '../lib/kernel/kernels.js';
import { LINES } from '../lib/kernel/lines.js';
import { emit, fact, returning } from '../lib/kernel/linux/asks.js';
import { kvm_err, kvm_info } from '../lib/kernel/linux/printk.js';
import { arm_smccc_1_1_invoke } from '../lib/kernel/linux/smccc.js';
import { machineNamed } from '../lib/machine/built-in.js';
import type { Asking, Kernel } from '../lib/model/port.js';
import { good, type Result } from '../lib/model/result.js';
import { ALL_ONES, u64, ZERO } from '../lib/model/u64.js';
import type { SweepPrinter } from '../lib/report/sweep/printer.js';
import { axesOf } from '../lib/search/axes.js';
import { planSweep, type SweepOptions, type SweepPlan } from '../lib/search/plan.js';
import { newTotals, sweepRows } from '../lib/search/sweep.js';
import type { SweepRow } from '../lib/search/sweep-table.js';
import { must } from './boots.js';

export const V13 = must(kernelNamed('v13'));
export const FVP = must(machineNamed('fvp'));

/** Every built-in kernel, and v13 asking for 1.0. */
export const ALL_KERNELS = [
  ...KERNELS.map(({ name }) => must(kernelNamed(name))),
  must(kernelNamed('v13', '1.0')),
];

/** A kernel that asks again as long as the low byte of x0 is 10, and reads a feature register after a good version. */
export const RETRIES: Kernel = checking('retries', function* () {
  for (;;) {
    const res = yield* arm_smccc_1_1_invoke(RMI_VERSION, u64(0x20000n));
    if ((res.a0 & 0xffn) === 10n) continue;
    if (res.a0 === ALL_ONES) return -6;
    if (res.a0 !== ZERO) {
      yield* kvm_err(LINES.unsupportedWeWant, { lower: majorOf(res.a1), wants: { major: 2, minor: 0 } });
      return -6;
    }
    const features = yield* arm_smccc_1_1_invoke(RMI_FEATURES, ZERO);
    if (features.a0 !== ZERO) return -22;
    yield* kvm_info(LINES.rmiAbiVersion, { lower: majorOf(res.a1) });
    return 0;
  }
});

function majorOf(version: bigint) {
  return { major: Number(version >> 16n), minor: 0 };
}

/** A kernel that asks whatever the machine is. */
export function checking(name: string, check: () => Asking<number>): Kernel {
  const run = () => returning('rmi_check_version', check());
  return {
    name,
    wants: '2.0',
    scope: 'rmi',
    models: () => true,
    *boot() {
      if ((yield* fact('kvm_mode')) === 'none') {
        yield* kvm_info(LINES.kvmDisabled);
        return -19;
      }
      yield* run();
      yield* emit({ type: 'return', of: 'kvm_arm_init', value: 0 });
      return 0;
    },
    // biome-ignore lint/correctness/useYield: it has no CPUs to bring up
    *broughtUp() {
      return run;
    },
  };
}

export function editsOf(...texts: readonly string[]): readonly Edit[] {
  return texts.map(text => {
    const edit = must(parseEdit(text));
    if (edit.kind === 'numbered') throw new Error(text);
    return edit;
  });
}

export function plan(options: Partial<SweepOptions> & { readonly set?: readonly string[] } = {}): SweepPlan {
  const { set = [], axes = [], ...rest } = options;
  const given = must(axesOf(set.map(text => ({ text, where: {} }))));
  return must(planSweep({ kernels: [V13], machines: [FVP], rmms: null, ...rest, axes: [...given, ...axes] }));
}

export function swept(swept: SweepPlan): readonly SweepRow[] {
  return [...sweepRows(swept, 0, swept.table.rows)];
}

/** What the command line prints of these rows. */
export function printed(
  swept: SweepPlan,
  rows: readonly SweepRow[],
  printer: (first: readonly SweepRow[]) => SweepPrinter,
): string {
  const totals = newTotals(swept.table.columns.length);
  for (const row of rows) totals.add(row);
  const made = printer(rows);
  return made.head + rows.map((row, nth) => made.row(row, nth)).join('') + made.foot(totals.sum(), 0, null);
}

async function* linesOf(text: string): AsyncGenerator<Result<string>, void> {
  for (const line of text.trimEnd().split('\n')) yield good(line);
}

export function part(name: string, text: string) {
  return { name, lines: linesOf(text) };
}
