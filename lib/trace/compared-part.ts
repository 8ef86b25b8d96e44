/**
 * What of a canonical line is compared: not when, where, by which process and after which line of a log it was noted, nor
 * what somebody else says of it.
 */
import { type CallLine, callLine } from './call-line.js';
import { isXKey } from './wire-fields.js';

/** What follows the registers of a call of which nothing else is compared, where it is not nested. */
const PLAIN =
  /(?:,"src":"[^"\\]*")?(?:,"t":"[^"]*")?(?:,"line":\d+)?(?:,"x-[^"\\]*":(?:"[^"\\]*"|[\w.+-]+))*\}/y;
/** Within a string a backslash stands before their quotes. */
const NOTED = /,"(?:src":"[^"\\]*"|t":"[^"]*"|(?:line|pid)":\d+)(?=[,}])/g;
const OF_SOMEBODY = ',"x-';
const NOT_COMPARED: ReadonlySet<string> = new Set(['junk', 'src', 't', 'line']);
const OF_A_CPU = /^\{"type":"(?:mrs|ftr)"/;
const CPU = /^(\{"type":"[a-z]+"),"cpu":\d+/;

/**
 * Of two lines that give the same, no comparison sees a difference. A line that is not canonical may give anything, and so
 * may one of which nothing is compared.
 */
export function comparedPart(line: string): string {
  const call = callLine(line);
  if (call !== null) return line.slice(call.from, call.end) + behindRegisters(line, call);
  const bare = line.includes(OF_SOMEBODY) ? withoutNotes(line) : line;
  const noted = bare.replace(NOTED, '');
  return OF_A_CPU.test(noted) ? noted : noted.replace(CPU, '$1');
}

function behindRegisters(line: string, { end }: CallLine): string {
  PLAIN.lastIndex = end;
  if (PLAIN.test(line) && PLAIN.lastIndex === line.length) return '';
  return withoutNotes(`{${line.slice(end + 1)}`);
}

function withoutNotes(object: string): string {
  try {
    const members = Object.entries(JSON.parse(object) as object);
    const left = members.filter(([key]) => !isXKey(key) && !NOT_COMPARED.has(key));
    return left.length === 0 ? '' : JSON.stringify(Object.fromEntries(left));
  } catch {
    return object;
  }
}
