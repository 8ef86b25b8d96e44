/** OP_CONTINUE, OP_MEM_DONATE, OP_MEM_RECLAIM and OP_CANCEL: the host goes on with what the RMM began. */
import { statusWord } from '../../abi/rmi-status.js';
import { bits, field, hex, type U64, u64, ZERO } from '../../model/u64.js';
import { asksFor, donateWord, incomplete, type Operation, wantedNow } from '../operation.js';
import { granuleBytes, isNonSecure, type World } from '../world.js';
import {
  argument,
  type Called,
  type Command,
  type Done,
  done,
  isAligned,
  refused,
  SUCCESS,
  word,
} from './command.js';

type Goes = (world: World, operation: Operation, call: Called) => Done;

/** Of the operation that x1 names. Without one, and in TF-RMM 0.9 and head there is none, the call is refused. */
function onOperation(goes: Goes): Command['run'] {
  return (world, call) => {
    const { operation, lost } = world;
    if (lost) return { unanswered: 'know which operations are open' };
    if (operation === null || argument(call, 1) !== operation.handle) return refused();
    const { first } = operation.rule;
    if (first === null || operation.refusals === 0n) return goes(world, operation, call);
    operation.refusals -= 1n;
    return done(statusWord(first.status));
  };
}

/**
 * The answer of a call that went on: what is asked next, or what the whole operation came to. `x1` is the call's own. The
 * last status of one that was cancelled is not known; Linux does not look at it.
 */
function goesOn(world: World, operation: Operation, x1: U64): Done {
  const request = asksFor(operation);
  if (request !== null) return done(incomplete(operation, request), x1, donateWord(operation));
  world.operation = null;
  world.state = operation.cancelled ? 'init' : 'active';
  return done(SUCCESS, x1);
}

/** Without the memory that the RMM asks for, nothing goes on. */
const continued: Goes = (world, operation) => {
  if (asksFor(operation) === 0 && operation.left !== null) operation.left -= 1n;
  return goesOn(world, operation, ZERO);
};

/** Undelegated and delegated granules of the host, by the list at x2 with x3 entries. */
const donated: Goes = (world, operation, call) => {
  const [list, count] = [argument(call, 2), argument(call, 3)];
  if (asksFor(operation) !== 1 || !isListed(world, list)) return refused();
  if (count === ZERO || count > wantedNow(operation)) return refused();
  const granules: U64[] = [];
  for (let at = 0n; at < count; at++) {
    const descriptor = word(call, list, at * 8n);
    if (descriptor === null)
      return { unanswered: `know what the list at ${hex(list)} holds: the call does not say` };
    granules.push(...granulesOf(descriptor, granuleBytes(world)));
  }
  if (BigInt(granules.length) > wantedNow(operation) || !areTakeable(world, operation, granules))
    return refused();
  for (const granule of granules) world.granules.set(granule, 'donated');
  operation.donated.push(...granules);
  if (operation.left !== null) operation.left -= BigInt(granules.length);
  return goesOn(world, operation, u64(BigInt(granules.length)));
};

/** Writes a descriptor to the list at x2, if that has room (x3): of one granule, which becomes the host's again. */
const reclaimed: Goes = (world, operation, call) => {
  const [list, room] = [argument(call, 2), argument(call, 3)];
  if (asksFor(operation) !== 2 || !isListed(world, list) || room === ZERO) return refused();
  // One a call, so that a host is seen to ask again.
  const given = operation.donated.splice(0, 1);
  for (const granule of given) world.granules.delete(granule);
  const words = given.map((granule, at) => ({ offset: u64(BigInt(at) * 8n), value: descriptorOf(granule) }));
  const answer = givenBack(world, operation, u64(BigInt(given.length)));
  return 'res' in answer ? { ...answer, wrote: { pa: list, words } } : answer;
};

/** A host expects to be told to go on before an operation completes that gave memory back. */
function givenBack(world: World, operation: Operation, entries: U64): Done {
  return asksFor(operation) === null
    ? done(incomplete(operation, 0), entries)
    : goesOn(world, operation, entries);
}

const cancelled: Goes = (_, operation) => {
  if (!operation.rule.cancels || operation.cancelled) return refused();
  operation.cancelled = true;
  operation.left = operation.rule.times ?? 1n;
  return done(incomplete(operation, asksFor(operation) ?? 0));
};

function isListed(world: World, list: U64): boolean {
  const page = u64(list - (list % granuleBytes(world)));
  return isAligned(list, 8n) && isNonSecure(world, page);
}

/** An address range: state in 63:62, address in 51:12, count in 11:2, block size in 1:0, of which 0 is a granule. */
function granulesOf(descriptor: U64, bytes: bigint): readonly U64[] {
  const base = bits(descriptor, 12, 40) << 12n;
  const [count, size] = [field(descriptor, 2, 10), field(descriptor, 0, 2)];
  return size === 0 ? Array.from({ length: count }, (_, at) => u64(base + BigInt(at) * bytes)) : [];
}

const UNDELEGATED = 1n << 62n;

function descriptorOf(granule: U64): U64 {
  return u64(UNDELEGATED | granule | (1n << 2n));
}

/** All in the state that was asked for, none twice, and in one piece where that was asked for. */
function areTakeable(world: World, { rule }: Operation, granules: readonly U64[]): boolean {
  const bytes = granuleBytes(world);
  const fits = (granule: U64) =>
    rule.asks === 'delegated' ? world.granules.get(granule) === 'delegated' : isNonSecure(world, granule);
  const inOnePiece = granules.every(
    (granule, at) => at === 0 || granule === (granules[at - 1] ?? ZERO) + bytes,
  );
  return (
    granules.length > 0 &&
    granules.every(granule => isAligned(granule, bytes) && fits(granule)) &&
    new Set(granules).size === granules.length &&
    (rule.asks !== 'contiguous' || inOnePiece)
  );
}

/** How TF-RMM 0.9 and head print the line of each: six columns to the right. */
const INDENT = 6;

function operationCommand(name: string, inputs: number, outputs: number, goes: Goes): Command {
  const run = onOperation(goes);
  return { name, inputs, outputs, indent: INDENT, logsSuccess: true, states: 'begun', run };
}

export const OP_CONTINUE: Command = operationCommand('OP_CONTINUE', 2, 2, continued);
export const OP_MEM_DONATE: Command = operationCommand('OP_MEM_DONATE', 3, 2, donated);
export const OP_MEM_RECLAIM: Command = operationCommand('OP_MEM_RECLAIM', 3, 1, reclaimed);
export const OP_CANCEL: Command = operationCommand('OP_CANCEL', 1, 0, cancelled);
