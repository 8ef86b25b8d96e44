/** Events as text: decoded, with the raw value beside each. */
import { type DecodedRegister, decodeCall } from '../../abi/decode.js';
import { errnoText } from '../../abi/errno.js';
import { decodeIdRegister } from '../../abi/id-registers.js';
import type { RmiRevision } from '../../abi/revision.js';
import type { FtrEvent, LogEvent, MrsEvent, SmcEvent, TraceEvent } from '../../model/events.js';
import { ASSUMED, AT_LEAST } from '../../model/inferred.js';
import { hex, type Seen } from '../../model/u64.js';
import { visible } from './escape.js';
import { columns } from './layout.js';

/** One line that names the event and says the most of it. */
export function eventLine(event: TraceEvent, revision?: RmiRevision): string {
  return `${head(event, revision)}${decoration(event)}`;
}

/**
 * The lines under `eventLine`, of at most `width` columns where they can be broken: each register of a call, its raw value
 * and what it means; the fields of an ID register.
 */
export function eventDetails(event: TraceEvent, revision?: RmiRevision, width = 80): readonly string[] {
  if (event.type === 'smc') return callDetails(event, revision);
  return event.type === 'mrs' || event.type === 'ftr' ? fieldLines(event, width) : [];
}

function fieldLines({ reg, value }: MrsEvent | FtrEvent, width: number): readonly string[] {
  if (value === null) return [];
  const lines: string[] = [];
  for (const { name, value: is } of decodeIdRegister(reg, value)) {
    const field = `${name} ${is}`;
    const line = lines.at(-1);
    // The comma behind a field may be the last character of its line.
    if (line === undefined || line.length + field.length + ', ,'.length > width) lines.push(field);
    else lines[lines.length - 1] = `${line}, ${field}`;
  }
  return lines.map((line, at) => (at + 1 < lines.length ? `${line},` : line));
}

/** A log line as dmesg shows it, level first. */
export function logLine({ level, prefix, pid, text }: LogEvent): string {
  return `${(level ?? '?').padEnd(4)} ${printed({ prefix, pid, text })}`;
}

/** As the console shows it; the pid is not compared, so a diff leaves it out. */
export function printed({
  prefix,
  pid,
  text,
}: {
  prefix?: string | undefined;
  pid?: number | undefined;
  text: string;
}): string {
  const before = prefix === undefined ? '' : `${prefix} [${pid ?? '?'}]: `;
  return `${before}${text.split('\n').map(visible).join('\\n')}`;
}

function head(event: TraceEvent, revision: RmiRevision | undefined): string {
  switch (event.type) {
    case 'mrs':
      return register(`cpu${event.cpu} ${visible(event.reg)}`, event.value);
    case 'ftr':
      return register(`sanitised ${visible(event.reg)}`, event.value);
    case 'fact':
      return `${visible(event.name)} = ${visible(String(event.value))}`;
    case 'smc':
      return callHead(event, revision);
    case 'log':
      return logLine(event);
    case 'warn':
      return `WARN_ON in ${visible(event.of)}: ${visible(event.text)}`;
    case 'return':
      return `${visible(event.of)} returned ${event.value}${errno(event.value)}`;
    case 'console':
      return `${event.src ?? '?'}: ${visible(event.text)}`;
    case 'fault':
      return `${event.of} ${event.code}: ${visible(event.text)}`;
    default:
      return '';
  }
}

function errno(value: number): string {
  return errnoText(value) === String(value) ? '' : ` (${errnoText(value)})`;
}

function register(name: string, value: Seen): string {
  return `${name} = ${value === null ? 'not seen' : hex(value)}`;
}

function callHead(event: SmcEvent, revision: RmiRevision | undefined): string {
  const { name, args, results } = decodeCall(event, revision);
  // What SMCCC 1.2 hands over besides the command's own arguments tells nothing where nobody saw it.
  const asked = args
    .filter(arg => !isUnnamed(arg) || arg.raw !== null)
    .map(told)
    .join(', ');
  const [status] = results;
  const answer =
    event.res === null ? noAnswer(event) : status === undefined ? 'answered nothing' : status.text;
  const outs = results.slice(1).filter(result => !isUnnamed(result));
  const more = outs.map(told).join(', ');
  return `${name}(${asked}) -> ${answer}${more === '' ? '' : `, ${more}`}`;
}

/** A call that never came back, or a request that a replay has no answer for. */
function noAnswer(event: SmcEvent): string {
  return event.inferred?.res === undefined ? 'never came back' : 'no answer';
}

function told(register: DecodedRegister): string {
  return isUnnamed(register) ? register.text : `${register.name} ${register.text}`;
}

/** A register of which only its number is known. */
function isUnnamed({ name }: DecodedRegister): boolean {
  return /^x\d+$/.test(name);
}

function callDetails(event: SmcEvent, revision: RmiRevision | undefined): readonly string[] {
  const { name, hint, args, results } = decodeCall(event, revision);
  const rows = [
    ['x0', hex(event.fid), `${name}${hint ? ', SVE hint set' : ''}`],
    ...args.map((arg, at) => [`x${at + 1}`, raw(arg.raw), meaning(arg, at + 1)]),
    ...(event.res === null
      ? [['->', '', noAnswer(event)]]
      : results.map((out, at) => [`${at === 0 ? '-> ' : '   '}x${at}`, raw(out.raw), meaning(out, at)])),
    ...(event.junk ?? []).map((value, at) => [
      `x${event.args.length + 1 + at}`,
      raw(value),
      'left there by the caller',
    ]),
    ...(event.mem ?? []).flatMap(({ pa, at, words }) =>
      words.map(({ offset, value }) => [`memory at ${at}`, raw(value), `${hex(pa)} + ${hex(offset)}`]),
    ),
  ];
  return [
    `by ${event.via.toUpperCase()} from ${event.from}, cpu${event.cpu}, SMCCC ${event.cc}${event.by === undefined ? '' : `, made by the ${event.by}`}`,
    ...columns(rows),
  ];
}

function raw(value: Seen): string {
  return value === null ? '-' : hex(value);
}

function meaning({ name, text, raw: value }: DecodedRegister, at: number): string {
  const label = name === `x${at}` ? '' : `${name} `;
  return value !== null && text === hex(value) ? label.trim() : `${label}${text}`;
}

/** What the event carries besides: time, line, rule, and what was concluded. */
function decoration(event: TraceEvent): string {
  const { src, t, line, rule, inferred, extra } = event;
  const notes = [
    ...(src === undefined || event.type === 'console' ? [] : [`from ${src}`]),
    ...(t === undefined ? [] : [`at ${visible(t)} s`]),
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(rule === undefined ? [] : [`edited: ${visible(rule)}`]),
    ...Object.entries(inferred ?? {})
      .filter(([key]) => !saysNoAnswer(event, key))
      .map(([key, from]) => concluded(key, visible(from))),
    ...[...(extra ?? [])].map(([key, value]) => `${visible(key)} ${visible(JSON.stringify(value))}`),
  ];
  return notes.length === 0 ? '' : `  [${notes.join('; ')}]`;
}

function concluded(key: string, from: string): string {
  if (key === AT_LEAST) return `at least that, concluded from ${from}`;
  return key === ASSUMED
    ? `assumed, since ${from} does not show it`
    : `${visible(key)} concluded from ${from}`;
}

/** `no answer` stands in the line already. */
function saysNoAnswer(event: TraceEvent, key: string): boolean {
  return event.type === 'smc' && event.res === null && key === 'res';
}
