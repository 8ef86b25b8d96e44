/** The parts of a report that replay and diff share: what differs, decoded and raw, on both sides. */
import { decodeCall, NOT_SEEN } from '../../abi/decode.js';
import type { RmiRevision } from '../../abi/revision.js';
import type { Pair } from '../../compare/align.js';
import { type Comparison, type InputDifference, inputName } from '../../compare/causes.js';
import type { Action, FlowEvent, PlaceDifference, StateEvent } from '../../compare/events.js';
import { type First, lastAgreed } from '../../compare/first.js';
import { agreedRevision } from '../../compare/handshake.js';
import { counted } from '../../model/count.js';
import { endText } from '../../model/end.js';
import type { SmcEvent, TraceEvent } from '../../model/events.js';
import type { Numbered } from '../../model/gaps.js';
import type { Outcome } from '../../model/trace.js';
import { outcomeBrief } from '../words.js';
import { visible } from './escape.js';
import { eventLine } from './events.js';
import { block, columns } from './layout.js';
import type { Paint } from './paint.js';

/** What the two sides are called: recorded and replayed, or the names of two files. */
export interface Sides {
  readonly a: string;
  readonly b: string;
}

/** What differs first, and the last event before it that both sides have alike; nothing where nothing differs. */
export function firstBlock(
  heading: string,
  first: First | null,
  comparison: Comparison,
  a: readonly TraceEvent[],
  sides: Sides,
  paint: Paint,
): string[] {
  if (first === null) return [];
  const revision = agreedRevision(a);
  const agreed = lastAgreed(first, comparison, a);
  return [
    ...block(paint.bold(heading), firstLines(first, sides, revision, paint)),
    ...(agreed === null
      ? []
      : [`  last agreed: event ${agreed.number}  ${eventLine(agreed.event, revision)}`]),
  ];
}

/** A line a side, and under them the registers and fields that differ, raw and decoded. */
function firstLines(first: First, sides: Sides, revision: RmiRevision | undefined, paint: Paint): string[] {
  const { a, b, differs } = first.kind === 'input' ? first.input : first.action;
  const side = (name: string, found: Found | null, colour: (text: string) => string) =>
    found === null
      ? [`  ${name}: ${colour('nothing')}`]
      : [
          `  ${name}: event ${found.number}  ${colour(eventLine(found.event, revision))}`,
          ...(found.more === undefined ? [] : [`    and ${moreText(found.event, found.more)}`]),
        ];
  const of = first.kind === 'input' ? 'results' : 'args';
  return [
    ...side(sides.a, a, paint.bad),
    ...side(sides.b, b, paint.good),
    ...placeLines({ a, b, differs }, of, sides, revision),
  ];
}

type Found = Numbered<StateEvent | FlowEvent> & Pick<Action, 'more'>;

/** `89999 more such calls, up to event 180000`: what an action stands for besides itself. */
function moreText({ type }: TraceEvent, { count, last }: NonNullable<Action['more']>): string {
  return `${counted(count, `more such ${KINDS[type] ?? 'event'}`)}, up to event ${last}`;
}

/** Where two events differ, a line a place; none where the lines of the events say it all. */
function placeLines(
  { a, b, differs }: Pick<InputDifference | Pair, 'a' | 'b' | 'differs'>,
  of: 'args' | 'results',
  sides: Sides,
  revision: RmiRevision | undefined,
): string[] {
  if (a === null || b === null || !WITH_PLACES.test(a.event.type)) return [];
  const [left, right] = [a.event, b.event];
  const rows = differs.map(d => placeRow(d, left, right, of, sides, revision));
  return columns(rows, '    ');
}

const WITH_PLACES = /^(?:smc|mrs|ftr|fact)$/;

