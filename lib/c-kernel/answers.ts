/** What a compiled check asks for while it runs, answered as the built-in kernels would ask it themselves. */
import { NOT_SUPPORTED_64, trimmed } from '../abi/smccc.js';
import { emit, factByName, mrs, smcWithMemory } from '../kernel/linux/asks.js';
import { read_sanitised_ftr_reg, type System } from '../kernel/linux/cpufeature.js';
import { type Along, arm_smccc_1_1_get_conduit, arm_smccc_1_1_invoke_along } from '../kernel/linux/smccc.js';
import type { LogEvent } from '../model/events.js';
import type { Asking, AsyncAsking, KnownMemory } from '../model/port.js';
import { hex, type U64, ZERO } from '../model/u64.js';
import type { Child, ChildLine } from './child.js';
import { handedOver, withoutMemory, written } from './memory.js';

/** A boot as far as its child may ask for it. */
export interface Booting {
  readonly child: Child;
  readonly system: System;
  /** The static keys that were enabled. */
  readonly keys: Set<string>;
  /** Whether calls hand over memory: scope `init`. */
  readonly memory: boolean;
}

/** Answers the child until its entry point returns; gives what it returned. */
export async function* served({ child, system, keys, memory }: Booting): AsyncAsking<number> {
  for (;;) {
    const said = await child.next();
    if (said.say === 'done') return said.value;
    if (said.say === 'smc') {
      if (!memory) yield* withoutMemory(said.regs);
      const along = memory ? yield* handedOver(said.regs, child) : {};
      const { res, mem } = yield* called(said, along);
      for (const line of written(along.mem ?? [], mem)) child.send(line);
      child.send(res.map(hex).join(' '));
      continue;
    }
    const answer = yield* answered(said, system, keys);
    if (answer !== null) child.send(answer);
  }
}

/** The line that the child is sent, or `null` where it waits for none. */
function* answered(
  said: Exclude<ChildLine, { say: 'done' | 'smc' }>,
  system: System,
  keys: Set<string>,
): Asking<string | null> {
  switch (said.say) {
    case 'ftr':
      return hex(yield* sanitised(system, said.reg));
    case 'read':
      yield* sanitised(system, said.reg);
      return null;
    case 'fact':
      return yield* factLine(said.name);
    case 'log':
      yield { ask: 'emit', event: logEvent(said) };
      return null;
    case 'warn':
      yield* emit({ type: 'warn', of: said.of, text: said.text });
      return null;
    case 'return':
      yield* emit({ type: 'return', of: said.of, value: said.value });
      return null;
    case 'key':
      keys.add(said.name);
      yield* emit({ type: 'return', of: 'static_branch_enable', value: 0 });
      return null;
    case 'words':
      yield {
        ask: 'stop',
        code: 'garbage',
        text: 'the compiled check tells of memory that nobody asked for',
      };
      return null;
    case 'fault':
      yield { ask: 'stop', code: said.code, text: said.text };
      return null;
  }
}

function* called(
  { cc, via, regs }: Extract<ChildLine, { say: 'smc' }>,
  along: Along,
): Asking<{ readonly res: readonly U64[]; readonly mem: readonly KnownMemory[] }> {
  const [fid = ZERO, ...args] = regs;
  if (cc === '1.1' && via === 'conduit') {
    const { a0, a1, a2, a3, mem } = yield* arm_smccc_1_1_invoke_along(fid, args, along);
    return { res: [a0, a1, a2, a3], mem };
  }
  const conduit = via === 'conduit' ? yield* arm_smccc_1_1_get_conduit() : via;
  if (conduit === null) return { res: [NOT_SUPPORTED_64], mem: [] };
  const sent = cc === '1.2' ? trimmed(args) : args;
  return yield* smcWithMemory({ cpu: 0, via: conduit, cc, fid, args: sent, ...along });
}

/** The conduit is what arm_smccc_1_1_get_conduit gives, the others are the machine's. */
function* factLine(name: string): Asking<string> {
  if (name === 'conduit') return (yield* arm_smccc_1_1_get_conduit()) ?? 'none';
  return String(yield* factByName(name));
}

/** A register that the machine does not describe ends the run, by name; it is not 0. */
function* sanitised(system: System, reg: string): Asking<U64> {
  if (system.sanitised.has(reg)) return yield* read_sanitised_ftr_reg(system, reg);
  const raw = yield* mrs(reg);
  const what =
    raw.length === 0
      ? 'which the machine does not describe'
      : 'whose fields rmitrace does not know how to sanitise';
  yield { ask: 'stop', code: 'unanswered', text: `the check reads ${reg}, ${what}` };
  return ZERO;
}

/** `kvm [n]: ` at the start of a line is kvm_info's and kvm_err's, or looks the same on a console. */
function logEvent({ level, text }: Extract<ChildLine, { say: 'log' }>): LogEvent {
  const [prefix = '', pid = ''] = /^kvm \[(0|[1-9]\d{0,8})\]: /.exec(text) ?? [];
  if (prefix === '') return { type: 'log', level, text };
  return { type: 'log', level, prefix: 'kvm', pid: JSON.parse(pid), text: text.slice(prefix.length) };
}
