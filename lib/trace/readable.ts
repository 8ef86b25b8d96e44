/** What can be read of a file that is no whole trace: its lines, and those among them that are good events. */
import type { TraceEvent } from '../model/events.js';
import type { Trouble } from '../model/result.js';
import { EVENT_START, withoutComma } from './layout.js';
import { READ_LIMITS } from './limits.js';
import { openSource, type TraceSource } from './open.js';
import { readEvent } from './read-canonical.js';
import { eachText } from './text.js';

export type ReadableLine =
  | { readonly is: 'event'; readonly event: TraceEvent }
  | { readonly is: 'text'; readonly text: string };

export interface Readable {
  readonly lines: readonly ReadableLine[];
  /** Why the lines are not those of the whole file; `null` where they are. */
  readonly trouble: Trouble | null;
}

export async function readReadable(source: TraceSource): Promise<Readable> {
  const opened = await openSource(source, READ_LIMITS.bytes);
  if (!opened.ok) return { lines: [], trouble: opened.trouble };
  try {
    let text = '';
    const read = await eachText(opened.value, source.name, READ_LIMITS, piece => {
      text += piece;
      return true;
    });
    const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
    return { lines: lines.map(readableLine), trouble: read.ok ? null : read.trouble };
  } finally {
    await opened.value.close();
  }
}

function readableLine(text: string): ReadableLine {
  const event = text.startsWith(EVENT_START) ? readEvent(withoutComma(text), READ_LIMITS) : null;
  return event === null ? { is: 'text', text } : { is: 'event', event };
}
