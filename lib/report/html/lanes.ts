/** The sequence diagram, a row an event: who speaks, to whom, and whether an answer comes back. */
import { backgroundName, isBackground, isRmi } from '../../abi/background.js';
import type { SmcEvent, TraceEvent } from '../../model/events.js';
import { ALL_ONES } from '../../model/u64.js';
import { type Element, el } from './element.js';

/** From left to right. */
export const LANES = ['kernel', 'EL3', 'RMM'] as const;
type Lane = (typeof LANES)[number];

type Path =
  /** `end`: where the call was answered, or last seen. */
  | {
      readonly kind: 'call';
      readonly from: Lane;
      readonly end: Lane | 'hypervisor';
      readonly back: Back;
    }
  | { readonly kind: 'point'; readonly at: Lane };

type Back = 'answered' | 'never came back' | 'no answer recorded';

function pathOf(event: TraceEvent): Path {
  switch (event.type) {
    case 'smc':
      return callPath(event);
    case 'console':
      return { kind: 'point', at: event.src === 'rmm' ? 'RMM' : event.src === 'el3' ? 'EL3' : 'kernel' };
    default:
      return { kind: 'point', at: 'kernel' };
  }
}

function callPath(event: SmcEvent): Path {
  const back =
    event.res !== null
      ? 'answered'
      : event.inferred?.res === undefined
        ? 'never came back'
        : 'no answer recorded';
  // A realm's own calls end in the RMM; what the RMM itself asks goes on to EL3.
  if (event.from === 'realm' && backgroundName(event.fid)?.startsWith('RSI_') === true)
    return { kind: 'point', at: 'RMM' };
  if (event.from === 'realm') return { kind: 'call', from: 'RMM', end: 'EL3', back };
  if (event.from === 'el3') return { kind: 'call', from: 'EL3', end: 'RMM', back };
  if (event.via === 'hvc') return { kind: 'call', from: 'kernel', end: 'hypervisor', back };
  // NOT_SUPPORTED is EL3's own: no RMM answers so what it has been asked for.
  const byEl3 = isBackground(event) || !isRmi(event.fid) || event.res?.[0] === ALL_ONES;
  return { kind: 'call', from: 'kernel', end: byEl3 ? 'EL3' : 'RMM', back };
}

/** In words, for who does not see the arrows. */
function pathText(event: TraceEvent): string {
  const path = pathOf(event);
  return path.kind === 'point' ? path.at : `${path.from} to ${path.end}, ${path.back}`;
}

const X: Readonly<Record<Lane | 'hypervisor', number>> = { kernel: 20, hypervisor: 58, EL3: 90, RMM: 160 };
/** Where the request goes out, and where the answer comes back. */
const [OUT, BACK] = [8, 20];
const HEAD = 5;

export function lanes(event: TraceEvent): Element {
  const path = pathOf(event);
  return el('div', { class: 'lanes' }, [
    el('svg', { viewBox: '0 0 180 28', role: 'img', 'aria-label': pathText(event) }, marks(path)),
  ]);
}

function marks(path: Path): readonly Element[] {
  if (path.kind === 'point') {
    const x = X[path.at];
    return [el('path', { class: 'point', d: `M${x - 4} 14l4 -4l4 4l-4 4z` })];
  }
  const [from, to] = [X[path.from], X[path.end]];
  // Its lane is no lifeline of every boot: it is named where it answers.
  const named = path.end === 'hypervisor' ? [el('text', { x: `${to + 4}`, y: '17' }, 'HYP')] : [];
  const out = [...named, ...arrow(from, to, OUT)];
  if (path.back === 'answered') return [...out, ...arrow(to, from, BACK, 'answer')];
  // The cross: nothing comes back.
  const x = to - Math.sign(to - from) * 2;
  return [...out, el('path', { class: 'lost', d: `M${x - 4} ${BACK - 4}l8 8m0 -8l-8 8` })];
}

function arrow(from: number, to: number, y: number, kind = 'request'): readonly Element[] {
  const back = from < to ? -HEAD : HEAD;
  return [
    el('path', { class: kind, d: `M${from} ${y}H${to + back}` }),
    el('path', { class: 'head', d: `M${to} ${y}l${back} -3v6z` }),
  ];
}
