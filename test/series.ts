/**
 * What a whole series does on any answers, stated from the tables of the series and not from the kernels of lib/kernel: its
 * calls, its lines, its warnings and what it returns. Stateful operations that are incomplete have tests of their own.
 */
import { callName } from '../lib/abi/decode.js';
import { lookupRmiByName } from '../lib/abi/rmi-commands.js';
import type { FactValue } from '../lib/model/events.js';
import type { SmcRequest } from '../lib/model/port.js';
import { hex, type U64, u64, ZERO } from '../lib/model/u64.js';

/** Those with a state machine, in their order. */
export const SERIES = ['v13', 'v14', 'v15', 'v16', 'v17', 'next'] as const;

type Repeats = 'never' | 'busy-and-blocked' | 'busy, blocked twice';

interface Row {
  readonly wants: bigint;
  /** Where its lines begin. */
  readonly err: string;
  readonly needs4k?: true;
  readonly needsHyp?: true;
  readonly features: number;
  /** Whether a feature register's x0 counts to its 64th bit. */
  readonly wholeStatus?: true;
  /** Which calls are by SMCCC 1.2: all, none, or those that may be incomplete. */
  readonly block: 'all' | 'none' | 'stateful';
  readonly repeats: Repeats;
  readonly granules?: true;
  readonly skipsNomap?: true;
}

const KVM = 'kvm [1]: ';
const V13: Row = { wants: 0x20000n, err: KVM, features: 2, block: 'none', repeats: 'never' };
const V14: Row = { ...V13, err: '' };
const V15: Row = { ...V14, block: 'stateful', repeats: 'busy-and-blocked' };
const V16: Row = { ...V15, granules: true, skipsNomap: true };
const V17: Row = { ...V16, block: 'all', features: 5, wholeStatus: true };
const V12: Row = { ...V13, wants: 0x10000n, needs4k: true, features: 1 };

const ROWS: Readonly<Record<string, Row>> = {
  rfc: { ...V12, needsHyp: true, features: 0 },
  v7: { ...V12, needsHyp: true },
  v12: V12,
  v13: V13,
  v14: V14,
  v15: V15,
  v16: V16,
  v17: V17,
  next: { ...V17, repeats: 'busy, blocked twice' },
};

export interface Predicted {
  readonly calls: readonly string[];
  readonly log: readonly string[];
  readonly warned: readonly string[];
  /** What arm64_init_rmi returns; `null` where KVM calls the check. */
  readonly value: number | null;
  readonly key: boolean;
}

type Answer = (request: SmcRequest, nth: number) => readonly U64[];
type Facts = Readonly<Record<string, FactValue>>;
type Region = readonly [base: bigint, size: bigint, nomap: boolean];

/** The boot is over, or goes further than is stated here. */
class Over extends Error {}

const int = (x0: bigint) => Number(BigInt.asIntN(32, x0));
const down = (value: bigint, to: bigint) => value - (value % to);
const up = (value: bigint, to: bigint) => down(value + to - 1n, to);
const bit = (value: bigint, at: number) => ((value >> BigInt(at)) & 1n) === 1n;
const lx = (value: bigint) => value.toString(16);

const OF_PAGES: Readonly<Record<string, readonly [granule: number, tracked: bigint]>> = {
  '4096': [0, 1n << 30n],
  '16384': [1, 32n << 20n],
  '65536': [2, 512n << 20n],
};

