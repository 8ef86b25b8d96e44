/**
 * A kernel whose check is compiled C in a child. The child replaces the check alone: CPU bring-up, sanitised registers,
 * the conduit and the rest of kvm_arm_init are those of the built-in kernels, and so are the queries at the end.
 */
import { NOT_SUPPORTED_64, trimmed } from '../abi/smccc.js';
import { bootOf, type Check, type Frame, modelledBy } from '../kernel/boot.js';
import { emit, factByName, mrs, smc } from '../kernel/linux/asks.js';
import { read_sanitised_ftr_reg, type System } from '../kernel/linux/cpufeature.js';
import { arm_smccc_1_1_get_conduit, arm_smccc_1_1_invoke } from '../kernel/linux/smccc.js';
import { newRealm, noQueries } from '../kernel/revisions/queries.js';
import type { LogEvent } from '../model/events.js';
import type { Ask, Asking, AsyncAsking, AsyncKernel } from '../model/port.js';
import type { CompiledHeader, Scope } from '../model/trace.js';
import { hex, type U64, ZERO } from '../model/u64.js';
import type { ChangedRow, Child, ChildLine } from './child.js';
import { changedTables, theirQueries } from './patched-frame.js';
import type { Entry, Parts } from './source/types.js';

export interface CompiledOptions {
  /** As traces call it. */
  readonly name: string;
  readonly wants: string | null;
  readonly compiled: CompiledHeader;
  /** What the kernel calls, in order. */
  readonly entries: readonly Pick<Entry, 'name' | 'level' | 'returnsInt'>[];
  /** Whether kvm_arm_init calls its entry only where the kernel runs at EL2. */
  readonly onlyInHypMode: boolean;
  /** Whether the register table of that kernel has the RME field. */
  readonly rme: boolean;
  /** What patches change around the check; rows of ID registers as they were compiled. */
  readonly parts: Pick<Parts, 'call' | 'queries' | 'states'>;
  readonly rows: readonly ChangedRow[];
  /** A child that has said hello, for the first boot; and another, which has not, where that one is used up. */
  readonly first: Child;
  readonly start: () => Child;
}

/** A kernel whose boots can be as much of kvm_arm_init as a trace's scope says; the child is one. */
export interface ScopedKernel extends AsyncKernel {
  readonly compiled: CompiledHeader;
  inScope(scope: Scope): AsyncKernel;
  close(): Promise<void>;
}

/** One child runs boot after boot, each from the state at its start; `close` ends it. Its own scope is `rmi`. */
export function compiledKernel(options: CompiledOptions): ScopedKernel {
  const { name, wants, compiled } = options;
  let kept: Child | null = options.first;

  async function* boot(scope: Scope): AsyncAsking<number> {
    const child = kept ?? options.start();
    const fresh = kept === null;
    kept = null;
    let whole = false;
    try {
      if (fresh) yield* greeted(child);
      const value = yield* booted(options, child, scope);
      whole = true;
      return value;
    } finally {
      // A child that a boot left waiting for an answer cannot begin another.
      if (whole) kept = child;
      else await child.close();
    }
  }

  const inScope = (scope: Scope): AsyncKernel => ({
    name,
    wants,
    scope,
    compiled,
    models: modelledBy({ level: options.entries[0]?.level ?? 'kvm_arm_init' }, scope),
    boot: () => boot(scope),
  });

  return {
    ...inScope('rmi'),
    compiled,
    inScope,
    async close() {
      await kept?.close();
      kept = null;
    },
  };
}

async function* greeted(child: Child): AsyncAsking<void> {
  const said = await child.hello();
  if ('say' in said) yield { ask: 'stop', code: said.code, text: said.text };
}

