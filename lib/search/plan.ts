/** What a sweep runs: every combination of its axes, by number, so that none has to be kept. */

import type { Edit } from '../edit/parse.js';
import type { MachineDescription } from '../machine/description.js';
import type { AsyncKernel, Kernel } from '../model/port.js';
import { bad, good, type Result, trouble } from '../model/result.js';
import type { Scope } from '../model/trace.js';
import type { PipedRmm } from '../rmm/pipe/client.js';
import type { RmmProfile } from '../rmm/profile.js';
import { profileNamed } from '../rmm/profiles.js';
import { MAX_STEPS } from '../run.js';
import type { Axis, AxisEdit } from './axes.js';
import type { SweepTable } from './sweep-table.js';

/** An RMM behind a pipe, and how a row calls it. */
export interface SweptPipe {
  readonly name: string;
  readonly piped: PipedRmm;
}

/** The kernels are of one scope. `K` and `R`: which kernels and RMMs; where all are built in, rows are quick. */
export interface SweepOptions<K extends AsyncKernel = Kernel, R extends RmmProfile | SweptPipe = RmmProfile> {
  readonly kernels: readonly K[];
  readonly machines: readonly MachineDescription[];
  /** `null`: each machine's own. */
  readonly rmms: readonly R[] | null;
  readonly axes: readonly Axis[];
  readonly maxSteps?: number;
}

/** One row: a machine, the RMM on it, and the edits of both. */
export interface Combination<R extends RmmProfile | SweptPipe = RmmProfile> {
  readonly machine: MachineDescription;
  readonly rmm: R | RmmProfile;
  /** Those of what the machine is before any call, and what tells them apart from those of other rows. */
  readonly state: { readonly key: string; readonly edits: readonly Edit[] };
  /** Those of answers. */
  readonly answers: readonly Edit[];
  /** All of them, one for each place of the table. */
  readonly edits: readonly AxisEdit[];
}

export interface SweepPlan<K extends AsyncKernel = Kernel, R extends RmmProfile | SweptPipe = RmmProfile> {
  readonly table: SweepTable;
  readonly kernels: readonly K[];
  /** The combination of row `index`, from 0: the machine changes slowest, the last axis fastest. */
  at(index: number): Combination<R>;
}

/** A plan in which C and RMMs behind a pipe may take part. */
export type AnyPlan = SweepPlan<AsyncKernel, RmmProfile | SweptPipe>;

/**
 * A boot asks some dozens of things; only a retry loop comes this far, and a sweep meets many of those. `record` and
 * `replay` let it go on longer, to the same end.
 */
export const SWEEP_MAX_STEPS = 1000;

/** The same for a sweep of that scope: a whole init asks of each gigabyte of memory. */
export function sweepMaxSteps(scope: Scope): number {
  return scope === 'init' ? MAX_STEPS : SWEEP_MAX_STEPS;
}

/** Trouble: `bad-edit` (two axes for one place), `too-large` (more rows than a number counts). */
export function planSweep<K extends AsyncKernel = Kernel, R extends RmmProfile | SweptPipe = RmmProfile>(
  options: SweepOptions<K, R>,
): Result<SweepPlan<K, R>> {
  const { kernels, machines, rmms, axes } = options;
  const scope = kernels[0]?.scope ?? 'rmi';
  const { maxSteps = sweepMaxSteps(scope) } = options;
  const places = axes.flatMap(axis => axis.places);
  const twice = places.find((place, at) => places.indexOf(place) < at);
  if (twice !== undefined)
    return bad(
      trouble(
        'bad-edit',
        `two axes edit ${twice}`,
        {},
        'leave one of them out: give all values of one place in one --set',
      ),
    );
  const rows = [machines.length, rmms?.length ?? 1, ...axes.map(axis => axis.count)].reduce(
    (a, b) => a * b,
    1,
  );
  if (rows * kernels.length > Number.MAX_SAFE_INTEGER)
    return bad(trouble('too-large', 'more combinations than can be counted', {}, 'leave out values'));

  const turning = turningOf(axes);
  /** The rows of one machine and RMM. */
  const sets = axes.reduce((count, axis) => count * axis.count, 1);

  return good({
    kernels,
    table: {
      columns: kernels.map(({ name, wants }) => ({ kernel: name, wants })),
      machines: machines.map(({ name }) => name),
      rmms: rmms?.map(({ name }) => name) ?? [],
      axes: axes.map(({ places: edited, count, values, made }) => ({ places: edited, count, values, made })),
      ...(scope === 'rmi' ? {} : { scope }),
      rows,
      maxSteps,
    },
    at(index) {
      const on = rmms?.length ?? 1;
      const combined = Math.floor(index / sets);
      const machine = machines[Math.floor(combined / on)];
      if (machine === undefined) throw new RangeError(`no row ${index}`);
      let key = `${Math.floor(combined / on)}`;
      let edits: readonly AxisEdit[] = [];
      let ofState: readonly AxisEdit[] = [];
      let ofAnswers: readonly AxisEdit[] = [];
      for (const { axis, each } of turning) {
        const picked = Math.floor(index / each) % axis.count;
        const made = axis.at(picked);
        edits = joined(edits, made);
        if (axis.state) {
          key += ` ${picked}`;
          ofState = joined(ofState, made);
        } else ofAnswers = joined(ofAnswers, made);
      }
      return {
        machine,
        rmm: rmms?.[combined % on] ?? ownRmm(machine),
        state: { key, edits: ofState.map(editOf) },
        answers: ofAnswers.map(editOf),
        edits,
      };
    },
  });
}

/** Most rows have one axis, whose edits are then no copy. */
function joined(a: readonly AxisEdit[], b: readonly AxisEdit[]): readonly AxisEdit[] {
  return a.length === 0 ? b : [...a, ...b];
}

function editOf({ edit }: AxisEdit): Edit {
  return edit;
}

interface Turning {
  readonly axis: Axis;
  /** It goes on to its next value after so many rows. */
  readonly each: number;
}

/** The last axis changes with each row. */
function turningOf(axes: readonly Axis[]): readonly Turning[] {
  let each = 1;
  return axes
    .toReversed()
    .map(axis => {
      const turning = { axis, each };
      each *= axis.count;
      return turning;
    })
    .reverse();
}

/** A description names a profile that exists: that was checked when it was read. */
function ownRmm(machine: MachineDescription): RmmProfile {
  const profile = profileNamed(machine.rmm);
  if (!profile.ok) throw new Error(`no RMM ${machine.rmm}`);
  return profile.value;
}
