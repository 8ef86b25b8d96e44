/** The edits of --set. */
import {
  bad,
  type Edit,
  good,
  type Named,
  parseEdit,
  placedIn,
  type Result,
  resolveEdit,
  type TraceEvent,
  type Trouble,
  trouble,
} from '../lib/cli.js';
import { readText } from './files.js';

/** `events` are those of the trace in which edits by number count; if there is no such trace, the reason. */
export async function editsOf(
  texts: readonly string[],
  events: readonly TraceEvent[] | string,
): Promise<Result<readonly Edit[]>> {
  const lines = await editLines(texts);
  if (!lines.ok) return lines;
  const edits: Edit[] = [];
  for (const { text, where } of lines.value) {
    const edit = editOf(text, events);
    if (!edit.ok) return bad(placedIn(where, edit.trouble));
    edits.push(edit.value);
  }
  return good(edits);
}

/** The numbers of the events that edits name. An edit that cannot be read is the trouble of whatever comes of them. */
export async function eventsNamedBy(texts: readonly string[]): Promise<Named> {
  const lines = await editLines(texts);
  const edits = lines.ok ? lines.value.map(({ text }) => parseEdit(text)) : [];
  return new Set(
    edits.flatMap(edit => (edit.ok && edit.value.kind === 'numbered' ? [edit.value.number] : [])),
  );
}

export interface EditLine {
  readonly text: string;
  readonly where: Trouble['where'];
}

/** `@FILE` stands for the lines of a file. */
export async function editLines(texts: readonly string[]): Promise<Result<readonly EditLine[]>> {
  const all: EditLine[] = [];
  for (const text of texts) {
    const lines = text.startsWith('@') ? await editsIn(text.slice(1)) : good([{ text, where: {} }]);
    if (!lines.ok) return lines;
    for (const line of lines.value) all.push(line);
  }
  return good(all);
}

/** One edit per line; blank lines and lines that begin with `#` are skipped. */
async function editsIn(file: string): Promise<Result<readonly EditLine[]>> {
  const text = await readText(file);
  if (!text.ok) return text;
  const lines = text.value
    .split('\n')
    .map((line, at) => ({ text: line.trim(), where: { file, line: at + 1 } }));
  return good(lines.filter(line => line.text !== '' && !line.text.startsWith('#')));
}

function editOf(text: string, events: readonly TraceEvent[] | string): Result<Edit> {
  const read = parseEdit(text);
  if (!read.ok) return read;
  if (read.value.kind === 'edit') return good(read.value);
  if (typeof events !== 'string') return resolveEdit(read.value, events);
  const what = `the edit ${JSON.stringify(text)} names an event by number, but ${events}`;
  return bad(trouble('bad-edit', what, {}, 'name the call, the register or the fact, like RMI_VERSION.x1'));
}
