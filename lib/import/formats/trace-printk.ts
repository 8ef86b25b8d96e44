/**
 * Calls that a patch prints with trace_printk (Documentation/trace/ftrace.rst): its text is free, and one is read that names
 * the command and gives the answer behind an arrow, `RMI_VERSION req=0x10000 -> a0=0x1 a1=0x20000`. A number is taken
 * only if its base is certain.
 */
import { revisionParts } from '../../abi/revision.js';
import { lookupRmiByName } from '../../abi/rmi-commands.js';
import { padded } from '../../abi/smccc.js';
import type { Seen } from '../../model/u64.js';
import type { FormatOptions, Found, LogFormat } from '../format.js';
import { anyHex } from '../hex.js';
import type { Line } from '../line.js';
import { taskIn } from './traced-task.js';

export const TRACE_PRINTK: LogFormat = {
  name: 'trace-printk',
  says: 'calls that a patch prints with trace_printk, with their answer behind an arrow',
  anchors: ['-> a0=', '-> x0=', '-> r0=', '-> ret=', '-> status='],
  records: '[\\t -~]{0,200}?RMI_[A-Z][ -~]{0,300}?-> (?:[axr]0|ret|status)=[ -~]*\\r?',
  open: options => ({ read: line => read(line, options) }),
};

const HEAD = /^.{1,60}\[\d{1,4}\] .{0,16}? {0,16}\d{1,9}\.\d{6}: /;
const CALL = /\b(?<name>RMI_[A-Z][A-Z_]{1,39})\b(?<before>[^>]{0,300}?)-> (?<after>.{1,300})$/;
const FIELD = /\b(?<name>[a-z]\w{0,31})=(?<value>(?:0x)?[0-9a-fA-F]{1,16})\b/g;

function read({ text, torn }: Line, { fields }: FormatOptions): Found | null {
  const head = HEAD.exec(text);
  const { name = '', before = '', after = '' } = CALL.exec(text)?.groups ?? {};
  const fid = lookupRmiByName(name);
  if (head === null || fid === null) return null;
  const roles = new Map([...fields].map(([role, field]) => [field, role]));
  const args = registersIn(before, /^(?:[ax](?<at>[1-7])|(?<only>req\w*|rev\w*|wants?))$/, roles, name, 1);
  // The last word of a file without a newline at its end may have been longer.
  const shown = torn ? after.replace(/\S*$/, '') : after;
  const res = registersIn(shown, /^(?:[axr](?<at>[0-3])|(?<only>ret|status))$/, roles, name, 0);
  const { cpu } = taskIn(head[0]);
  const call = {
    kind: 'call',
    by: 'tracer',
    text: null,
    fid,
    from: 'ns',
    cpu,
    cc: null,
    via: 'smc',
  } as const;
  return { readings: [{ ...call, args: args.slice(1), res: padded(res) }] };
}

/** By their numbers; `unnumbered`: which one a word without a number is. */
function registersIn(
  text: string,
  spelling: RegExp,
  roles: ReadonlyMap<string, string>,
  command: string,
  unnumbered: 0 | 1,
): readonly Seen[] {
  const found: Seen[] = [];
  for (const { groups } of text.matchAll(FIELD)) {
    const { name = '', value = '' } = groups ?? {};
    const { at, only } = spelling.exec(roles.get(name) ?? name)?.groups ?? {};
    if (at === undefined && only === undefined) continue;
    const index = at === undefined ? unnumbered : '01234567'.indexOf(at);
    while (found.length < index) found.push(null);
    found[index] = numberIn(value, command);
  }
  return found;
}

/** Without `0x` it is hex if a digit says so, if it is one digit, or if it is a revision and no other number is. */
function numberIn(text: string, command: string): Seen {
  const value = anyHex(text);
  if (value === null || /^0x|[a-f]|^\d$/i.test(text)) return value;
  const MOST_MINOR = 0xff;
  const { major, minor } = revisionParts(value);
  return command === 'RMI_VERSION' && major > 0 && minor <= MOST_MINOR ? value : null;
}
