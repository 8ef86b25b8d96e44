/**
 * `npm run facts`: writes into schemas/machine.schema.json and into the tables of the documents what lib/model/facts.ts
 * says of each fact.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = new URL('../', import.meta.url);
export const SCHEMA = 'schemas/machine.schema.json';

/** Where the facts of each scope are listed. */
export const DOCUMENTS = {
  rmi: 'lib/README.md',
  init: 'lib/kernel/README.md',
  kvm: 'lib/kernel/README.md',
};

/** `schema` with what `facts` say of the members of a machine's description. What stands beside them stays. */
export function machineSchema(schema, facts) {
  const changed = structuredClone(schema);
  for (const fact of facts) {
    // A member that lies deeper may be left out with others: the schema has that by hand, and a test compares values.
    if (fact.member === null || fact.member.includes('.')) continue;
    const { properties } = fact.scope === 'rmi' ? changed : changed.properties[fact.scope];
    properties[fact.member] = {
      description: fact.says,
      ...propertyOf(fact.values),
      default: memberOf(fact.values, fact.default),
    };
  }
  return changed;
}

function propertyOf(values) {
  switch (values.kind) {
    case 'boolean':
      return { type: 'boolean' };
    case 'one-of':
      return { type: typeof values.values[0] === 'number' ? 'integer' : 'string', enum: [...values.values] };
    case 'number': {
      const step = values.step === undefined ? {} : { multipleOf: values.step };
      return { type: 'integer', minimum: values.least, maximum: values.most, ...step };
    }
    case 'address':
      return { $ref: '#/$defs/hex64' };
    case 'regions':
      return {
        type: 'array',
        maxItems: 90,
        items: { $ref: values.nomap ? '#/$defs/memoryRegion' : '#/$defs/region' },
      };
    case 'version':
      return { type: 'string', maxLength: 11, pattern: '^(0|[1-9][0-9]{0,4})\\.(0|[1-9][0-9]{0,4})$' };
    case 'pattern':
      return { type: 'string', maxLength: values.longest, pattern: values.pattern.source };
    default:
      throw new Error(`no schema for values of kind ${values.kind}`);
  }
}

/** A fact's value as the member of a description has it: regions are a list there, and text in a trace. */
function memberOf({ kind }, value) {
  if (kind !== 'regions') return value;
  return value.split(',').map(region => {
    const [base, size] = region.split('+');
    return { base, size };
  });
}

const HEAD = ['| fact | value | default | what it decides |', '|---|---|---|---|'];

/** The document with the table of `facts` in the place of the one that has a row of them, or else of the first. */
export function withTable(document, facts) {
  const lines = document.split('\n');
  const row = lines.findIndex(line => facts.some(({ name }) => line.startsWith(`| \`${name}\` |`)));
  const isHead = line => line.startsWith('| fact |');
  const from =
    row < 0 ? lines.findIndex(isHead) : lines.findLastIndex((line, at) => at < row && isHead(line));
  if (from < 0) throw new Error('the document has no table of facts');
  const to = lines.findIndex((line, at) => at > from && !line.startsWith('|'));
  const rows = facts.map(({ name, values, default: usual, says }) => {
    return `| \`${name}\` | ${valuesText(values)} | ${valueText(usual)} | ${says} |`;
  });
  return [...lines.slice(0, from), ...HEAD, ...rows, ...lines.slice(to)].join('\n');
}

function valueText(value) {
  return typeof value === 'string' ? `\`${value}\`` : String(value);
}

function valuesText(values) {
  switch (values.kind) {
    case 'one-of':
      return values.are ?? values.values.map(valueText).join(', ');
    case 'number': {
      const step = values.step === undefined ? '' : `, in steps of ${values.step}`;
      return `${values.least} to ${values.most}${step}`;
    }
    case 'version':
      return '`M.m`';
    case 'pattern':
      return values.are;
    case 'regions':
      return 'regions or `none`';
    default:
      return values.kind;
  }
}

/** lib/model/facts.ts as a module, without a build of the rest. */
async function factsModule() {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(ROOT),
    entryPoints: ['lib/model/facts.ts'],
    bundle: true,
    format: 'esm',
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

function put(path, change) {
  const file = new URL(path, ROOT);
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after === before) return;
  writeFileSync(file, after);
  process.stdout.write(`${path}: written\n`);
}

/** As `npm run format` would leave it. */
function formatted(text) {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
  const words = [biome, 'format', `--stdin-file-path=${SCHEMA}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: fileURLToPath(ROOT),
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { FACTS } = await factsModule();
  put(SCHEMA, text => formatted(JSON.stringify(machineSchema(JSON.parse(text), FACTS), null, 2)));
  for (const [scope, path] of Object.entries(DOCUMENTS)) {
    put(path, text =>
      withTable(
        text,
        FACTS.filter(fact => fact.scope === scope),
      ),
    );
  }
}
