/** Header and outcome between the file's spelling and the program's. What stands in an object stands in the schema's order. */
import { endJson } from '../model/end.js';
import type { TraceEvent } from '../model/events.js';
import type { Header, KernelHeader, Outcome, PatchHeader, Reason, ReplayHeader } from '../model/trace.js';
import { defaults } from '../schema/generated/trace.js';
import type * as Wire from '../schema/generated/trace.types.js';
import type { FrameWire } from '../schema/validate.js';
import { extraOf, extraWire, given } from './wire-fields.js';

export const FORMAT = 'rmitrace';
export const MACHINE_FORMAT = 'rmitrace-machine';
export const VERSION = 1;

/** What this program calls itself in the files that it writes; the version is that of package.json, and a test says so. */
export const GENERATOR = { name: 'rmitrace', version: '0.1.0' } as const;

/** What is said to have written a file that does not say it. */
const BY_HAND = { name: 'by hand', version: '0' } as const;

export type HeaderWire = Omit<FrameWire, '$schema' | 'outcome' | 'count' | 'digest'>;

/** How many CPUs the events speak of. */
export function cpusOf(events: readonly TraceEvent[]): number {
  return 1 + events.reduce((most, { cpu = 0 }) => Math.max(most, cpu), 0);
}

/**
 * The header of a checked frame, what it leaves out filled in: where it does not say how many CPUs there are, those that
 * the events speak of. `$schema` is for editors, and is not kept.
 */
export function headerOf(frame: FrameWire, spokenOf: number): Header {
  const { generator = BY_HAND, scope = defaults.scope, kernel, machine, after, replay, resealed } = frame;
  const cpus = machine?.cpus ?? spokenOf;
  return {
    generator,
    scope,
    kernel:
      kernel === undefined ? { ...defaults.kernel, via: 'imported' } : { ...defaults.kernel, ...kernel },
    machine: { ...defaults.machine, ...machine, cpus },
    ...given('after', after),
    ...given('replay', replay),
    ...given('resealed', resealed),
    ...extraOf(frame),
  };
}

const replayWire = ({
  of,
  kernel,
  rmm,
  answeredAnyway,
  edits,
}: ReplayHeader): NonNullable<FrameWire['replay']> => ({
  of,
  kernel,
  ...given('rmm', rmm),
  ...given('answeredAnyway', answeredAnyway),
  edits: edits.map(({ event, place, before, after, rule }) => ({ event, place, before, after, rule })),
});

const patchWire = ({ name, hunks, remarks }: PatchHeader) => ({
  name,
  hunks: hunks.map(({ line, file, state, change }) => ({ line, file, state, change })),
  ...given(
    'remarks',
    remarks?.map(({ line, text, file, about, on, in: of }) => ({ line, text, file, about, on, in: of })),
  ),
});

const kernelWire = ({ name, wants, via, compiled }: KernelHeader): NonNullable<FrameWire['kernel']> => ({
  name,
  wants,
  ...given('via', via),
  ...given(
    'compiled',
    compiled && {
      digest: compiled.digest,
      headers: compiled.headers,
      queries: compiled.queries,
      ...given('patches', compiled.patches?.map(patchWire)),
    },
  ),
});

/** The members before `events`, in the schema's order; x- members last. */
export function headerWire({
  generator,
  scope,
  kernel,
  machine,
  after,
  replay,
  resealed,
  extra,
}: Header): HeaderWire {
  return {
    generator: { name: generator.name, version: generator.version },
    format: FORMAT,
    version: VERSION,
    scope,
    kernel: kernelWire(kernel),
    machine: { name: machine.name, cpus: machine.cpus, rmm: machine.rmm, via: machine.via },
    ...given('after', after),
    ...given('replay', replay === undefined ? undefined : replayWire(replay)),
    ...given('resealed', resealed === undefined ? undefined : { was: resealed.was }),
    ...extraWire(extra),
  };
}

export function outcomeFromWire(wire: Wire.Outcome): Outcome | null {
  if (wire === null) return null;
  const { reason, ...rest } = wire;
  // The schema's pattern is the model's template literal, which no generator of types can say.
  return { ...rest, ...given('reason', reason as Reason | undefined) };
}

export function outcomeWire(outcome: Outcome | null): Wire.Outcome {
  if (outcome === null) return null;
  return {
    class: outcome.class,
    ...given('reason', outcome.reason),
    ...given('lower', outcome.lower),
    ...given('higher', outcome.higher),
    ...given('realms', endJson(outcome).realms),
    ...given('return', outcome.return),
    key: outcome.key,
    ...given('kvm_is_realm', outcome.kvm_is_realm),
    ...given('kvm_realm_state', outcome.kvm_realm_state),
    ...given('vcpu_is_rec', outcome.vcpu_is_rec),
    ...given('kvm_init', outcome.kvm_init),
  };
}
