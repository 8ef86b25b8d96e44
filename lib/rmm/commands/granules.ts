/** Delegating granules and taking them back: one at a time in 1.0, ranges in 2.0. */
import { hex, type U64, u64 } from '../../model/u64.js';
import { isDevice, isDram } from '../memory.js';
import { granuleBytes, type World } from '../world.js';
import {
  argument,
  type Called,
  type Command,
  type Done,
  done,
  isAligned,
  refused,
  SUCCESS,
} from './command.js';

type Direction = 'delegate' | 'undelegate';

/** Whether the granule went from one state to the other; `null` where a command that is not emulated may have had it. */
function moved({ memory, granules, lost }: World, address: U64, direction: Direction): boolean | null {
  if (!isDram(memory, address)) return false;
  if (direction === 'undelegate') {
    if (granules.get(address) !== 'delegated') return false;
    return lost ? null : granules.delete(address);
  }
  if (granules.has(address)) return false;
  granules.set(address, 'delegated');
  return true;
}

function one(direction: Direction): Command['run'] {
  return (world, call) => {
    const address = argument(call, 1);
    if (!isAligned(address, granuleBytes(world))) return refused();
    const has = moved(world, address, direction);
    if (has === null) return unknown(address);
    return has ? done(SUCCESS) : refused();
  };
}

/** `most` granules a call: the host goes on from x1. A refusal gives the base there. */
function range(direction: Direction, most: number) {
  return (world: World, call: Called): Done => {
    const [base, top] = [argument(call, 1), argument(call, 2)];
    const bytes = granuleBytes(world);
    if (!isAligned(base, bytes) || !isAligned(top, bytes) || top <= base) return refused(base);
    if (isDevice(world.memory, base)) return { unanswered: `${direction} device memory` };
    for (let next: U64 = base, at = 0; ; next = u64(next + bytes), at++) {
      const has = at < most && next < top && moved(world, next, direction);
      if (has === true) continue;
      if (next > base) return done(SUCCESS, next);
      return has === null ? unknown(base) : refused(base);
    }
  };
}

function unknown(address: U64): Done {
  return { unanswered: `know what became of the granule at ${hex(address)}` };
}

/** The draft lets an RMM stop anywhere. */
const MOST_OF_DRAFT = 512;

function commandOf(name: string, inputs: number, outputs: number, run: Command['run']): Command {
  return { name, inputs, outputs, logsSuccess: false, states: outputs === 0 ? 'any' : 'active', run };
}

export const GRANULE_DELEGATE: Command = commandOf('GRANULE_DELEGATE', 1, 0, one('delegate'));
export const GRANULE_UNDELEGATE: Command = commandOf('GRANULE_UNDELEGATE', 1, 0, one('undelegate'));

export const GRANULE_RANGE_DELEGATE: Command = commandOf(
  'GRANULE_RANGE_DELEGATE',
  2,
  1,
  range('delegate', 1),
);
export const GRANULE_RANGE_UNDELEGATE: Command = commandOf(
  'GRANULE_RANGE_UNDELEGATE',
  2,
  1,
  range('undelegate', 1),
);
export const GRANULE_RANGE_DELEGATE_OF_DRAFT: Command = {
  ...GRANULE_RANGE_DELEGATE,
  run: range('delegate', MOST_OF_DRAFT),
};
export const GRANULE_RANGE_UNDELEGATE_OF_DRAFT: Command = {
  ...GRANULE_RANGE_UNDELEGATE,
  run: range('undelegate', MOST_OF_DRAFT),
};
