/** Readings as events of a trace: what a record shows, and `null` where it does not show a register. */
import { PASSED, RETURNED } from '../abi/smccc.js';
import type { ConsoleEvent, Decoration, SmcEvent, TraceEvent } from '../model/events.js';
import type { Seen } from '../model/u64.js';
import type { Placed } from './collect.js';
import type { CallReading, Inferred } from './format.js';

/** The events of one reading, in order: a console line stands before the call during which it was printed. */
export function eventsOf({ reading, lines, marks }: Placed): readonly TraceEvent[] {
  const [first] = lines;
  const line = first === undefined ? undefined : first + ('below' in reading ? (reading.below ?? 0) : 0);
  const at: Decoration = {
    ...(marks.t === undefined ? {} : { t: marks.t }),
    ...(line === undefined ? {} : { line }),
  };
  switch (reading.kind) {
    case 'call':
      return [...consoleOf(reading, at), ...callEvent(reading, at)];
    case 'log':
      return [
        {
          type: 'log',
          level: reading.level,
          ...(reading.prefix === null ? {} : { prefix: reading.prefix }),
          ...(reading.pid === null ? {} : { pid: reading.pid }),
          text: reading.text,
          ...at,
        },
      ];
    case 'console':
      return [{ type: 'console', src: reading.src, text: reading.text, ...at }];
    case 'return':
      return [{ type: 'return', of: reading.of, value: reading.value, ...at, ...concluded(reading) }];
    case 'fact':
      return [{ type: 'fact', name: reading.name, value: reading.value, ...at, ...concluded(reading) }];
    case 'mrs':
      return [
        {
          type: 'mrs',
          cpu: reading.cpu,
          reg: reading.reg,
          value: reading.value,
          ...at,
          ...concluded(reading),
        },
      ];
    case 'ftr':
      return [{ type: 'ftr', reg: reading.reg, value: reading.value, ...at, ...concluded(reading) }];
    case 'calling':
    case 'machine':
    case 'start':
    case 'background':
      return [];
  }
}

function concluded({ inferred }: { readonly inferred?: Inferred }): Pick<Decoration, 'inferred'> {
  return inferred === undefined ? {} : { inferred };
}

function consoleOf({ by, text }: CallReading, at: Decoration): readonly ConsoleEvent[] {
  if (text === null || by === 'tracer') return [];
  return [{ type: 'console', src: by, text, ...at }];
}

/** More registers than a caller of SMCCC 1.1 sets or gets are a call of 1.2. */
function callEvent(call: CallReading, at: Decoration): readonly SmcEvent[] {
  const { by, fid, from, cpu, via, args, res, junk, firmwares } = call;
  if (fid === null) return [];
  const cc = call.cc ?? (args.length > PASSED['1.1'] || (res?.length ?? 0) > RETURNED['1.1'] ? '1.2' : '1.1');
  const wide = call.cc === null && cc === '1.2';
  return [
    {
      type: 'smc',
      cpu: cpu ?? 0,
      from,
      via,
      cc,
      fid,
      args: wide ? filled(args, PASSED['1.2']) : args,
      res: wide && res !== null ? filled(res, RETURNED['1.2']) : res,
      ...(junk === undefined || wide ? {} : { junk }),
      ...(by === 'tracer' ? {} : { src: by }),
      ...(firmwares === true ? { by: 'firmware' as const } : {}),
      ...at,
      ...concluded(call),
    },
  ];
}

/** In a call of 1.2 a register that is left out is 0, so one that nobody saw has to be there. */
function filled(values: readonly Seen[], count: number): readonly Seen[] {
  return Array.from({ length: count }, (_, at) => values[at] ?? null);
}
