/** What a record says of where a boot begins, whose kernel it is of, and whether it stands there for a second time. */
import { lookupRmiByName, RMI_VERSION } from '../abi/rmi-commands.js';
import { callId } from '../abi/smccc.js';
import { isConfigured, isOfMemory } from '../kernel/realms.js';
import type { Placed } from './collect.js';
import type { Reading } from './format.js';
import { isOnce, isVerdict, LAST_STAGE, stageOf } from './rows.js';
import { compareStamps, isFarBehind, isZero } from './stamp.js';

/** A boot as far as it is read. */
export interface Open {
  readonly placed: Placed[];
  /** How many of them were there before: what firmware printed for an earlier kernel. */
  carried: number;
  readonly seen: Set<string>;
  /** The rows that it has. */
  readonly rows: Set<string>;
  /** The consoles that it has a line of besides the kernel's. */
  readonly heard: Set<string>;
  firmware: number;
  kernel: string | null;
  kernelStage: number;
  stage: number;
  /** The stamp of the kernel's record that was put down last. */
  clock: string | null;
  /** `_BOOT_ID` of the journal. */
  id: string | null;
  vmm: boolean;
  realm: boolean;
  guest: boolean;
}

export function newOpen(): Open {
  return {
    placed: [],
    carried: 0,
    seen: new Set(),
    rows: new Set(),
    heard: new Set(),
    firmware: -1,
    kernel: null,
    kernelStage: -1,
    stage: -1,
    clock: null,
    id: null,
    vmm: false,
    realm: false,
    guest: false,
  };
}

/** A record of the kernel's with a stamp of whatever clock: one that comes again is the same. */
export function keyOf({ reading, marks }: Placed): string | null {
  const stamp = marks.t ?? marks.wall;
  const said = stamp === undefined ? null : saidBy(reading);
  return said === null ? null : `${stamp} ${said}`;
}

function saidBy(reading: Reading): string | null {
  switch (reading.kind) {
    case 'log':
      return `${reading.prefix} ${reading.text}`;
    case 'fact':
      return `${reading.name} ${reading.value}`;
    case 'return':
      return `${reading.of} ${reading.value}`;
    case 'calling':
      return `calling ${reading.of}`;
    case 'machine':
      return `${reading.model ?? reading.commandLine ?? reading.cpus}`;
    case 'start':
      return reading.of === 'kernel' ? reading.text : null;
    default:
      return null;
  }
}

/** What a boot has now that it has this record. */
export function note(open: Open, { reading, marks }: Placed): void {
  if (marks.boot !== undefined) open.id = marks.boot;
  if (reading.kind === 'console') open.heard.add(reading.src);
  if (reading.kind === 'console' && BOOTING.test(reading.text)) open.heard.add('banner');
  if (reading.kind === 'start' && reading.of === 'firmware')
    open.firmware = Math.max(open.firmware, firmwareStage(reading.text));
  if (reading.kind === 'start' && reading.of === 'kernel') {
    open.kernel = reading.text;
    open.kernelStage = kernelStage(reading.text);
  }
  if (reading.kind === 'start' && reading.of === 'vmm') open.vmm = hasKernel(open);
  if (reading.kind === 'call') {
    open.heard.add(reading.by);
    if (isLifeOfRealm({ reading })) open.realm = true;
  }
  if (reading.kind !== 'log' || reading.row === null) return;
  open.rows.add(reading.row);
  open.stage = Math.max(open.stage, stageOf(reading.row, reading.prefix));
}

/** A call for a realm: from these on a kernel that starts is a realm's. */
export function isLifeOfRealm({ reading }: Pick<Placed, 'reading'>): boolean {
  return reading.kind === 'call' && reading.fid !== null && LIFE_OF_A_REALM.has(callId(reading.fid));
}

const LIFE_OF_A_REALM: ReadonlySet<bigint> = new Set(
  ['RMI_REALM_CREATE', 'RMI_REALM_ACTIVATE', 'RMI_REC_CREATE', 'RMI_REC_ENTER']
    .map(lookupRmiByName)
    .filter(fid => fid !== null)
    .map(callId),
);

export function hasKernel({ kernelStage, rows }: Open): boolean {
  return kernelStage >= 0 || rows.size > 0;
}

/** After the program that runs it, or by its own words or its harness's: until the host starts again. */
export function isGuests({ reading, marks }: Placed, open: Open): boolean {
  const kernels =
    reading.kind === 'log' || reading.kind === 'fact' || reading.kind === 'machine' || isKernelStart(reading);
  if (reading.kind === 'start' && reading.of === 'guest') {
    open.guest = true;
    return true;
  }
  return kernels && (open.guest || marks.tag === 'realm' || marks.tag === 'guest');
}

function isKernelStart(reading: Reading): boolean {
  return reading.kind === 'start' && reading.of === 'kernel';
}