/** The frame is a generator of its own, in which a marker stands where something runs in the child. */
async function* booted(options: CompiledOptions, child: Child, scope: Scope): AsyncAsking<number> {
  const { entries, onlyInHypMode, rme, parts, rows } = options;
  const keys = new Set<string>();
  const markers = new Map<Ask, () => AsyncAsking<number>>();
  const none: System = { sanitised: new Map() };
  let value = 0;
  let first = true;

  /** Never leaves this function: what it stands for runs where the frame yields it. Its value is what C returned. */
  function* inChild(name: string, system: System, given = ''): Asking<number> {
    const ask: Ask = { ask: 'emit', event: { type: 'return', of: name, value: 0 } };
    markers.set(ask, async function* () {
      // What is known already need not be asked for: a turn of the pipe is what a boot costs.
      const known = [...system.sanitised].map(([reg, value]) => ` ${reg}=${hex(value)}`);
      child.send(`${first ? 'boot' : 'run'} ${name}${known.join('')}${given}`);
      first = false;
      return yield* served(child, system, keys);
    });
    yield ask;
    return value;
  }
  function* called(entry: (typeof entries)[number], system: System, in_hyp_mode: boolean): Asking<number> {
    // The statement of kvm_arm_init has the call in it: what it returns is the error of kvm_arm_init.
    if (entry.name === parts.call?.of)
      return yield* inChild('kvm_arm_init', system, ` in_hyp_mode=${+in_hyp_mode}`);
    const returned = yield* inChild(entry.name, system);
    if (entry.returnsInt) yield* emit({ type: 'return', of: entry.name, value: returned });
    return 0;
  }
  const calling = (level: Entry['level']): Check =>
    function* (system, in_hyp_mode) {
      for (const entry of entries) {
        const err = entry.level === level ? yield* called(entry, system, in_hyp_mode) : 0;
        if (err !== 0) return err;
      }
      return 0;
    };
  const has = (level: Entry['level']) => entries.some(entry => entry.level === level);
  const enabled = () => keys.has('kvm_rmi_is_available') || keys.has('kvm_rme_is_available');
  const ask = (query: string, state: string) => inChild(`${query}:${state}`, none);
  const frame: Frame = {
    level: has('subsys_initcall') ? 'subsys_initcall' : 'kvm_arm_init',
    onlyInHypMode: onlyInHypMode && parts.call === null,
    rme,
    queries: () =>
      !has('kvm_arm_init')
        ? noQueries()
        : parts.queries.length === 0
          ? newRealm(enabled())
          : theirQueries(parts, enabled, ask),
    changed: tables => changedTables(tables, rows),
    ...(parts.call === null ? {} : { behind: parts.call.behind, failsKvm: true }),
  };

  const boot = bootOf(
    frame,
    calling(frame.level),
    scope,
    has('kvm_arm_init') ? calling('kvm_arm_init') : undefined,
  );
  let turn = boot.next();
  while (!turn.done) {
    const run = markers.get(turn.value);
    if (run === undefined) {
      turn = boot.next(yield turn.value);
    } else {
      value = yield* run();
      turn = boot.next({ ask: 'emit' });
    }
  }
  return turn.value;
}

/** Answers the child until its entry point returns; gives what it returned. */
async function* served(child: Child, system: System, keys: Set<string>): AsyncAsking<number> {
  for (;;) {
    const said = await child.next();
    if (said.say === 'done') return said.value;
    const answer = yield* answered(said, system, keys);
    if (answer !== null) child.send(answer);
  }
}

/** The line that the child is sent, or `null` where it waits for none. */
function* answered(
  said: Exclude<ChildLine, { say: 'done' }>,
  system: System,
  keys: Set<string>,
): Asking<string | null> {
  switch (said.say) {
    case 'smc':
      return (yield* called(said)).map(hex).join(' ');
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
    case 'fault':
      yield { ask: 'stop', code: said.code, text: said.text };
      return null;
  }
}

function* called({ cc, via, regs }: Extract<ChildLine, { say: 'smc' }>): Asking<readonly U64[]> {
  const [fid = ZERO, ...args] = regs;
  if (cc === '1.1' && via === 'conduit') {
    const { a0, a1, a2, a3 } = yield* arm_smccc_1_1_invoke(fid, ...args);
    return [a0, a1, a2, a3];
  }
  const conduit = via === 'conduit' ? yield* arm_smccc_1_1_get_conduit() : via;
  if (conduit === null) return [NOT_SUPPORTED_64];
  return yield* smc({ cpu: 0, via: conduit, cc, fid, args: cc === '1.2' ? trimmed(args) : args });
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
