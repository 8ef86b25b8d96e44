/**
 * A kernel whose check is compiled C in a child. The child replaces the check alone: CPU bring-up, sanitised registers,
 * the conduit and the rest of kvm_arm_init are those of the built-in kernels, and so are the queries at the end.
 */
import { bootOf, type Check, type Frame, modelledBy } from '../kernel/boot.js';
import { emit } from '../kernel/linux/asks.js';
import type { System } from '../kernel/linux/cpufeature.js';
import { newRealm, noQueries } from '../kernel/revisions/queries.js';
import type { Ask, Asking, AsyncAsking, AsyncKernel } from '../model/port.js';
import type { CompiledHeader, Scope } from '../model/trace.js';
import { hex } from '../model/u64.js';
import { served } from './answers.js';
import type { ChangedRow, Child } from './child.js';
import { memoryGiven } from './memory.js';
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
  /** Functions that say after a whole init what can be had: is_rmm_active, is_rmi_available. */
  readonly available: readonly string[];
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
    const places = scope === 'init' ? yield* memoryGiven() : '';
    const ask: Ask = { ask: 'emit', event: { type: 'return', of: name, value: 0 } };
    markers.set(ask, async function* () {
      // What is known already need not be asked for: a turn of the pipe is what a boot costs.
      const known = [...system.sanitised].map(([reg, value]) => ` ${reg}=${hex(value)}`);
      child.send(`${first ? 'boot' : 'run'} ${name}${known.join('')}${given}${places}`);
      first = false;
      return yield* served({ child, system, keys, memory: scope === 'init' });
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
    return returned;
  }
  const calling = (level: Entry['level']): Check =>
    function* (system, in_hyp_mode) {
      let last = 0;
      for (const entry of entries)
        if (entry.level === level) last = yield* called(entry, system, in_hyp_mode);
      return last;
    };
  const has = (level: Entry['level']) => entries.some(entry => entry.level === level);
  const enabled = () => keys.has('kvm_rmi_is_available') || keys.has('kvm_rme_is_available');
  function* asked(): Asking<void> {
    for (const of of options.available) yield* emit({ type: 'return', of, value: yield* inChild(of, none) });
  }
  const ask = (query: string, state: string) => inChild(`${query}:${state}`, none);
  const frame: Frame = {
    level: has('subsys_initcall') ? 'subsys_initcall' : 'kvm_arm_init',
    onlyInHypMode: onlyInHypMode && parts.call === null,
    rme,
    queries: () => {
      if (!has('kvm_arm_init')) return noQueries();
      if (parts.queries.length > 0) return theirQueries(parts, enabled, ask);
      // In a whole series every vCPU of a realm is a REC, from the time on that KVM calls it kvm_init_rmi.
      const isRec = scope === 'init' && keys.has('kvm_rmi_is_available');
      return newRealm(enabled(), isRec);
    },
    changed: tables => changedTables(tables, rows),
    ...(parts.call === null ? {} : { behind: parts.call.behind, failsKvm: true }),
  };

  const boot = bootOf(
    frame,
    calling(frame.level),
    scope,
    has('kvm_arm_init') ? calling('kvm_arm_init') : undefined,
    scope === 'init' && !has('kvm_arm_init') ? asked : undefined,
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
