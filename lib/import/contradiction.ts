/**
 * A log that contradicts itself: two of its records cannot be of one boot. No call is concluded from such records, since
 * nobody knows which of them is right: one was edited, or they are of different boots.
 */
import { parseRevision, reservedBits, revisionText } from '../abi/revision.js';
import { RMI_VERSION } from '../abi/rmi-commands.js';
import { decodeStatus } from '../abi/rmi-status.js';
import { asksWithoutArgument, callId, NOT_SUPPORTED_64, returnedIn } from '../abi/smccc.js';
import { endSaid } from '../kernel/outcome.js';
import { kernelCalls } from '../machine/recorded-calls.js';
import { endText, isSameEnd } from '../model/end.js';
import type { LogEvent, SmcEvent, TraceEvent } from '../model/events.js';
import type { End } from '../model/trace.js';
import { type Seen, ZERO } from '../model/u64.js';
import { isLater } from '../model/version.js';
import { highestRevision } from '../rmm/banner.js';
import { initContradiction, type LogContradiction } from './init-contradiction.js';

/** `null` where the records agree, or do not say enough to disagree. */
export function logContradiction(events: readonly TraceEvent[]): LogContradiction | null {
  const lines = events.flatMap((event, at) => {
    const end = event.type === 'log' ? endSaid(event.text) : null;
    return event.type === 'log' && end !== null && CHECKED.has(end.class) ? [{ event, at, end }] : [];
  });
  const [line] = lines;
  const refused = line?.end.class === 'refused' ? line.event : null;
  const ofCheck =
    line === undefined ? null : (twoLines(lines) ?? otherAnswer(events, line) ?? otherBanner(events, line));
  return ofCheck ?? initContradiction(events, refused);
}

const CHECKED: ReadonlySet<End['class']> = new Set(['accepted', 'refused']);

interface SaidAt {
  readonly event: LogEvent;
  readonly at: number;
  readonly end: End;
}

/** A check ends once in a boot, and prints one line. */
function twoLines([first, ...rest]: readonly SaidAt[]): LogContradiction | null {
  const other = rest.find(({ end }) => first !== undefined && !isSameEnd(end, first.end));
  if (first === undefined || other === undefined) return null;
  return { text: `the kernel printed \`${first.event.text}\` and \`${other.event.text}\``, at: other.at };
}

/** The calls that the line may be about: firmware may have asked for another revision before. */
function otherAnswer(events: readonly TraceEvent[], { event, at, end }: SaidAt): LogContradiction | null {
  const wanted = /we want v(\d+\.\d+)$/.exec(event.text)?.[1];
  const calls = kernelCalls(events)
    .map(({ call }) => call)
    .filter(call => callId(call.fid) === RMI_VERSION && call.res !== null && !asksWithoutArgument(call))
    .filter(({ args: [requested = null] }) => {
      return requested === null || wanted === undefined || revisionText(requested) === wanted;
    });
  const last = calls.at(-1);
  if (last === undefined || calls.some(call => disagreement(call, end) === null)) return null;
  const text = `the answer to RMI_VERSION has ${disagreement(last, end)}, and the kernel's line says ${endText(end)}`;
  return { text, at };
}

/** The register that the line does not follow from, with what was seen of it. */
function disagreement(call: SmcEvent, { class: outcomeClass, lower, higher }: End): string | null {
  const x0 = seenIn(call, 0);
  const fits = outcomeClass === 'accepted' ? x0 === ZERO : x0 !== ZERO && x0 !== NOT_SUPPORTED_64;
  if (x0 !== null && !fits) return `x0 ${decodeStatus(x0).text}`;
  for (const [x, said, name] of [
    [1, lower, 'lower'],
    [2, higher, 'higher'],
  ] as const) {
    const value = seenIn(call, x);
    // What a kernel prints of a word with reserved bits is its own affair.
    if (value === null || said === undefined || reservedBits(value) !== ZERO) continue;
    if (revisionText(value) !== said) return `x${x} ${name} ${revisionText(value)}`;
  }
  return null;
}

/** What is concluded from the line agrees with it. */
function seenIn(call: SmcEvent, x: number): Seen {
  return call.inferred?.[`x${x}`] === undefined ? returnedIn(call, x) : null;
}

/** An RMM's banner names its highest revision, which is the higher one of a refusal and no less than an accepted one. */
function otherBanner(events: readonly TraceEvent[], { at, end }: SaidAt): LogContradiction | null {
  const banner = highestRevision(events.flatMap(event => (event.type === 'console' ? [event.text] : [])));
  const named = end.class === 'accepted' ? end.lower : end.higher;
  const [has, said] = [parseRevision(banner ?? ''), parseRevision(named ?? '')];
  if (has === null || said === null) return null;
  const fits = end.class === 'accepted' ? !isLater(said, has) : named === banner || named === '0.0';
  if (fits) return null;
  return { text: `the RMM's banner says RMI ${banner}, and the kernel's line says ${endText(end)}`, at };
}
