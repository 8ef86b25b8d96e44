/** What is still possible where the events of a trace do not decide it, and what would settle it. */
import { NOT_SUPPORTED_64 } from '../abi/smccc.js';
import { versionCall } from '../compare/handshake.js';
import { openingOf } from '../kernel/lines/line.js';
import { LINES } from '../kernel/lines.js';
import type { TraceEvent } from '../model/events.js';
import type { Outcome, Trace } from '../model/trace.js';
import { ZERO } from '../model/u64.js';
import { type Possibility, rmmFailure } from './log-evidence.js';

/** What the events leave open. An emulated EL3 is known; a real one's console may tell. */
export function possibilities({ header, events }: Trace, outcome: Outcome): readonly Possibility[] {
  if (events.some(event => event.type === 'fault')) return [];
  if (outcome.class === 'undetermined') return unknownEnd(events);
  const call = versionCall(events);
  const { via } = header.machine;
  if (outcome.reason !== 'not-supported' || call === null || via === 'emulated' || via === 'pipe') return [];
  if (call.via === 'hvc') return [];
  if (rmmFailure(events) !== null) return [];
  return [
    { cause: 'there is no RMM behind EL3', settledBy: "EL3's console: no line `BL31: Initializing RMM`" },
    {
      cause: 'the RMM failed to boot',
      settledBy: "EL3's console: `RMM init failed`, or `Failed to boot up RMM`",
    },
    {
      cause: 'the firmware does not support realms, whatever the RME field says',
      settledBy: "EL3's console: no granule protection lines",
    },
  ];
}

/** Of a call that came back, or of which nobody knows it. */
const UNKNOWN_ANSWER: readonly Possibility[] = [
  ['success', `a kernel of this series prints \`${openingOf(LINES.rmiAbiVersion)}\``],
  ['an error', `it prints \`${openingOf(LINES.unsupportedRange)}\``],
  ['NOT_SUPPORTED', 'it prints nothing'],
].map(([status, line]) => ({
  cause: `x0 is ${status}: ${line}`,
  settledBy: "the kernel's log, or a record of the call that has x0",
}));

function unknownEnd(events: readonly TraceEvent[]): readonly Possibility[] {
  const call = versionCall(events);
  if (call === null) {
    return [
      {
        cause: 'the kernel never asked: RME is 0 on a CPU, or there is no conduit',
        settledBy: 'the raw ID_AA64PFR0_EL1 of every CPU, and the conduit',
      },
      { cause: 'it asked and was answered NOT_SUPPORTED', settledBy: "EL3's view of the calls" },
      { cause: 'the kernel has no such check', settledBy: 'its revision of the series' },
    ];
  }
  const [x0 = null] = call.res ?? [];
  if (x0 === NOT_SUPPORTED_64)
    return [{ cause: 'a kernel of this series prints nothing', settledBy: "the kernel's log" }];
  if (x0 === null) return UNKNOWN_ANSWER;
  const line = openingOf(x0 === ZERO ? LINES.rmiAbiVersion : LINES.unsupportedRange);
  return [
    {
      cause: `a kernel of this series prints \`${line}\``,
      settledBy: "the kernel's log, or a replay with --kernel v13",
    },
  ];
}
