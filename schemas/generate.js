/**
 * Makes lib/schema/generated/ from schemas/NAME.schema.json: NAME.ts, validators that need no compiling when the
 * program starts; NAME.types.ts, the types of what those validators accept; and where things are told apart by a tag,
 * NAME.lines.ts, the patterns of their canonical lines.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { compile } from 'json-schema-to-typescript';
import { lineMembers, PATTERN_LENGTH, TEXT } from './lines.js';

const HERE = new URL('./', import.meta.url);
const OUT = new URL('../lib/schema/generated/', HERE);
const SUFFIX = '.schema.json';
const DEFS = '#/$defs/';

const banner = file =>
  `// Made by schemas/generate.js from schemas/${file}: change that file, not this one.\n`;

/** A copy of a schema in which `change` may replace any node on the way down. */
function rewrite(node, change) {
  if (node === null || typeof node !== 'object') return node;
  if (Array.isArray(node)) return node.map(item => rewrite(item, change));
  const changed = change(node);
  return Object.fromEntries(Object.entries(changed).map(([key, child]) => [key, rewrite(child, change)]));
}

/**
 * The definitions that are told apart by a tag, by name: each gets a validator of its own, so that a reader can check
 * a stream one item at a time and an error names the one right alternative. `then` stands beside the discriminator
 * for the types of somebody else's, which ajv's discriminator cannot choose by pattern.
 */
function tagged(schema) {
  const found = new Set();
  rewrite(schema, node => {
    const choice = node.discriminator ? node : node.else?.discriminator ? node.else : null;
    for (const { $ref } of choice?.oneOf ?? []) found.add($ref.slice(DEFS.length));
    if (choice === node.else && node.then?.$ref) found.add(node.then.$ref.slice(DEFS.length));
    return node;
  });
  return [...found];
}

/** The schema without what is checked item by item: arrays of tagged things. */
function frame(schema) {
  const isTagged = ({ $ref }) =>
    $ref !== undefined && tagged(schema.$defs[$ref.slice(DEFS.length)]).length > 0;
  const properties = Object.entries(schema.properties ?? {}).map(([key, property]) => {
    if (property.items === undefined || !isTagged(property.items)) return [key, property];
    const { items: _, ...rest } = property;
    return [key, rest];
  });
  return { ...schema, $id: `${schema.$id}:frame`, properties: Object.fromEntries(properties) };
}

/** ajv's own code asks for its counting of characters by `require`, which an ES module has not. */
function withImports(code) {
  const counted = code.replaceAll('require("ajv/dist/runtime/ucs2length").default', 'characters');
  if (counted.includes('require('))
    throw new Error('a validator asks for more of ajv than to count characters');
  return counted === code ? code : `import { characters } from '../characters.js';\n${counted}`;
}

/** Without the words: they are for editors, and would be a third of the code. */
function wordless(node) {
  const { description, ...rest } = node;
  return typeof description === 'string' ? rest : node;
}

/** Without the length of what an anchored pattern bounds anyway: the pattern's complaint says more. */
function patternAlone(node) {
  const { maxLength, ...rest } = node;
  return typeof node.pattern === 'string' && node.pattern.endsWith('$') ? rest : node;
}

