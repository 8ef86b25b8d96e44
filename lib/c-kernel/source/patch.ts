/** What a patch, a mail or a mailbox full of them does to which files, in order. */

import { joined, unstuffed } from '../../mail/flowed.js';
import { type Line, linesOf } from '../../mail/lines.js';
import { mailOf } from '../../mail/mail.js';
import { messagesOf } from '../../mail/mbox.js';
import { parseCount } from '../../model/count.js';
import { bad, good, type Result, trouble } from '../../model/result.js';
import { type Diff, type Remark, readDiff, type Section } from './hunks.js';
import type { GivenText } from './types.js';

export interface Patch {
  readonly name: string;
  readonly sections: readonly Section[];
  /** The lines inside hunks that were taken for a reviewer's words. */
  readonly remarks: readonly Remark[];
  /** The revision of the patch that the subject names: `v7` of `[PATCH v7 06/45]`, `rfc`; `null` where it names none. */
  readonly revision: string | null;
}

/** One message of a mailbox. */
interface Message extends Diff {
  /** `[PATCH 2/7]`: 2. */
  readonly place: number;
  readonly revision: string | null;
}

/** Trouble: `no-source`, where nothing is a hunk. */
export function readPatch({ name, text }: GivenText): Result<Patch> {
  const mails = messagesOf(linesOf(text)).map(mailOf);
  const messages = mails
    .map(({ subject, texts }): Message => {
      const diffs = texts.map(({ lines, flowed }) => (flowed ? bestOf(lines) : readDiff(lines)));
      return { ...together(diffs), place: placeOf(subject), revision: revisionOf(subject) };
    })
    .map(atOneDepth);
  const used = withoutReplies(messages).toSorted((one, other) => one.place - other.place);
  const sections = onceEach(used.flatMap(message => message.sections));
  if (sections.length > 0) {
    const revisions = new Set(
      used.flatMap(({ sections, revision }) => (sections.length > 0 ? [revision] : [])),
    );
    const [revision = null] = revisions.size === 1 ? revisions : [];
    return good({ name, sections, remarks: used.flatMap(({ remarks }) => remarks), revision });
  }
  const [nameless] = messages.flatMap(message => message.nameless);
  if (nameless !== undefined) {
    const what = 'no file is named before the first hunk (`--- a/…`, `+++ b/…`)';
    return bad(
      trouble(
        'no-source',
        what,
        { file: name, line: nameless },
        'give the whole patch, with its first lines',
      ),
    );
  }
  if (mails.some(({ onlyHtml }) => onlyHtml)) {
    const next = 'save its plain text: lore.kernel.org has it under "raw", other archives as an mbox';
    return bad(trouble('no-source', 'it has only HTML, which is not read', { file: name }, next));
  }
  const next = 'name a C file, a kernel tree, or a mail that has the patch in it';
  return bad(
    trouble('no-source', 'it has no patch: no line is like `@@ -1,2 +3,4 @@`', { file: name }, next),
  );
}

/** A mail that says format=flowed may mean it or not: the reading with the fewest leftovers is the right one. */
function bestOf(lines: readonly Line[]): Diff {
  const plain = unstuffed(lines);
  const readings = [joined(plain), plain, lines].map(readDiff);
  const leftovers = ({ sections, remarks }: Diff): number =>
    remarks.length + 1000 * sections.flatMap(({ hunks }) => hunks).filter(({ whole }) => !whole).length;
  const fewest = Math.min(...readings.map(leftovers));
  return readings.find(each => leftovers(each) === fewest) ?? readDiff(lines);
}

function together(diffs: readonly Diff[]): Diff {
  return {
    sections: diffs.flatMap(({ sections }) => sections),
    remarks: diffs.flatMap(({ remarks }) => remarks),
    nameless: diffs.flatMap(({ nameless }) => nameless),
  };
}

/** A diff at another depth than the first is a suggestion, or what somebody else has quoted: no part of the patch. */
function atOneDepth(message: Message): Message {
  const quote = message.sections[0]?.quote;
  const others = message.sections.filter(section => section.quote !== quote);
  const left = others.flatMap(({ hunks }) =>
    hunks.flatMap(({ lines }) => lines.map(line => ({ ...line, about: null }))),
  );
  return {
    ...message,
    sections: message.sections.filter(section => section.quote === quote),
    remarks: [...message.remarks, ...left].sort((one, other) => one.line - other.line),
  };
}

/** Where a mailbox has the patch itself, those who quote it add nothing. */
function withoutReplies(messages: readonly Message[]): readonly Message[] {
  const isPatch = ({ sections }: Message): boolean => sections[0]?.quote === '';
  return messages.some(isPatch) ? messages.filter(isPatch) : messages;
}

/** A series may stand in the order of its arrival; a patch without a number stays where it is. */
function placeOf(subject: string): number {
  const [, place] = /\[[^\]]{0,80}?(\d{1,4})\/\d{1,4}\]/.exec(subject.slice(0, 400)) ?? [];
  return parseCount(place) ?? 0;
}

/** `[PATCH v7 06/45]`, `Re: [RFC PATCH 04/28]`. */
function revisionOf(subject: string): string | null {
  const [, prefix = ''] = /\[([^\]]{0,80}\bPATCH\b[^\]]{0,80})\]/i.exec(subject.slice(0, 400)) ?? [];
  const [, number] = /\bv([1-9]\d?)\b/i.exec(prefix) ?? [];
  if (number !== undefined) return `v${number}`;
  return /\bRFC\b/i.test(prefix) ? 'rfc' : null;
}

/** Two replies quote the same patch: once is enough. */
function onceEach(sections: readonly Section[]): readonly Section[] {
  const seen = new Set<string>();
  return sections.filter(({ quote, from, to, hunks }) => {
    if (quote === '') return true;
    const key = JSON.stringify([from, to, hunks.map(({ lines }) => lines.map(({ text }) => text))]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}
