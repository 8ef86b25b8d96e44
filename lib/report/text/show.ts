/** What `show` prints: the finding, what is still possible, then the events. */

import { agreedRevision } from '../../compare/handshake.js';
import { builtIn, KERNEL_NAMES } from '../../kernel/kernels.js';
import { outcomeIn } from '../../kernel/outcome.js';
import { wantedIn } from '../../kernel/wanted.js';
import { counted } from '../../model/count.js';
import { endText } from '../../model/end.js';
import type { MrsEvent, TraceEvent } from '../../model/events.js';
import { countOf } from '../../model/gaps.js';
import type { Outcome, Trace } from '../../model/trace.js';
import { type Contradiction, contradictionOf } from '../../replay/contradiction.js';
import { PROFILES } from '../../rmm/profiles.js';
import { type Finding, findingOf } from '../finding.js';
import { remarksOn } from '../remarks.js';
import type { ShowResult } from '../results.js';
import { contradictionSentence } from '../sentences.js';
import { machineRmmText, outcomeDetails } from '../words.js';
import { conformancePage } from './conformance.js';
import { visible } from './escape.js';
import { eventDetails, eventLine } from './events.js';
import { COLUMNS, columns, page } from './layout.js';
import type { Paint } from './paint.js';
import { possibleBlock } from './possible.js';
import { remarksUnder } from './remarks.js';

export function showText(result: ShowResult, paint: Paint): string {
  return [...showPieces(result, paint)].join('');
}

