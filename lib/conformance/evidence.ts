/** What the answers of a trace, taken together, prove of the RMM that gave them: known once all calls were gone through. */
import type { MachineHeader } from '../model/trace.js';
import { vouchedProfile } from '../rmm/profiles.js';
import { type CheckedCall, type Evidence, newProofs } from './calls.js';
import { type Follower, newFollower } from './lives/follow.js';
import { newSurvey } from './lives/survey.js';

export interface Gathering {
  take(call: CheckedCall): void;
  /** `machine`: whose name is believed, if it is one of ours. */
  end(machine: MachineHeader): Gathered;
}

export interface Gathered {
  /** Without what lives show. */
  readonly evidence: Evidence;
  readonly follower: Follower;
}

export function newGathering(): Gathering {
  const proofs = newProofs();
  const survey = newSurvey();
  return {
    take(call) {
      proofs.take(call);
      survey.take(call);
    },
    end(machine) {
      const vouched = vouchedProfile(machine);
      const profile = vouched !== null && vouched.revisions.length > 0 ? vouched : null;
      const evidence = { profile, implemented: proofs.implemented(profile), life: [] };
      return { evidence, follower: newFollower(survey.end()) };
    },
  };
}
