/** What `check --base` says of a trace or a machine: what two kernels do on it. */
import { firstDivergence } from '../../compare/first.js';
import { endText } from '../../model/end.js';
import type { FaultEvent } from '../../model/events.js';
import { hex } from '../../model/u64.js';
import type { Ran, TwoKernels } from '../../replay/two-kernels.js';
import { firstJson } from '../json.js';
import { firstBlock } from '../text/comparison.js';
import { eventLine } from '../text/events.js';
import { PLAIN } from '../text/paint.js';
import { agreedRevision } from '../words.js';
import type { CheckResult } from './row.js';

/** What the comparison came to. */
export function twoKernelsResult(found: TwoKernels): CheckResult {
  const { verdict, base, changed, comparison, divergences, unfired } = found;
  const first = firstDivergence(comparison, divergences);
  const revision = agreedRevision(base.events);
  const { a = null, b = null } = first?.kind === 'action' ? first.action : {};
  const line = (side: typeof a) => (side === null ? 'nothing' : eventLine(side.event, revision));
  const sides = { a: 'base', b: 'changed' };
  const sentence = twoKernelsSentence(found);
  return {
    verdict,
    unfired,
    conformance: null,
    passes: verdict === 'same',
    sentence,
    more: a === null && b === null ? '' : ` First: base ${line(a)}; changed ${line(b)}.`,
    detail: firstBlock('first divergence', first, comparison, base.events, sides, PLAIN).slice(1),
    // Its number counts the base's events, and no line of a file.
    event: null,
    json: JSON.stringify({
      verdict,
      sentence,
      kernels: { base: kernelJson(base), changed: kernelJson(changed) },
      outcomes: { recorded: base.outcome, replayed: changed.outcome },
      first: firstJson(first),
    }),
    trouble: null,
  };
}

function kernelJson({ kernel: { name, wants } }: Ran) {
  return { name, wants };
}

function twoKernelsSentence({ verdict, base, changed, fill }: TwoKernels): string {
  const [one, two] = [endText(base.outcome), endText(changed.outcome)];
  const [was, is] = [`base ${nameOf(base)}`, `changed ${nameOf(changed)}`];
  if (verdict === 'same') {
    const open = base.events.find((event): event is FaultEvent => event.type === 'fault');
    return base.outcome.class === 'unanswered'
      ? `Same as far as the trace goes: ${was} and ${is} both ask what it does not answer${open === undefined ? '' : `: ${open.text}`}.`
      : `Same: ${was} and ${is} both end ${one}.`;
  }
  const unknown = fill === null ? '' : `, with ${hex(fill)} for every input that nobody saw`;
  return one === two
    ? `Diverged: ${was} and ${is} both end ${one}, but not in the same way${unknown}.`
    : `Diverged: ${was} ends ${one}, ${is} ends ${two}${unknown}.`;
}

function nameOf({ kernel: { name, wants } }: Ran): string {
  return wants === null ? name : `${name} (wants ${wants})`;
}
