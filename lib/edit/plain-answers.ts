/**
 * Edits of the plainest kind: registers of every answer to a command, with the values that they take. What most rows of a
 * sweep have. They count no calls and keep no log, and make the registers that applyEdits makes of them.
 */
import { isRmi } from '../abi/background.js';
import { callId } from '../abi/smccc.js';
import type { Reply, SmcRequest } from '../model/port.js';
import type { Seen, U64 } from '../model/u64.js';
import { registers } from './apply-answers.js';
import type { Edit, Selector, Target } from './edit.js';

/** The registers of an answer once it is edited. */
export type PlainEdits = (request: SmcRequest, reply: Extract<Reply, { kind: 'answer' }>) => readonly Seen[];

interface PlainEdit extends Edit {
  readonly selector: Extract<Selector, { kind: 'call' }>;
  readonly target: Extract<Target, { kind: 'answer' }>;
  readonly value: U64;
}

/** `null` where one of the edits is of another kind. */
export function plainEdits(edits: readonly Edit[]): PlainEdits | null {
  if (!edits.every(isPlain)) return null;
  return (request, reply) => {
    if (!isRmi(request.fid)) return reply.res;
    const id = callId(request.fid);
    const fitting = edits.filter(({ selector }) => selector.fid === null || selector.fid === id);
    if (fitting.length === 0) return reply.res;
    const res = registers(request, reply);
    // The first edit of a register wins it, so it comes last.
    for (const { target, value } of fitting.reverse())
      if (target.register < res.length) res[target.register] = value;
    return res;
  };
}

function isPlain(edit: Edit): edit is PlainEdit {
  const { selector, target, value } = edit;
  return (
    selector.kind === 'call' &&
    selector.turns === null &&
    selector.where.length === 0 &&
    target.kind === 'answer' &&
    typeof value === 'bigint'
  );
}
