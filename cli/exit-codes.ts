/** The exit codes of every command (diff's own, which CI knows). */

/** Trouble is never 1: that is an answer. */
export const EXIT = { same: 0, different: 1, trouble: 2 } as const;

/** The signals that end a command, with what it leaves in order, and the exit code of each: 128 and its number. */
export const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;
