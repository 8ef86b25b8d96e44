import { readFileSync } from 'node:fs';
import t from 'tap';
import { parseEdit } from '../lib/edit/parse.js';
import { kernelNamed } from '../lib/kernel/kernels.js';
import { machineNamed } from '../lib/machine/built-in.js';
import { describe, stateOf } from '../lib/machine/description.js';
import { machineFromText } from '../lib/machine/description-file.js';
import type { FactValue } from '../lib/model/events.js';
import { type FactValues, wrongFactValue } from '../lib/model/facts/values.js';
import { FACTS, type Fact, factsIn } from '../lib/model/facts.js';
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
    SCOPES.map(scope => [...stateOf(must(describe(PLAIN)), scope).facts]),
    SCOPES.map(scope => factsIn(scope).map(fact => [fact.name, fact.default])),
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
        bad: ['0x', '1x', '0x10000000000000000', '16', 16],
      };
    case 'regions':
      return {
        good: [
          ...['none', '0x0+0x1', '0x80000000+0x1000,0x80001000+0x20000000', '0xfffffffffffff000+0x1000'],
          ...(values.nomap ? ['0x0+0x1000:nomap,0x1000+0x1000'] : []),
        ],
        bad: [
          '',
          '0x80000000',
          'x80000000+0x1000',
          '0x80000000+0x0',
          '0x1000+0x1000,0x1fff+0x1000',
          '0xfffffffffffff000+0x1001',
          '0x1000+0x1000,',
          '0x1000+0x1000:map',
          ...(values.nomap ? [] : ['0x1000+0x1000:nomap']),
          Array.from({ length: 91 }, (_, at) => `0x${(at + 1).toString(16)}000+0x1000`).join(),
          true,
        ],
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
function saying({ member, scope, values, without }: Fact, value: FactValue): unknown {
  const [first = '', inside] = (member ?? '').split('.');
  if (member === null || value === without) return null;
  const said = values.kind === 'regions' ? regionsSaid(String(value)) : value;
  const part = { [first]: inside === undefined ? said : { ...BESIDE[first], [inside]: said } };
  return scope === 'rmi' ? { ...PLAIN, ...part } : { ...PLAIN, [scope]: part };
}

/** A list, where a trace has text. */
function regionsSaid(text: string): unknown {
  if (text === 'none') return [];
  return text.split(',').map(region => {
    const [base, size, nomap] = region.split(/[+:]/);
    return { base, size, ...(nomap === undefined ? {} : { nomap: nomap === 'nomap' ? true : nomap }) };
  });
}

/** Whether the description is refused for what it says of this fact, by the schema or by name. */
function isRefused(file: unknown, { member, scope }: Fact): boolean {
  const checked = checkMachine(file);
  const described = checked.ok ? describe(checked.value) : null;
  const pointer = described?.ok === false ? described.trouble.where.pointer : undefined;
  return (
    described === null ||
    pointer?.startsWith(`${scope === 'rmi' ? '' : `/${scope}`}/${member?.replace('.', '/')}`) === true
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

t.test('the pages of the init lie in the memory that is described, and nowhere else', async t => {
  const init = (wire: NonNullable<MachineWire['init']>, pageSize: 4096 | 65536 = 4096) =>
    describe({ ...PLAIN, pageSize, init: wire });
  const placesOf = (machine: ReturnType<typeof init>) => {
    const { configPage, sroObject, donatedMemory, rmmDram } = must(machine).init;
    return { configPage, sroObject, donatedMemory, rmmDram };
  };
  const memory = [
    { base: '0x1000', size: '0x1000', nomap: true },
    { base: '0x8000000000', size: '0x100000' },
  ];
  const rmmDram = '0x1000+0x1000,0x8000000000+0x100000';
  t.strictSame(placesOf(init({ memory })), {
    configPage: '0x80000ff000',
    sroObject: '0x80000fe000',
    donatedMemory: '0x8000080000',
    rmmDram,
  });
  t.strictSame(placesOf(init({ memory }, 65536)), {
    configPage: '0x80000f0000',
    sroObject: '0x80000e0000',
    donatedMemory: '0x8000080000',
    rmmDram,
  });
  t.strictSame(must(init({ memory, rmmDram: [] })).init.rmmDram, 'none');
  const rows: readonly [NonNullable<MachineWire['init']>, pointer: string][] = [
    [{ memory: [] }, '/init/configPage'],
    [{ memory: memory.slice(0, 1) }, '/init/configPage'],
    [{ memory: [{ base: '0x1000', size: '0x1000' }] }, '/init/sroObject'],
    [{ memory: [{ base: '0xfffffffffffff000', size: '0x4000' }] }, '/init/memory/0'],
    [{ memory, configPage: '0x1000' }, '/init/configPage'],
    [{ memory, configPage: '0x8000000800' }, '/init/configPage'],
    [{ memory, donatedMemory: '0x9000000000' }, '/init/donatedMemory'],
    [{ memory: memory.toReversed() }, '/init/memory/1'],
    [{ deviceWindows: [{ base: '0x0', size: '0x0' }] }, '/init/deviceWindows/0'],
  ];
  for (const [wire, pointer] of rows)
    t.match(init(wire), { ok: false, trouble: { code: 'bad-machine', where: { pointer } } }, pointer);
});

t.test('an address has one spelling in memory, however a person typed it', async t => {
  const edit = parseEdit('hyp_mem_base=0X000AbC');
  t.equal(edit.ok && edit.value.value, '0xabc');
  const file = {
    ...PLAIN,
    kvmArmMode: 'protected',
    hypervisor: 'nvhe',
    kvm: { hypMemory: { base: '0x0ABC', mebibytes: 1 } },
  };
  const trace = must(
    await record(
      must(kernelNamed('v13', undefined, 'kvm')),
      must(machineFromText(JSON.stringify(file), 'a.json')),
    ),
  );
  t.match(
    trace.events.find(event => event.type === 'fact' && event.name === 'hyp_mem_base'),
    { value: '0xabc' },
  );
});

t.test('a trace in which a fact is none of its values is inconsistent, and says what it must be', async t => {
  for (const scope of SCOPES) {
    const kernel = must(kernelNamed('v13', undefined, scope));
    const trace = must(await record(kernel, must(machineNamed('fvp'))));
    t.strictSame([...inconsistencies(trace)], []);
    for (const { name, values } of factsIn(scope)) {
      const [value = ''] = samplesOf(values).bad;
      const at = trace.events.findIndex(event => event.type === 'fact' && event.name === name);
      const events = trace.events.with(at, { type: 'fact', name, value });
      t.match(
        [...inconsistencies({ ...trace, events })],
        [{ what: new RegExp(`^${name} must be .*; found `), event: at + 1, pointer: '/value' }],
      );
    }
  }
});

t.test('an edit has room for as many regions as a trace', async t => {
  const regions = (count: number) =>
    Array.from({ length: count }, (_, at) => `0xfff${(at + 4096).toString(16)}00000000+0x100000000:nomap`);
  const edit = parseEdit(`memory=${regions(90).join()}`);
  t.equal(edit.ok, true);
  t.match(parseEdit(`memory=${regions(91).join()}`), { trouble: { what: /is not a value of memory/ } });
  t.match(parseEdit(`memory=${'0'.repeat(5000)}`), { trouble: { what: /more than 4096 characters/ } });
});
