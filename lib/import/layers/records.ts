/** Records of which the console's line is one field: dmesg -J, journalctl -o json, LAVA, container logs. */
import type { Layer, Peeled } from '../layer.js';
import type { Marks } from '../line.js';
import { fromMicros, levelNamed, levelOfPriority } from './printk.js';

/** The names under which the line stands, and the program that they belong to. */
const TEXTS = ['MESSAGE', 'msg', 'log', 'message', 'text', 'line'] as const;

/** `- {"dt": …, "lvl": "target", "msg": …}` of LAVA, and whole objects a line. */
const OBJECT = /^(?:- )?(?<object>\{.*\}),?$/;
/** One line of an object that dmesg -J spreads over several. */
const MEMBER = /^"(?:msg|MESSAGE)": ?(?<string>"(?:[^"\\]|\\.)*"),?$/;

export const RECORD_LAYERS: readonly Layer[] = [
  {
    name: 'json',
    says: 'a JSON object a line, of which one member is the line',
    begins: /[-{]/,
    peel: objectLine,
  },
  { name: 'json-member', says: 'the member of dmesg -J that is the line', begins: /"/, peel: memberLine },
  { name: 'json-string', says: 'an element of a list of lines in JSON', begins: /"/, peel: stringLine },
];

function objectLine(text: string): Peeled | null {
  const object = OBJECT.exec(text.trimEnd())?.groups?.object;
  const record = object === undefined ? null : parsed(object);
  if (record === null || typeof record !== 'object') return null;
  const members = new Map<string, unknown>(Object.entries(record));
  const value = TEXTS.map(name => textOf(members.get(name))).find(found => found !== null) ?? null;
  return value === null ? null : { text: value.replace(/\n$/, ''), marks: marksOf(members) };
}

/** The stamp and the level are on lines of their own, right above. */
function memberLine(text: string, above: (back: number) => string | null): Peeled | null {
  const string = MEMBER.exec(text.trimEnd())?.groups?.string;
  const value = string === undefined ? null : parsed(string);
  if (typeof value !== 'string') return null;
  let marks: Marks = {};
  for (let back = 1; back <= MEMBERS_ABOVE; back++) {
    const line = above(back);
    if (line === null || line.includes('{')) break;
    const { name, value: member = '' } = OTHER_MEMBER.exec(line)?.groups ?? {};
    if (name === 'time' && STAMP.test(member)) marks = { ...marks, t: member };
    if (name === 'pri') marks = { ...marks, ...levelOfPriority(member) };
    if (name === 'prio' || name === 'level') marks = { ...marks, ...levelNamed(member) };
  }
  return { text: value, marks };
}

/** As Ansible prints what a command put out. */
function stringLine(text: string): Peeled | null {
  const string = /^(?<string>"(?:[^"\\]|\\.)*"),?$/.exec(text.trimEnd())?.groups?.string;
  const value = string === undefined ? null : parsed(string);
  return typeof value === 'string' ? { text: value } : null;
}

const MEMBERS_ABOVE = 5;
const STAMP = /^\d{1,11}\.\d{6}$/;
const OTHER_MEMBER = /"(?<name>pri|prio|level|time)": {0,9}"?(?<value>[\w.]{1,32})"?,?\s*$/;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The journal gives a message that is not UTF-8 as its bytes. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const bytes = Array.isArray(value) && value.every(byte => typeof byte === 'number');
  return bytes && value.length > 0 ? Buffer.from(value).toString('latin1') : null;
}

/** For a record of the kernel's, the journal keeps printk's own stamp: microseconds. */
function marksOf(members: ReadonlyMap<string, unknown>): Marks {
  const word = (name: string): string | undefined => {
    const value = members.get(name);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const micros = word('_SOURCE_MONOTONIC_TIMESTAMP');
  const seconds = word('time');
  const wall = word('dt') ?? word('__REALTIME_TIMESTAMP') ?? seconds;
  const boot = word('_BOOT_ID');
  return {
    ...(boot === undefined ? {} : { boot }),
    ...(wall === undefined ? {} : { wall }),
    ...(micros === undefined || !/^\d{1,15}$/.test(micros) ? {} : { t: fromMicros(micros) }),
    ...levelOfPriority(word('PRIORITY') ?? word('pri')),
    ...levelNamed(word('prio')),
  };
}
