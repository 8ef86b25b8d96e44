/**
 * The digest: SHA-256 over the canonical layout from `"format"` to the end of the `"outcome"` line. It is made from
 * the content, so it is the same whatever the layout of the file. `generator` stays outside: the same boot has the
 * same digest whichever version wrote it down.
 */
import { createHash } from 'node:crypto';
import type { Header, Outcome, Trace } from '../model/trace.js';
import { canonicalLine, EVENTS_CLOSE, headerLines, outcomeLine } from './layout.js';

export interface Digester {
  /** The next event, as `canonicalLine` gives it. */
  event(line: string): void;
  /** The lines of the next events as they stand in a file, with their commas and line feeds. Not together with `event`. */
  lines(text: string): void;
  /** Ends the events; to be called once. */
  digest(outcome: Outcome | null): string;
}

/** What it covers of the lines before the events. */
export function coveredHeader(header: Header): string {
  const lines = headerLines(header);
  const from = lines.findIndex(line => line.startsWith('"format"'));
  return `${lines.slice(from).join('\n')}\n`;
}

export function digester(header: Header): Digester {
  const hash = createHash('sha256').update(coveredHeader(header));
  let pending: string | null = null;
  return {
    event(line) {
      if (pending !== null) hash.update(`${pending},\n`);
      pending = line;
    },
    lines: text => void hash.update(text),
    digest(outcome) {
      if (pending !== null) hash.update(`${pending}\n`);
      hash.update(`${EVENTS_CLOSE}\n${outcomeLine(outcome)}\n`);
      return `sha256:${hash.digest('hex')}`;
    },
  };
}

export function digestOf(trace: Trace): string {
  const digest = digester(trace.header);
  for (const event of trace.events) digest.event(canonicalLine(event));
  return digest.digest(trace.outcome);
}
