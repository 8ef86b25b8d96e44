/**
 * What TF-RMM prints on its console when an RMI call is done, in the layout of each period. There is no level and no
 * `INFO:` before a line. A refused RMI_VERSION shows the request and the status, never lower and higher.
 */
import { statusCode } from '../abi/rmi-status.js';
import { field, lx, type U64, ZERO } from '../model/u64.js';

/** Build option LOG_LEVEL of TF-RMM. A line is printed where its own level is not above the build's. */
export const LOG_LEVEL = { error: 10, notice: 20, warning: 30, info: 40, verbose: 50 } as const;

/** A debug build's LOG_LEVEL, unless the builder asks for another. */
export const DEFAULT_LOG_LEVEL = LOG_LEVEL.info;

export interface ConsoleStyle {
  readonly prefix: 'SMC_RMM_' | 'SMC_RMI_';
  /** Columns that prefix and name fill, with blanks after them. */
  readonly nameWidth: number;
  /**
   * `declared`: the arguments and results that the command has, unpadded, results on success alone.
   * `five-columns` (0.1, 0.2): always x1..x5 as they are, and results whatever the status, each 8 wide.
   */
  readonly values: 'declared' | 'five-columns';
  /** RMI_VERSION prints its word where others print a status; `bare-word` leaves its arguments out as well (0.3, EAC2). */
  readonly version: 'status' | 'word' | 'bare-word';
  /** Whether a successful RMI_FEATURES is logged: not from 0.8 on. */
  readonly logsFeatures: boolean;
  /** The level of `[handle_ns_smc] unknown function_id`: ERROR, and so in every build, from 0.9 on (e8f136bf). */
  readonly unknownFid: number;
}

const V0_1: ConsoleStyle = {
  prefix: 'SMC_RMM_',
  nameWidth: 29,
  values: 'five-columns',
  version: 'word',
  logsFeatures: true,
  unknownFid: LOG_LEVEL.verbose,
};
const V0_3: ConsoleStyle = { ...V0_1, values: 'declared', version: 'bare-word' };
const V0_5: ConsoleStyle = { ...V0_3, version: 'status' };
const V0_6: ConsoleStyle = { ...V0_5, prefix: 'SMC_RMI_' };
const V0_8: ConsoleStyle = { ...V0_6, nameWidth: 33, logsFeatures: false };
const V0_9: ConsoleStyle = { ...V0_8, unknownFid: LOG_LEVEL.error };

/** By the release that brought it, or the last one that is known to have it before the next. */
export const CONSOLES = {
  '0.1': V0_1,
  '0.3': V0_3,
  '0.5': V0_5,
  '0.6': V0_6,
  '0.8': V0_8,
  '0.9': V0_9,
} as const;

/** A command by the name and the number of registers that TF-RMM's handler table gives it. */
export interface Logged {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Columns before the prefix. */
  readonly indent?: number;
}

/** The line of a finished call: `args` from x1, `res` from x0. */
export function exitLine(
  style: ConsoleStyle,
  command: Logged,
  args: readonly U64[],
  res: readonly U64[],
): string {
  const name = `${' '.repeat(command.indent ?? 0)}${style.prefix}${command.name}`.padEnd(style.nameWidth);
  const columns = style.values === 'five-columns';
  const show = (value: U64) => ` ${columns ? lx(value, 8) : lx(value)}`;
  const x0 = res[0] ?? ZERO;

  if (command.name === 'VERSION' && style.version !== 'status') {
    const shown = style.version === 'bare-word' ? [] : args.slice(0, 5);
    return `${name}${shown.map(show).join('')} > ${lx(x0)}`;
  }
  const ins = args.slice(0, columns ? 5 : command.inputs).map(show);
  const outs = columns || x0 === ZERO ? res.slice(1, 1 + command.outputs).map(show) : [];
  return `${name}${ins.join('')} > ${status(x0)}${outs.join('')}`;
}

/** Status names by number, as far as the emulated commands give them; the whole of any other x0 is printed. */
const NAMED = ['SUCCESS', 'ERROR_INPUT', 'ERROR_GPT'] as const;

function status(x0: U64): string {
  const name = NAMED.find(known => statusCode(known) === field(x0, 0, 8));
  return name === undefined ? lx(x0) : `RMI_${name}`;
}

/** A function id that no handler has. TF-RMM reads w0: 32 bits. */
export function unknownFidLine(fid: U64): string {
  return `[handle_ns_smc] unknown function_id: ${lx(fid)}`;
}

/** The refusal of a call before RMM_ACTIVATE (53f0e117); ERROR, so in every build. */
export const INVALID_STATE = 'RMM is in invalid state';
