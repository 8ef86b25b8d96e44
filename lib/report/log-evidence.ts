/**
 * What the consoles in an imported trace tell besides the kernel's own lines: why EL3 answered for the RMM, how far a boot
 * came that shows no handshake, and what a person with such a log can do to find out more.
 */
import { isKernelCall } from '../abi/background.js';
import { callName } from '../abi/decode.js';
import { errnoText } from '../abi/errno.js';
import { rmmBootError, tellsOfNoStart, tellsOfStart } from '../abi/rmm-boot.js';
import type { LogContradiction } from '../import/init-contradiction.js';
import { openingOf } from '../kernel/lines/line.js';
import { LINES, rowsOf } from '../kernel/lines.js';
import { parseCount } from '../model/count.js';
import type { TraceEvent } from '../model/events.js';
import type { Header, Trace } from '../model/trace.js';
import { GENERATOR } from '../trace/wire-frame.js';

/** A cause that the events leave open, and what would settle it. */
export interface Possibility {
  readonly cause: string;
  readonly settledBy: string;
}

const texts = (events: readonly TraceEvent[], type: 'console' | 'log'): readonly string[] =>
  events.flatMap(event => (event.type === type ? [event.text] : []));

/** Why EL3 answers for its RMM: `the RMM did not start (RMM init failed: -2, …)`; `null` where no console says so. */
export function rmmFailure(events: readonly TraceEvent[]): string | null {
  const console = texts(events, 'console');
  for (const text of console) {
    const code = /RMM init failed: (-?\d{1,9})/.exec(text)?.[1];
    if (code === undefined) continue;
    const meaning = rmmBootError(-(parseCount(code.replace('-', '')) ?? 0));
    return `the RMM did not start (RMM init failed: ${code}${meaning === null ? '' : `, ${meaning}`})`;
  }
  return console.some(tellsOfNoStart) ? 'the RMM did not start' : null;
}

interface Stage {
  readonly says: string;
  readonly reached: (events: readonly TraceEvent[], header: Header) => boolean;
}

const onConsole =
  (pattern: RegExp) =>
  (events: readonly TraceEvent[]): boolean =>
    texts(events, 'console').some(text => pattern.test(text));

/** A kernel whose log shows no more than that it started is named after its release. */
const hasKernel = (events: readonly TraceEvent[], { kernel }: Header): boolean =>
  kernel.name.startsWith('linux-') ||
  events.some(event => event.type === 'log' || (event.type === 'fact' && event.line !== undefined));

const isMode = (event: TraceEvent): boolean =>
  event.type === 'log' && rowsOf(event).some(({ line }) => line.ends === 'initialized');

/** How far a boot came, the last that holds counting. */
const STAGES: readonly Stage[] = [
  { says: 'EL3 started', reached: onConsole(/BL31: v|Granule Protection/) },
  {
    says: 'EL3 started an RMM, but its init did not end',
    reached: onConsole(/RMM init start|Initializing RMM/),
  },
  { says: 'the RMM did not start', reached: onConsole(/RMM init failed|RMM initialization failed/) },
  { says: 'an RMM started', reached: onConsole(/RMM init end|^Booting RMM v/) },
  { says: 'the RMM crashed', reached: onConsole(/^Unexpected exception/) },
  {
    says: 'its RMI calls begin after the handshake',
    reached: events => events.some(event => event.type === 'smc' && isKernelCall(event)),
  },
  { says: 'a kernel started, but the log has no line of KVM', reached: hasKernel },
  {
    says: "KVM's init began, but its end is not in the log",
    reached: events => events.some(event => event.type === 'log' && event.prefix === 'kvm'),
  },
  {
    says: "KVM's init ended and printed no RMI line",
    reached: events => events.some(isMode),
  },
];

/** How far a boot came whose log has no handshake. */
function howFar({ events, header }: Trace): string {
  const reached = STAGES.findLast(stage => stage.reached(events, header));
  if (reached === undefined) return 'it has no line of EL3, an RMM or KVM';
  const banner = texts(events, 'console').find(text => text.startsWith('Booting RMM'));
  const crash = texts(events, 'console').find(text => text.startsWith('Unexpected exception'));
  const kernel = hasKernel(events, header);
  const rmm = banner === undefined || kernel ? '' : ` (${banner.replace(/ Built.*$/, '')})`;
  const call = events.findLast(event => event.type === 'smc' && isKernelCall(event));
  const last = call?.type === 'smc' ? `, and end with ${callName(call.fid)}` : '';
  const none = kernel ? '' : '; the log has no line of a kernel';
  if (crash !== undefined && !kernel) return `the RMM crashed (${crash.replace(/:$/, '')})${none}`;
  const calls = reached.says.startsWith('its RMI calls') ? last : '';
  return `${reached.says}${calls}${rmm}${calls === '' ? none : ''}`;
}

/** Whether EL3's console is there, and shows that it was built without an RMM or does not start one. */
function withoutRmm(events: readonly TraceEvent[]): boolean {
  return onConsole(/BL31: (?:v|Preparing)/)(events) && !onConsole(/RMM/)(events);
}

/** The finding of an initcall that failed without a line, and what may have failed; `null` where the log has none. */
function silentInitcall(events: readonly TraceEvent[]): Untold | null {
  const returned = events.find(event => event.type === 'return' && event.of === 'arm64_init_rmi');
  if (returned?.type !== 'return' || returned.value === 0) return null;
  const cpus = 'ID_AA64PFR0_EL1 of every CPU, bits 55:52';
  const none = withoutRmm(events)
    ? ''
    : "TF-A's console: `RMMD: Failed to boot up RMM`, or no `RMM init` at all";
  return {
    sentence: `No realms: arm64_init_rmi returned ${errnoText(returned.value)} and printed nothing, so the check failed before RMI_VERSION or was answered NOT_SUPPORTED.`,
    possible: [
      { cause: 'RME is 0 on a CPU, so the kernel never asked', settledBy: cpus },
      { cause: 'the conduit is not SMC', settledBy: "the firmware's tables: `method` of /psci, or the FADT" },
      {
        cause: 'RMI_VERSION was answered NOT_SUPPORTED',
        settledBy: none === '' ? "EL3's console, which shows no RMM" : none,
      },
    ],
  };
}

