/** The client of an RMM behind a pipe: a child that gets one JSON line per call. */
import { callName } from '../../abi/decode.js';
import { trimmed } from '../../abi/smccc.js';
import type { TraceEvent } from '../../model/events.js';
import { type Reply, type RmmElsewhere, type SmcRequest, toReply } from '../../model/port.js';
import { type Trouble, trouble } from '../../model/result.js';
import { hex, type U64, ZERO } from '../../model/u64.js';
import { openPipe, type Pipe, type PipeOptions } from '../../pipe/pipe.js';
import { BOOT_LINE, callLine, type FromRmm, type Hello, parseAnswer } from './protocol.js';

export type PipedRmmOptions = PipeOptions & {
  /** How long a child may take for its first answer, its start included. Default 60 s. */
  readonly startMs?: number;
  /** How long for any other. Default 10 s. */
  readonly answerMs?: number;
};

export interface PipedRmm {
  /** What its hello says; `null` where it has not said one, or was not asked anything yet. */
  hello(): Hello | null;
  /**
   * The RMM newly booted, for one run; runs come one after another. The child is started when it is first asked
   * something, and serves the boots after that, as far as its hello does not ask for another child.
   */
  boot(): RmmElsewhere;
  /** Ends the child. The next boot would start another. */
  close(): Promise<void>;
}

/** Why there is no answer, without its subject. A child that failed is asked no more. */
interface Failure {
  readonly kind: 'failed';
  readonly code: 'timeout' | 'died' | 'garbage';
  readonly text: string;
}

/** A child that was started, and what is known of it. */
interface Child {
  readonly pipe: Pipe;
  heard: boolean;
  answered: boolean;
  failure: Failure | null;
}

type Heard = Exclude<FromRmm, { kind: 'hello' | 'wrong' }> | Failure;

const START_MS = 60_000;
const ANSWER_MS = 10_000;

export function openPipedRmm(options: PipedRmmOptions): PipedRmm {
  const { startMs = START_MS, answerMs = ANSWER_MS } = options;
  let child: Child | null = null;
  let hello: Hello | null = null;

  const close = async (): Promise<void> => {
    const ending = child?.pipe;
    child = null;
    await ending?.close();
  };

  /** The child for a boot that begins. One that failed before it ever answered would fail again, and is kept. */
  const begin = async (): Promise<Child> => {
    if (child?.answered === true && (hello?.boot === 'child' || child.failure !== null)) await close();
    if (child?.failure === null && hello?.boot === 'line') child.pipe.send(BOOT_LINE);
    child ??= { pipe: openPipe(options), heard: false, answered: false, failure: null };
    return child;
  };

  /** The first line may be a hello; no other may. */
  const hear = async (asked: Child, x: readonly U64[]): Promise<Heard> => {
    const received = await asked.pipe.receive(asked.answered ? answerMs : startMs);
    if (received.kind === 'fault') return { kind: 'failed', code: received.code, text: received.text };
    const said = parseAnswer(received.line, x);
    if (said.kind === 'hello' && !asked.heard) {
      asked.heard = true;
      hello = said.hello;
      return hear(asked, x);
    }
    asked.heard = true;
    if (said.kind === 'wrong') return garbage(said.text);
    return said.kind === 'hello' ? garbage('sent a hello that is not its first line') : said;
  };

  const ask = async (asked: Child, x: readonly U64[], { mem, found = mem }: SmcRequest): Promise<Heard> => {
    if (asked.failure !== null) return asked.failure;
    // An extra line would be taken for the answer to this call, and the real answer for the next.
    const tooMany = asked.pipe.waiting() > (asked.heard ? 0 : 1);
    if (!tooMany) asked.pipe.send(callLine(x, found));
    const said = tooMany ? garbage('wrote a line without being asked') : await hear(asked, x);
    if (said.kind === 'failed') asked.failure = said;
    else asked.answered = true;
    return said;
  };

  return {
    hello: () => hello,
    boot() {
      let booted: Child | null = null;
      let calls = 0;
      return async (x, request) => {
        calls++;
        booted ??= await begin();
        return replyOf(await ask(booted, x, request), `call ${calls} of the boot, ${callText(x)}`);
      };
    },
    close,
  };
}

/**
 * That the machine of a run failed, as trouble; `null` where it did not. What a kernel does without an answer that it
 * should have had says nothing about kernel or RMM.
 */
export function machineFailure(events: readonly TraceEvent[]): Trouble | null {
  const fault = events
    .filter(event => event.type === 'fault')
    .find(({ of, code }) => of === 'machine' && FAILED.has(code));
  if (fault === undefined) return null;
  const next = 'run the command by itself and type the call; lib/rmm/pipe/protocol.md describes the answer';
  return trouble('rmm-failed', fault.text, {}, next);
}

const FAILED: ReadonlySet<string> = new Set(['timeout', 'died', 'garbage']);

function garbage(text: string): Failure {
  return { kind: 'failed', code: 'garbage', text };
}

/** `RMI_VERSION (0xc4000150 0x20000)`. */
function callText(x: readonly U64[]): string {
  return `${callName(x[0] ?? ZERO)} (${trimmed(x).map(hex).join(' ')})`;
}

function replyOf(said: Heard, call: string): Reply {
  if (said.kind !== 'failed') return toReply(said);
  return { kind: 'fault', code: said.code, text: `the RMM behind the pipe ${said.text}: ${call}` };
}
