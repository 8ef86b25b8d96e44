/**
 * Calls that two of them saw: an RMM or EL3 prints what it did, and a recorder at EL3 has the registers. Calls come in one
 * order, so those that fit are one, from the front; of what both saw the recorder's registers count, and the console's
 * line stands beside them.
 */

import { isRmi } from '../abi/background.js';
import { callId } from '../abi/smccc.js';
import type { Seen } from '../model/u64.js';
import type { Placed } from './collect.js';
import type { CallReading } from './format.js';
import type { Notes } from './notes.js';

export function joinedObservers(placed: readonly Placed[], notes: Notes): readonly Placed[] {
  const printed = callsOf(placed).filter(({ call }) => call.text !== null);
  const recorded = callsOf(placed).filter(({ call }) => call.text === null);
  if (printed.length === 0 || recorded.length === 0) return placed;
  const pairs = pairsOf(printed, recorded);
  for (const { at, call } of printed) {
    const place = placed[at];
    if (pairs.has(at) || place === undefined || call.by === 'tracer') continue;
    notes.add('error', 'a console shows a call that the recorder of calls did not see', {
      log: place.log,
      line: place.lines[0] ?? 1,
    });
  }
  return merged(placed, pairs);
}

interface At {
  readonly at: number;
  readonly call: CallReading;
}

function callsOf(placed: readonly Placed[]): readonly At[] {
  return placed.flatMap(({ reading }, at) =>
    reading.kind === 'call' && reading.from === 'ns' && (reading.fid === null || isRmi(reading.fid))
      ? [{ at, call: reading }]
      : [],
  );
}

/** For each printed call that has one, the recorded call. */
function pairsOf(printed: readonly At[], recorded: readonly At[]): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  let from = 0;
  for (const one of printed) {
    const found = recorded.findIndex(({ call }, index) => index >= from && fits(one.call, call));
    const other = recorded[found];
    if (other === undefined) continue;
    pairs.set(one.at, other.at);
    from = found + 1;
  }
  return pairs;
}

function fits(printed: CallReading, recorded: CallReading): boolean {
  if (recorded.fid === null) return false;
  if (printed.fid !== null && callId(printed.fid) !== callId(recorded.fid)) return false;
  return (
    agree(printed.args, recorded.args) && (recorded.res === null || agree(printed.res ?? [], recorded.res))
  );
}

function agree(one: readonly Seen[], other: readonly Seen[]): boolean {
  return one.every((value, at) => {
    const beside = other[at];
    return value === null || beside === null || beside === undefined || value === beside;
  });
}

/**
 * A recorded call stands where its line was printed. One that was not printed stands after the one before it in the
 * recording, or where the recording stands if there is none.
 */
function merged(placed: readonly Placed[], pairs: ReadonlyMap<number, number>): readonly Placed[] {
  const printedAt = new Map([...pairs].map(([print, record]) => [record, print]));
  const first = Math.min(...printedAt.keys());
  const after = new Map<number, number[]>();
  let last: number | null = null;
  for (const [at, { reading }] of placed.entries()) {
    if (reading.kind !== 'call' || reading.text !== null) continue;
    if (printedAt.has(at)) last = printedAt.get(at) ?? last;
    else if (last !== null) after.set(last, [...(after.get(last) ?? []), at]);
  }
  const before = placed.flatMap(({ reading }, at) =>
    reading.kind === 'call' && reading.text === null && at < first && !printedAt.has(at) ? [at] : [],
  );
  const moved = new Set([...printedAt.keys(), ...[...after.values()].flat(), ...before]);
  const firstPrinted = printedAt.get(first);
  return placed.flatMap((each, at): readonly Placed[] => {
    if (moved.has(at)) return [];
    const ahead = at === firstPrinted ? at_(placed, before) : [];
    const record = pairs.get(at);
    const both = record === undefined ? each : withRegisters(each, placed[record]);
    return [...ahead, both, ...at_(placed, after.get(at) ?? [])];
  });
}

function at_(placed: readonly Placed[], indices: readonly number[]): readonly Placed[] {
  return indices.flatMap(index => placed[index] ?? []);
}

function withRegisters(printed: Placed, recorded: Placed | undefined): Placed {
  if (printed.reading.kind !== 'call' || recorded?.reading.kind !== 'call') return printed;
  return { ...printed, reading: { ...recorded.reading, by: printed.reading.by, text: printed.reading.text } };
}
