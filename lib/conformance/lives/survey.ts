/** What a trace as a whole says of itself, before its calls are followed. */
import { RMI_REVISIONS, type RmiRevision, rmiRevision } from '../../abi/revision.js';
import { RMI_VERSION } from '../../abi/rmi-commands.js';
import { callId } from '../../abi/smccc.js';
import type { Seen } from '../../model/u64.js';
import type { CheckedCall } from '../calls.js';
import { changes, rowOf } from './eras.js';
import { namedCall } from './places.js';
import type { Setting } from './world.js';

export interface Surveyed {
  /** The first revision that was agreed on; where none was, the highest that the RMM says it has. */
  readonly spoken: RmiRevision;
  readonly setting: Setting;
}

export interface Survey {
  take(call: CheckedCall): void;
  /** `null`: an RMM older than 1.0, or one whose revision nobody knows, is not followed. */
  end(): Surveyed | null;
}

/** What was done so far. */
interface Done {
  complete: boolean;
  terminates: boolean;
  /** The first event that changed something. */
  changed: number;
}

export function newSurvey(): Survey {
  let agreed: Seen = null;
  let higher: Seen = null;
  let early = false;
  let asked = Number.POSITIVE_INFINITY;
  const cpus = new Set<number>();
  const done = nothingDone();
  /** What was done before a revision was agreed on, by the revision that is spoken, which is known in the end. */
  const before = new Map(RMI_REVISIONS.map(each => [each, nothingDone()]));
  return {
    take(call) {
      const { number, event, version, revision, x0 } = call;
      early ||= call.early;
      cpus.add(event.cpu);
      if (callId(event.fid) === RMI_VERSION) asked = Math.min(asked, number);
      if (version?.kind === 'success' && version.lower !== null && rmiRevision(version.lower))
        agreed ??= version.lower;
      higher ??= version?.higher ?? null;
      if (x0 !== 0n) return;
      if (revision !== undefined) note(done, call, revision);
      else for (const [each, so] of before) note(so, call, each);
    },
    end() {
      const word = agreed ?? higher;
      const spoken = word === null ? null : rmiRevision(word);
      if (spoken === null || early) return null;
      const both = [done, before.get(spoken) ?? nothingDone()];
      const setting: Setting = {
        complete: both.some(({ complete }) => complete),
        fromBoot: Number.isFinite(asked) && both.every(({ changed }) => asked < changed),
        parallel: cpus.size > 1,
        terminates: both.some(({ terminates }) => terminates),
      };
      return { spoken, setting };
    },
  };
}

const nothingDone = (): Done => ({ complete: false, terminates: false, changed: Number.POSITIVE_INFINITY });

function note(done: Done, call: CheckedCall, revision: RmiRevision): void {
  const named = namedCall(call, revision);
  const row = rowOf(named, revision);
  done.complete ||= row?.quiet === true;
  done.terminates ||= named.name === 'RMI_REALM_TERMINATE';
  if (row !== null && changes(row)) done.changed = Math.min(done.changed, call.number);
}
