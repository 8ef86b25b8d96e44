import { readFileSync } from 'node:fs';
import t from 'tap';
import { parseEdit } from '../lib/edit/parse.js';
import { kernelNamed } from '../lib/kernel/kernels.js';
import { machineNamed } from '../lib/machine/built-in.js';
import { describe, stateOf } from '../lib/machine/description.js';
import type { FactValue } from '../lib/model/events.js';
import { type FactValues, wrongFactValue } from '../lib/model/facts/values.js';
import { FACTS, type Fact } from '../lib/model/facts.js';
import { SCOPES, type Scope } from '../lib/model/trace.js';
import { record } from '../lib/record.js';
import { checkMachine, type MachineWire } from '../lib/schema/validate.js';
import { inconsistencies } from '../lib/trace/consistency.js';
import { must } from './boots.js';

/** The script of `npm run facts`, which is plain JavaScript. */
const { SCHEMA, DOCUMENTS, machineSchema, withTable } = (await import(
  new URL('../schemas/facts.js', import.meta.url).href
)) as {
  readonly SCHEMA: string;
  readonly DOCUMENTS: Readonly<Record<Scope, string>>;
  machineSchema(schema: unknown, facts: readonly Fact[]): unknown;
  withTable(document: string, facts: readonly Fact[]): string;
};

const PLAIN: MachineWire = {
  format: 'rmitrace-machine',
  version: 1,
  name: 'plain',
  cpus: [{ registers: { ID_AA64PFR0_EL1: '0x0' } }],
};

function textOf(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

t.test('the schema of machines and the documents say of each fact what its row says', async t => {
  const schema = JSON.parse(textOf(SCHEMA));
  t.strictSame(machineSchema(schema, FACTS), schema, `${SCHEMA}, or it is stale: run \`npm run facts\``);
  t.strictSame(Object.keys(DOCUMENTS).sort(), [...SCOPES].sort(), 'each scope has its document');
  for (const scope of SCOPES) {
    const document = textOf(DOCUMENTS[scope]);
    const own = FACTS.filter(fact => fact.scope === scope);
    t.equal(withTable(document, own), document, `${DOCUMENTS[scope]}, or it is stale: run \`npm run facts\``);
  }
});

t.test('a machine whose description says nothing has the default of each fact', async t => {
  t.strictSame(
    [...stateOf(must(describe(PLAIN)), 'kvm').facts],
    FACTS.map(fact => [fact.name, fact.default]),
  );
});

interface Samples {
  readonly good: readonly FactValue[];
  readonly bad: readonly FactValue[];
}

/** Values at the ends of what a fact may be, and next to them. */
function samplesOf(values: FactValues): Samples {
  switch (values.kind) {
    case 'boolean':
      return { good: [true, false], bad: ['true', 0, 'yes'] };
    case 'one-of':
      return { good: values.values, bad: ['', 'any', 1, true] };
    case 'number': {
      const { least, most, step = 1 } = values;
      const within = step === 1 ? [] : [least + 1, most - 1];
      return {
        good: [least, least + step, most - step, most],
        bad: [least - step, most + step, ...within, least + 0.5, String(least), true],
      };
    }
    case 'address':
      return {
        good: ['0x0', '0x8040000', '0xffffffffffffffff'],
        bad: ['0x00', '0X1', '0xA', '0x10000000000000000', '16', 16],
      };
    case 'version':
      return { good: ['0.0', '1.5', '32767.65535'], bad: ['1', '01.5', '1.05', '100000.0', '1.5.0', 1.5] };
    case 'pattern':
      return { good: ['none', 'G0', 'G0G1CD', 'G1D'], bad: ['', 'G1G0', 'G0G0', 'nonee', true] };
  }
}

const BESIDE: Readonly<Record<string, object>> = {
  hypMemory: { mebibytes: 1, base: '0x1' },
  sve: { maxVl: 16, maxVirtualisableVl: 16 },
  fails: { at: 'bss' },
};

/** A description that says this of the fact; `null` where it would leave the member out for that. */
function saying({ member, scope, without }: Fact, value: FactValue): unknown {
  const [first = '', inside] = (member ?? '').split('.');
  if (member === null || value === without) return null;
  const part = { [first]: inside === undefined ? value : { ...BESIDE[first], [inside]: value } };
  return scope === 'rmi' ? { ...PLAIN, ...part } : { ...PLAIN, [scope]: part };
}

/** Whether the description is refused for what it says of this fact, by the schema or by name. */
function isRefused(file: unknown, { member, scope }: Fact): boolean {
  const checked = checkMachine(file);
  const described = checked.ok ? describe(checked.value) : null;
  const pointer = described?.ok === false ? described.trouble.where.pointer : undefined;
  return (
    described === null || pointer === `${scope === 'rmi' ? '' : `/${scope}`}/${member?.replace('.', '/')}`
  );
}

t.test('what a fact may be is the same for an edit, for a trace and for a description', async t => {
  for (const fact of FACTS) {
    const { good, bad } = samplesOf(fact.values);
    t.ok(good.includes(fact.default) || wrongFactValue(fact.values, fact.default) === null, fact.name);
    for (const value of good) {
      const edit = parseEdit(`${fact.name}=${value}`);
      t.strictSame(edit.ok ? edit.value.value : edit.trouble.what, value, `${fact.name}=${value}`);
      t.equal(wrongFactValue(fact.values, value), null, `a trace with ${fact.name} ${value}`);
      const file = saying(fact, value);
      if (file !== null) t.match(checkMachine(file), { ok: true }, `a machine with ${fact.member} ${value}`);
    }
    for (const value of bad) {
      // Text has no types: what is wrong for its type alone is right when it is read.
      const edit = parseEdit(`${fact.name}=${value}`);
      t.not(edit.ok ? edit.value.value : null, value, `${fact.name}=${value}`);
      t.match(wrongFactValue(fact.values, value), /^must be /, `a trace with ${fact.name} ${value}`);
      const file = saying(fact, value);
      if (file !== null) t.ok(isRefused(file, fact), `a machine with ${fact.member} ${value}`);
    }
  }
});

t.test('a trace in which a fact is none of its values is inconsistent, and says what it must be', async t => {
  const kernel = must(kernelNamed('v13', undefined, 'kvm'));
  const trace = must(await record(kernel, must(machineNamed('fvp'))));
  t.strictSame([...inconsistencies(trace)], []);
  for (const { name, values } of FACTS) {
    const [value = ''] = samplesOf(values).bad;
    const at = trace.events.findIndex(event => event.type === 'fact' && event.name === name);
    const events = trace.events.with(at, { type: 'fact', name, value });
    t.match(
      [...inconsistencies({ ...trace, events })],
      [{ what: new RegExp(`^${name} must be .*; found `), event: at + 1, pointer: '/value' }],
    );
  }
});
