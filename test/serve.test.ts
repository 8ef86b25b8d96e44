/** `serve`: an emulated RMM at the other end of the pipe, and the page that says what passes through it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { afterCall, allRegisters } from '../lib/abi/smccc.js';
import { type Edit, parseEdit } from '../lib/edit/parse.js';
import { u64 } from '../lib/model/u64.js';
import { openPipedRmm } from '../lib/rmm/pipe/client.js';
import { answerLine, callLine, parseAnswer, parseCall } from '../lib/rmm/pipe/protocol.js';
import { type ServeOptions, serve } from '../lib/rmm/pipe/serve.js';
import { profileNamed } from '../lib/rmm/profiles.js';
import { hexes, must } from './boots.js';
import { child, each, recorded, repeated, seen, traceOf } from './piped.js';
import { rmitrace } from './rmitrace.js';

t.test('serve', async t => {
  async function* bytes(text: string, size = 7): AsyncGenerator<Uint8Array> {
    const all = Buffer.from(text);
    for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
  }
  const served = async (text: string, options: Partial<ServeOptions> = {}) => {
    const lines: string[] = [];
    const profile = must(profileNamed('tf-rmm-0.8'));
    const result = await serve(bytes(text), line => lines.push(line), {
      profile,
      features: new Map(),
      ...options,
    });
    return {
      lines: lines.slice(1),
      trouble: result.ok ? null : `${result.trouble.code} ${result.trouble.where.line ?? ''}`,
    };
  };
  const VERSION = '{"fid":"0xc4000150","args":["0x20000"]}\n';

  t.test('starts anew at each boot, and its edits count over all of them', async t => {
    const profile = must(profileNamed('tf-rmm-0.9'));
    const features = '{"fid":"0xc4000153","args":[]}\n';
    const activate = '{"fid":"0xc4000202","args":[]}\n';
    const { lines } = await served(`${features}${activate}${features}{"boot":true}\n${features}`, {
      profile,
    });
    const kinds = lines.map(line => Object.keys(JSON.parse(line))[0]);
    t.strictSame(kinds, ['res', 'res', 'unanswered', 'res'], 'refused, activated, known, refused again');
    const edits = [must(parseEdit('RMI_VERSION#3.x1=2.0')) as Edit];
    const edited = await served(`${VERSION}{"boot":true}\n${VERSION}{"boot":true}\n${VERSION}${VERSION}`, {
      edits,
    });
    t.strictSame(
      edited.lines.map(line => JSON.parse(line).res[1]),
      ['0x10000', '0x10000', '0x20000', '0x10000'],
    );
  });

  t.test('answers nothing for an RMM that never comes back', async t => {
    const silent = await served(VERSION, { profile: must(profileNamed('silent')) });
    t.strictSame(silent, { lines: [], trouble: null });
  });

  t.test('refuses what is no call, by its line', async t => {
    for (const [text, trouble] of [
      ['x\n', 'not-json 1'],
      [`${VERSION}\n`, 'not-json 2'],
      [`${VERSION}{}\n`, 'bad-value 2'],
      ['{"fid":"0xc4000150"}\n', 'bad-value 1'],
      ['{"fid":"0xc4000150","args":[],"boot":true}\n', 'bad-value 1'],
      ['{"fid":"0xC4","args":[]}\n', 'bad-value 1'],
      [`{"fid":"0x1","args":[${Array(18).fill('"0x0"')}]}\n`, 'bad-value 1'],
      ['{"fid":"0x1","args":[],"res":[]}\n', 'bad-value 1'],
      ['{"fid":"0x1","args":[],"fid":"0x2"}\n', 'duplicate-key 1'],
      ['{"boot":true,"boot":true}\n', 'duplicate-key 1'],
      ['{"fid":"0x1","args":[],"mem":[{"pa":"0x0","words":{"0x0":"0x1","0x0":"0x2"}}]}\n', 'duplicate-key 1'],
      [VERSION.trim(), 'bad-value 1'],
      ['x'.repeat((1 << 20) + 1), 'bad-value 1'],
    ] as const) {
      t.equal((await served(text)).trouble, trouble, text.slice(0, 60));
    }
  });

  t.test('refuses edits that it cannot keep, and machines without an RMM', async t => {
    const edit = (text: string) => ({ edits: [must(parseEdit(text)) as Edit] });
    t.equal((await served('', edit('RMI_FEATURES.x1=0x1'))).trouble, 'edit-never-fired ');
    t.equal((await served(VERSION, edit('RMI_VERSION.x1=unknown'))).trouble, 'bad-edit ');
    t.equal((await served(VERSION, edit('conduit=none'))).trouble, 'bad-edit ');
    t.equal((await served(VERSION, edit('cpu0.ID_AA64PFR0_EL1.RME=0'))).trouble, 'bad-edit ');
    for (const name of ['none', 'failed'])
      t.equal((await served('', { profile: must(profileNamed(name)) })).trouble, 'usage ');
  });

  t.test('and its client understand each other, whatever the registers', async t => {
    const register = fc.oneof(fc.constant(0n), fc.bigInt(0n, (1n << 64n) - 1n)).map(u64);
    const registers = fc.array(register, { minLength: 18, maxLength: 18 });
    const property = fc.property(
      registers,
      registers,
      fc.array(fc.string({ unit: 'binary' })),
      (x, res, console) => {
        const call = must(parseCall(callLine(x)));
        const answer = parseAnswer(answerLine(res, x, console), x);
        return (
          call.kind === 'call' &&
          hexes(call.x)?.join() === hexes(x)?.join() &&
          answer.kind === 'answer' &&
          hexes(answer.res)?.join() === hexes(res)?.join() &&
          answer.console.join() === console.join()
        );
      },
    );
    t.equal(fc.check(property, { seed: 20_251 }).counterexample, null);
  });

  t.test('a client never trips over a line, whatever is in it', async t => {
    const json = fc.json().map(text => text);
    const near = fc.record(
      { res: fc.anything(), console: fc.anything(), hello: fc.anything(), unanswered: fc.anything() },
      { requiredKeys: [] },
    );
    const line = fc.oneof(
      fc.string(),
      json,
      near.map(value => JSON.stringify(value) ?? ''),
    );
    const property = fc.property(line, text => {
      const said = parseAnswer(text, []);
      return said.kind !== 'answer' || said.res.length === 18;
    });
    t.equal(fc.check(property, { seed: 20_252, numRuns: 500 }).counterexample, null);
  });
});

t.test('memory goes through the lines unchanged, to the RMM and back', async t => {
  const page = { pa: u64(0x8000_5000n), at: 'call' as const, words: [word(0n, 5n), word(0xff8n, 0n)] };
  const x = allRegisters([u64(0xc400_01ecn), page.pa]);
  const call = must(parseCall(callLine(x, [page, { ...page, words: [word(8n, null)] }])));
  t.strictSame(call, { kind: 'call', x, mem: [page, { ...page, words: [] }] }, 'but for what nobody saw');
  const mem = [{ ...page, at: 'return' as const }];
  const answer = parseAnswer(answerLine(afterCall(x, []), x, [], mem), x);
  t.strictSame(answer, { kind: 'answer', res: afterCall(x, []), console: [], mem });
  t.match(parseAnswer('{"unanswered":"no","mem":[{"pa":"0x0","words":{}}]}', x), {
    kind: 'wrong',
    text: /a mem but no res/,
  });
  const asked = `${callLine(x, [page])}\n`;
  const ran = await rmitrace(['serve', '--rmm', 'tf-rmm-0.9', '--set', 'RMI_RMM_CONFIG_GET.mem[0x8]=7'], {
    input: asked,
  });
  t.match(ran.out, '"mem":[{"pa":"0x80005000","words":{"0x0":"0x0","0xff8":"0x0","0x8":"0x7"}}]');
});

function word(offset: bigint, value: bigint | null) {
  return { offset: u64(offset), value: value === null ? null : u64(value) };
}

t.test('the page of the protocol is true', async t => {
  const page = readFileSync('lib/rmm/pipe/protocol.md', 'utf8');
  const blocks = (kind: string): readonly string[] =>
    [...page.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) =>
      text.trimEnd(),
    );

  t.test('its calls are calls, its answers are answers', async t => {
    for (const line of blocks('json call')) {
      const call = must(parseCall(line));
      if (call.kind === 'call' && !line.includes('"mem"'))
        t.equal(callLine(call.x), line, 'as rmitrace spells it');
    }
    const kinds = blocks('json answer').map(line => parseAnswer(line, []).kind);
    t.strictSame(kinds, ['answer', 'answer', 'answer', 'unanswered', 'hello']);
    t.equal(blocks('json call').length, 4);
    const [, , page = ''] = blocks('json call');
    const ran = await rmitrace(['serve', '--rmm', 'tf-rmm-0.9'], { input: `${page}\n` });
    const [, , left = ''] = blocks('json answer');
    t.same(JSON.parse(ran.out.split('\n')[1] ?? '').mem, JSON.parse(left).mem, 'as 0.9 leaves the page');
    const [refused = ''] = blocks('json answer');
    const trace = await recorded(child(each(JSON.stringify(refused))));
    t.strictSame(seen(trace).res, [['0x1', '0x20000', '0x20000', '0x0']]);
  });

  t.test('its session with serve goes as it stands there', async t => {
    const lines = blocks('json session').flatMap(block => block.split('\n'));
    const asked = lines.filter(line => line.startsWith('> ')).map(line => `${line.slice(2)}\n`);
    const ran = await rmitrace(['serve', '--rmm', 'tf-rmm-0.8'], { input: asked.join('') });
    t.strictSame(ran, {
      code: 0,
      out: lines
        .filter(line => line.startsWith('< '))
        .map(line => `${line.slice(2)}\n`)
        .join(''),
      err: '',
    });
  });

  const cc = spawnSync('cc', ['--version']).status === 0;
  t.test(
    'its program in C compiles without a warning, and answers',
    { skip: cc ? false : 'no C compiler (cc)' },
    async t => {
      const folder = t.testdir({ 'stub.c': blocks('c')[0] ?? '' });
      const flags = ['-Wall', '-Wextra', '-Wpedantic', '-Werror', '-o', 'stub', 'stub.c'];
      const compiled = spawnSync('cc', flags, { cwd: folder, encoding: 'utf8' });
      t.equal(compiled.status, 0, compiled.stderr);
      const open = () => openPipedRmm({ command: './stub', cwd: folder });
      const accepted = await recorded(open());
      t.strictSame(seen(accepted), { res: [['0x0', '0x20000', '0x20000', '0x0']], console: [], fault: [] });
      t.strictSame(accepted.header.machine.rmm, 'stub');
      const asked = traceOf([
        { fid: '0xc4010150', args: ['0x10000', '0x0', '0x3', '0xffffffffffffffff', '0x5'] },
        { fid: '0xc4000165' },
        { fid: '0xc4000150', args: Array.from({ length: 17 }, (_, at) => `0x${(at + 1).toString(16)}`) },
      ]);
      const { replayed } = await repeated(asked, open());
      t.strictSame(seen(replayed).res, [
        ['0x1', '0x20000', '0x20000', '0x0', '0xffffffffffffffff', '0x5'],
        ['0xffffffffffffffff'],
        [
          '0x1',
          '0x20000',
          '0x20000',
          '0x0',
          ...Array.from({ length: 14 }, (_, at) => `0x${(at + 4).toString(16)}`),
        ],
      ]);
    },
  );
});
