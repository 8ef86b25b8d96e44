/**
 * What `inferred` says, in place of `value`, of a fact or register whose value nobody saw. A fact has some value all the
 * same, since a kernel asks for it.
 */

/** The machine's value may be later than this one. */
export const AT_LEAST = 'at least';
/** No record shows the value, and it says nothing about what was answered. */
export const ASSUMED = 'assumed';

/** Of ID_AA64PFR0_EL1, whose value is not known: a kernel asks only where no CPU has an RME field of 0. */
export const WITH_RME = 'RME at least 1';

/** What the registers of an answer are concluded from that an edit gave where nothing was recorded. */
export const GIVEN = 'the edit that gives it; the rest is 0';
