/** The steps of a page: a row an event, its arrows on the left, decoded on the right; causes and effects linked. */
import type { RmiRevision } from '../../abi/revision.js';
import { counted } from '../../model/count.js';
import type { TraceEvent } from '../../model/events.js';
import type { Numbered } from '../../model/gaps.js';
import type { Sides } from '../text/comparison.js';
import { eventDetails, eventLine } from '../text/events.js';
import { type Content, type Element, el } from './element.js';
import { LANES, lanes } from './lanes.js';
import type { Mark, Step } from './steps.js';

export interface Story {
  readonly steps: readonly Step[];
  /** How many events there are that are no steps. */
  readonly others?: number;
  /** What the sides are called; `null`: there is one trace. */
  readonly sides: Sides | null;
  /** The revision spoken after the handshake, on each side. */
  readonly revisions: { readonly a: RmiRevision | undefined; readonly b: RmiRevision | undefined };
}

/** More rows than these are of no use to a reader, and slow a browser down: the first, and so many more that differ. */
const MOST_STEPS = 1000;
const MOST_MARKED = 1000;
/** More state in a row than this is folded. */
const MOST_STATE = 2;
const MOST_LINKS = 6;

/** What each mark says, beside its colour. */
const MARKS: Readonly<Record<Mark, string>> = {
  same: '',
  decides: 'decides',
  cause: 'cause',
  altered: 'altered',
  missing: 'missing',
  extra: 'extra',
  reordered: 'reordered',
  derived: 'follows',
  'one-sided': 'only one side records it',
};

const ACTIONS: ReadonlySet<Mark> = new Set(['altered', 'missing', 'extra', 'reordered']);
const STATE: ReadonlySet<string> = new Set(['mrs', 'ftr', 'fact']);

export function storyView(story: Story): Element {
  const steps = shownOf(story.steps);
  const left = story.steps.length + (story.others ?? 0) - steps.length;
  const links = linksOf(steps);
  return el('div', { class: 'story' }, [
    el('div', { class: 'heads', 'aria-hidden': 'true' }, [
      el('div', { class: 'lanes' }, [...LANES.map(lane => el('span', {}, lane))]),
    ]),
    el(
      'ol',
      { class: 'steps' },
      grouped(steps).map(group => groupView(group, story, links)),
    ),
    left === 0
      ? null
      : el(
          'p',
          {},
          `Not shown: ${counted(left, 'event')}. rmitrace show prints them all, diff compares them all.`,
        ),
  ]);
}

function shownOf(steps: readonly Step[]): readonly Step[] {
  let marked = 0;
  return steps.filter(({ mark }, at) => {
    if (at < MOST_STEPS) return true;
    if (mark !== 'same') marked += 1;
    return mark !== 'same' && marked <= MOST_MARKED;
  });
}

/** State that says nothing of a difference is folded where there is much of it. */
function grouped(steps: readonly Step[]): readonly (readonly Step[])[] {
  const groups: Step[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (last !== undefined && isQuietState(step) && last.every(isQuietState)) last.push(step);
    else groups.push([step]);
  }
  return groups.flatMap(group => (group.length > MOST_STATE ? [group] : group.map(step => [step])));
}

function isQuietState({ mark, a, b }: Step): boolean {
  return mark === 'same' && STATE.has((a ?? b)?.event.type ?? '');
}

type Links = (step: Step) => readonly Content[];

function groupView(group: readonly Step[], story: Story, links: Links): Element {
  const [first] = group;
  if (group.length === 1 && first !== undefined) return stepView(first, story, links(first));
  return el('li', { class: 'folded' }, [
    el('details', {}, [
      el('summary', {}, `${group.length} inputs: registers and facts of the machine`),
      el(
        'ol',
        {},
        group.map(step => stepView(step, story, links(step))),
      ),
    ]),
  ]);
}

