/** Makes traces of logs: one of each boot that they hold. */
import { bad, good, type Result, trouble } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { openSource, type TraceSource, unreadable } from '../trace/open.js';
import { bytesOf, isDamage, unpacked } from '../trace/text.js';
import { assemble } from './assemble.js';
import { type Boot, type Boots, bootsOf } from './boots.js';
import { type Collected, collect } from './collect.js';
import type { LogFormat } from './format.js';
import { LOG_FORMATS } from './formats/index.js';
import type { GivenMachine } from './given-machine.js';
import { type Note, newNotes, type PlaceInLog } from './notes.js';
import { type Tally, tallyOf } from './tally.js';

export interface ImportOptions {
  /** Read as these formats alone (`--from`); all of them unless told otherwise. */
  readonly formats?: readonly LogFormat[];
  /** The names of a tracer's fields, by what they are (`--map`). */
  readonly fields?: ReadonlyMap<string, string>;
  /** Whether what follows from the records is written down too, marked `inferred`. Default true. */
  readonly infer?: boolean;
  /** The machine that the logs are from, as far as a person knows it: it fills in what they do not show. */
  readonly machine?: GivenMachine;
  /** How many bytes were read since it was called last. */
  readonly progress?: (bytes: number) => void;
}

export interface ImportedBoot {
  readonly trace: Trace;
  /** For each event of the trace, the log that it is from, by its place among the sources, from 0. */
  readonly logs: readonly number[];
  /** Where it stands in the log that has several, or in the first. */
  readonly from: number;
  readonly to: number;
  /**
   * What there is to say of it besides: what was put together from several records, what contradicts; and where the log
   * has several boots, how this one's lines were read.
   */
  readonly notes: readonly Note[];
}

export interface Imported {
  /** In the order of the log; none where nothing in the logs is of a boot. */
  readonly boots: readonly ImportedBoot[];
  readonly logs: readonly Tally[];
  /** How the logs were read, but for what is of one of several boots. */
  readonly notes: readonly Note[];
}

interface ReadLog {
  readonly name: string;
  readonly read: Collected;
  readonly boots: Boots;
}

/**
 * `sources` are logs of one boot; at most one of them may hold several, and is then the one that the others belong to.
 * Troubles: `not-found`, `unreadable`, `not-a-log`, `several-boots` (in more than one log).
 */
export async function importLogs(
  sources: readonly TraceSource[],
  options: ImportOptions = {},
): Promise<Result<Imported>> {
  const notes = newNotes();
  const logs: ReadLog[] = [];
  for (const [at, source] of sources.entries()) {
    const read = await readLog(at, source, options, notes);
    if (!read.ok) return read;
    logs.push(read.value);
  }
  const several = logs.filter(({ boots }) => boots.boots.length > 1);
  const [one, other] = several;
  if (other !== undefined) {
    const what = `it has ${other.boots.boots.length} boots, and another of these logs has several too`;
    const next = 'import them one by one, or cut the wanted boot out of each';
    return bad(trouble('several-boots', what, { file: other.name }, next));
  }
  const lead = one ?? logs.find(({ boots }) => boots.boots.length > 0);
  const within = one === undefined ? [] : linesOfBoots(one.boots.boots);
  const isOne = ({ log }: PlaceInLog): boolean => one !== undefined && logs[log] === one;
  const boots = (lead?.boots.boots ?? []).map((boot, at) => {
    const parts = logs.map(log => (log === lead ? boot.placed : (log.boots.boots[0]?.placed ?? [])));
    const imported = importedBoot(boot, parts, logs, options);
    const own = notes.all(place => isOne(place) && within[at]?.(place.line) === true);
    return { ...imported, notes: [...own, ...imported.notes] };
  });
  return good({
    boots,
    logs: logs.map(({ name, read, boots }) => tallyOf(name, read, boots)),
    notes: notes.all(place => !isOne(place)),
  });
}

/** For each of several boots, whether a line is its own: what stands before it is of the one before. */
function linesOfBoots(boots: readonly Boot[]): readonly ((line: number) => boolean)[] {
  return boots.map(({ from }, at) => {
    const begin = at === 0 ? 0 : from;
    const end = boots[at + 1]?.from ?? Number.POSITIVE_INFINITY;
    return line => line >= begin && line < end;
  });
}

async function readLog(
  at: number,
  source: TraceSource,
  { formats = LOG_FORMATS, fields = new Map(), progress }: ImportOptions,
  notes: ReturnType<typeof newNotes>,
): Promise<Result<ReadLog>> {
  const opened = await openSource(source, Number.POSITIVE_INFINITY, 'once');
  if (!opened.ok) return opened;
  try {
    const chunks = bytesOf(unpacked(opened.value.chunks()));
    const said = progress === undefined ? {} : { progress };
    const read = await collect(at, chunks, formats, notes, { fields, ...said });
    if (read.binary) {
      const next = 'name the console log itself';
      return bad(trouble('not-a-log', 'this is not text', { file: source.name }, next));
    }
    return good({ name: source.name, read, boots: bootsOf(read.placed) });
  } catch (error) {
    if (!isDamage(error)) return unreadable(error, source.name);
    const next = 'unpack it by hand, as far as it goes';
    return bad(trouble('not-a-log', 'the gzip data is damaged', { file: source.name }, next));
  } finally {
    await opened.value.close();
  }
}

function importedBoot(
  { from, to }: Boot,
  parts: readonly Boot['placed'][],
  logs: readonly ReadLog[],
  { infer = true, machine }: ImportOptions,
): ImportedBoot {
  const notes = newNotes();
  const names = logs.map(({ name }) => lastPart(name));
  return { ...assemble(parts, notes, { infer, names, machine }), from, to, notes: notes.all() };
}

/** A trace never holds a path. */
function lastPart(name: string): string {
  return name.replace(/^.*\//s, '');
}
