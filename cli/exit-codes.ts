/** The exit codes of every command (diff's own, which CI knows). */

/** Never 1 for trouble: 1 is an answer. */
export const EXIT = { same: 0, different: 1, trouble: 2, interrupted: 130, terminated: 143 } as const;
