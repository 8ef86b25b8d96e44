/** Replays that are worth trying to reach another end: the fewest edits first. */

import { hex } from '../model/u64.js';
import { PROFILES } from '../rmm/profiles.js';
import { boundaryAnswers } from './boundary.js';

export interface Candidate {
  readonly rmm: string | null;
  readonly set: readonly string[];
}

/** Edits that stop a kernel before it asks, or leave nobody to answer. `cpus` is how many the trace has. */
function closing(cpus: number): readonly string[] {
  const hidden = cpus > 1 ? [`cpu${cpus - 1}.ID_AA64PFR0_EL1.RME=0`] : [];
  return [
    'ID_AA64PFR0_EL1.RME=0',
    ...hidden,
    'conduit=none',
    'kvm_mode=none',
    'hyp_mode_available=false',
    'in_hyp_mode=false',
    'page_size=16384',
    'conduit=hvc',
  ];
}

/** Edits that let it ask, whichever revision it is. */
export const OPENING: readonly string[] = [
  'hyp_mode_available=true',
  'kvm_mode=default',
  'in_hyp_mode=true',
  'page_size=4096',
  'ID_AA64PFR0_EL1.RME=1',
  'conduit=smc',
  'smccc_version=1.1',
];

/** An RMM that answers anything asked of it, whatever the trace has. */
const SPEC = ['spec', 'spec-1.0'] as const;

export function* candidates(wants: string | null, cpus: number): Generator<Candidate> {
  const x0 = [...new Set(boundaryAnswers(wants === null ? [] : [wants]).map(([status]) => hex(status)))];
  const answers = [...x0, 'unknown'].map(value => `RMI_VERSION.x0=${value}`);
  for (const edit of [...closing(cpus), ...answers, 'RMI_VERSION.x1=unknown', 'RMI_FEATURES.x0=1'])
    yield { rmm: null, set: [edit] };
  for (const { name } of PROFILES) yield { rmm: name, set: [] };
  for (const rmm of SPEC) for (const edit of [...closing(cpus), ...answers]) yield { rmm, set: [edit] };
  for (const rmm of [...SPEC, 'silent', 'none']) yield { rmm, set: OPENING };
  for (const edit of answers) yield { rmm: SPEC[0], set: [...OPENING, edit] };
  for (const edit of closing(cpus)) yield { rmm: SPEC[0], set: [edit, ...OPENING] };
}