/** The same in pieces, each soon made: a trace may have many events. */
export function* showPieces(
  { trace, numbers, conformance }: ShowResult,
  paint: Paint,
): Generator<string, void, undefined> {
  if (numbers === null) yield* headPieces(trace, paint);
  const printer = eventPrinter(trace, paint);
  const count = numbers?.length ?? trace.events.length;
  let piece = '';
  for (let at = 0; at < count; at++) {
    const number = numbers?.[at] ?? at + 1;
    const event = trace.events[number - 1];
    if (event !== undefined) piece += printer.print(number, event);
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}${printer.end()}${conformance === null ? '' : conformancePage(conformance, paint)}`;
}

/** Characters that are made in a few milliseconds. */
const PIECE = 1 << 18;

/** What stands above the events: the finding, and what the trace is of. */
export function showHead(trace: Trace, paint: Paint): string {
  return [...headPieces(trace, paint)].join('');
}

/** The finding and what contradicts it both go through all events: in between nothing is said yet. */
function* headPieces(trace: Trace, paint: Paint): Generator<string, void, undefined> {
  const finding = findingOf(trace);
  yield '';
  const contradiction = contradictionIn(trace);
  yield '';
  yield page([...findingBlock(finding, contradiction, paint), '', ...heading(trace), '']);
}

/** The finding alone. */
export function briefText(trace: Trace, paint: Paint): string {
  return page(findingBlock(findingOf(trace), contradictionIn(trace), paint));
}

/** Of a log the finding says it. */
function contradictionIn(trace: Trace): Contradiction | null {
  return trace.header.machine.via === 'imported' ? null : contradictionOf(trace);
}

function findingBlock(
  { sentence, possible }: Finding,
  contradiction: Contradiction | null,
  paint: Paint,
): readonly string[] {
  return [
    ...(contradiction === null ? [] : [paint.warn(visible(contradictionSentence(contradiction)))]),
    paint.bold(visible(contradiction === null ? sentence : `Going by its lines: ${sentence}`)),
    ...possibleBlock(possible),
  ];
}

/** Prints events in the order of their numbers; what an event adds may come with a later one, or at the end. */
export interface EventPrinter {
  print(number: number, event: TraceEvent): string;
  end(): string;
}

/** How `show` prints the events of `trace`. CPUs one after another with the same value in a register stand in one line. */
export function eventPrinter({ header, events }: Trace, paint: Paint): EventPrinter {
  const revision = agreedRevision(events);
  const remarks = remarksOn(header.kernel, events);
  const width = String(countOf(events)).length;
  let run: { readonly number: number; readonly event: MrsEvent; cpus: number } | null = null;
  const under = (number: number): readonly string[] =>
    remarksUnder(remarks, number).map(line => `${' '.repeat(marginOf(width))}${line}`);
  const end = (): string => {
    if (run === null) return '';
    const { number, event, cpus } = run;
    run = null;
    const of = cpus === 1 ? null : `cpu${event.cpu}-${event.cpu + cpus - 1}`;
    return page(eventBlock(number, event, width, paint, revision, of));
  };
  return {
    print(number, event) {
      if (run !== null && number === run.number + run.cpus && isNext(run.event, run.cpus, event)) {
        run.cpus++;
        return '';
      }
      const before = end();
      if (event.type !== 'mrs' || !isPlain(event))
        return `${before}${page([...eventBlock(number, event, width, paint, revision), ...under(number)])}`;
      run = { number, event, cpus: 1 };
      return before;
    },
    end,
  };
}

function isNext(first: MrsEvent, cpus: number, event: TraceEvent): boolean {
  if (event.type !== 'mrs' || event.cpu !== first.cpu + cpus || !isPlain(event)) return false;
  return event.reg === first.reg && event.value === first.value;
}

function isPlain(event: MrsEvent): boolean {
  return Object.keys(event).every(member => ['type', 'cpu', 'reg', 'value'].includes(member));
}

function heading({ header, events }: Trace): string[] {
  const { kernel, machine, scope, after, replay, resealed } = header;
  const outcome = outcomeIn({ header, events });
  return columns([
    [
      'kernel',
      `${visible(kernel.name)}, wants ${wantedIn({ header, events }) ?? 'not known'}${viaText(header)}`,
    ],
    [
      'machine',
      `${visible(machine.name)}, ${counted(machine.cpus, 'CPU')}, RMM ${visible(machineRmmText(machine))} (${machine.via})`,
    ],
    ['scope', scope],
    ['outcome', [endText(outcome), ...outcomeDetails(outcome)].join(', ')],
    ...(after === undefined ? [] : [['after', `${shortDigest(after)}, on an RMM that was not reset`]]),
    ...(keyFollows(header, outcome)
      ? [
          [
            'note',
            `in a whole series of ${visible(kernel.name)} the static key is on after a good version, if nothing fails in between`,
          ],
        ]
      : []),
    ...(bothPreReleases(header, outcome)
      ? [['note', 'both are pre-releases of RMI 2.0: all of them answer 2.0, and they are not one interface']]
      : []),
    ...unverifiedNote(header),
    ...(replay === undefined
      ? []
      : [['replay of', `${shortDigest(replay.of)}, recorded on ${visible(replay.kernel)}`]]),
    ...(replay?.edits ?? []).map(edit => [
      'edited',
      `${visible(edit.place)}: ${visible(edit.before)} became ${visible(edit.after)} (${visible(edit.rule)})`,
    ]),
    ...(replay?.answeredAnyway === true
      ? [['answers', 'the nearest ones, for calls that were not recorded']]
      : []),
    ...(resealed === undefined ? [] : [['sealed', 'again, after an edit by hand']]),
  ]);
}

function shortDigest(digest: string): string {
  return `${digest.slice(0, 'sha256:'.length + 12)}…`;
}

/** Of RMI 2.0 there are drafts alone so far: every kernel and every release of an RMM that speaks it is of one of them. */
function bothPreReleases({ kernel, machine }: Trace['header'], { class: ended, lower }: Outcome): boolean {
  const released = PROFILES.some(({ name, releases }) => name === machine.rmm && releases.length > 0);
  return ended === 'accepted' && lower === '2.0' && released && builtIn(kernel.name)?.wants === lower;
}

/** What of the series nobody has read, where all of it ran. */
function unverifiedNote({ kernel: { name, via }, scope }: Trace['header']): string[][] {
  const unverified = builtIn(name)?.series?.unverified ?? null;
  if (scope !== 'init' || via !== 'built-in' || unverified === null) return [];
  return [['note', `UNVERIFIED of the series of ${name}: ${unverified}`]];
}

/** Of a boot from elsewhere nobody recorded the key; in the series from v3 to v12 it follows a version that is agreed on. */
function keyFollows({ kernel }: Trace['header'], { class: ended, key }: Outcome): boolean {
  const at = KERNEL_NAMES.indexOf(kernel.name);
  const within = at >= KERNEL_NAMES.indexOf('v3') && at <= KERNEL_NAMES.indexOf('v12');
  return ended === 'accepted' && key === null && at >= 0 && within;
}

/** A built-in kernel is one patch: nothing in it enables the static key. What follows the patch is in scope init. */
function viaText({ kernel: { via }, scope }: Trace['header']): string {
  if (via === undefined) return '';
  const alone = via === 'built-in' && scope !== 'init';
  return alone ? ' (built-in: this patch alone, nothing enables the static key)' : ` (${via})`;
}

function eventBlock(
  number: number,
  event: TraceEvent,
  width: number,
  paint: Paint,
  revision: ReturnType<typeof agreedRevision>,
  cpus: string | null = null,
): string[] {
  const margin = ' '.repeat(marginOf(width));
  const emphasis =
    event.type === 'log'
      ? paint.bold
      : event.type === 'fault' || event.type === 'warn'
        ? paint.bad
        : (text: string) => text;
  const label = `${String(number).padStart(width)}  ${visible(event.type).padEnd(TYPE_WIDTH)}  `;
  const line = eventLine(event, revision);
  return [
    `${paint.dim(label)}${emphasis(cpus === null ? line : line.replace(/^cpu\d+/, cpus))}`.trimEnd(),
    ...eventDetails(event, revision, COLUMNS - margin.length).map(line => `${margin}${line}`),
  ];
}

/** Where what an event says begins: behind its number and type. */
function marginOf(width: number): number {
  return width + 2 + TYPE_WIDTH + 2;
}

const TYPE_WIDTH = 7;
