/**
 * CPU bring-up and the sanitised ID registers: init_cpu_ftr_reg for the boot CPU, update_cpu_ftr_reg and the sanity
 * check for each secondary (arch/arm64/kernel/cpufeature.c).
 */
import type { Asking } from '../../model/port.js';
import { ALL_ONES, bits, field, type U64, withBits, ZERO } from '../../model/u64.js';
import { LINES } from '../lines.js';
import { ftr, mrs } from './asks.js';
import type { FtrField, FtrTables } from './ftr-tables.js';
import { pr_warn } from './printk.js';

/** A booted system, as read_sanitised_ftr_reg sees it. */
export interface System {
  readonly sanitised: ReadonlyMap<string, U64>;
}

/** cpuid_feature_extract_unsigned_field: four bits from `shift`. */
export function cpuid_feature_extract_unsigned_field(features: U64, shift: number): number {
  return field(features, shift, 4);
}

/** The sanitised register; the trace gets it as it is read. Asking for a register without a table is a bug. */
export function* read_sanitised_ftr_reg(system: System, reg: string): Asking<U64> {
  const value = system.sanitised.get(reg);
  if (value === undefined) throw new Error(`${reg} is not a register that this kernel sanitises`);
  yield { ask: 'emit', event: { type: 'ftr', reg, value } };
  return value;
}

/** Brings the CPUs up, boot CPU first, and prints what the kernel prints where they disagree. */
export function* bringUp(tables: FtrTables): Asking<System> {
  const raw = new Map<string, readonly U64[]>();
  const sanitised = new Map<string, U64>();
  for (const [reg, table] of tables) {
    const [boot, ...secondaries] = yield* mrs(reg);
    if (boot === undefined) {
      sanitised.set(reg, yield* ftr(reg));
      continue;
    }
    raw.set(reg, [boot, ...secondaries]);
    sanitised.set(
      reg,
      secondaries.reduce((kept, value) => updated(kept, value, table), initial(boot, table)),
    );
  }
  yield* sanityCheck(raw, tables);
  return { sanitised };
}

/** init_cpu_ftr_reg: every known field as the boot CPU has it, every other bit 0. */
function initial(boot: U64, table: readonly FtrField[]): U64 {
  return table.reduce((value, f) => withBits(value, f.lsb, f.width, bits(boot, f.lsb, f.width)), ZERO);
}

/** update_cpu_ftr_reg: every field that differs takes its safe value. */
function updated(kept: U64, found: U64, table: readonly FtrField[]): U64 {
  return table.reduce((value, f) => {
    const [ours, theirs] = [read(value, f), read(found, f)];
    return ours === theirs ? value : withBits(value, f.lsb, f.width, BigInt(safe(f, ours, theirs)));
  }, kept);
}

/** arm64_ftr_safe_value. */
function safe(f: FtrField, ours: number, theirs: number): number {
  const higher = Math.max(ours, theirs);
  const byType = {
    lower: Math.min(ours, theirs),
    higher,
    'higher-or-zero': ours === 0 || theirs === 0 ? 0 : higher,
    exact: f.safe,
  };
  return byType[f.type];
}

/** A field's value: for a signed one, 0xf is -1 (FP and AdvSIMD: not implemented). */
function read(value: U64, f: FtrField): number {
  const plain = field(value, f.lsb, f.width);
  return f.signed && plain >= 2 ** (f.width - 1) ? plain - 2 ** f.width : plain;
}

/**
 * check_update_ftr_reg: raw values compared under the strict mask, CPU by CPU. The line repeats for every CPU and
 * register; the summary is a pr_warn_once.
 */
function* sanityCheck(raw: ReadonlyMap<string, readonly U64[]>, tables: FtrTables): Asking<void> {
  const cpus = Math.max(0, ...[...raw.values()].map(values => values.length));
  let warned = false;
  for (let cpu = 1; cpu < cpus; cpu++) {
    let tainted = false;
    for (const [reg, values] of raw) {
      const [boot, here] = [values[0], values[cpu]];
      const mask = strictMask(tables.get(reg) ?? []);
      if (boot === undefined || here === undefined || (boot & mask) === (here & mask)) continue;
      tainted = true;
      yield* pr_warn(LINES.sanityCheck, { reg, boot, cpu, value: here });
    }
    if (tainted && !warned) yield* pr_warn(LINES.cpuFeatureVariation);
    warned ||= tainted;
  }
}

function strictMask(table: readonly FtrField[]): U64 {
  return table.reduce((mask, f) => (f.strict ? mask : withBits(mask, f.lsb, f.width, 0n)), ALL_ONES);
}
