/** How an RMM answers RMI_VERSION, given the revisions that it supports (words, lowest first) and the one asked for. */
import { statusWord } from '../abi/rmi-status.js';
import { bits, type U64, ZERO } from '../model/u64.js';

/**
 * `word`: before EAC4 x0 is the revision itself, without a status.
 * `tf-rmm`: a refusal gives the highest revision as lower and higher (runtime/rmi/version.c, 0.4 to head).
 * `spec`: a refusal gives as lower the highest supported revision below the one asked for, or, where there is none,
 * higher; higher is always the highest supported (Steven Price, 12 Sep 2024, from the RMM specification).
 * `forgetful`: refuses everything, and leaves lower and higher zero.
 * `islet`: compares major and minor, and so takes a word with stray high bits; lower and higher are its own revision
 * whatever it says. `islet-early`: the same, but a refusal leaves them zero.
 */
export type VersionRule = 'word' | 'tf-rmm' | 'spec' | 'forgetful' | 'islet' | 'islet-early';

/** x0, x1 and x2. */
export interface VersionAnswer {
  readonly x0: U64;
  readonly lower: U64;
  readonly higher: U64;
}

const SUCCESS = statusWord('SUCCESS');
const ERROR_INPUT = statusWord('ERROR_INPUT');

/** But for Islet all 64 bits of `requested` count: a word with stray high bits is not a supported one. */
export function versionAnswer(rule: VersionRule, revisions: readonly U64[], requested: U64): VersionAnswer {
  const highest = revisions.at(-1) ?? ZERO;
  if (rule === 'word') return { x0: highest, lower: ZERO, higher: ZERO };
  if (rule === 'forgetful') return { x0: ERROR_INPUT, lower: ZERO, higher: ZERO };
  if (rule === 'islet' || rule === 'islet-early') {
    if (bits(requested, 0, 31) === highest) return { x0: SUCCESS, lower: highest, higher: highest };
    const range = rule === 'islet' ? highest : ZERO;
    return { x0: ERROR_INPUT, lower: range, higher: range };
  }
  if (revisions.includes(requested)) return { x0: SUCCESS, lower: requested, higher: highest };
  const older = rule === 'spec' ? revisions.findLast(revision => revision < requested) : undefined;
  return { x0: ERROR_INPUT, lower: older ?? highest, higher: highest };
}
