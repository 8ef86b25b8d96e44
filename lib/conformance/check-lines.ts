/** The same of a trace that is not held in memory: two passes over its lines. */
import { RMI_VERSION } from '../abi/rmi-commands.js';
import { callId } from '../abi/smccc.js';
import type { TraceEvent } from '../model/events.js';
import { good, type Result } from '../model/result.js';
import type { MachineHeader } from '../model/trace.js';
import { u64 } from '../model/u64.js';
import { type CallLine, callKind, callLine, fidIn, isCallLine } from '../trace/call-line.js';
import { type EventLines, eachLine } from '../trace/event-lines.js';
import { readMatched } from '../trace/read-canonical.js';
import { newCallReader } from './calls.js';
import { newGathering } from './evidence.js';
import type { Conformance } from './findings.js';
import { newJudge } from './judge.js';

/** `wanted`: whether an answer is checked; all of them are evidence. Troubles: those of the lines. */
export async function conformanceOfLines(
  lines: EventLines,
  machine: MachineHeader,
  wanted: (number: number, event: TraceEvent) => boolean = () => true,
): Promise<Result<Conformance>> {
  const gathering = newGathering();
  const alike = newAlike();
  const first = newCallReader();
  const gathered = await eachCall(lines, (line, number) => {
    if (alike.isKnown(line)) return;
    const call = first.take(readMatched(line), number);
    if (call !== null) gathering.take(call);
    // What is agreed on decides what the calls after it are.
    if (call?.version != null) alike.forget();
  });
  if (!gathered.ok) return gathered;
  const judge = newJudge(gathering.end(machine));
  const again = newCallReader();
  const judged = await eachCall(lines, (line, number) => {
    const event = readMatched(line);
    const call = again.take(event, number);
    if (call !== null) judge.take(call, wanted(number, event));
  });
  return judged.ok ? good(judge.end()) : judged;
}

function eachCall(lines: EventLines, take: (line: string, number: number) => void): Promise<Result<void>> {
  return eachLine(lines, (line, number) => {
    if (isCallLine(line)) take(line, number);
    return 'next';
  });
}

/** Calls that are alike prove the same once, until another revision is agreed on. */
interface Alike {
  /** Whether there was a call of the same CPU, caller and FID that came back with the same status, and says nothing else. */
  isKnown(line: string): boolean;
  forget(): void;
}

const MOST_ALIKE = 2 ** 16;

function newAlike(): Alike {
  const known = new Set<string>();
  return {
    isKnown(line) {
      const parts = callLine(line);
      if (parts === null) return false;
      const { head, status, remarks } = callKind(line, parts);
      if (remarks !== '') return false;
      const key = line.slice(0, parts.from) + head + status;
      if (known.has(key)) return true;
      if (known.size < MOST_ALIKE && !isVersion(line, parts)) known.add(key);
      return false;
    },
    forget: () => known.clear(),
  };
}

/** RMI_VERSION says more than its status. */
function isVersion(line: string, parts: CallLine): boolean {
  return callId(u64(BigInt(fidIn(line, parts)))) === RMI_VERSION;
}
