/** Logs that commands take. */
import {
  FIELD_ROLES,
  type GivenMachine,
  good,
  type Imported,
  type ImportedBoot,
  importLogs,
  LOG_FORMAT_NAMES,
  LOG_FORMATS,
  parseCount,
  playback,
  type Result,
  readTrace,
  stateOf,
} from '../lib/cli.js';
import type { Args } from './command.js';
import { meansPath, sizeOf } from './files.js';
import { machineOf, misuse, sourceOf } from './load.js';
import type { Option } from './option.js';
import type { Io } from './process.js';
import { newProgress } from './progress.js';

const FROM: Option = {
  name: 'from',
  type: 'strings',
  value: 'FORMAT',
  words: () => LOG_FORMAT_NAMES,
  default: 'all formats',
  says: `read only records of this format: ${LOG_FORMAT_NAMES.join(', ')}`,
};

const MAP: Option = {
  name: 'map',
  type: 'strings',
  value: 'fid=NAME,a1=NAME,r0=NAME,...',
  says: "what a tracer's fields are, by their names in the log: fid, a1 to a17 before a call, r0 to r17 after it",
};

const BOOT: Option = {
  name: 'boot',
  type: 'string',
  value: 'N',
  says: 'which boot of a log with several, from 1',
};

export const MACHINE: Option = {
  name: 'machine',
  type: 'string',
  value: 'NAME|FILE',
  says: 'the machine that the log is from: its facts fill in what the log does not show; FILE is a description, or a trace of the same board',
};

const NO_INFER: Option = {
  name: 'no-infer',
  type: 'boolean',
  says: 'record only what the log shows, and conclude nothing from it',
};

const STRICT: Option = {
  name: 'strict',
  type: 'boolean',
  says: 'exit with 1 if data was lost',
};

/** Of every command that reads logs. */
export const LOG_OPTIONS: readonly Option[] = [FROM, MAP, MACHINE, BOOT, NO_INFER, STRICT];

export interface ReadLogs {
  readonly imported: Imported;
  /** All boots, or the one that was asked for. */
  readonly boots: readonly ImportedBoot[];
  /** A record of the handshake could not be read whole, and `--strict` was given. */
  readonly lost: boolean;
}

/** A trace of the same board is taken by its state; anything else is a machine by name or by file. */
export async function givenMachine(
  io: Io,
  operand: string | undefined,
): Promise<Result<GivenMachine | null>> {
  if (operand === undefined) return good(null);
  const read = (await meansPath(operand)) ? await readTrace(sourceOf(io, operand)) : null;
  if (read?.ok === true) {
    const { header, events } = read.value.trace;
    return good({ name: header.machine.name, cpus: header.machine.cpus, state: playback(events).state });
  }
  const machine = await machineOf(io, operand);
  if (!machine.ok) return machine;
  return good({ name: machine.value.name, cpus: machine.value.cpus.length, state: stateOf(machine.value) });
}

/** The boots of the logs that the operands name. */
export async function readLogs(io: Io, command: string, args: Args): Promise<Result<ReadLogs>> {
  const wrong = (what: string): Result<never> => ({ ok: false, trouble: misuse(command, what) });
  const names = args.many(FROM.name);
  const odd = names.find(name => !LOG_FORMAT_NAMES.includes(name));
  if (odd !== undefined)
    return wrong(`--from takes ${LOG_FORMAT_NAMES.join(', ')}, not ${JSON.stringify(odd)}`);
  const pairs = args.many(MAP.name).flatMap(value => value.split(','));
  const fields = new Map(pairs.map(pair => halves(pair)));
  const wild = pairs.find(pair => !FIELD_ROLES.includes(halves(pair)[0]) || halves(pair)[1] === '');
  if (wild !== undefined)
    return wrong(`--map takes fid=NAME, a1=NAME to a17, r0=NAME to r17, not ${JSON.stringify(wild)}`);
  const boot = args.one(BOOT.name);
  const number = parseCount(boot);
  if (boot !== undefined && (number === null || number === 0))
    return wrong(`--boot takes a number from 1 up, not ${JSON.stringify(boot)}`);
  const machine = await givenMachine(io, args.one(MACHINE.name));
  if (!machine.ok) return machine;
  const progress = await progressOf(io, args.operands);
  const imported = await importLogs(
    args.operands.map(operand => sourceOf(io, operand)),
    {
      progress: progress.read,
      formats: names.length === 0 ? LOG_FORMATS : LOG_FORMATS.filter(({ name }) => names.includes(name)),
      fields,
      infer: !args.flag(NO_INFER.name),
      ...(machine.value === null ? {} : { machine: machine.value }),
    },
  );
  progress.end();
  if (!imported.ok) return imported;
  const { boots, notes } = imported.value;
  const chosen = number === null ? boots : boots.slice(number - 1, number);
  if (number !== null && chosen.length === 0) {
    const has = boots.length === 1 ? 'one boot' : `${boots.length} boots`;
    return wrong(`there is no boot ${number}: the log has ${has}`);
  }
  const all = [...notes, ...chosen.flatMap(each => each.notes)];
  const lost = args.flag(STRICT.name) && all.some(({ severity }) => severity === 'loss');
  return { ok: true, value: { imported: imported.value, boots: chosen, lost } };
}

/** Of what is read, by the sizes of the files; of a pipe nobody knows how much there is. */
async function progressOf(io: Io, operands: readonly string[]) {
  const MEGABYTE = 1e6;
  const sizes = await Promise.all(operands.map(sizeOf));
  const total = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  if (sizes.includes(null) || total < MEGABYTE) return { read: () => {}, end: () => {} };
  const bar = newProgress(io, Math.round(total / MEGABYTE), 'MB');
  let bytes = 0;
  return {
    read(more: number) {
      bytes += more;
      bar.done(Math.min(bytes / MEGABYTE, total / MEGABYTE));
    },
    end: () => bar.end(),
  };
}

/** `fid=x0` before and behind its first equals sign. */
function halves(pair: string): readonly [string, string] {
  const equals = pair.indexOf('=');
  return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
}
