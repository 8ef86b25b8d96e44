/**
 * What an RMM tells EL3 when its boot ends: x1 of RMM_BOOT_COMPLETE, which TF-A prints as `RMM init failed: N` (TF-A,
 * RMM-EL3 communication interface, "RMM boot return codes").
 */
const CODES: ReadonlyMap<number, string> = new Map([
  [-1, 'an error that it has no number for'],
  [-2, "the RMM refuses EL3's interface version"],
  [-3, 'EL3 reports more CPUs than the RMM supports'],
  [-4, 'the number of this CPU is beyond what the RMM supports'],
  [-5, 'the buffer that EL3 and the RMM share is not valid'],
  [-6, 'the RMM refuses the version of the boot manifest'],
  [-7, 'the RMM cannot read the boot manifest'],
]);

/** What a code means; `null` for one that the interface does not have. */
export function rmmBootError(code: number): string | null {
  return CODES.get(code) ?? null;
}

/** Whether a line of a console says that an RMM began its boot: EL3's line before it or after it, or the RMM's banner. */
export function tellsOfStart(line: string): boolean {
  return /RMM init (?:start|end)\b|^Booting RMM v/.test(line);
}

/** Whether a line of EL3's says that the RMM did not start: from then on EL3 answers for it. */
export function tellsOfNoStart(line: string): boolean {
  return /RMM init failed|RMM initialization failed|Failed to boot up RMM/.test(line);
}
