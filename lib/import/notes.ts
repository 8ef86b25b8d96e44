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
/** Of these it is known which boot they are in; more of one kind are those of the last. */
const MOST_KEPT = 10_000;

export interface Notes {
  add(severity: Severity, what: string, at: PlaceInLog): void;
  /** All of them, or those at the places that are wanted. */
  readonly all: (wanted?: (at: PlaceInLog) => boolean) => readonly Note[];
}

export function newNotes(): Notes {
  const notes = new Map<string, { severity: Severity; what: string; places: PlaceInLog[]; count: number }>();
  return {
    add(severity, what, at) {
      const key = `${severity} ${what}`;
      const note = notes.get(key) ?? { severity, what, places: [], count: 0 };
      notes.set(key, note);
      note.count += 1;
      if (note.places.length < MOST_KEPT) note.places.push(at);
    },
    all: (wanted = () => true) =>
      [...notes.values()].flatMap(({ severity, what, places, count }): readonly Note[] => {
        const here = places.filter(wanted);
        const last = places.at(-1);
        const unkept = last !== undefined && wanted(last) ? count - places.length : 0;
        if (here.length === 0) return [];
        return [{ severity, what, lines: here.slice(0, MOST_LINES), count: here.length + unkept }];
      }),
  };
}
