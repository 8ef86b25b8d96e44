/**
 * Makes of a schema the shapes of its canonical lines: what JSON.stringify writes of an object whose members stand in the
 * schema's order. A line that has its shape needs no parsing and no checking. Most shapes are one pattern; those of objects
 * whose keys the schema leaves open are trees (lib/schema/line-shape.ts), since no pattern tells that a key stands there once.
 * A shape takes less than the schema allows where that makes it simpler, and never more.
 */
const DEFS = '#/$defs/';

/** What matches one pattern is no longer: a string may have so many characters, or its own limit is counted. */
export const PATTERN_LENGTH = 2 ** 16;

/** Characters that stand for themselves, and the escapes that JSON.stringify writes, those of half a character with them. */
const PLAIN = '[^"\\\\\\x00-\\x1f]';
const HALF = 'd(?:[89ab][0-9a-f]{2}(?!\\\\ud[c-f])|[c-f][0-9a-f]{2})';
const ESCAPED = `\\\\(?:["\\\\bfnrt]|u(?:00(?:0[0-7bef]|1[0-9a-f])|${HALF}))`;
const CHARACTER = `(?:${PLAIN}|${ESCAPED})`;
/** Any number of them, without a choice at each. */
export const TEXT = `${PLAIN}*(?:${ESCAPED}${PLAIN}*)*`;

/** How rmitrace spells a register, whatever else the schema allows. */
const REGISTER = '"0x(?:0|[1-9a-f][0-9a-f]{0,15})"';
const SPELT = new Map([
  ['hex64', REGISTER],
  ['seen', `(?:${REGISTER}|null)`],
]);

/** Where a text like a register is read as one, and written in its one spelling. */
const RESPELT = new Map([['fact', ['value']]]);

const respelt = ({ pattern }) => ({ pattern: `(?:${REGISTER}|(?!"0[xX])${pattern})` });

/** Members that are always written, though a reader does without them. */
const ALWAYS = new Map([['smc', ['args']]]);

/** A pattern of the schemas that can match neither a quote nor a backslash: classes, literals, groups, counts. */
const HARMLESS = /^\^(?:[\w-]|\\\.|\[[\w.-]+\]|\[!#-\\\[\\\]-~\]|[(|)?]|\{\d+(?:,\d+)?\})+\$$/;
/** All that is printed but the space, and the same without quote and backslash. */
const PRINTED = ['[!-~]', '[!#-\\[\\]-~]'];

const literal = value => JSON.stringify(value).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const oneOf = patterns => `(?:${patterns.join('|')})`;

function string({ pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY }) {
  if (pattern !== undefined) {
    const harmless = pattern.replace(...PRINTED);
    return HARMLESS.test(harmless) ? `"${harmless.slice(1, -1).replaceAll('(', '(?:')}"` : null;
  }
  if (maxLength < PATTERN_LENGTH) return `"${CHARACTER}{${minLength},${maxLength}}"`;
  return minLength > 1 ? null : `"${minLength === 1 ? '(?!")' : ''}${TEXT}"`;
}

function integer({ minimum, maximum }) {
  if (minimum === undefined || maximum === undefined || minimum > 1 || maximum < 1) return null;
  const positive = upTo(String(maximum));
  if (minimum === 1) return positive;
  return oneOf(['0', positive, ...(minimum < 0 ? [`-${upTo(String(-minimum))}`] : [])]);
}

/** The whole numbers from 1 to the one with these digits: those with as many digits first, so that none is tried in vain. */
function upTo(most) {
  const last = most.length - 1;
  const range = (from, to) => (from === to ? String(from) : `[${from}-${to}]`);
  const asLong = [...most].flatMap((digit, at) => {
    const [from, to] = [at === 0 ? 1 : 0, Number(digit) - (at === last ? 0 : 1)];
    const free = at === last ? '' : `[0-9]{${last - at}}`;
    return from > to ? [] : [`${most.slice(0, at)}${range(from, to)}${free}`];
  });
  return oneOf([...asLong, ...(last === 0 ? [] : [`[1-9][0-9]{0,${last - 1}}`])]);
}

function array(schema, defs) {
  const item = value(schema.items, defs);
  const { minItems = 0, maxItems } = schema;
  if (item === null || maxItems === undefined) return null;
  const items = `${item}(?:,${item}){${Math.max(minItems - 1, 0)},${maxItems - 1}}`;
  return minItems > 0 ? `\\[${items}\\]` : `\\[(?:${items})?\\]`;
}

const TYPES = {
  string,
  integer,
  array,
  boolean: () => '(?:true|false)',
  null: () => 'null',
};

/** `null` where no simple pattern says it. */
function value(schema, defs) {
  const spelt = SPELT.get(schema.$ref?.slice(DEFS.length));
  if (spelt !== undefined) return spelt;
  const { const: only, enum: some, type, ...rest } = resolved(schema, defs);
  if (only !== undefined) return literal(only);
  if (some !== undefined) return oneOf(some.map(literal));
  const patterns = [type].flat().map(each => TYPES[each]?.(rest, defs) ?? null);
  if (patterns.includes(null)) return null;
  return patterns.length === 1 ? patterns[0] : oneOf(patterns);
}

function resolved({ $ref, ...schema }, defs) {
  return $ref === undefined ? schema : defs[$ref.slice(DEFS.length)];
}

/** A pattern where there is one, else a tree; `null` where the schema says too little for either. */
function shape(schema, defs) {
  const pattern = value(schema, defs);
  if (pattern !== null) return { pattern };
  const { type, items, minItems = 0, maxItems, ...rest } = resolved(schema, defs);
  if (type === 'array') {
    const item = shape(items, defs);
    return item === null || maxItems === undefined ? null : { item, least: minItems, most: maxItems };
  }
  return type === 'object' ? object(rest, defs) : null;
}

function object({ properties, required, propertyNames, additionalProperties, maxProperties }, defs) {
  if (additionalProperties === false) {
    const members = membersOf(properties, required, defs);
    return members.some(({ shape }) => shape === null) ? null : { members };
  }
  if (propertyNames === undefined || maxProperties === undefined) return null;
  const key = string(propertyNames);
  const of = shape(additionalProperties, defs);
  return key === null || of === null ? null : { key, of, most: maxProperties };
}

function membersOf(properties, required, defs, always = []) {
  return Object.entries(properties).map(([key, property]) => ({
    key,
    shape: shape(property, defs),
    always: required.includes(key) || 'default' in property || always.includes(key),
  }));
}

/**
 * The members of each tagged thing, in order: key, shape of the value, and whether it is always there. A member without a
 * shape is left out, if it may be; a thing that must have such a member has no shape.
 */
export function lineMembers(schema, tags) {
  const { $defs: defs } = schema;
  const lines = tags.map(tag => {
    const { properties, required } = defs[tag];
    const members = membersOf(properties, required, defs, ALWAYS.get(tag)).map(member =>
      RESPELT.get(tag)?.includes(member.key) ? { ...member, shape: respelt(member.shape) } : member,
    );
    const told = members.every(({ shape, always }) => shape !== null || !always);
    return [tag, told ? members.filter(({ shape }) => shape !== null) : null];
  });
  return lines.filter(([, members]) => members !== null);
}
