/** What lib needs of the process that it runs in. */

/** Its environment. */
export function ownEnv(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** The number of its user; `null` where users have none. */
export function ownUser(): number | null {
  return process.getuid?.() ?? null;
}

/** Does it when the process ends, on an interruption or a bug too. Returns a function that takes it back. */
export function atExit(act: () => void): () => void {
  process.once('exit', act);
  return () => void process.off('exit', act);
}
