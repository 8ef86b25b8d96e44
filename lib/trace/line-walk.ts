/**
 * Goes over what no pattern can tell of a canonical line, objects of any keys, and makes no values of it. What is gone over to
 * its end is what JSON.stringify writes of it again: each key once and in its place, numbers and strings in their one spelling.
 */
import { PATTERN_LENGTH, TEXT } from '../schema/generated/trace.lines.js';
import type { LineMember, Shape } from '../schema/line-shape.js';
import { ARRAY, ARRAY_END, COLON, COMMA, OBJECT, OBJECT_END, QUOTE } from './json-bytes.js';
import { isForbidden, type ReadLimits } from './limits.js';

/** Where that ends which begins at `at`; `ASTRAY` where it is not known to be what is looked for. */
export type Walk = (text: string, at: number) => number;

export const ASTRAY = -1;

/** What matches at `at`, if it is no longer than `most`. */
export function matching(pattern: string, most = PATTERN_LENGTH): Walk {
  const sticky = new RegExp(pattern, 'y');
  return (text, at) => {
    sticky.lastIndex = at;
    return sticky.test(text) && sticky.lastIndex - at <= most ? sticky.lastIndex : ASTRAY;
  };
}

export function walkOf(shape: Shape): Walk {
  if ('pattern' in shape) return matching(shape.pattern);
  if ('item' in shape) return list(walkOf(shape.item), shape.least, shape.most);
  if ('members' in shape) return members(shape.members);
  return keyed(matching(shape.key), walkOf(shape.of), shape.most);
}

function list(item: Walk, least: number, most: number): Walk {
  return (text, start) => {
    if (text.charCodeAt(start) !== ARRAY) return ASTRAY;
    if (text.charCodeAt(start + 1) === ARRAY_END) return least === 0 ? start + 2 : ASTRAY;
    let count = 0;
    for (let at = start; count < most; ) {
      at = item(text, at + 1);
      count += 1;
      if (at < 0) return ASTRAY;
      const code = text.charCodeAt(at);
      if (code === ARRAY_END) return count < least ? ASTRAY : at + 1;
      if (code !== COMMA) return ASTRAY;
    }
    return ASTRAY;
  };
}

/** An object of these members and no other, none of them left out. */
function members(all: readonly LineMember[]): Walk {
  const steps = all.map(({ key, shape }, at) => ({
    start: `${at === 0 ? '{' : ','}"${key}":`,
    walk: walkOf(shape),
  }));
  return (text, from) => {
    let at = from;
    for (const { start, walk } of steps) {
      if (!text.startsWith(start, at)) return ASTRAY;
      at = walk(text, at + start.length);
      if (at < 0) return ASTRAY;
    }
    return text.charCodeAt(at) === OBJECT_END ? at + 1 : ASTRAY;
  };
}

function keyed(key: Walk, of: Walk, most: number): Walk {
  return (text, start) => {
    if (text.charCodeAt(start) !== OBJECT) return ASTRAY;
    if (text.charCodeAt(start + 1) === OBJECT_END) return start + 2;
    const mayFollow = newKeys();
    let count = 0;
    for (let at = start; count < most; count++) {
      const colon = key(text, at + 1);
      if (colon < 0 || text.charCodeAt(colon) !== COLON || !mayFollow(text.slice(at + 2, colon - 1)))
        return ASTRAY;
      at = of(text, colon + 1);
      if (at < 0) return ASTRAY;
      const code = text.charCodeAt(at);
      if (code === OBJECT_END) return at + 1;
      if (code !== COMMA) return ASTRAY;
    }
    return ASTRAY;
  };
}

/**
 * Takes the keys of one object in turn; `false` for one that is forbidden, is there already, or would stand elsewhere when
 * written again: JavaScript puts whole numbers first, in their order. Keys that grow are no set: offsets of memory do.
 */
function newKeys(): (key: string) => boolean {
  const before: string[] = [];
  let known: Set<string> | null = null;
  let last = '';
  let numbers = true;
  return key => {
    const grows = key.length > last.length || (key.length === last.length && key > last);
    if (!grows) known ??= new Set(before);
    if (isForbidden(key) || known?.has(key) === true) return false;
    const isNumber = key.charCodeAt(0) <= DIGIT_NINE && NUMBER_KEY.test(key);
    if (isNumber && !(numbers && grows && known === null)) return false;
    numbers &&= isNumber;
    if (known === null) before.push(key);
    else known.add(key);
    last = key;
    return true;
  };
}

const DIGIT_NINE = 0x39;
const NUMBER_KEY = /^[0-9]+$/;

/** The x- members at the end of a line, from the comma before the first to the end of the last. */
export function extras({ text: longest, depth }: ReadLimits): Walk {
  const string = matching(`"${TEXT}"`, longest);
  const value = plain(string, depth - 3);
  return (text, from) => {
    const mayFollow = newKeys();
    let at = from;
    while (text.charCodeAt(at) === COMMA) {
      const colon = text.startsWith('"x-', at + 1) ? string(text, at + 1) : ASTRAY;
      if (colon < 0 || text.charCodeAt(colon) !== COLON || !mayFollow(text.slice(at + 2, colon - 1)))
        return ASTRAY;
      at = value(text, colon + 1);
      if (at < 0) return ASTRAY;
    }
    return at;
  };
}

/** Any JSON, nested no deeper than `depth`. */
function plain(string: Walk, depth: number): Walk {
  const inner: Walk = depth > 1 ? plain(string, depth - 1) : scalar(string);
  const array = depth > 0 ? list(inner, 0, Number.POSITIVE_INFINITY) : nothing;
  const object = depth > 0 ? keyed(string, inner, Number.POSITIVE_INFINITY) : nothing;
  const other = scalar(string);
  return (text, at) => {
    const code = text.charCodeAt(at);
    return code === OBJECT ? object(text, at) : code === ARRAY ? array(text, at) : other(text, at);
  };
}

const nothing: Walk = () => ASTRAY;

function scalar(string: Walk): Walk {
  const simple = matching(SIMPLE);
  const decimal = matching(DECIMAL);
  return (text, at) => {
    if (text.charCodeAt(at) === QUOTE) return string(text, at);
    const end = simple(text, at);
    if (end >= 0) return end;
    const other = decimal(text, at);
    if (other < 0) return ASTRAY;
    const spelt = text.slice(at, other);
    return JSON.stringify(JSON.parse(spelt)) === spelt ? other : ASTRAY;
  };
}

/** Words, and numbers that keep all of their digits, of which there are at most 15: from 10^-6 on none has an exponent. */
const FRACTION = '(?![0-9.]{17})(?:0\\.(?!000000)|[1-9][0-9]*\\.)[0-9]*[1-9]';
const SIMPLE = `(?:0|-?(?:[1-9][0-9]{0,14}|${FRACTION})|true|false|null)(?=[,\\]}])`;
/** Any number of JSON. */
const DECIMAL = '-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?=[,\\]}])';