/** What holds where a file says nothing: a property's default, or those of the properties within it. */
function defaultsOf({ properties = {} }) {
  const given = Object.entries(properties).map(([key, property]) => {
    const within = defaultsOf(property);
    return [
      key,
      'default' in property ? property.default : Object.keys(within).length > 0 ? within : undefined,
    ];
  });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** An example of each property that must be there, as a person may write it down. */
function examplesOf({ required = [], properties = {} }) {
  const given = required.map(key => [key, properties[key]?.examples?.[0]]);
  return Object.fromEntries(given.filter(([, example]) => example !== undefined));
}

/** Of these a reader lists all that is wrong, and not the first thing alone. */
const ALL_ERRORS = new Set(['trace.schema.json']);

/** The text of generated/NAME.ts. */
export function validators(file, schema) {
  const ajv = new Ajv2020({
    allErrors: ALL_ERRORS.has(file),
    code: { source: true, esm: true },
    discriminator: true,
    allowUnionTypes: true,
  });
  const whole = frame(schema);
  ajv.addSchema([schema, whole].map(each => rewrite(rewrite(each, wordless), patternAlone)));
  const tags = tagged(schema);
  const exported = Object.fromEntries(tags.map(tag => [`check_${tag}`, schema.$id + DEFS + tag]));
  const code = standalone.default(ajv, { check_whole: whole.$id, ...exported });
  return [
    '// @ts-nocheck\n',
    banner(file),
    "import type { Validator } from '../validator.js';\n",
    withImports(code.replace(/^"use strict";/, '').replace(/schemaPath:"[^"]*",/g, '')),
    '\nexport const whole: Validator = check_whole;\n',
    `export const byTag: ReadonlyMap<string, Validator> = new Map<string, Validator>([`,
    tags.map(tag => `['${tag}', check_${tag}]`).join(', '),
    `]);\nexport const defaults = ${JSON.stringify(defaultsOf(schema))} as const;\n`,
    ...(tags.length === 0 ? [] : ofTags(schema, tags)),
  ].join('');
}

/** The same of each tagged thing, by its tag, and examples of what must be there; `''` is the whole. */
function ofTags(schema, tags) {
  const each = (of, names) => names.map(name => [name, of(name === '' ? schema : schema.$defs[name])]);
  const text = entries => JSON.stringify(Object.fromEntries(entries));
  return [
    `export const defaultsByTag = ${text(each(defaultsOf, tags))} as const;\n`,
    'export const examplesByTag: Readonly<Record<string, Readonly<Record<string, unknown>>>> = ',
    `${text(each(examplesOf, ['', ...tags]))};\n`,
  ];
}

/** The text of generated/NAME.lines.ts. */
function lines(file, schema) {
  return [
    banner(file),
    "import type { LineMember } from '../line-shape.js';\n",
    `export const PATTERN_LENGTH = ${PATTERN_LENGTH};\n`,
    `export const TEXT = ${JSON.stringify(TEXT)};\n`,
    'export const lineMembers: ReadonlyMap<string, readonly LineMember[]> = new Map(',
    JSON.stringify(lineMembers(schema, tagged(schema)), null, 1),
    ');\n',
  ].join('');
}

/** What json-schema-to-typescript cannot say by itself: the x- keys and types, and a choice made by `if`. */
const FOREIGN_TEXT = '`x-$' + '{string}`';
const FOREIGN_KEY = ['"x-"?: unknown', `[key: ${FOREIGN_TEXT}]: unknown`];

function typable(node) {
  const { patternProperties, if: condition, then, else: otherwise, ...rest } = node;
  if (condition !== undefined) return { description: node.description, oneOf: [...otherwise.oneOf, then] };
  if (typeof node.pattern === 'string' && node.pattern.startsWith('^x-'))
    return { ...rest, tsType: FOREIGN_TEXT };
  if (patternProperties?.['^x-'] === undefined) return node;
  return { ...rest, properties: { ...rest.properties, 'x-': { tsType: 'unknown' } } };
}

async function types(file, schema) {
  const text = await compile({ ...rewrite(schema, typable), $id: undefined }, schema.title, {
    bannerComment: banner(file),
    format: false,
    ignoreMinAndMaxItems: true,
  });
  return text.replaceAll(...FOREIGN_KEY);
}

/** Reports are written, and tests hold them against the schema; that of a sweep alone is ever read back. */
function readBack(name, schema) {
  if (name !== 'report') return [name, schema];
  return ['sweep-report', { ...schema, oneOf: schema.oneOf.filter(({ title }) => title === 'sweep') }];
}

/** Leaves a file alone that is right already, so that nothing downstream is rebuilt. */
async function put(file, text) {
  const before = await readFile(file, 'utf8').catch(() => null);
  if (before !== text) await writeFile(file, text);
}

async function generate() {
  await mkdir(OUT, { recursive: true });
  for (const file of (await readdir(HERE)).filter(entry => entry.endsWith(SUFFIX)).sort()) {
    const whole = JSON.parse(await readFile(new URL(file, HERE), 'utf8'));
    const [name, schema] = readBack(file.slice(0, -SUFFIX.length), whole);
    await put(new URL(`${name}.ts`, OUT), validators(file, schema));
    await put(new URL(`${name}.types.ts`, OUT), await types(file, schema));
    if (tagged(schema).length > 0) await put(new URL(`${name}.lines.ts`, OUT), lines(file, schema));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generate();
