import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { KERNELS } from '../lib/kernel/kernels.js';
import { type Line, PRINTERS, type Printer, printed, readBack } from '../lib/kernel/lines/line.js';
import { LINES, rowsOf } from '../lib/kernel/lines.js';
import { endSaid } from '../lib/kernel/outcome.js';
import { ERAS } from '../lib/model/kvm.js';
import { u64 } from '../lib/model/u64.js';

const ROWS: readonly (readonly [string, Line])[] = Object.entries(LINES);

/** The places of a text, and what stands behind each. */
function placesOf({ text }: Line) {
  return [...text.matchAll(/\{(\w+):([^}]*)\}([^{]?)/g)].map(([, name = '', kind = '', next = '']) => ({
    name,
    kind,
    next,
  }));
}

const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const long = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(u64);

/** For each conversion what a kernel may put into its place, and how it is printed there. */
const VALUES: Readonly<Record<string, fc.Arbitrary<readonly [value: unknown, text: string]>>> = {
  '%d': int.map(n => [n, `${n}`]),
  '%u': fc.nat().map(n => [n, `${n}`]),
  '%lu': long.map(n => [n, `${n}`]),
  '%ld': int.map(n => [n, `${n}`]),
  '%d.%d': fc.tuple(int, fc.nat(65535)).map(([major, minor]) => [{ major, minor }, `${major}.${minor}`]),
  '%llx': long.map(n => [n, n.toString(16)]),
  '%#016llx': long.map(n => [n, `0x${n.toString(16).padStart(14, '0')}`]),
  '%s': fc.stringMatching(/^\w{1,20}$/).map(text => [text, text]),
  '...': fc.string().map(text => [text, text]),
};

function valueFor(kind: string): fc.Arbitrary<readonly [value: unknown, text: string]> {
  return VALUES[kind] ?? fc.constantFrom(...kind.split('|')).map(text => [text, text]);
}

t.test('what a row prints it reads back, value by value', async t => {
  for (const [name, line] of ROWS) {
    const values = fc.record(
      Object.fromEntries(placesOf(line).map(place => [place.name, valueFor(place.kind)])),
    );
    fc.assert(
      fc.property(values, given => {
        const of = (at: 0 | 1) =>
          Object.fromEntries(Object.entries(given).map(([key, pair]) => [key, pair[at]]));
        const text = printed(line as Line<string>, of(0));
        const read = readBack(line, text);
        return read !== null && JSON.stringify({ ...read }) === JSON.stringify(of(1));
      }),
      { numRuns: 30, seed: 9 },
    );
    t.ok(line.pattern.source.startsWith('^') && line.pattern.source.endsWith('$'), `${name} is whole lines`);
  }
});

t.test('no place reads what stands behind it, so that no line is read twice', async t => {
  const reads: Readonly<Record<string, RegExp>> = {
    '%llx': /[0-9a-f]/,
    '%#016llx': /[0-9a-f]/,
    '%s': /\w/,
    '...': /./s,
  };
  for (const [name, line] of ROWS) {
    for (const { kind, next } of placesOf(line)) {
      const takes = kind in VALUES ? (reads[kind] ?? /\d/) : null;
      t.notOk(next !== '' && takes?.test(next), `${name}: ${kind} before ${JSON.stringify(next)}`);
    }
    t.notMatch(line.text, /:%[^}]*\}\{/, `${name}: text stands behind every value`);
  }
});

t.test('of each text it is one row, or a later one with the same words', async t => {
  const example = (line: Line) =>
    line.text.replace(/\{\w+:([^}]*)\}/g, (_, kind: string) => {
      const known: Readonly<Record<string, string>> = { '%d.%d': '2.0', '%#016llx': '0x00000000000011' };
      return (
        known[kind] ?? (kind.startsWith('%') ? '16' : kind === '...' ? ' so' : (kind.split('|')[0] ?? ''))
      );
    });
  const several = ROWS.flatMap(([name, line]) => {
    const prefixes = new Set(Object.keys(line.by).map(by => PRINTERS[by as Printer].prefix));
    return [...prefixes].flatMap(prefix => {
      const text = example(line);
      const rows = rowsOf(prefix === undefined ? { text } : { text, prefix }).map(row => row.name);
      t.ok(rows.includes(name), `${name}: ${text}`);
      return rows.length === 1 ? [] : [rows.join(' ')];
    });
  });
  t.strictSame([...new Set(several)].sort(), [
    'configured14 configured',
    'modeInitialized protectedMode modeInitialized6_12',
    'modeInitialized vheMode modeInitialized6_12',
    'noLpa2In13 noLpa2',
    'trackingUnfit13 trackingUnfit15',
  ]);
});