/** An input that differs, place by place; only its name where it stands above already, as the first difference. */
export function inputLines(
  input: InputDifference,
  sides: Sides,
  revision: RmiRevision | undefined,
  first: First | null = null,
): string[] {
  const { a, b, edit } = input;
  const edited = edit === null ? '' : `  [edited: ${visible(edit)}]`;
  const what = a ?? b;
  const title =
    what?.event.type === 'smc' ? callTitle(what, sides, a === null, revision) : visible(inputName(input));
  if (a === null || b === null) return [`  ${title}: only in ${a === null ? sides.b : sides.a}${edited}`];
  if (first?.kind === 'input' && first.input === input) return [`  ${title}, above`];
  return [`  ${title}${edited}`, ...placeLines(input, 'results', sides, revision)];
}

function callTitle(
  found: Numbered<StateEvent | FlowEvent>,
  sides: Sides,
  onlyB: boolean,
  revision: RmiRevision | undefined,
): string {
  const { number, event } = found;
  const of = onlyB ? `${sides.b} event` : 'event';
  return event.type === 'smc'
    ? `${of} ${number}: the answer to ${decodeCall(event, revision).name}`
    : `${of} ${number}`;
}

function placeRow(
  d: PlaceDifference,
  a: TraceEvent,
  b: TraceEvent,
  of: 'args' | 'results',
  sides: Sides,
  revision: RmiRevision | undefined,
): readonly string[] {
  const register = /^x(\d+)$/.exec(d.place)?.[1];
  const mean = (event: TraceEvent) =>
    event.type === 'smc' && register !== undefined ? meaning(event, d.place, of, revision) : '';
  return [d.place, `${sides.a} ${visible(d.a)}${mean(a)}`, `${sides.b} ${visible(d.b)}${mean(b)}`];
}

function meaning(
  event: SmcEvent,
  place: string,
  of: 'args' | 'results',
  revision: RmiRevision | undefined,
): string {
  const registers = decodeCall(event, revision)[of];
  const found = registers.find((_, index) => `x${of === 'args' ? index + 1 : index}` === place);
  if (found === undefined || found.name === place || found.text === NOT_SEEN) return '';
  return ` (${found.name === 'status' ? '' : `${found.name} `}${found.text})`;
}

/** The actions but for the first difference, which stands above them. */
export function othersThan(first: First | null, actions: readonly Pair[]): readonly Pair[] {
  return first?.kind === 'action' ? actions.filter(action => action !== first.action) : actions;
}

/** What the kernel did otherwise, one line for what it is and one a side. */
export function actionLines(pair: Pair, sides: Sides, revision: RmiRevision | undefined): string[] {
  const { relation, a, b } = pair;
  const kind = KINDS[(a ?? b)?.event.type ?? ''] ?? 'event';
  const at =
    a === null
      ? `${sides.b} event ${b?.number}`
      : b === null
        ? `${sides.a} event ${a.number}`
        : `events ${a.number} and ${b.number}`;
  const sideLine = (name: string, found: Action | null) =>
    found === null ? [] : [[`    ${name}`, eventLine(found.event, revision)]];
  const { event, more } = a ?? b ?? {};
  const moved = relation === 'reordered';
  return [
    `  ${relation} ${kind}, ${at}`,
    ...columns([...sideLine(sides.a, a), ...(moved ? [] : sideLine(sides.b, b))]),
    ...(event === undefined || more === undefined ? [] : [`    and ${moreText(event, more)}`]),
  ];
}

const KINDS: Readonly<Record<string, string>> = {
  smc: 'call',
  log: 'line',
  warn: 'warning',
  return: 'return',
};

/** That the two sides were not aligned to the end as well as could be; empty where they were. */
export function cutShortLines({ cutShort }: Comparison, sides: Sides): string[] {
  if (cutShort === null) return [];
  const where = `event ${cutShort.a} of ${sides.a} and event ${cutShort.b} of ${sides.b}`;
  return [`The alignment was cut short at ${where}: more may be the same from there on than is reported.`];
}

/** Both outcomes, one a line. */
export function outcomeLines(a: Outcome, b: Outcome, sides: Sides): string[] {
  return columns([
    [`  ${sides.a}`, endText(a), outcomeBrief(a).join(', ')],
    [`  ${sides.b}`, endText(b), outcomeBrief(b).join(', ')],
  ]);
}
