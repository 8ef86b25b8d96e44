/** Notes on how a log was read: each kind once, with all the lines that it is about. */

/** `loss`: a record of the handshake is there and could not be read whole. */
export type Severity = 'info' | 'error' | 'loss';

export interface Note {
  readonly severity: Severity;
  readonly what: string;
  /** Where, from 1; in order, and no more than `MOST_LINES` of them. */
  readonly lines: readonly PlaceInLog[];
  /** How many there are in all. */
  readonly count: number;
}

export interface PlaceInLog {
  /** The log by its place on the command line, from 0. */
  readonly log: number;
  readonly line: number;
}

const MOST_LINES = 20;

export interface Notes {
  add(severity: Severity, what: string, at: PlaceInLog): void;
  readonly all: () => readonly Note[];
}

export function newNotes(): Notes {
  const notes = new Map<string, { severity: Severity; what: string; lines: PlaceInLog[]; count: number }>();
  return {
    add(severity, what, at) {
      const key = `${severity} ${what}`;
      const note = notes.get(key) ?? { severity, what, lines: [], count: 0 };
      notes.set(key, note);
      note.count += 1;
      if (note.lines.length < MOST_LINES) note.lines.push(at);
    },
    all: () => [...notes.values()],
  };
}
