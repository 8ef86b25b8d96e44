/**
 * Whether the answers of a trace follow the RMM specification, whatever a kernel does with them. Only what the trace
 * proves is found: one answer, the answers of one RMM to each other, or what is known of the RMM that the header names.
 */
import { NOT_SUPPORTED_64 } from '../abi/smccc.js';
import type { MachineHeader, Trace } from '../model/trace.js';
import { type CheckedCall, checkedCalls } from './calls.js';
import { evidenceOf } from './evidence.js';
import type { ConformanceRule, Severity } from './rule.js';
import { RULES } from './rules.js';

export interface Conformance {
  /** How many answers of an RMM there were to check: EL3's NOT_SUPPORTED and a hypervisor's answers are none. */
  readonly answers: number;
  /** In the order of the events, and for each in the order of the rules. */
  readonly findings: readonly ConformanceFinding[];
}

export interface ConformanceFinding extends Pick<ConformanceRule, 'id' | 'severity' | 'sentence'> {
  /** The call, as `show` counts. */
  readonly event: number;
  /** `x0`…; `null` where the call never came back. */
  readonly register: string | null;
  /** What stands there, and what it should have been. */
  readonly what: string;
  /** The edit that made the answer, if one did. */
  readonly rule: string | null;
}

/**
 * `numbers`: the events whose answers are checked, as `show` counts; `null` for all. All of them are evidence. `machine`: the
 * header that says which RMM answered, if another than the trace's own knows better.
 */
export function conformance(
  trace: Trace,
  numbers: readonly number[] | null = null,
  machine: MachineHeader = trace.header.machine,
): Conformance {
  const all = checkedCalls(trace);
  const evidence = evidenceOf(machine, all);
  const calls = numbers === null ? all : all.filter(({ number }) => numbers.includes(number));
  const findings = calls.flatMap(call =>
    RULES.flatMap(({ id, severity, sentence, check }) =>
      [...check(call, evidence)].map(
        ({ register, what }): ConformanceFinding => ({
          id,
          severity,
          sentence,
          event: call.number,
          register,
          what,
          rule: call.event.rule ?? null,
        }),
      ),
    ),
  );
  return { answers: answered(calls), findings };
}

/** Of a replay: where the recording was played back, its header knows the RMM, and the replay's own no longer does. */
export function conformanceOfReplay(recorded: Trace, replayed: Trace): Conformance {
  const { machine } = replayed.header;
  return conformance(replayed, null, machine.via === 'playback' ? recorded.header.machine : machine);
}

/** Whether a rule of that severity is broken. */
export function hasFinding({ findings }: Conformance, severity: Severity): boolean {
  return findings.some(finding => finding.severity === severity);
}

/** EL3 says NOT_SUPPORTED, and so does an RMM of a call that it does not have. */
function answered(calls: readonly CheckedCall[]): number {
  return calls.filter(({ x0 }) => x0 !== undefined && x0 !== NOT_SUPPORTED_64).length;
}
