/**
 * The boots that a log holds. A reset shows in what firmware, an RMM and a kernel print when they start; where nothing of
 * that is in the log, in a line of kvm_arm_init that cannot come twice or so late, and in stamps that go back. What dmesg
 * shows again later is the same boot: same stamp and same text is one record. A guest's kernel is no boot of the host.
 */

import {
  breaksOrder,
  goesBack,
  isBanner,
  isFirmwares,
  isGuests,
  keyOf,
  newOpen,
  note,
  type Open,
  showsAgain,
  startOfNext,
  startsKernel,
  startsMachine,
  startsRmm,
} from './boot-signs.js';
import type { Placed } from './collect.js';

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

export function bootsOf(placed: readonly Placed[]): Boots {
  const boots: Open[] = [];
  const repeated: Placed[] = [];
  const guests: Placed[] = [];
  let open = newOpen();
  /** A kernel's records that stand there already or are of an earlier time: those of a second boot, or dmesg. */
  let held: Placed[] = [];

  const put = (each: Placed): void => {
    const key = keyOf(each);
    if (each.marks.t !== undefined && key !== null) open.clock = each.marks.t;
    if (key !== null && open.seen.has(key)) {
      repeated.push(each);
      return;
    }
    if (key !== null) open.seen.add(key);
    note(open, each);
    open.placed.push(each);
  };
  /** Ends a boot. Without a reset the next one has what firmware printed, and what was printed for it already. */
  const close = (reset: boolean): void => {
    const at = reset ? -1 : startOfNext(open.placed);
    const moved = at < 0 ? [] : open.placed.splice(at);
    const carried = reset || moved.some(isBanner) ? [] : open.placed.filter(isFirmwares);
    if (open.placed.length > open.carried) boots.push(open);
    open = newOpen();
    for (const each of [...carried, ...moved]) put(each);
    open.carried = carried.length;
  };
  /** Where nothing else decides, records that stand there already are those of before. */
  const settle = (again = open.vmm || open.realm || held.every(isKnown)): void => {
    const waiting = held;
    held = [];
    if (!again) close(false);
    for (const each of waiting) put(each);
  };
  const isKnown = (each: Placed): boolean => {
    const key = keyOf(each);
    return key === null || open.seen.has(key);
  };

  for (const each of placed) {
    if (isGuests(each, open)) {
      guests.push(each);
      continue;
    }
    if (startsMachine(each, open) || startsRmm(each, open)) {
      settle();
      close(true);
    } else if (startsKernel(each, open) && !open.seen.has(keyOf(each) ?? '')) {
      settle();
      if (open.vmm || open.realm) {
        open.guest = true;
        guests.push(each);
        continue;
      }
      close(false);
    } else if (held.length > 0) {
      const again = showsAgain(each, open);
      if (again === null) {
        held.push(each);
        continue;
      }
      settle(again);
    }
    if (goesBack(each, open) || startsKernel(each, open)) {
      held.push(each);
      continue;
    }
    if (breaksOrder(each, open)) close(false);
    put(each);
  }
  settle();
  if (open.placed.length > open.carried) boots.push(open);
  return { boots: boots.map(asBoot), repeated, guests };
}

function asBoot({ placed, kernel }: Open): Boot {
  const lines = placed.flatMap(each => each.lines);
  return { placed, kernel, from: lines.reduce(least, lines[0] ?? 1), to: lines.reduce(most, 1) };
}

const least = (a: number, b: number): number => Math.min(a, b);
const most = (a: number, b: number): number => Math.max(a, b);
