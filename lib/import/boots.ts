/**
 * The boots that a log holds. A reset shows in what firmware and a kernel print when they start; where nothing of that is
 * in the log, in a line of kvm_arm_init that cannot come twice or so late. What dmesg shows again later is the same boot:
 * same stamp and same text is one record. A guest's kernel is no boot of the host.
 */

import { lookupRmiByName } from '../abi/rmi-commands.js';
import { callId } from '../abi/smccc.js';
import type { Placed } from './collect.js';
import { isOnce, LAST_STAGE, stageOf } from './rows.js';
import { compareStamps, isZero } from './stamp.js';

export interface Boot {
  readonly placed: readonly Placed[];
  /** The kernel's own first line; `null` where the log does not have it. */
  readonly kernel: string | null;
  /** Its first and its last line that were read. */
  readonly from: number;
  readonly to: number;
}

export interface Boots {
  readonly boots: readonly Boot[];
  /** Records that repeat earlier ones. */
  readonly repeated: readonly Placed[];
  /** Records of a guest's kernel. */
  readonly guests: readonly Placed[];
}

interface Open {
  placed: Placed[];
  readonly seen: Set<string>;
  /** The rows that it has, with their stamps. */
  readonly rows: Map<string, string | undefined>;
  firmware: number;
  kernel: string | null;
  kernelStage: number;
  stage: { readonly number: number; readonly t: string | undefined };
  vmm: boolean;
  realm: boolean;
  guest: boolean;
}

function newOpen(): Open {
  return {
    placed: [],
    seen: new Set(),
    rows: new Map(),
    firmware: -1,
    kernel: null,
    kernelStage: -1,
    stage: { number: -1, t: undefined },
    vmm: false,
    realm: false,
    guest: false,
  };
}

export function bootsOf(placed: readonly Placed[]): Boots {
  const boots: Open[] = [];
  const repeated: Placed[] = [];
  const guests: Placed[] = [];
  let open = newOpen();
  /** A kernel's first lines that stood there already: a second boot of the same kernel, or dmesg. */
  let held: Placed[] = [];

  const close = (carried: readonly Placed[] = []): void => {
    if (open.placed.length > carried.length) boots.push(open);
    open = { ...newOpen(), placed: [...carried] };
  };
  const settle = (again: boolean): void => {
    const waiting = held;
    held = [];
    if (again) {
      for (const each of waiting) put(each);
      return;
    }
    close(open.placed.filter(isFirmwares));
    for (const each of waiting) put(each);
  };
  const put = (each: Placed): void => {
    const key = keyOf(each);
    if (key !== null && open.seen.has(key)) {
      repeated.push(each);
      return;
    }
    if (key !== null) open.seen.add(key);
    note(open, each);
    open.placed.push(each);
  };

  for (const each of placed) {
    if (isGuests(each, open)) {
      guests.push(each);
      continue;
    }
    if (startsMachine(each, open)) {
      settle(true);
      close();
    } else if (startsKernel(each, open)) {
      settle(true);
      if (open.vmm || open.realm) {
        open.guest = true;
        guests.push(each);
        continue;
      }
      const key = keyOf(each);
      // A kernel after a kernel, and no reset between (kexec): EL3 and the RMM are those of before.
      if (key === null || !open.seen.has(key)) close(open.placed.filter(isFirmwares));
      else {
        held.push(each);
        continue;
      }
    } else if (held.length > 0) {
      const decided = again(each, open);
      if (decided === null) {
        held.push(each);
        continue;
      }
      settle(decided);
    }
    if (breaksOrder(each, open)) close();
    put(each);
  }
  settle(true);
  close();
  return { boots: boots.map(asBoot), repeated, guests };
}

function isFirmwares({ reading }: Placed): boolean {
  return reading.kind === 'console';
}

function asBoot({ placed, kernel }: Open): Boot {
  const lines = placed.flatMap(each => each.lines);
  return { placed, kernel, from: lines.reduce(least, lines[0] ?? 1), to: lines.reduce(most, 1) };
}

/** A record of the kernel's with a stamp of whatever clock: one that comes again is the same. */
function keyOf({ reading, marks }: Placed): string | null {
  const stamp = marks.t ?? marks.wall;
  if (stamp === undefined) return null;
  if (reading.kind === 'log') return `${stamp} ${reading.prefix} ${reading.text}`;
  if (reading.kind === 'start' && reading.of === 'kernel') return `${stamp} ${reading.text}`;
  if (reading.kind === 'fact') return `${stamp} ${reading.name} ${reading.value}`;
  if (reading.kind === 'return') return `${stamp} ${reading.of} ${reading.value}`;
  if (reading.kind === 'calling') return `${stamp} calling ${reading.of}`;
  return null;
}