t.test('a row names rows, revisions and eras that there are', async t => {
  const known = new Set([...KERNELS.map(({ name }) => name), ...ERAS, 'C']);
  for (const [name, { by, insteadOf = [], until, part, scope }] of ROWS) {
    for (const [printer, since] of Object.entries(by)) {
      t.ok(printer in PRINTERS, `${name}: ${printer}`);
      t.ok(known.has(since), `${name}: since ${since}`);
    }
    t.ok(Object.keys(by).length > 0, `${name} is printed by something`);
    t.ok(until === undefined || known.has(until), `${name}: until ${until}`);
    for (const other of insteadOf) t.ok(other in LINES, `${name} in place of ${other}`);
    t.equal(scope === 'init', part === 'init', `${name}: what comes after the check is of scope init`);
  }
});

t.test('a line is told apart by its prefix, and what it tells of the check is not', async t => {
  const names = (text: string, prefix?: 'kvm') =>
    rowsOf({ text, ...(prefix === undefined ? {} : { prefix }) }).map(({ name, values }) => [
      name,
      Object.values(values).join(' '),
    ]);
  const range = 'Unsupported RMI ABI (v1.0 - v1.1) we want v2.0';
  t.strictSame(names(range, 'kvm'), [['unsupportedRange', '1.0 1.1 2.0']]);
  t.strictSame(names(range), [['unsupportedRange', '1.0 1.1 2.0']]);
  t.strictSame(names('Unsupported RMI ABI (v1.0) we want v2.0', 'kvm'), [['unsupportedWeWant', '1.0 2.0']]);
  t.strictSame(
    names('Unsupported RMI ABI (v1.0) we want v2.0'),
    [['unsupportedOther', 'v 1.0  we want v2.0']],
    'no revision of the series prints it without KVM’s prefix',
  );
  t.strictSame(names('HYP mode not available', 'kvm'), [['hypModeNotAvailable', '']]);
  t.strictSame(names('HYP mode not available'), []);
  t.strictSame(names('RMI ABI version 2.0 ', 'kvm'), [['rmiAbiVersionOther', '2.0 ']]);
  t.strictSame(names(' RMI ABI version 2.0', 'kvm'), []);
  t.strictSame(names('RMI ABI version 2.0\n', 'kvm'), [['rmiAbiVersionOther', '2.0\n']]);
  t.strictSame(endSaid(range), { class: 'refused', lower: '1.0', higher: '1.1' });
  t.strictSame(endSaid('RMI ABI version -1.65535'), { class: 'accepted', lower: '-1.65535' });
  t.strictSame(endSaid('RMI ABI version 2.0 '), null);
  t.strictSame(endSaid('KVM disabled from command line'), { class: 'not-reached', reason: 'kvm-disabled' });
  t.strictSame(
    endSaid('Unsupported RMI ABI (v1.0 - v1.1), and that is that'),
    { class: 'refused', lower: '1.0', higher: '1.1' },
    'a check from C says it in other words',
  );
});

t.test('a line’s words stand in its row and nowhere else in lib', async t => {
  const root = new URL('../lib/', import.meta.url);
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.includes('generated/') && !name.startsWith('kernel/lines/'))
    .map(name => ({ name, text: readFileSync(new URL(name, root), 'utf8') }));
  for (const { name, text } of sources) {
    // A comment may quote a line, and so may the sentence of a fact.
    const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|^\s*says: '.*$/gm, '');
    const found = ROWS.flatMap(([row, line]) =>
      line.text
        .split(/\{[^}]*\}/)
        .filter(words => words.length > 14 && code.includes(words))
        .map(words => `${row}: ${words}`),
    );
    t.strictSame(found, [], name);
    if (name.startsWith('kernel/') && name !== 'kernel/linux/printk.ts')
      t.notMatch(code, /type: 'log'/, `${name}: a line is put out by printk alone`);
  }
});
