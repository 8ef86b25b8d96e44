/** Every layer, in the order in which they are tried; and a line without its layers. */
import type { Layer } from '../layer.js';
import type { Marks } from '../line.js';
import { CLOCK_LAYERS } from './clocks.js';
import { MAIL_LAYERS, QUOTED_PRINTABLE } from './mail.js';
import { PRINTK_LAYERS } from './printk.js';
import { RECORD_LAYERS } from './records.js';
import { SYSLOG_LAYERS } from './syslog.js';
import { TAG_LAYERS } from './tags.js';
import { TERMINAL_LAYERS } from './terminal.js';

const ANYWHERE: readonly Layer[] = [...TERMINAL_LAYERS, QUOTED_PRINTABLE];

/** Outer and more particular ones first: what looks like a stamp may be the beginning of a syslog line. */
export const LAYERS: readonly Layer[] = [
  ...ANYWHERE,
  ...RECORD_LAYERS,
  ...PRINTK_LAYERS,
  ...SYSLOG_LAYERS,
  ...CLOCK_LAYERS,
  ...TAG_LAYERS,
  ...MAIL_LAYERS,
];

/** The layers that a text may have, by its first character; those of a terminal may be anywhere. */
const BY_FIRST: ReadonlyMap<string, readonly Layer[]> = new Map(
  Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).map(first => [
    first,
    LAYERS.filter(({ begins }) => begins?.test(first) === true),
  ]),
);

/** What a terminal, a pager or a page leaves anywhere in a line. Most lines have nothing of it. */
const TERMINAL =
  /=(?:3D|3E|3C|5B|5D|09|20)|<\/?[a-z]|[\x00-\x08\x0e-\x1f\x7f\r\u00a0\ufdd0\ufeff&]|\^M|(?:\^\[|#033|\\x1b|\\u001b|\\033|\\e)\[/;

/** Deeper than any log; a hostile line has as many quotes as it likes. */
const MOST = 32;

export interface Bare {
  readonly text: string;
  readonly marks: Marks;
  /** The layers that were taken off, outermost first. */
  readonly layers: readonly string[];
}

type Above = (back: number) => string | null;

/** Takes off layer after layer until none is left. Of two marks of one kind the inner counts; quotes are counted. */
export function bare(raw: string, above: Above = () => null): Bare {
  let text = raw;
  let marks: Marks = {};
  const layers: string[] = [];
  while (layers.length < MOST) {
    const peeled = firstLayer(text, above);
    if (peeled === null) break;
    const quotes = (marks.quotes ?? 0) + (peeled.marks?.quotes ?? 0);
    marks = { ...marks, ...peeled.marks, ...(quotes === 0 ? {} : { quotes }) };
    text = peeled.text;
    layers.push(peeled.name);
  }
  return { text: text.trimEnd(), marks, layers };
}

function firstLayer(text: string, above: Above) {
  if (TERMINAL.test(text)) {
    for (const { name, peel } of ANYWHERE) {
      const peeled = peel(text, above);
      if (peeled !== null) return { ...peeled, name };
    }
  }
  if (RECORD.test(text)) return null;
  for (const { name, peel } of BY_FIRST.get(text[0] ?? '') ?? []) {
    const peeled = peel(text, above);
    if (peeled !== null) return { ...peeled, name };
  }
  return null;
}

/** A record itself has no layer before it. */
const RECORD = /^(?:SMC_|kvm \[)/;