/** `null` after `most` calls, or where an operation is incomplete that the series carries on. */
export function predicted(kernel: string, facts: Facts, answer: Answer, most: number): Predicted | null {
  const row = ROWS[kernel];
  if (row === undefined) throw new Error(kernel);
  const { err, repeats } = row;
  const age = ['rfc', 'v7', 'v12', ...SERIES].indexOf(kernel);
  const since = (other: string) => age >= ['rfc', 'v7', 'v12', ...SERIES].indexOf(other);
  const calls: string[] = [];
  const log: string[] = [];
  const warned: string[] = [];
  const says = (text: string, prefix = err) => void log.push(`err: ${prefix}${text}`);
  const fails = (value: number, text?: string) => {
    if (text !== undefined) says(text);
    return value;
  };

  const ask = (name: string, stateful: boolean, ...args: readonly bigint[]): readonly bigint[] => {
    const block = row.block === 'all' || (row.block === 'stateful' && stateful);
    const set = args.map(u64);
    while (block && set.at(-1) === ZERO) set.pop();
    const fid = lookupRmiByName(`RMI_${name}`) ?? ZERO;
    const request = { cpu: 0, via: 'smc', cc: block ? '1.2' : '1.1', fid, args: set } as const;
    for (let blocked = 0; ; ) {
      if (calls.length >= most) throw new Over();
      const res = answer(request, calls.length);
      calls.push([callName(fid, '2.0'), ...set.map(hex)].join(' '));
      const status = (res[0] ?? 0n) & 0xffn;
      if (status === 13n && stateful && block) throw new Over();
      if (!block || repeats === 'never' || (status !== 10n && status !== 14n)) return res;
      if (status === 14n && repeats === 'busy, blocked twice' && ++blocked === 2) return res;
    }
  };

  const page = BigInt(Number(facts.page_size));
  const [granule, tracked] = OF_PAGES[String(facts.page_size)] ?? [0, page];
  const lacks = (what: string) => facts.allocation_fails === what;
  const registers: bigint[] = [];

  /** Whether the revision is agreed on. */
  const version = (): boolean => {
    const [x0 = 0n, x1 = 0n, x2 = 0n] = ask('VERSION', false, ...(kernel === 'rfc' ? [] : [row.wants]));
    const mask = kernel === 'next' ? 0x7fffn : 0xffffn;
    const of = (x: bigint) => `${(x >> 16n) & mask}.${x & 0xffffn}`;
    const info = (text: string) => void log.push(`info: ${err}RMI ABI version ${text}`);
    if (x0 === (1n << 64n) - 1n) return false;
    if (kernel === 'rfc') {
      const [major, minor] = [int(x0 >> 16n), x0 & 0xffffn];
      if (major === 1) info(`1.${minor}`);
      else says(`Unsupported RMI ABI (version ${major}.${minor}) we support 1`);
      return major === 1;
    }
    if (x0 === 0n) info(of(x1));
    else says(`Unsupported RMI ABI (v${of(x1)} - v${of(x2)}) we want v${row.wants >> 16n}.0`);
    return x0 === 0n;
  };

  /** Whether one could not be read. */
  const features = (): boolean => {
    const of = since('v15')
      ? 'rmi_read_features'
      : kernel === 'v14'
        ? 'arm64_init_rmi'
        : `kvm_init_${what()}`;
    for (let index = 0n; index < row.features; index++) {
      const [x0 = 0n, x1 = 0n] = ask('FEATURES', false, index);
      if (row.wholeStatus === true ? x0 !== 0n : int(x0) !== 0) {
        warned.push(of);
        return true;
      }
      registers.push(x1);
    }
    return false;
  };
  const what = () => (since('v12') ? 'rmi' : 'rme');
  const bitmap = (): boolean => {
    if (!lacks('vmid-bitmap')) return true;
    says(`${what()}_vmid_init: Couldn't allocate ${what()} vmid bitmap`);
    return false;
  };

  const configure = (): number => {
    if (row.granules === true && !bit(registers[1] ?? 0n, granule))
      return fails(-6, `RMM does not support ${page >> 10n}KB granules`);
    if (lacks('config-page'))
      return fails(-12, since('v17') ? 'Unable to allocate memory for RMM config' : undefined);
    if (lacks('sro-object') && since('v15') && !since('v17')) return -12;
    const [x0 = 0n] = ask('RMM_CONFIG_SET', false, BigInt(String(facts.config_page)));
    const with_ = since('v17') ? ` (${int(x0)})` : '';
    return int(x0) === 0 ? 0 : fails(-22, `RMM config set failed${with_}`);
  };

  const activate = (): number => {
    if (lacks('sro-object') && since('v17')) return -12;
    const [x0 = 0n] = ask('RMM_ACTIVATE', true);
    const whole = kernel === 'v16' ? BigInt.asIntN(64, x0) : BigInt(int(x0));
    if (whole === 0n) return 0;
    says(`RMM activate failed${kernel === 'next' ? ` (${int(x0)})` : ''}`);
    return since('v16') && whole < 0n ? int(x0) : -6;
  };

  const unfit = "Granule tracking for region isn't fine/conventional:";
  const track = (from: bigint, to: bigint): number => {
    let left: readonly bigint[] = [];
    const end = kernel === 'v13' ? up(to, tracked) : to;
    for (let start = kernel === 'v13' ? down(from, tracked) : from; start < end; ) {
      const args = kernel === 'v13' ? [start] : [start, end, ...left];
      const res = ask('GRANULE_TRACKING_GET', false, ...args);
      let [x0 = 0n, x1 = 0n, x2 = 0n, x3 = 0n] = res;
      if (kernel === 'v17' && x0 !== 0n) return -12;
      if (kernel === 'next' && int(x0) !== 0)
        return fails(
          -6,
          `RMI_GRANULE_TRACKING_GET failed for ${lx(start)}-${lx(end)}: (${BigInt.asUintN(64, BigInt(int(x0)))})`,
        );
      if (kernel === 'next' && x0 !== 0n) [x1, x2, x3] = [0n, 0n, 0n];
      if (kernel === 'next' && x3 <= start) return warns('rmi_verify_memory_tracking');
      const top = since('v17') ? `-${lx(x3)}` : '';
      if ((!since('v17') && int(x0) !== 0) || x1 !== 0n || x2 !== 2n)
        return fails(-19, `${unfit} ${lx(start)}${top}`);
      if (kernel === 'v17') left = res.slice(3);
      start = kernel === 'v13' ? start + tracked : x3;
    }
    return 0;
  };
  const warns = (of: string): number => {
    warned.push(of);
    return -6;
  };

  const l0 = () => 1n << (30n + (((registers[1] ?? 0n) >> 10n) & 0xfn));
  const create = (from: bigint, to: bigint): number => {
    for (let start = down(from, l0()); start < up(to, l0()); start += l0()) {
      const [x0 = 0n] = ask('GPT_L1_CREATE', true, start);
      const incomplete = !since('v15') && (x0 & 0xffn) === 13n;
      if (incomplete) warned.push('rmi_gpt_l1_create');
      if (kernel === 'v16' && BigInt.asIntN(64, x0) < 0n) return int(x0);
      const zero = kernel === 'v16' ? x0 === 0n : int(x0) === 0;
      const there = since('v15') ? (x0 & 0xffn) === 15n : int(x0) === 15;
      if (incomplete || (!zero && !there)) return fails(-12, `GPT Level1 table missing for ${lx(start)}`);
    }
    return 0;
  };
  const look = (from: bigint, to: bigint): number => {
    let left: readonly bigint[] = [];
    const end = up(to, l0());
    for (let start = down(from, l0()); start < end; ) {
      const res = ask('GPT_INFO', false, start, end, ...left);
      const [x0 = 0n, x1 = 0n, x2 = 0n] = res;
      if (kernel === 'v17' && x0 !== 0n) return -12;
      if (x0 !== 0n)
        return fails(-6, `RMI_GPT_INFO failed for ${lx(start)}-${lx(end)}: (${BigInt.asIntN(64, x0)})`);
      if (kernel === 'next' && x1 <= start) return warns('rmi_verify_gpt_firmware_managed');
      if (x2 !== 1n)
        return fails(-19, `GPT for the region is not managed by firmware ${lx(start)}-${lx(x1)}`);
      if (kernel === 'v17') left = res.slice(3);
      start = kernel === 'v17' ? x2 : x1;
    }
    return 0;
  };

  const metadata = (): number => {
    for (const [base, size, nomap] of regions(String(facts.memory))) {
      const [start, end] = [up(base, page), down(base + size, page)];
      if ((row.skipsNomap === true && nomap) || (kernel === 'next' && start >= end)) continue;
      const ret = track(start, end) || (since('v17') ? look : create)(start, end);
      if (ret !== 0) return ret;
    }
    return since('v17') && lacks('memory-notifier') ? -12 : 0;
  };

  const lpa2 = (): boolean => {
    if (facts.lpa2 !== true || bit(registers[0] ?? 0n, 8)) return true;
    says("RMM doesn't support LPA2", KVM);
    return false;
  };

  let key = false;
  const kvms = (): void => {
    if (row.needsHyp === true && facts.in_hyp_mode !== true) return;
    if (row.needs4k === true && page !== 4096n) return;
    if (!version()) return;
    if (kernel === 'rfc') {
      if (!bitmap()) return;
      const [x0 = 0n] = ask('FEATURES', false, 0n);
      if (int(x0) !== 0) warned.push('kvm_init_rme');
    } else if (features() || (kernel === 'v13' ? !whole13() : !bitmap())) return;
    key = true;
  };
  const whole13 = () => lpa2() && configure() === 0 && activate() === 0 && metadata() === 0;

  const own = (): number => {
    if (!version()) return kernel === 'v14' ? 0 : -6;
    if (features()) return kernel === 'v14' ? 0 : -22;
    const ready = configure() || activate();
    if (ready !== 0) return kernel === 'v14' ? 0 : ready;
    const ret = metadata();
    if (ret !== 0 && since('v17') && ask('RMM_DEACTIVATE', true)[0] !== 0n) warned.push('arm64_init_rmi');
    if (ret !== 0) return kernel === 'v14' ? 0 : ret;
    log.push('info: RMI configured');
    if (since('v17') || facts.in_hyp_mode !== true || !lpa2()) return 0;
    key = kernel === 'v14' || bit(registers[1] ?? 0n, 3);
    if (!key) says("RMM doesn't support SHA-256 measurements", KVM);
    return 0;
  };

  try {
    const value = since('v14') ? own() : null;
    if (!since('v14')) kvms();
    return { calls, log, warned, value, key };
  } catch (over) {
    if (over instanceof Over) return null;
    throw over;
  }
}

function regions(text: string): readonly Region[] {
  if (text === 'none') return [];
  return text.split(',').map(part => {
    const [, base = '0', size = '0', nomap] = /^(\w+)\+(\w+)(:nomap)?$/.exec(part) ?? [];
    return [BigInt(base), BigInt(size), nomap !== undefined];
  });
}
