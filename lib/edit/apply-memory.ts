/**
 * Edits of the memory that a call points to: as an RMM that is asked finds it, and as the kernel finds it after the call. What
 * the kernel itself left there stays in the trace.
 */
import type { Memory } from '../model/events.js';
import { wordKey } from '../model/input-key.js';
import { wordPlace } from '../model/memory.js';
import type { Reply, SmcRequest } from '../model/port.js';
import { splitmix64 } from '../model/splitmix64.js';
import type { Seen, U64 } from '../model/u64.js';
import { selectorName } from './call-selector.js';
import { type Edit, isDrawn } from './edit.js';
import { type EditLog, spelt, TAKEN } from './log.js';

/** An edit that fits a call, and the how manieth such call it is. */
export interface InTurn {
  readonly edit: Edit;
  readonly turn: number;
}

const NO_MEMORY = 'the call points to no memory that is known';

/** The request as the RMM gets it; the same one where no edit fits. */
export function requestWithMemory(request: SmcRequest, edits: readonly InTurn[]): SmcRequest {
  const [page] = request.mem ?? [];
  if (page === undefined || !edits.some(isOfMemory)) return request;
  const words = wordsOf(edits);
  return { ...request, found: [withWords(page, words), ...(request.mem ?? []).slice(1)] };
}

/** The answer with the words that edits set, and the edits that set any. */
export function replyWithMemory<R extends Exclude<Reply, { kind: 'fault' }>>(
  request: SmcRequest,
  reply: R,
  edits: readonly InTurn[],
  log: EditLog,
): { readonly mem: readonly Memory[] | undefined; readonly made: readonly string[] } {
  const replied = reply.kind === 'answer' ? reply.mem : undefined;
  if (!edits.some(isOfMemory)) return { mem: replied, made: [] };
  const asked = request.mem?.map((memory): Memory => ({ ...memory, at: 'return' }));
  const [page, ...others] = replied ?? asked ?? [];
  const words = wordsOf(edits);
  const made: string[] = [];
  for (const { edit } of edits) {
    if (edit.target.kind !== 'memory') continue;
    const { offset } = edit.target;
    if (page === undefined) log.missed(edit, NO_MEMORY);
    else if (words.get(offset)?.edit !== edit) log.missed(edit, TAKEN);
    else {
      const left = wordIn(
        request.mem?.find(({ pa }) => pa === page.pa),
        offset,
      );
      const [before, after] = [wordIn(page, offset), words.get(offset)?.value ?? null];
      // An RMM that found the edited word left it there: what the edit replaced is the kernel's.
      const replaced = before === after ? left : before;
      log.fired(edit, () => ({
        place: wordKey(selectorName(request.fid), wordPlace(offset)),
        before: spelt(replaced),
        after: spelt(after),
        event: reply.event ?? null,
      }));
      made.push(edit.text);
    }
  }
  return {
    mem: page === undefined || made.length === 0 ? replied : [withWords(page, words), ...others],
    made,
  };
}

function isOfMemory({ edit }: InTurn): boolean {
  return edit.target.kind === 'memory';
}

interface Word {
  readonly edit: Edit;
  readonly value: Seen;
}

/** By offset; of several edits the first counts. */
function wordsOf(edits: readonly InTurn[]): ReadonlyMap<U64, Word> {
  const words = new Map<U64, Word>();
  for (const { edit, turn } of edits) {
    const { target, value } = edit;
    if (target.kind !== 'memory' || words.has(target.offset)) continue;
    const content = isDrawn(value) ? splitmix64(value.seed, BigInt(turn)) : value;
    words.set(target.offset, { edit, value: typeof content === 'bigint' ? content : null });
  }
  return words;
}

function withWords(memory: Memory, edited: ReadonlyMap<U64, Word>): Memory {
  const words = new Map(memory.words.map(({ offset, value }) => [offset, value]));
  for (const [offset, { value }] of edited) words.set(offset, value);
  return { ...memory, words: [...words].map(([offset, value]) => ({ offset, value })) };
}

function wordIn(memory: Memory | undefined, offset: U64): Seen {
  return memory?.words.findLast(word => word.offset === offset)?.value ?? null;
}