function note(open: Open, { reading, marks }: Placed): void {
  if (reading.kind === 'start' && reading.of === 'firmware') open.firmware = firmwareStage(reading.text);
  if (reading.kind === 'start' && reading.of === 'kernel') {
    open.kernel = reading.text;
    open.kernelStage = kernelStage(reading.text);
  }
  if (reading.kind === 'start' && reading.of === 'vmm')
    open.vmm = open.kernelStage >= 0 || open.rows.size > 0;
  if (reading.kind === 'call' && reading.fid !== null && LIFE_OF_A_REALM.has(callId(reading.fid)))
    open.realm = true;
  if (reading.kind !== 'log' || reading.row === null) return;
  open.rows.set(reading.row, marks.t);
  const number = stageOf(reading.row, reading.prefix);
  if (number >= open.stage.number) open.stage = { number, t: marks.t };
}

/** From these on a kernel that starts is a realm's. */
const LIFE_OF_A_REALM: ReadonlySet<bigint> = new Set(
  ['RMI_REALM_CREATE', 'RMI_REALM_ACTIVATE', 'RMI_REC_CREATE', 'RMI_REC_ENTER']
    .map(lookupRmiByName)
    .filter(fid => fid !== null)
    .map(callId),
);

/** After the program that runs it, or by its own words or its harness's: until the host starts again. */
function isGuests({ reading, marks }: Placed, open: Open): boolean {
  const kernels =
    reading.kind === 'log' || reading.kind === 'fact' || reading.kind === 'machine' || isKernelStart(reading);
  if (reading.kind === 'start' && reading.of === 'guest') {
    open.guest = true;
    return true;
  }
  return kernels && (open.guest || marks.tag === 'realm' || marks.tag === 'guest');
}

function isKernelStart(reading: Placed['reading']): boolean {
  return reading.kind === 'start' && reading.of === 'kernel';
}

function firmwareStage(text: string): number {
  return FIRMWARE.findIndex(pattern => pattern.test(text));
}
const FIRMWARE: readonly RegExp[] = [/Booting Trusted Firmware/, /BL1: v/, /BL2: v/, /BL31: v/];

function kernelStage(text: string): number {
  return text.startsWith('Linux version') ? 1 : 0;
}

/** Firmware starts where it, or a kernel, was running already. */
function startsMachine({ reading }: Placed, open: Open): boolean {
  if (reading.kind !== 'start' || reading.of !== 'firmware') return false;
  return open.kernelStage >= 0 || open.rows.size > 0 || firmwareStage(reading.text) <= open.firmware;
}

/** A kernel starts where one was running already. */
function startsKernel({ reading }: Placed, open: Open): boolean {
  if (reading.kind !== 'start' || reading.of !== 'kernel') return false;
  return open.rows.size > 0 || kernelStage(reading.text) <= open.kernelStage;
}

/** Whether a record shows that the kernel's first lines were shown again (dmesg); `null` where it does not tell. */
function again(each: Placed, open: Open): boolean | null {
  const { reading, marks } = each;
  if (marks.t === undefined || isZero(marks.t)) return null;
  const key = keyOf(each);
  if (key !== null && open.seen.has(key)) return true;
  if (reading.kind === 'log' && reading.row !== null && isOnce(reading.row) && open.rows.has(reading.row)) {
    return false;
  }
  return null;
}

/** A line that a boot prints once stands there twice, or one of an earlier stage comes after a later by its clock too. */
function breaksOrder(each: Placed, open: Open): boolean {
  const { reading, marks } = each;
  if (reading.kind !== 'log' || reading.row === null || !isOnce(reading.row)) return false;
  const key = keyOf(each);
  if (key !== null && open.seen.has(key)) return false;
  if (open.rows.has(reading.row)) return true;
  const stage = stageOf(reading.row, reading.prefix);
  // Behind its end KVM's init prints nothing, not even another end.
  const over = reading.prefix === 'kvm' && open.stage.number === LAST_STAGE;
  return (over || stage < open.stage.number) && !isEarlier(marks.t, open);
}

function isEarlier(t: string | undefined, { stage }: Open): boolean {
  return t !== undefined && stage.t !== undefined && compareStamps(t, stage.t) < 0;
}

const least = (a: number, b: number): number => Math.min(a, b);
const most = (a: number, b: number): number => Math.max(a, b);
