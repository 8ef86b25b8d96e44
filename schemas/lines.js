/**
 * Makes of a schema the patterns of its canonical lines: what JSON.stringify writes of an object whose members stand in the
 * schema's order. A line that matches needs no parsing and no checking. A pattern takes less than the schema allows where
 * that makes it simpler (ASCII alone, no nested objects), and never more.
 */
const DEFS = '#/$defs/';

/** Lines above this length are not for patterns: a string may have so many characters, or its own limit is counted. */
export const PATTERN_LENGTH = 4096;

/** Printable ASCII as it is, and the escapes that JSON.stringify writes. */
const CHARACTER = '(?:[ !#-\\[\\]-~]|\\\\["\\\\bfnrt])';

/** How rmitrace spells a register, whatever else the schema allows. */
const REGISTER = '"0x(?:0|[1-9a-f][0-9a-f]{0,15})"';
const SPELT = new Map([
  ['hex64', REGISTER],
  ['seen', `(?:${REGISTER}|null)`],
]);

/** Members that are always written, though a reader does without them. */
const ALWAYS = new Map([['smc', ['args']]]);

/** A pattern of the schemas that can match neither a quote nor a backslash: classes, literals, groups, counts. */
const HARMLESS = /^\^(?:[\w-]|\\\.|\[[\w.-]+\]|[(|)?]|\{\d+(?:,\d+)?\})+\$$/;

const literal = value => JSON.stringify(value).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const oneOf = patterns => `(?:${patterns.join('|')})`;

function string({ pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY }) {
  if (pattern !== undefined)
    return HARMLESS.test(pattern) ? `"${pattern.slice(1, -1).replaceAll('(', '(?:')}"` : null;
  const count =
    maxLength < PATTERN_LENGTH ? `{${minLength},${maxLength}}` : minLength > 1 ? null : '*+'[minLength];
  return count === null ? null : `"${CHARACTER}${count}"`;
}

/** Those with fewer digits than the bounds have. */
function integer({ minimum, maximum }) {
  if (minimum === undefined || maximum === undefined) return null;
  const least =
    minimum < 0 ? Math.min(String(-minimum).length, String(maximum).length) : String(maximum).length;
  const positive = `[1-9][0-9]{0,${least - 2}}`;
  if (least < 2 || minimum > 1) return null;
  if (minimum < 0) return `(?:0|-?${positive})`;
  return minimum === 0 ? `(?:0|${positive})` : positive;
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
function value({ $ref, ...schema }, defs) {
  const spelt = SPELT.get($ref?.slice(DEFS.length));
  if (spelt !== undefined) return spelt;
  const {
    const: only,
    enum: some,
    type,
    ...rest
  } = $ref === undefined ? schema : defs[$ref.slice(DEFS.length)];
  if (only !== undefined) return literal(only);
  if (some !== undefined) return oneOf(some.map(literal));
  const patterns = [type].flat().map(each => TYPES[each]?.(rest, defs) ?? null);
  if (patterns.includes(null)) return null;
  return patterns.length === 1 ? patterns[0] : oneOf(patterns);
}

/**
 * The members of each tagged thing, in order: key, pattern of the value, and whether it is always there. A member without
 * a pattern is left out, if it may be; a thing that must have such a member has no pattern.
 */
export function lineMembers(schema, tags) {
  const { $defs: defs } = schema;
  const lines = tags.map(tag => {
    const { properties, required } = defs[tag];
    const members = Object.entries(properties).map(([key, property]) => ({
      key,
      pattern: value(property, defs),
      always: required.includes(key) || 'default' in property || (ALWAYS.get(tag) ?? []).includes(key),
    }));
    const told = members.every(({ pattern, always }) => pattern !== null || !always);
    return [tag, told ? members.filter(({ pattern }) => pattern !== null) : null];
  });
  return lines.filter(([, members]) => members !== null);
}
