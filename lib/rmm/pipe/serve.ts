/** An emulated RMM for another program: it answers one JSON line per call, as pipe/protocol.md specifies. */

import { applyEdits, unfiredText } from '../../edit/apply.js';
import type { Edit } from '../../edit/parse.js';
import type { Memory } from '../../model/events.js';
import { type Rmm, type SmcRequest, toReply } from '../../model/port.js';
import { bad, good, placedIn, type Result, trouble } from '../../model/result.js';
import { type U64, ZERO } from '../../model/u64.js';
import { newLines } from '../../pipe/lines.js';
import type { RmmMemory } from '../memory.js';
import type { RmmProfile } from '../profile.js';
import { createRmm, type Features } from '../rmm.js';
import { answerLine, helloLine, parseCall, unansweredLine } from './protocol.js';

export interface ServeOptions {
  readonly profile: RmmProfile;
  readonly features: Features;
  /** Default: that of a machine whose description says nothing. */
  readonly memory?: RmmMemory;
  /** Edits of its answers. They count over all boots. */
  readonly edits?: readonly Edit[];
}

/** Bytes that a line may have. */
const MAX_LINE = 1 << 20;

/**
 * Answers the calls of `input` until it ends, each with a line (without its newline) to `write`, the first of which is
 * the hello. It is an RMM called directly: EL3's own answers are not part of it. Troubles: `bad-value`, `duplicate-key`
 * and `not-json` (a line that is no call), `usage` (a profile of a machine without a running RMM), `bad-edit` (an edit
 * of anything but answers), `edit-never-fired`.
 */
export async function serve(
  input: AsyncIterable<Uint8Array>,
  write: (line: string) => void,
  { profile, edits = [], ...machine }: ServeOptions,
): Promise<Result<void>> {
  if (profile.presence === 'absent' || profile.presence === 'failed') {
    return bad(
      trouble(
        'usage',
        `the RMM profile ${profile.name} has no running RMM: EL3 answers in its place`,
        {},
        'name an RMM that runs, one of `rmitrace list rmms`',
      ),
    );
  }
  const odd = edits.find(edit => !isOfAnswers(edit));
  if (odd !== undefined) {
    const what = `the edit ${JSON.stringify(odd.text)} does not set a register of an answer to a value`;
    return bad(trouble('bad-edit', what, {}, 'serve has only answers to edit, like RMI_VERSION.x1=1.0'));
  }
  const newRmm = (): Rmm => createRmm(profile, machine);
  const applied = applyEdits(edits);
  let rmm = newRmm();

  const answer = async (x: readonly U64[], mem: readonly Memory[]): Promise<void> => {
    const [fid = ZERO, ...args] = x;
    const request: SmcRequest = { cpu: 0, via: 'smc', cc: '1.2', fid, args, ...(mem.length > 0 && { mem }) };
    const reply = await applied.call(request, asked =>
      toReply(rmm.call(fid, args, asked.found ?? asked.mem)),
    );
    if (reply.kind === 'fault') write(unansweredLine(reply.text));
    if (reply.kind !== 'answer') return;
    const console = (reply.console ?? []).map(({ text }) => text);
    write(
      answerLine(
        reply.res.map(value => value ?? ZERO),
        x,
        console,
        reply.mem,
      ),
    );
  };

  write(helloLine({ name: profile.name, version: null, boot: 'line' }));
  const lines = newLines(MAX_LINE);
  let number = 0;
  for await (const bytes of input) {
    const asked: string[] = [];
    const wrong = lines.take(bytes, line => asked.push(line));
    for (const line of asked) {
      number++;
      const call = parseCall(line);
      if (!call.ok) return bad(placedIn({ line: number }, call.trouble));
      if (call.value.kind === 'boot') rmm = newRmm();
      else await answer(call.value.x, call.value.mem);
    }
    if (wrong !== null)
      return bad(
        trouble('bad-value', `the client ${wrong}`, { line: number + 1 }, 'a call is one line of JSON'),
      );
  }
  if (lines.unfinished()) {
    return bad(
      trouble(
        'bad-value',
        'the input ends in the middle of a line',
        { line: number + 1 },
        'a call is one line of JSON',
      ),
    );
  }
  const [unfired] = applied.unfired();
  if (unfired === undefined) return good(undefined);
  const next = 'an edit is used when the client makes its call: check its selector, or leave it out';
  return bad(trouble('edit-never-fired', unfiredText(unfired), {}, next));
}

/** An RMM has no machine state to edit, and it cannot send an unknown register. */
function isOfAnswers({ selector, target, value }: Edit): boolean {
  if (selector.kind === 'register' || selector.kind === 'fact') return false;
  return target.kind === 'reply' ? target.reply !== 'unknown' : value !== null;
}