/** The finding of a log of which two records cannot be of one boot. */
export function contradictory({ text }: LogContradiction): Untold {
  return {
    sentence: `The log contradicts itself: ${text}.`,
    possible: [
      { cause: 'the records are of two boots', settledBy: 'the log of one boot alone, cut between the two' },
      { cause: 'one of them was edited', settledBy: 'the log as it came from the machine' },
    ],
  };
}

interface Untold {
  readonly sentence: string;
  readonly possible: readonly Possibility[];
}

/** The finding of a log that has neither the call nor its line. */
export function untold(trace: Trace): Untold {
  return (
    cutRefusal(trace.events) ??
    silentInitcall(trace.events) ??
    endAtCall(trace) ?? { sentence: noHandshake(trace), possible: openEnds(trace) }
  );
}

/** The finding of a boot that ends at the line before the call, where an RMM was started; `null` of any other. */
function endAtCall({ header, events }: Trace): Untold | null {
  // Of a log, the import knows whether it goes on after its last line of KVM, and concludes the call.
  if (header.generator.name === GENERATOR.name) return null;
  const last = events.findLast(
    event => event.type === 'log' || event.type === 'smc' || event.type === 'return',
  );
  const stops = last?.type === 'log' && rowsOf(last).some(({ name }) => name === 'nvFine');
  if (!stops || rmmFailure(events) !== null || !texts(events, 'console').some(tellsOfStart)) return null;
  return {
    sentence:
      'RMI_VERSION never came back, unless the log was cut off: it ends where KVM makes that call next.',
    possible: [
      {
        cause: 'the RMM stopped in its own init or in the call',
        settledBy: "the end of the RMM's console, and of EL3's",
      },
      { cause: 'the log was cut off', settledBy: 'the rest of it, or dmesg' },
    ],
  };
}

/** That the check refused is certain, and no more than that. */
function cutRefusal(events: readonly TraceEvent[]): Untold | null {
  const line = texts(events, 'log').find(text => text.startsWith('Unsupported RMI ABI'));
  if (line === undefined) return null;
  return {
    sentence: `No realms: KVM refused what the RMM has; the line that says so is not whole: \`${line}\`.`,
    possible: [
      { cause: 'the RMM has any revision but the wanted one', settledBy: 'dmesg, which has the whole line' },
    ],
  };
}

function noHandshake(trace: Trace): string {
  const { events, header } = trace;
  const failed = rmmFailure(events);
  if (failed !== null && hasKernel(events, header))
    return `No realms: ${failed}, so EL3 answers RMI calls itself; the log has no handshake: ${howFar(trace)}.`;
  const rmm = withoutRmm(events)
    ? " There are no realms here whatever the kernel did: EL3's console shows no RMM."
    : '';
  return `No handshake in the log: ${howFar(trace)}.${rmm}`;
}

/** What is still possible where a log has neither the call nor its line, and what settles it with this person's means. */
function openEnds({ events, header }: Trace): readonly Possibility[] {
  const kernel = events.some(isMode);
  const el3 = onConsole(/BL31|RMM init|RMMD/)(events);
  const banner = texts(events, 'console').find(text => text.startsWith('Booting RMM'));
  if (events.some(event => event.type === 'smc' && isKernelCall(event)) && !kernel) {
    return [
      {
        cause: 'the handshake is before the first line of the log',
        settledBy: 'the console from the boot on, or dmesg',
      },
    ];
  }
  if (!kernel && !hasKernel(events, header)) {
    return [
      { cause: 'the kernel has not started', settledBy: 'its console, from the first line on' },
      {
        cause: 'the kernel prints on another console',
        settledBy: 'that log, imported together with this one',
      },
    ];
  }
  const asked: Possibility = {
    cause: 'it asked, and was answered NOT_SUPPORTED',
    settledBy: el3
      ? "EL3's console after this place, at LOG_LEVEL 50"
      : "a look at TF-A's console: `RMMD: Failed to boot up RMM`",
  };
  const accepted: Possibility =
    banner === undefined
      ? {
          cause: 'it asked and agreed, but the console hides the line',
          settledBy: 'dmesg, or the log with `loglevel=7`',
        }
      : {
          cause: 'it asked and agreed, but both consoles hide it',
          settledBy: 'dmesg; and a build of the RMM with LOG_LEVEL 40, which prints each call',
        };
  const cut: Possibility = {
    cause: 'the log ends before the check',
    settledBy: 'the rest of it, or dmesg',
  };
  return [
    ...(kernel ? [] : [cut]),
    {
      cause: 'the kernel has no such check',
      settledBy: `its source: no \`${openingOf(LINES.rmiAbiVersion)}\` in drivers/firmware/arm_rmm, arch/arm64/kernel or arch/arm64/kvm`,
    },
    {
      cause: 'it never asked: RME is 0 on a CPU, or there is no conduit',
      settledBy:
        'a boot with `initcall_debug` (from v15 on arm64_init_rmi returns its error), and ID_AA64PFR0_EL1 of every CPU',
    },
    ...(withoutRmm(events) ? [] : [asked]),
    ...(withoutRmm(events) || rmmFailure(events) !== null ? [] : [accepted]),
  ];
}
