/** What an import has to say besides its traces: how the logs were read, what was concluded, what was lost. */

import { versionCall } from '../compare/handshake.js';
import type { Imported, ImportedBoot } from '../import/import.js';
import type { Note, PlaceInLog, Severity } from '../import/notes.js';
import type { Tally } from '../import/tally.js';
import { outcomeIn, outcomeOf } from '../kernel/outcome.js';
import { counted } from '../model/count.js';
import type { TraceEvent } from '../model/events.js';
import { ASSUMED, AT_LEAST } from '../model/inferred.js';
import { digestOf } from '../trace/digest.js';
import { findingOf } from './finding.js';

/** Whether a boot's log tells what came of the check, or that it was made. */
export function hasHandshake({ trace }: ImportedBoot): boolean {
  const { class: outcomeClass, reason, return: returned } = outcomeOf(trace.events);
  if (versionCall(trace.events) !== null) return true;
  // A mode line alone proves a check that was silent, or that there was none.
  const told = reason !== undefined || returned !== undefined;
  return outcomeClass === 'quiet' ? told : outcomeClass !== 'undetermined';
}

/** By severity, the worst first; within one in the order in which they were found. */
const SEVERITIES: readonly Severity[] = ['loss', 'error', 'info'];

const WORDS: Readonly<Record<Severity, string>> = { loss: 'data loss', error: 'error', info: 'info' };

export interface NoteLine {
  readonly severity: string;
  readonly text: string;
}

/** The notes of an import and of one of its boots, each with its lines. */
export function importNotes({ logs, notes }: Imported, boot: ImportedBoot | null): readonly NoteLine[] {
  const names = logs.map(({ name }) => name);
  const all = [...notes, ...(boot?.notes ?? [])];
  return [
    ...SEVERITIES.flatMap(severity =>
      all
        .filter(note => note.severity === severity)
        .map(note => ({ severity: WORDS[severity], text: `${note.what} (${placesText(note, names)})` })),
    ),
    ...(boot === null ? [] : conclusions(boot.trace.events)).map(text => ({ severity: 'inferred', text })),
    ...logs.map(log => ({ severity: 'read', text: tallyText(log) })),
  ];
}

function placesText({ lines, count }: Note, names: readonly string[]): string {
  const SHOWN = 8;
  const shown = lines.slice(0, SHOWN).map(place => placeText(place, names));
  const more = count > shown.length ? ` and ${count - shown.length} more` : '';
  return `${count === 1 ? 'line' : 'lines'} ${shown.join(', ')}${more}`;
}

function placeText({ log, line }: PlaceInLog, names: readonly string[]): string {
  return names.length > 1 ? `${names[log]}:${line}` : String(line);
}

/** `hyp_mode_available, hvhe: line 179: VHE mode initialized successfully`. */
function conclusions(events: readonly TraceEvent[]): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const event of events) {
    for (const [field, reason] of Object.entries(event.inferred ?? {})) {
      byReason.set(reason, [...(byReason.get(reason) ?? []), fieldText(event, field)]);
    }
  }
  return [...byReason].map(([reason, fields]) => `${[...new Set(fields)].join(', ')} from ${reason}`);
}

function fieldText(event: TraceEvent, field: string): string {
  switch (event.type) {
    case 'fact':
      if (field === AT_LEAST) return `${event.name} (at least ${event.value})`;
      return field === ASSUMED ? `${event.name} (assumed ${event.value})` : event.name;
    case 'ftr':
      return field;
    case 'return':
      return `the return of ${event.of}`;
    case 'smc':
      return field === 'fid' ? 'the call' : field === 'args' ? 'what it asked' : field;
    default:
      return field;
  }
}

/** The counts add up to the lines of the log. */
function tallyText({ name, lines, read, repeated, guests, background, lost, beyond, others }: Tally): string {
  const parts = [
    [read, 'of the handshake and around it'],
    [repeated, 'that repeat earlier ones'],
    [guests, "of a guest's kernel"],
    [background, 'with other calls'],
    [lost, 'with data loss'],
    [beyond, 'beyond what is kept'],
    [others, 'about other things'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${name}: ${counted(lines, 'line')}${told.length === 0 ? '' : `: ${told.join(', ')}`}`;
}

export function importJson(imported: Imported, boots: readonly ImportedBoot[]) {
  return {
    boots: boots.map(boot => ({
      ...findingOf(boot.trace),
      outcome: outcomeIn(boot.trace),
      digest: digestOf(boot.trace),
      from: boot.from,
      to: boot.to,
      handshake: hasHandshake(boot),
      notes: boot.notes,
    })),
    logs: imported.logs,
    notes: imported.notes,
  };
}
