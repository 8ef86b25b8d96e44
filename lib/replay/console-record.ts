/**
 * What the RMM's own console says of a call, against what the trace says of it: TF-RMM writes a record of a call when it
 * is done, with the registers that it got and gave.
 */
import { callName } from '../abi/decode.js';
import { callId, returnedIn } from '../abi/smccc.js';
import type { CallReading } from '../import/format.js';
import { TF_RMM } from '../import/formats/tf-rmm.js';
import type { RecordedCall } from '../machine/recorded-calls.js';
import { hex, type Seen } from '../model/u64.js';

/** In words, without a full stop; `null` where the records agree with the calls, or there are none. */
export function consoleDisagreement(calls: readonly RecordedCall[]): string | null {
  for (const recorded of calls) {
    // What `--set` gave is not what the console says, and the event names the edit.
    if (recorded.call.rule !== undefined) continue;
    const record = recorded.console.map(({ text }) => recordOf(text)).findLast(each => isOf(each, recorded));
    const differs = record == null ? null : disagreement(record, recorded);
    if (differs !== null) return differs;
  }
  return null;
}

function recordOf(text: string): CallReading | null {
  const whole = { number: 1, text, raw: text, marks: {}, torn: false, final: true };
  const found = TF_RMM.open({ fields: new Map() }).read({ ...whole, above: () => null, below: () => null });
  if (found === null || found === 'cut' || found.lost !== undefined) return null;
  return found.readings.find(reading => reading.kind === 'call') ?? null;
}

function isOf(record: CallReading | null, { call }: RecordedCall): boolean {
  return record?.fid != null && callId(record.fid) === callId(call.fid);
}

function disagreement({ args, res, text }: CallReading, { call, number }: RecordedCall): string | null {
  const asked = args.map((value, at) => [`x${at + 1}`, value, call.args[at] ?? null] as const);
  const answered = (call.res === null ? [] : (res ?? [])).map(
    (value, x) => [`x${x} of the answer`, value, returnedIn(call, x)] as const,
  );
  const differs = [...asked, ...answered].find(([, said, is]) => differ(said, is));
  if (differs === undefined) return null;
  const [register, said, is] = differs;
  return `the RMM's console says \`${text ?? ''}\`, ${register} ${spelt(said)}, but it is ${spelt(is)} in ${callName(call.fid)} (event ${number})`;
}

function differ(one: Seen, other: Seen): boolean {
  return one !== null && other !== null && one !== other;
}

function spelt(value: Seen): string {
  return value === null ? 'not seen' : hex(value);
}
