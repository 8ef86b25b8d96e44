/** Memory in scope `init`: where the C's pages are, and what of them a call hands over. */
import { callId } from '../abi/smccc.js';
import { address, fact } from '../kernel/linux/asks.js';
import type { Along } from '../kernel/linux/smccc.js';
import {
  SMC_RMI_GRANULE_TRACKING_GET,
  SMC_RMI_OP_MEM_DONATE,
  SMC_RMI_OP_MEM_RECLAIM,
  SMC_RMI_RMM_CONFIG_SET,
} from '../kernel/series/rmi-header.js';
import type { Memory } from '../model/events.js';
import type { Asking, AsyncAsking, KnownMemory } from '../model/port.js';
import { hex, type U64, u64, wrap64, ZERO } from '../model/u64.js';
import type { Child } from './child.js';

/** The argument that has an address, and how many words behind it the call hands over. */
interface Handed {
  readonly name: string;
  readonly argument: number;
  readonly words: (args: readonly U64[]) => U64;
}

const WORD = 8n;
/** RMI_MAX_ADDR_LIST: of a list that claims to be longer so much is read. */
const MOST_ENTRIES = u64(256n);
function entries([, , count = ZERO]: readonly U64[]): U64 {
  return count < MOST_ENTRIES ? count : MOST_ENTRIES;
}
const CONFIG_WORDS = u64(2n);

const HANDED: ReadonlyMap<U64, Handed> = new Map([
  [SMC_RMI_RMM_CONFIG_SET, { name: 'RMI_RMM_CONFIG_SET', argument: 0, words: () => CONFIG_WORDS }],
  [SMC_RMI_OP_MEM_DONATE, { name: 'RMI_OP_MEM_DONATE', argument: 1, words: entries }],
  [SMC_RMI_OP_MEM_RECLAIM, { name: 'RMI_OP_MEM_RECLAIM', argument: 1, words: () => ZERO }],
]);

/**
 * What a call takes along: the memory that it points to, and what a caller of 1.1 leaves in x2 of the one call whose
 * number of arguments changed.
 */
export async function* handedOver(regs: readonly U64[], child: Child): AsyncAsking<Along> {
  const [fid = ZERO, ...args] = regs;
  if (callId(fid) === SMC_RMI_GRANULE_TRACKING_GET && args.length === 1) {
    const x2 = yield* address('leftover_x2');
    return x2 === ZERO ? {} : { junk: [x2] };
  }
  const handed = HANDED.get(callId(fid));
  if (handed === undefined) return {};
  const pa = args[handed.argument] ?? ZERO;
  const count = handed.words(args);
  child.send(`peek ${hex(pa)} ${hex(count)}`);
  const said = await child.next();
  if (said.say !== 'words') {
    yield { ask: 'stop', code: 'garbage', text: 'the compiled check does not tell what memory holds' };
    return {};
  }
  if (BigInt(said.values.length) < count) return {};
  const words = said.values.map((value, at) => ({ offset: u64(WORD * BigInt(at)), value }));
  return { mem: [{ pa, at: 'call', words }] };
}

/** In any other scope no machine says where memory is: a call that hands some over would tell of a page that is nowhere. */
export function* withoutMemory([fid = ZERO]: readonly U64[]): Asking<void> {
  const handed = HANDED.get(callId(fid));
  if (handed === undefined) return;
  const text = `the C hands memory over with ${handed.name}, which only scope init describes (--scope init)`;
  yield { ask: 'stop', code: 'unanswered', text };
}

/** The lines that put down in the child what a call wrote. */
export function written(before: readonly Memory[], after: readonly KnownMemory[]): readonly string[] {
  return after.flatMap(({ pa, words }) => {
    const had = new Map(
      before
        .filter(each => each.pa === pa)
        .flatMap(each => each.words.map(word => [word.offset, word.value])),
    );
    return [...words]
      .filter(([offset, value]) => had.get(offset) !== value)
      .map(([offset, value]) => `poke ${hex(wrap64(pa + offset))} ${hex(value)}`);
  });
}

/** Where the machine says that pages are, and which allocation fails, as the line has it that runs an entry point. */
export function* memoryGiven(): Asking<string> {
  const places = ['config_page', 'sro_object', 'donated_memory'] as const;
  let given = '';
  for (const name of places) given += ` ${name}=${hex(yield* address(name))}`;
  const fails = String(yield* fact('allocation_fails'));
  return fails === 'nothing' ? given : `${given} fails_${fails.replaceAll('-', '_')}=1`;
}
