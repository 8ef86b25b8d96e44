/** The parts of a page that are the same for a recording, for two, and for a replay in the page itself. */
import type { Difference } from '../../compare/diff.js';
import { agreedRevision } from '../../compare/handshake.js';
import type { Trace } from '../../model/trace.js';
import type { Replay } from '../../replay/replay.js';
import { findingOf } from '../finding.js';
import type { Lines } from '../report/account.js';
import type { ReportPart } from '../results.js';
import { outcomeLines, type Sides } from '../text/comparison.js';
import { logDiff } from '../text/log-diff.js';
import { PLAIN } from '../text/paint.js';
import { type Content, type Element, el } from './element.js';
import { stepsOf, stepsOfTwo } from './steps.js';
import { pre, type Story, storyView } from './story.js';

export function section(heading: string, contents: readonly (Content | null)[], id?: string): Element {
  return el('section', id === undefined ? {} : { id }, [el('h2', {}, heading), ...contents]);
}

/** Of a block: a page is read, and the trace has them all. */
const MOST_LINES = 1000;

/** Lines under a heading; `null` where there are none. */
export function linesView(
  { heading, lines, more: others = 0 }: Lines,
  of?: (line: string) => string,
): Element | null {
  if (lines.length === 0) return null;
  const more = lines.length + others - MOST_LINES;
  const shown = more > 0 ? [...lines.slice(0, MOST_LINES), `... and ${more} more lines`] : lines;
  return section(heading, [pre(shown, 'lines', of)]);
}

const DIFF: Readonly<Record<string, string>> = { '-': 'removed', '+': 'added', '@': 'hunk' };

export function diffView(lines: readonly string[]): Element | null {
  return linesView({ heading: 'What the kernel printed', lines }, line => DIFF[line[0] ?? ''] ?? '');
}

export function traceStory(trace: Trace, { first, count }: ReportPart): Element {
  const revision = agreedRevision(trace.events);
  const steps = stepsOf(trace, first);
  const revisions = { a: revision, b: undefined };
  return storyView({ steps, others: count - steps.length, sides: null, revisions });
}

export function differenceStory({ a, b, comparison }: Difference, sides: Sides): Element {
  return storyView(storyOf(a, b, stepsOfTwo(a.events, b.events, comparison), sides));
}

function storyOf(a: Trace, b: Trace, steps: Story['steps'], sides: Sides): Story {
  return {
    steps,
    sides,
    revisions: { a: agreedRevision(a.events), b: agreedRevision(b.events) },
  };
}

const REPLAYED: Sides = { a: 'recorded', b: 'replayed' };

/** What came of an edit: the finding of `show`, both ends, the lines, and all events beside those of the recording. */
export function replayView(replay: Replay): readonly Element[] {
  const { recorded, replayed, comparison, weighed, outcomes } = replay;
  const counted = new Set(weighed.divergences);
  const compared = stepsOfTwo(recorded.events, replayed.events, comparison, pair => counted.has(pair));
  // The recording's own steps stay in the page.
  const steps = compared.map(step => ({ ...step, id: `replay-${step.id}` }));
  return [
    el('p', { id: 'finding' }, `The replay: ${findingOf(replayed).sentence}`),
    linesView({ heading: 'Outcome', lines: outcomeLines(outcomes.recorded, outcomes.replayed, REPLAYED) }),
    diffView(logDiff(recorded.events, replayed.events, REPLAYED, PLAIN)),
    section('Events', [storyView(storyOf(recorded, replayed, steps, REPLAYED))]),
  ].filter(part => part !== null);
}