/** In the order in which they start; of what is not here (U-Boot, EDK2, the journal) any may come first. */
const FIRMWARE: readonly RegExp[] = [/Booting Trusted Firmware/, /BL1: v/, /BL2: v/, /BL31: v/];

function firmwareStage(text: string): number {
  return FIRMWARE.findIndex(pattern => pattern.test(text));
}

function kernelStage(text: string): number {
  return text.startsWith('Linux version') ? 1 : 0;
}

/** Firmware starts where it, or a kernel, was running already. A guest has firmware too, but not this one at EL3. */
export function startsMachine({ reading, marks }: Placed, open: Open): boolean {
  if (marks.boot !== undefined && open.id !== null && marks.boot !== open.id) return true;
  if (reading.kind !== 'start' || reading.of !== 'firmware') return false;
  const stage = firmwareStage(reading.text);
  if (stage < 0) return hasKernel(open) && !open.vmm && !open.realm;
  return hasKernel(open) || stage <= open.firmware;
}

/**
 * EL3 or an RMM starts where a kernel was running already, and was heard before: their consoles are not apart. An RMM that
 * starts for a second time does so after a reset.
 */
export function startsRmm(each: Placed, open: Open): boolean {
  const { reading } = each;
  if (reading.kind === 'console' && BOOTING.test(reading.text) && open.heard.has('banner')) return true;
  return isBanner(each) && hasKernel(open) && reading.kind === 'console' && open.heard.has(reading.src);
}

export function isBanner({ reading }: Placed): boolean {
  return reading.kind === 'console' && BANNER.test(reading.text);
}

const BOOTING = /^Booting RMM v/;
const BANNER = /^Booting RMM v|BL31: Initializing RMM|RMM init start|Enabling Granule Protection/;

/** A kernel starts where one was running already. */
export function startsKernel({ reading }: Placed, open: Open): boolean {
  if (reading.kind !== 'start' || reading.of !== 'kernel') return false;
  return open.rows.size > 0 || kernelStage(reading.text) <= open.kernelStage;
}

/** Whether a record shows that the kernel's lines are shown again (dmesg); `null` where it does not tell. */
export function showsAgain(each: Placed, open: Open): boolean | null {
  const { reading, marks } = each;
  if (marks.t === undefined || isZero(marks.t)) return null;
  const key = keyOf(each);
  if (key !== null && open.seen.has(key)) return true;
  const once = reading.kind === 'log' && reading.row !== null && isOnce(reading.row);
  return once && open.rows.has(reading.row) ? false : null;
}

/** The kernel's clock is behind what it was, and the record does not stand there already. */
export function goesBack(each: Placed, { clock, seen }: Open): boolean {
  const key = keyOf(each);
  const { t } = each.marks;
  if (key === null || t === undefined || clock === null || !isFarBehind(t, clock)) return false;
  return isZero(t) || !seen.has(key);
}

/** A line that a boot prints once stands there twice, or one of an earlier stage comes after a later. */
export function breaksOrder(each: Placed, open: Open): boolean {
  const { reading, marks } = each;
  if (reading.kind !== 'log' || reading.row === null || !isOnce(reading.row)) return false;
  const key = keyOf(each);
  if (key !== null && open.seen.has(key)) return false;
  if (isOfMemory(reading.row) && [...open.rows].some(isConfigured)) return false;
  const ended = open.stage === LAST_STAGE;
  // Two ends of a check, one right behind the other by the clock: no reset comes between, so they contradict.
  if (isVerdict(reading.row) && !ended && marks.t !== undefined && open.clock !== null) return false;
  const twice = open.rows.has(reading.row) || (isVerdict(reading.row) && [...open.rows].some(isVerdict));
  // Behind its end KVM's init prints nothing, not even another end.
  const over = reading.prefix === 'kvm' && ended;
  const late = over || stageOf(reading.row, reading.prefix) < open.stage;
  // Of two CPUs that print at once, the one that was first may come second.
  const swapped = marks.t !== undefined && open.clock !== null && compareStamps(marks.t, open.clock) < 0;
  return twice || (late && !swapped);
}

export function isFirmwares({ reading }: Placed): boolean {
  return reading.kind === 'console';
}

/** Where in the records of a boot that is over those of the next begin: a banner, or a first call, behind the kernel's. */
export function startOfNext(placed: readonly Placed[]): number {
  const last = placed.findLastIndex(({ reading }) => saidBy(reading) !== null);
  const before = placed.slice(0, last + 1);
  const heard = before.some(({ reading }) => reading.kind === 'call');
  return last < 0
    ? -1
    : placed.findIndex((each, at) => at > last && (isBanner(each) || (heard && isFirstCall(each))));
}

function isFirstCall({ reading }: Placed): boolean {
  if (reading.kind !== 'call' || reading.from !== 'ns') return false;
  return reading.fid === null || callId(reading.fid) === RMI_VERSION;
}
