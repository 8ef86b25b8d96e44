/** Records a boot: a kernel on an emulated machine, whose RMM may be a real one behind a pipe, as a trace. */

import { applyEdits, editedMachine, editsInScope, unfiredText } from './edit/apply.js';
import { selectorName } from './edit/call-selector.js';
import type { Edit } from './edit/parse.js';
import { kernelHeader } from './kernel/kernels.js';
import { outcomeOf } from './kernel/outcome.js';
import { type MachineDescription, stateOf } from './machine/description.js';
import { afterBoots } from './machine/earlier-boots.js';
import { emulate, emulateBefore } from './machine/emulated.js';
import type { TraceEvent } from './model/events.js';
import { unknownWords } from './model/memory.js';
import type { AsyncKernel, AsyncMachine, MachineState } from './model/port.js';
import { bad, good, type Result, trouble } from './model/result.js';
import type { Header, MachineHeader, Trace } from './model/trace.js';
import { machineFailure, type PipedRmm } from './rmm/pipe/client.js';
import { profileNamed } from './rmm/profiles.js';
import { type RunOptions, runAsync } from './run.js';
import { digestOf } from './trace/digest.js';
import { GENERATOR } from './trace/wire-frame.js';

export interface RecordOptions extends RunOptions {
  /** Edits of the machine's state and answers. */
  readonly edits?: readonly Edit[];
  /** A profile, or an RMM behind a pipe, in place of the RMM that the description names. Whoever opened it closes it. */
  readonly rmm?: string | PipedRmm;
  /** The boots before this one, in order, since the RMM was reset: it is as they left it. Default: none. */
  readonly after?: readonly Trace[];
  /** Told what it has come to so far where it has to wait, and now and then in a long boot, which waits for it. */
  readonly onEvents?: (header: Header, events: readonly TraceEvent[]) => Promise<void>;
}

/**
 * Troubles: `unknown-name` (no such profile), `wrong-scope` (an edit's), `edit-never-fired`, `bad-edit` (an input left
 * unknown), `other-rmm` (of `after`). An RMM behind a pipe that failed makes a trace that ends with a `fault`: `machineFailure` tells.
 */
export async function record(
  kernel: AsyncKernel,
  machine: MachineDescription,
  options: RecordOptions = {},
): Promise<Result<Trace>> {
  const answering = answeringMachine(machine, options.rmm ?? machine.rmm);
  if (!answering.ok) return answering;
  const edits = editsInScope(options.edits ?? [], kernel.scope);
  if (!edits.ok) return edits;
  const applied = applyEdits(edits.value);
  const after = options.after ?? [];
  const inOrder = followEachOther(after);
  if (!inOrder.ok) return inOrder;
  const booted = editedMachine(stateOf(machine, kernel.scope), answering.value.machine, applied);
  const brought = await afterBoots(booted.unedited, after);
  if (!brought.ok) return brought;
  const last = after.at(-1);
  const header = (): Header => ({
    generator: GENERATOR,
    scope: kernel.scope,
    kernel: kernelHeader(kernel),
    machine: { name: machine.name, cpus: machine.cpus.length, ...answering.value.header() },
    ...(last === undefined ? {} : { after: digestOf(last) }),
  });
  const { onEvents, ...running } = options;
  const events = await runAsync(kernel, booted, {
    ...running,
    ...(onEvents === undefined ? {} : { onEvents: events => onEvents(header(), events) }),
  });
  const [unfired] = applied.unfired();
  // If the RMM failed first, an unused edit is not the user's mistake.
  if (unfired !== undefined && machineFailure(events) === null) {
    const next = 'look with `show` at what the boot asks for, or leave the edit out';
    return bad(trouble('edit-never-fired', unfiredText(unfired), {}, next));
  }
  const unknown = firstUnknown(events);
  if (unknown !== null) {
    // A kernel must be given some value: what it then prints would be recorded as if it had been seen.
    const what = `${unknown} is unknown after the edits, so no boot can be recorded`;
    return bad(
      trouble('bad-edit', what, {}, 'give it a value; `replay` can find out what an unknown decides'),
    );
  }
  return good({
    header: header(),
    events,
    outcome: outcomeOf(events),
  });
}

/** Whether each boot was recorded after the one before it, and the first after none. */
function followEachOther(boots: readonly Trace[]): Result<void> {
  for (const [at, { header }] of boots.entries()) {
    const before = at === 0 ? undefined : boots[at - 1];
    if (header.after === (before && digestOf(before))) continue;
    const what =
      header.after === undefined
        ? `boot ${at + 1} was recorded on an RMM that was newly booted, not after boot ${at}`
        : `boot ${at + 1} was recorded after the boot with the digest ${header.after}`;
    const next = 'give all boots since the RMM was reset, in order: `--after FIRST --after SECOND`';
    return bad(trouble('other-rmm', what, {}, next));
  }
  return good(undefined);
}

/** The machine, and what a header says after the run of the RMM that answered. */
function answeringMachine(
  description: MachineDescription,
  rmm: string | PipedRmm,
): Result<{
  /** Newly booted, with this state. */
  readonly machine: (state: MachineState) => AsyncMachine;
  readonly header: () => Pick<MachineHeader, 'rmm' | 'via'>;
}> {
  if (typeof rmm === 'object') {
    return good({
      machine: state => emulateBefore(description, rmm.boot(), { state }),
      header: () => ({ rmm: rmm.hello()?.name ?? null, via: 'pipe' }),
    });
  }
  const profile = profileNamed(rmm);
  if (!profile.ok) return profile;
  const name = profile.value.presence === 'absent' ? null : profile.value.name;
  return good({
    machine: state => emulate(description, profile.value, { state }),
    header: () => ({ rmm: name, via: 'emulated' }),
  });
}

/** The first input that nobody knows, in words; `null` where all are known. */
function firstUnknown(events: readonly TraceEvent[]): string | null {
  for (const event of events) {
    if (event.type === 'mrs' && event.value === null) return `cpu${event.cpu}.${event.reg}`;
    const register = event.type === 'smc' ? (event.res?.indexOf(null) ?? -1) : -1;
    if (event.type === 'smc' && register >= 0) return `${selectorName(event.fid)}.x${register}`;
    const [word] = event.type === 'smc' ? unknownWords(event.mem) : [];
    if (event.type === 'smc' && word !== undefined) return `${selectorName(event.fid)}.${word}`;
  }
  return null;
}
