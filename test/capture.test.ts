/**
 * Register traffic of a real boot, seen from EL3, as a trace. The calls that matter stand here; where the folder with
 * the whole captures is at hand, every one of them is taken from there as well.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import {
  diff,
  findingOf,
  kernelNamed,
  readTrace,
  recordedKernel,
  replay,
  type SmcEvent,
  type Trace,
  type TraceEvent,
  traceText,
  validateTrace,
} from '../lib/index.js';
import { outcomeOf } from '../lib/kernel/outcome.js';
import { hex, type Seen, type U64, u64 } from '../lib/model/u64.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { showText } from '../lib/report/text/show.js';
import { GENERATOR } from '../lib/trace/wire-frame.js';
import { must } from './boots.js';

const CAPTURES = new URL('../../shared/qemu/', import.meta.url);

/** One line of such a capture: x0..x17 before and after, and the world that the call came from. */
interface El3Call {
  readonly world: string;
  readonly in: readonly string[];
  readonly out?: readonly string[];
}

/** Linux 6.12 with the series of its time asks 1.1, TF-RMM 0.8 has 1.0 (QEMU, x-rme=on). */
const REFUSED: readonly El3Call[] = [
  { world: 'NonSecure', in: ['0x84000000', '0x0', '0x0', '0x0'], out: ['0x10001', '0x0', '0x0', '0x0'] },
  {
    world: 'NonSecure',
    in: ['0xc4000190', '0x10001', '0x0', '0x0'],
    out: ['0xffffffffffffffff', '0x10001', '0x0', '0x0'],
  },
  { world: 'Realm', in: ['0xc400018f', '0x1', '0x10000', '0x10000'] },
  {
    world: 'NonSecure',
    in: ['0xc4010150', '0x10001', '0x9', '0x25'],
    out: ['0x1', '0x10000', '0x10000', '0x0'],
  },
  { world: 'NonSecure', in: ['0x84010008', '0x0', '0x0', '0x0'] },
];

const WORLDS: Readonly<Record<string, SmcEvent['from']>> = { NonSecure: 'ns', Realm: 'realm' };
const RMI_ARGUMENTS = 1;

/** EL3 sees all registers and cannot tell what the caller set: an RMI call of the handshake sets one. */
function smcOf({ world, in: before, out }: El3Call): SmcEvent {
  const [fid = u64(0n), ...rest] = before.map(register);
  return {
    type: 'smc',
    cpu: 0,
    from: WORLDS[world] ?? 'el3',
    via: 'smc',
    cc: '1.1',
    fid,
    args: rest.slice(0, RMI_ARGUMENTS),
    res: out === undefined ? null : out.slice(0, 4).map((text): Seen => register(text)),
    junk: rest.slice(RMI_ARGUMENTS),
    src: 'el3',
  };
}

function register(text: string): U64 {
  return u64(BigInt(text));
}

function traceOf(name: string, seen: readonly El3Call[]): Trace {
  const events: readonly TraceEvent[] = seen.map(smcOf);
  return {
    header: {
      generator: GENERATOR,
      scope: 'rmi',
      kernel: { name: 'linux-6.12-cca', wants: null, via: 'imported' },
      machine: { name, cpus: 1, rmm: null, via: 'imported' },
    },
    events,
    outcome: outcomeOf(events),
  };
}

async function oracle(t: Test, name: string, seen: readonly El3Call[]): Promise<Trace> {
  const made = traceOf(name, seen);
  const source = { name, bytes: Buffer.from(traceText(made)) };
  t.strictSame((await validateTrace(source)).findings, [], 'it validates');
  const { trace } = must(await readTrace(source));
  t.match(
    showText({ trace, numbers: null, conformance: null }, PLAIN),
    /smc {6}PSCI_VERSION\(/,
    'it shows, calls by name',
  );
  const replayed = must(await replay(trace, recordedKernel(trace.events, 'rmi')));
  t.equal(replayed.verdict, 'same', 'its machine answers its calls again');
  t.equal(diff(trace, made).verdict, 'same');
  return trace;
}

t.test('register traffic of a refused handshake, seen from EL3, is a trace', async t => {
  const trace = await oracle(t, 'qemu-max', REFUSED);
  t.match(findingOf(trace), {
    sentence:
      'RMI_VERSION was answered RMI_ERROR_INPUT, but the log has no line or return that shows how the kernel took it.',
    possible: [{ cause: 'a kernel of this series prints `Unsupported RMI ABI`' }],
  });
  const shown = showText({ trace, numbers: [4], conformance: null }, PLAIN);
  t.match(shown, /RMI_VERSION\(requested 1\.1\) -> RMI_ERROR_INPUT, lower 1\.0, higher 1\.0/);
  t.match(shown, /x0 +0xc4010150 +RMI_VERSION, SVE hint set/);
  t.match(shown, /x2 +0x9 +left there by the caller/);
});

t.test('a kernel of another age has no answer in it, since it asks something else', async t => {
  const trace = traceOf('qemu-max', REFUSED);
  const facts = ['hyp_mode_available', 'in_hyp_mode'].map(
    name => ({ type: 'fact', name, value: true }) as const,
  );
  const rest = [
    { type: 'fact', name: 'kvm_mode', value: 'default' },
    { type: 'fact', name: 'conduit', value: 'smc' },
    { type: 'fact', name: 'smccc_version', value: '1.5' },
    { type: 'fact', name: 'sve_hint', value: true },
    { type: 'fact', name: 'nv2', value: false },
    { type: 'ftr', reg: 'ID_AA64PFR0_EL1', value: u64(0x1321001121112222n) },
  ] as const;
  const whole = { ...trace, events: [...facts, ...rest, ...trace.events] };
  const asks20 = must(await replay(whole, must(kernelNamed('v13'))));
  t.equal(asks20.outcomes.replayed.class, 'unanswered');
  const asks11 = must(await replay(whole, must(kernelNamed('v13', '1.1'))));
  t.strictSame([asks11.outcomes.replayed.class, asks11.outcomes.replayed.lower], ['refused', '1.0']);
  const call = asks11.replayed.events.find(event => event.type === 'smc');
  t.equal(call === undefined ? '' : hex(call.fid), '0xc4010150', 'with the hint that the real kernel set');
});

const here = existsSync(CAPTURES);
t.test(
  'every capture of a real machine is a trace',
  { skip: here ? false : 'the captures are not at hand' },
  async t => {
    for (const file of readdirSync(CAPTURES)
      .filter(name => name.endsWith('.jsonl'))
      .sort()) {
      const lines = readFileSync(new URL(file, CAPTURES), 'utf8').trim().split('\n');
      const trace = await oracle(
        t,
        file,
        lines.map(line => JSON.parse(line) as El3Call),
      );
      t.ok(trace.events.length >= 10, `${file}: ${trace.events.length} events`);
    }
  },
);
