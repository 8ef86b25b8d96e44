/** What `check --base` says of a trace or a machine: what two kernels do on it. */

import { callName } from '../../abi/decode.js';
import { firstDivergence } from '../../compare/first.js';
import { agreedRevision } from '../../compare/handshake.js';
import { endText } from '../../model/end.js';
import type { FaultEvent } from '../../model/events.js';
import { hex } from '../../model/u64.js';
import type { Ran, TwoKernels } from '../../replay/two-kernels.js';
import { firstJson } from '../json.js';
import { firstBlock } from '../text/comparison.js';
import { eventLine } from '../text/events.js';
import { PLAIN } from '../text/paint.js';
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
  const [one, two] = [endOf(base), endOf(changed)];
  const [was, is] = [`base ${nameOf(base)}`, `changed ${nameOf(changed)}`];
  if (verdict === 'same') {
    return base.outcome.class === 'unanswered'
      ? `Same as far as the trace goes: ${was} and ${is} both ${one}.`
      : `Same: ${was} and ${is} both ${one}.`;
  }
  const unknown = fill === null ? '' : `, with ${hex(fill)} for every input that nobody saw`;
  return one === two
    ? `Diverged: ${was} and ${is} both ${one}, but not in the same way${unknown}.`
    : `Diverged: ${was} ${asOfOne(one)}; ${is} ${asOfOne(two)}${unknown}.`;
}

/** What became of it, as of several: `end accepted 2.0`. */
function endOf({ outcome, events }: Ran): string {
  if (outcome.class !== 'unanswered') return `end ${endText(outcome)}`;
  const asked = events.findLast(event => event.type === 'smc' && event.res === null);
  if (asked?.type === 'smc') {
    const call = [callName(asked.fid), ...asked.args.map(arg => (arg === null ? '?' : hex(arg)))];
    return `ask ${call.join(' ')}, which the trace does not answer`;
  }
  const stopped = events.find((event): event is FaultEvent => event.type === 'fault');
  return `read what the trace does not record${stopped === undefined ? '' : ` (${stopped.text})`}`;
}

/** The same, as of one. */
function asOfOne(end: string): string {
  return end.replace(/^\w+/, word => `${word}s`);
}

function nameOf({ kernel: { name, wants } }: Ran): string {
  return wants === null ? name : `${name} (wants ${wants})`;
}