function stepView(step: Step, { sides, revisions }: Story, links: readonly Content[]): Element {
  const { id, mark, a, b } = step;
  const shown = a ?? b;
  const differs = a !== null && b !== null && mark !== 'same' && mark !== 'reordered';
  // What both sides have alike needs no side.
  const isOne = sides === null || (a !== null && b !== null && !differs);
  const of = (side: 'a' | 'b', found: Numbered<TraceEvent>) =>
    eventView(found, revisions[side], isOne ? '' : sides[side]);
  return el('li', { id, class: `step ${mark}`, tabindex: '-1', 'data-type': shown?.event.type ?? '' }, [
    shown === null ? null : lanes(shown.event),
    el('div', { class: 'what' }, [
      mark === 'same' ? null : el('strong', { class: 'mark' }, MARKS[mark]),
      ...(a !== null ? of('a', a) : []),
      ...(b !== null && (a === null || differs) ? of('b', b) : []),
      ...links,
    ]),
  ]);
}

/** A number, what kind of event it is, and the event decoded; under it each register, raw and in words. */
function eventView(
  { number, event }: Numbered<TraceEvent>,
  revision: RmiRevision | undefined,
  side: string,
): readonly Content[] {
  const details = eventDetails(event, revision);
  return [
    el('p', { class: `event ${event.type.startsWith('x-') ? 'foreign' : event.type}` }, [
      side === '' ? null : el('span', { class: 'side' }, side),
      el('span', { class: 'number' }, String(number)),
      el('span', { class: 'type' }, event.type),
      el('code', {}, eventLine(event, revision)),
    ]),
    ...(details.length === 0 ? [] : [pre(details, 'registers')]),
  ];
}

/** Lines whose columns stay. */
export function pre(
  lines: readonly string[],
  kind: string,
  of: (line: string) => string = () => '',
): Element {
  return el(
    'pre',
    { class: kind, tabindex: '0' },
    lines.map(line => {
      const what = of(line);
      return el('span', what === '' ? {} : { class: what }, line === '' ? ' ' : line);
    }),
  );
}

/** From a cause to what follows, and from there back. */
function linksOf(steps: readonly Step[]): Links {
  const causes = steps.filter(({ mark }) => mark === 'cause');
  const actions = steps.filter(({ mark }) => ACTIONS.has(mark));
  const list = (says: string, to: readonly Step[]) =>
    to.length === 0
      ? []
      : [
          el('p', { class: 'links' }, [
            `${says}: `,
            ...to
              .slice(0, MOST_LINKS)
              .flatMap(({ id, a, b }, at) => [
                at === 0 ? '' : ', ',
                el('a', { href: `#${id}` }, `${(a ?? b)?.event.type} ${(a ?? b)?.number}`),
              ]),
            to.length > MOST_LINKS ? ` and ${to.length - MOST_LINKS} more` : '',
          ]),
        ];
  const places = new Map(steps.map((step, at) => [step, at]));
  const isBefore = (one: Step, other: Step) => (places.get(one) ?? 0) < (places.get(other) ?? 0);
  return step => {
    if (step.mark === 'decides') return list('and then', deedsAfter(steps, step));
    if (step.mark === 'cause')
      return list(
        'effects',
        actions.filter(each => isBefore(step, each)),
      );
    if (!ACTIONS.has(step.mark)) return [];
    return list(
      'caused by',
      causes.filter(each => isBefore(each, step)),
    );
  };
}

/** What the kernel did on an answer, up to its next call. */
function deedsAfter(steps: readonly Step[], call: Step): readonly Step[] {
  const after = steps.slice(steps.indexOf(call) + 1);
  const next = after.findIndex(({ a }) => a?.event.type === 'smc');
  return after.slice(0, next < 0 ? after.length : next).filter(({ a }) => DEEDS.has(a?.event.type ?? ''));
}

const DEEDS: ReadonlySet<string> = new Set(['log', 'warn', 'return', 'fault']);
