/**
 * What a recording tells of inputs that nobody saw. A line `Unsupported RMI ABI` leaves x0 open, but for success and
 * NOT_SUPPORTED, after which no kernel prints it; and a kernel asks only where no CPU has an RME field of 0.
 */
import { isRmi } from '../abi/background.js';
import { fieldOf } from '../abi/id-registers.js';
import { RMI_VERSION } from '../abi/rmi-commands.js';
import { statusWord } from '../abi/rmi-status.js';
import { asksWithoutArgument, callId, NOT_SUPPORTED_64 } from '../abi/smccc.js';
import { endOf } from '../kernel/outcome.js';
import type { TraceEvent } from '../model/events.js';
import { type InputKey, registerKey } from '../model/input-key.js';
import type { Limit } from '../model/port.js';
import type { OutcomeClass } from '../model/trace.js';
import { field, u64, withBits, ZERO } from '../model/u64.js';
import { kernelCalls } from './recorded-calls.js';

export interface Limits {
  /** Of registers of the machine. */
  readonly state: ReadonlyMap<InputKey, Limit>;
  /** Of x0 of a recorded answer, by the number of its event. */
  readonly status: ReadonlyMap<number, Limit>;
}

export function limitsOf(events: readonly TraceEvent[]): Limits {
  const calls = kernelCalls(events);
  const end = endOf(events).class;
  const last = calls.findLast(({ call }) => callId(call.fid) === RMI_VERSION);
  const limit = STATUS.get(end);
  const open = last !== undefined && last.call.res?.[0] === null && !asksWithoutArgument(last.call);
  const asked = STATUS.has(end) || calls.some(({ call }) => isRmi(call.fid));
  return {
    state: asked ? new Map(events.flatMap(registerLimit)) : new Map(),
    status: open && limit !== undefined ? new Map([[last.number, limit]]) : new Map(),
  };
}

const REFUSAL = statusWord('ERROR_INPUT');
const OTHER_REFUSAL = u64(0xffff_ffff_ffff_fffen);

/** What x0 may be, by what the check came to in a line of its own. */
const STATUS: ReadonlyMap<OutcomeClass, Limit> = new Map<OutcomeClass, Limit>([
  ['accepted', () => ZERO],
  ['refused', fill => (fill === ZERO ? REFUSAL : fill === NOT_SUPPORTED_64 ? OTHER_REFUSAL : fill)],
]);

const PFR0 = 'ID_AA64PFR0_EL1';

function registerLimit(event: TraceEvent): readonly (readonly [InputKey, Limit])[] {
  if ((event.type !== 'mrs' && event.type !== 'ftr') || event.reg !== PFR0 || event.value !== null) return [];
  return [[registerKey(PFR0, event.type === 'mrs' ? event.cpu : null), withRme]];
}

function withRme(fill: bigint): ReturnType<Limit> {
  const layout = fieldOf(PFR0, 'RME');
  const value = u64(fill);
  if (layout === null || field(value, layout.lsb, layout.width) !== 0) return value;
  return withBits(value, layout.lsb, layout.width, 1n);
}
