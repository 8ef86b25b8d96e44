/** What the trace of a replay says about where it came from: the trace that was replayed, who stood in, every edit. */

import { stateOfTrace } from '../compare/events.js';
import type { Change } from '../edit/apply.js';
import { kernelHeader } from '../kernel/kernels.js';
import type { StandIn } from '../machine/stand-in.js';
import type { AsyncKernel } from '../model/port.js';
import type { Edited, Header, Trace } from '../model/trace.js';

/** How the replay was made. */
export interface Replayed {
  /** The digest of the recording. */
  readonly of: string;
  readonly kernel: AsyncKernel;
  /** What answered in place of the recording. */
  readonly rmm: StandIn | null;
  readonly changes: readonly Change[];
  /** A request was given the nearest answer. */
  readonly answeredAnyway: boolean;
}

export function replayHeader(
  recorded: Trace,
  { of, kernel, rmm, changes, answeredAnyway }: Replayed,
): Header {
  const { generator, scope, machine, after } = recorded.header;
  const state = stateOfTrace(recorded.events);
  const edits = changes.map(
    ({ edit, place, before, after, event }): Edited => ({
      event: event ?? state.get(place)?.number ?? null,
      place,
      before,
      after,
      rule: edit,
    }),
  );
  return {
    generator,
    scope,
    kernel: kernelHeader(kernel),
    machine: {
      ...machine,
      rmm: rmm === null ? machine.rmm : rmm.name,
      via: rmm?.via ?? 'playback',
    },
    ...(after === undefined ? {} : { after }),
    replay: {
      of,
      kernel: recorded.header.kernel.name,
      ...(rmm?.name == null ? {} : { rmm: rmm.name }),
      ...(answeredAnyway ? { answeredAnyway: true } : {}),
      edits,
    },
  };
}
