/** Puts edits between a kernel and a machine: state changes before the first call, answers as they are given. */
import type { AsyncMachine, MachineState, Reply, SmcRequest } from '../model/port.js';
import { bad, good, type Result, trouble } from '../model/result.js';
import type { Scope } from '../model/trace.js';
import { newAnswerEdits } from './apply-answers.js';
import { editedState } from './apply-state.js';
import type { Rule } from './edit.js';
import { type Change, newDiary, type Unfired } from './log.js';
import { KVM_FACT_VALUES } from './values.js';

export type { Change, Unfired } from './log.js';

export interface Edits {
  /** The machine's state, as the rules have it. */
  state(state: MachineState): MachineState;
  /** The answer to a call, as the rules have it; `ask` asks the machine. Counts calls: one at a time, in order. */
  call(request: SmcRequest, ask: () => Reply | Promise<Reply>): Promise<Reply>;
  /** The same where the machine answers at once. */
  callSync(request: SmcRequest, ask: () => Reply): Reply;
  readonly changes: readonly Change[];
  /** The rules that have not fired yet. */
  unfired(): readonly Unfired[];
}

/** Fresh counters for `rules`. The first rule that fits a place (a register, bits of one, a fact) wins it. */
export function newEdits(rules: readonly Rule[]): Edits {
  const diary = newDiary();
  const answers = newAnswerEdits(rules, diary);
  return {
    changes: diary.changes,
    state: state => editedState(state, rules, diary),
    async call(request, ask) {
      const begun = answers.begin(request);
      return typeof begun === 'function' ? begun(await ask()) : begun;
    },
    callSync(request, ask) {
      const begun = answers.begin(request);
      return typeof begun === 'function' ? begun(ask()) : begun;
    },
    unfired: () => diary.unfired(rules, answers.neverCame),
  };
}

/** Trouble `wrong-scope` where a rule is for a fact that boots of that scope do not look at. */
export function rulesInScope(rules: readonly Rule[], scope: Scope): Result<readonly Rule[]> {
  const wrong = rules.find(({ selector }) => selector.kind === 'fact' && KVM_FACT_VALUES[selector.name]);
  if (wrong === undefined || scope === 'kvm') return good(rules);
  const what = `the edit ${JSON.stringify(wrong.text)} is for a boot of scope kvm, and this one has scope ${scope}`;
  return bad(trouble('wrong-scope', what, {}, 'record the boot with `--scope kvm`, or leave the edit out'));
}

/** A machine with edits between it and the kernel. */
export function editedMachine(machine: AsyncMachine, edits: Edits): AsyncMachine {
  return {
    ...machine,
    state: edits.state(machine.state),
    call: request => edits.call(request, () => machine.call(request)),
  };
}

/** Why a run whose rule never fired is no answer to what was asked. */
export function unfiredText({ rule, why }: Unfired): string {
  return `the edit ${JSON.stringify(rule.text)} never fired: ${why}`;
}
