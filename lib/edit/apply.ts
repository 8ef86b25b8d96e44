/** Puts edits between a kernel and a machine: state changes before the first call, answers as they are given. */
import { factNamed, factsIn } from '../model/facts.js';
import type { AsyncMachine, MachineState, Reply, SmcRequest } from '../model/port.js';
import { bad, good, type Result, trouble } from '../model/result.js';
import type { Scope } from '../model/trace.js';
import { type Begun, newAnswerEdits } from './apply-answers.js';
import { editedState } from './apply-state.js';
import type { Edit } from './edit.js';
import { type Change, newEditLog, type Unfired } from './log.js';

export type { Change, Unfired } from './log.js';

export interface AppliedEdits {
  /** The edited state of the machine. */
  state(state: MachineState): MachineState;
  /** The edited answer to a call; `ask` asks the machine. Counts calls: one at a time, in order. */
  call(request: SmcRequest, ask: (request: SmcRequest) => Reply | Promise<Reply>): Promise<Reply>;
  /** The same where the machine answers at once. */
  callSync(request: SmcRequest, ask: (request: SmcRequest) => Reply): Reply;
  /** The requests, as the machine got them, that it had no answer to and an edit has. */
  readonly given: ReadonlySet<SmcRequest>;
  /** What the edits have changed so far, in that order. */
  changes(): readonly Change[];
  /** The edits that have not fired yet. */
  unfired(): readonly Unfired[];
}

/** Fresh counters for `edits`. The first edit that fits a place (a register, bits of one, a fact) wins it. */
export function applyEdits(edits: readonly Edit[]): AppliedEdits {
  const log = newEditLog();
  const answers = newAnswerEdits(edits, log);
  const given = new Set<SmcRequest>();
  const answered = ({ request, edited }: Begun, reply: Reply): Reply => {
    const made = edited(reply);
    if (reply.kind === 'fault' && made.kind === 'answer') given.add(request);
    return made;
  };
  return {
    given,
    changes: log.changes,
    state: state => editedState(state, edits, log),
    async call(request, ask) {
      const begun = answers.begin(request);
      return 'edited' in begun ? answered(begun, await ask(begun.request)) : begun;
    },
    callSync(request, ask) {
      const begun = answers.begin(request);
      return 'edited' in begun ? answered(begun, ask(begun.request)) : begun;
    },
    unfired: () => log.unfired(edits, answers.neverCame),
  };
}

/** Trouble `wrong-scope` where an edit is for a fact that boots of that scope do not look at. */
export function editsInScope(edits: readonly Edit[], scope: Scope): Result<readonly Edit[]> {
  const here = new Set(factsIn(scope).map(({ name }) => name));
  for (const { text, selector } of edits) {
    const fact = selector.kind === 'fact' && !here.has(selector.name) ? factNamed(selector.name) : null;
    if (fact === null) continue;
    const what = `the edit ${JSON.stringify(text)} is for a boot of scope ${fact.scope}, but this one has scope ${scope}`;
    const next = `record the boot with \`--scope ${fact.scope}\`, or leave the edit out`;
    return bad(trouble('wrong-scope', what, {}, next));
  }
  return good(edits);
}

/**
 * A machine with edits between it and the kernel: `on` makes the machine that has the edited state, and `unedited` is that
 * one.
 */
export function editedMachine(
  state: MachineState,
  on: (state: MachineState) => AsyncMachine,
  applied: AppliedEdits,
): AsyncMachine & { readonly unedited: AsyncMachine } {
  const machine = on(applied.state(state));
  return {
    ...machine,
    unedited: machine,
    call: request => applied.call(request, asked => machine.call(asked)),
  };
}

/** Says that an edit was not used, and why. */
export function unfiredText({ edit, why }: Unfired): string {
  return `the edit ${JSON.stringify(edit.text)} was not used: ${why}`;
}
