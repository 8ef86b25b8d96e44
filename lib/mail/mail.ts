/** RFC 5322 and 2045: the texts of a message, out of its parts and their encodings. */
import type { Line } from './lines.js';
import { decoded } from './transfer.js';

export interface MailText {
  readonly lines: readonly Line[];
  /** RFC 3676: lines may be stuffed with a space, and broken where they end in one. */
  readonly flowed: boolean;
}

export interface Mail {
  /** Empty where the text has no header. */
  readonly subject: string;
  readonly texts: readonly MailText[];
  /** The text is there as HTML alone. */
  readonly onlyHtml: boolean;
}

/** Parts inside parts; no mail program comes near. */
const MOST_NESTED = 16;

/** What has no header of a mail is one text, as it stands. */
export function mailOf(message: readonly Line[]): Mail {
  const first = headed(message);
  if (first === null)
    return { subject: '', texts: [{ lines: message, flowed: false }], onlyHtml: isPage(message) };
  const texts: MailText[] = [];
  let html = false;
  const open: { readonly part: Headed; readonly depth: number }[] = [{ part: first, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { part, depth } = next;
    const kind = contentOf(part);
    if (depth >= MOST_NESTED) continue;
    if (kind.type.startsWith('multipart/') && kind.boundary !== '') {
      const inside = partsOf(part.body, kind.boundary).map(lines => headed(lines, true) ?? bare(lines));
      for (const each of inside.reverse()) open.push({ part: each, depth: depth + 1 });
    } else if (kind.type === 'message/rfc822') {
      open.push({ part: headed(part.body) ?? bare(part.body), depth: depth + 1 });
    } else if (kind.type === 'text/html') {
      html = true;
    } else if (isText(kind)) {
      const lines = decoded(part.body, part.fields.get('content-transfer-encoding') ?? '', kind.charset);
      texts.push({ lines, flowed: kind.flowed });
    }
  }
  return { subject: first.fields.get('subject') ?? '', texts, onlyHtml: html && texts.length === 0 };
}

function isPage(lines: readonly Line[]): boolean {
  const first = lines.find(({ text }) => text.trim() !== '')?.text.trimStart() ?? '';
  return /^<(!doctype html|html|head)\b/i.test(first);
}

interface Headed {
  /** By lower-case name; of a field that stands twice, the first. */
  readonly fields: ReadonlyMap<string, string>;
  readonly body: readonly Line[];
}

const bare = (body: readonly Line[]): Headed => ({ fields: new Map(), body });

const FIELD = /^([A-Za-z][A-Za-z0-9-]{0,76}):[ \t]?(.*)$/;
const OF_A_MAIL = /^(from|to|subject|date|message-id|mime-version|received|return-path|content-.*)$/;
const MOST_OF_A_FIELD = 4096;

/** The header and the body; `null` where the lines begin otherwise. The header of a part may be empty. */
function headed(lines: readonly Line[], isPart = false): Headed | null {
  const fields = new Map<string, string>();
  let name = '';
  let at = 0;
  for (; at < lines.length; at += 1) {
    const text = lines[at]?.text ?? '';
    if (text === '') {
      if (fields.size > 0 || isPart) break;
      continue;
    }
    const folded = /^[ \t]/.test(text) && name !== '';
    const field = folded ? null : FIELD.exec(text);
    if (folded) {
      fields.set(name, `${fields.get(name) ?? ''} ${text.trim()}`.slice(0, MOST_OF_A_FIELD));
    } else if (field !== null) {
      const [, key = '', value = ''] = field;
      name = key.toLowerCase();
      // A second field of the same name is kept under a name that nobody reads.
      if (fields.has(name)) name = `${name} again`;
      fields.set(name, value.slice(0, MOST_OF_A_FIELD));
    } else {
      return null;
    }
  }
  const known = isPart || [...fields.keys()].some(key => OF_A_MAIL.test(key));
  return known ? { fields, body: lines.slice(at + 1) } : null;
}

interface Content {
  readonly type: string;
  readonly boundary: string;
  readonly charset: string;
  readonly flowed: boolean;
  readonly file: string;
}

function contentOf({ fields }: Headed): Content {
  const said = fields.get('content-type') ?? 'text/plain';
  const of = (name: string, text = said): string => {
    const found = new RegExp(
      `;[ \\t]{0,99}${name}[ \\t]{0,99}=[ \\t]{0,99}(?:"([^"]*)"|([^ \\t;"]+))`,
      'i',
    ).exec(text);
    return found?.[1] ?? found?.[2] ?? '';
  };
  return {
    type: (said.split(';')[0] ?? '').trim().toLowerCase(),
    boundary: of('boundary'),
    charset: of('charset'),
    flowed: of('format').toLowerCase() === 'flowed',
    file: of('filename', fields.get('content-disposition') ?? '') || of('name'),
  };
}

function isText({ type, file }: Content): boolean {
  return type.startsWith('text/') || type === '' || /\.(patch|diff|txt|mbox|eml)$/i.test(file);
}

function partsOf(lines: readonly Line[], boundary: string): readonly (readonly Line[])[] {
  const parts: Line[][] = [];
  let part: Line[] | null = null;
  for (const line of lines) {
    const text = line.text.trimEnd();
    if (text === `--${boundary}--`) break;
    if (text === `--${boundary}`) {
      part = [];
      parts.push(part);
    } else {
      part?.push(line);
    }
  }
  return parts;
}
