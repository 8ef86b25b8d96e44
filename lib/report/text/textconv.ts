/**
 * A trace as git compares it: what one thing changes is one line. So there are no numbers, which an event more would change,
 * and no columns, which a longer value would move; a register of a call is a line of its own, and what follows from other
 * lines (the finding, the outcome, sanitised registers, the seal) is left out.
 */
import { decodeCall } from '../../abi/decode.js';
import { decodeIdRegister } from '../../abi/id-registers.js';
import type { SmcEvent, TraceEvent } from '../../model/events.js';
import type { Trouble } from '../../model/result.js';
import type { Trace } from '../../model/trace.js';
import { hex, type Seen } from '../../model/u64.js';
import type { Readable } from '../../trace/readable.js';
import { headerWire } from '../../trace/wire-frame.js';
import { visible } from './escape.js';
import { eventLine, printed } from './events.js';
import { page } from './layout.js';
import { troubleText } from './trouble.js';

export function textconvText(trace: Trace): string {
  const { header, text } = textconvPrinter(trace);
  return `${header}${trace.events.map(text).join('')}`;
}

/** The same in pieces. */
export interface TextconvPrinter {
  readonly header: string;
  text(event: TraceEvent): string;
}

/** `trace` has at least all raw registers of what is printed. */
export function textconvPrinter({ header, events }: Trace): TextconvPrinter {
  const isDerived = derivedIn(events);
  return {
    header: page([...headerLines(header), '']),
    text: event => (isDerived(event) ? '' : page(eventLines(event))),
  };
}

/** Of a file that is no whole trace: the trouble, then its lines, those decoded that are good events. */
export function readableText({ lines, trouble }: Readable, found: Trouble): string {
  const events = lines.flatMap(line => (line.is === 'event' ? [line.event] : []));
  const isDerived = derivedIn(events);
  return page([
    `trouble: ${withoutFile(found)}`,
    ...(trouble === null || trouble.what === found.what ? [] : [`trouble: ${withoutFile(trouble)}`]),
    '',
    ...lines.flatMap(line =>
      line.is === 'text' ? [visible(line.text)] : isDerived(line.event) ? [] : eventLines(line.event),
    ),
  ]);
}

/** Git hands over a file whose name is another each time. */
function withoutFile(found: Trouble): string {
  const { file: _, ...where } = found.where;
  return troubleText({ ...found, where });
}

/** What says nothing of the boot: the format, and who wrote the file. */
const NOT_SHOWN: readonly string[] = ['generator', 'format', 'version'];

/** All members, whatever they are: `kernel.name v13`. */
function headerLines(header: Trace['header']): readonly string[] {
  const shown = Object.entries(headerWire(header)).filter(([key]) => !NOT_SHOWN.includes(key));
  return shown.flatMap(([key, value]) => memberLines(key, value));
}

/** A line a value; one of a list has no number, which another before it would change. */
function memberLines(key: string, value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(item => `${visible(key)} ${visible(JSON.stringify(item))}`);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, item]) => memberLines(`${key}.${name}`, item));
  return value === undefined ? [] : [`${visible(key)} ${visible(String(value))}`];
}

/** A sanitised register follows from the raw ones, where they are there. */
function derivedIn(events: readonly TraceEvent[]): (event: TraceEvent) => boolean {
  const raw = new Set(events.filter(event => event.type === 'mrs').map(event => event.reg));
  return event => event.type === 'ftr' && raw.has(event.reg);
}

function eventLines(event: TraceEvent): readonly string[] {
  if (event.type === 'smc') return callLines(event);
  if (event.type === 'mrs') return [registerLine(`cpu${event.cpu} ${visible(event.reg)}`, event)];
  if (event.type === 'ftr') return [registerLine(`sanitised ${visible(event.reg)}`, event)];
  if (event.type === 'log')
    return [`${event.level ?? '?'} ${printed({ ...event, pid: undefined }).replace('[?]', '[n]')}`];
  // Times, and lines of a log, are others in every boot.
  const { t: _, line: __, ...rest } = event;
  return [eventLine(rest)];
}

/** Of its fields only the one that decides: all of them would be a longer line than the file's own. */
function registerLine(name: string, { reg, value }: { readonly reg: string; readonly value: Seen }): string {
  if (value === null) return `${name} -`;
  const rme = decodeIdRegister(reg, value).find(field => field.name === 'RME');
  return `${name} ${hex(value)}${rme === undefined ? '' : ` RME ${rme.value}`}`;
}

function callLines(event: SmcEvent): readonly string[] {
  const { name, hint, args, results } = decodeCall(event);
  const meant = (register: string, raw: Seen, label: string, text: string) =>
    [register, raw === null ? '-' : hex(raw), ...(label === register ? [] : [label, text])].join(' ');
  return [
    `${name} by ${event.via.toUpperCase()} from ${event.from}, cpu${event.cpu}, SMCCC ${event.cc}${hint ? ', SVE hint set' : ''}`,
    ...args.map(({ name: label, raw, text }, at) => `  ${meant(`x${at + 1}`, raw, label, text)}`),
    ...(event.junk ?? []).map(
      (raw, at) => `  x${args.length + 1 + at} ${raw === null ? '-' : hex(raw)} left there`,
    ),
    ...results.map(({ name: label, raw, text }, at) => `  -> ${meant(`x${at}`, raw, label, text)}`),
    ...(event.res === null ? ['  -> nothing'] : []),
    ...(event.mem ?? []).flatMap(({ pa, at, words }) =>
      words.map(
        ({ offset, value }) =>
          `  memory at ${at} ${hex(pa)} + ${hex(offset)} ${value === null ? '-' : hex(value)}`,
      ),
    ),
    ...(event.rule === undefined ? [] : [`  edited: ${visible(event.rule)}`]),
    ...Object.entries(event.inferred ?? {}).map(
      ([key, from]) => `  ${visible(key)} concluded from ${visible(from)}`,
    ),
    ...[...(event.extra ?? [])].map(([key, value]) => `  ${visible(key)} ${visible(JSON.stringify(value))}`),
  ];
}
