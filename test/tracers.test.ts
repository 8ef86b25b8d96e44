/** What tracers and emulators recorded of calls, as a trace: each format, and the troubles of each. */
import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { findingOf, type ImportOptions, importLogs, type SmcEvent } from '../lib/index.js';
import { hex, type Seen } from '../lib/model/u64.js';
import { must } from './boots.js';

const FIXTURES = new URL('fixtures/import/', import.meta.url);
const SAMPLES = new URL('../../shared/formats/', import.meta.url);
const skip = existsSync(SAMPLES) ? false : 'the folder with samples of other tools is not at hand';

/** What a log shows: `LINE: FID(x1…; others) = x0…` of each call, `?` where nobody saw, and what is said of the log. */
async function read(file: URL, options: ImportOptions = {}) {
  const sources = [{ name: 'a.log', bytes: readFileSync(file) }];
  const imported = must(await importLogs(sources, { infer: false, ...options }));
  const calls = imported.boots.flatMap(({ trace }) => trace.events.filter(event => event.type === 'smc'));
  const notes = [...imported.notes, ...imported.boots.flatMap(boot => boot.notes)];
  return [
    ...calls.map(call => `${call.line}: ${spelt(call)}`),
    ...notes
      .filter(({ severity }) => severity !== 'info')
      .map(({ severity, what }) => `${severity}: ${what}`),
  ];
}

function spelt({ fid, args, res, junk = [], cc, cpu, via }: SmcEvent): string {
  const words = (values: readonly Seen[]) =>
    values
      .map(value => (value === null ? '?' : hex(value)))
      .join(' ')
      .replace(/(?:(?:^| )\?){5,}$/, ' ?…')
      .trim();
  const rest = junk.length === 0 ? '' : `; ${words(junk)}`;
  const answer = res === null ? 'never came back' : words(res);
  return `cpu${cpu} ${via} ${cc} ${hex(fid)}(${words(args)}${rest}) = ${answer}`;
}

const fixture = (name: string, options: ImportOptions = {}) => read(new URL(name, FIXTURES), options);
const sample = (name: string, options: ImportOptions = {}) => read(new URL(name, SAMPLES), options);

const LOST_RETURN = 'loss: a return from an SMC whose call the trace does not show';
const INLINE =
  'error: the probes saw no RMI call, which does not show that there was none: v3 to v16 of the series, and callers of arm_smccc_1_1_invoke, have the SMC inline, where a probe on __arm_smccc_smc does not see it';

t.test('kprobe events: a call and its return are of one task, and lost events part them', async t => {
  t.strictSame(await fixture('kprobe.txt'), [
    '6: cpu2 smc 1.2 0xc4000150(0x10001 0x0 ?…) = 0x1 0x10000 ?…',
    '7: cpu0 smc 1.1 0x84000050(0x7) = 0xffffffffffffffff ? ? ?',
    '11: cpu0 smc 1.1 0xc4000165(0x1) = ? ? ? ?',
    'loss: the tracer lost 2 events of CPU 0',
    LOST_RETURN,
  ]);
});

t.test('kprobe events: names that a person chose are mapped, and then no other field counts', async t => {
  const fields = new Map([
    ['fid', 'what'],
    ['a1', 'one'],
    ['r0', 'first'],
    ['r1', 'second'],
  ]);
  t.strictSame(await fixture('kprobe-mapped.txt', { fields }), [
    '1: cpu0 smc 1.1 0xc4000150(0x10000) = 0x0 0x10000 ? ?',
  ]);
  t.strictSame(await fixture('kprobe-mapped.txt'), [], 'and without it nothing is a FID');
});

t.test('kprobe events: fields whose names say nothing are named', async t => {
  const lines = [
    '  swapper/0-1  [000] .....  0.302944: p: (__arm_smccc_smc+0x0/0x5c) func=0xc4000150 one=0x20000',
    '  swapper/0-1  [000] .....  0.302950: r: (rmi_check_version+0x44/0x118 <- __arm_smccc_smc) out0=0x1',
  ];
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  const notesOf = async (options: ImportOptions) => {
    const { boots, notes } = must(await importLogs([{ name: 'trace.txt', bytes }], options));
    const possible = boots.flatMap(({ trace }) => findingOf(trace).possible);
    t.equal(possible.length, options.fields === undefined ? 3 : 1, 'without x0 any answer is possible');
    return [...(boots[0]?.notes ?? []), ...notes].map(({ what }) => what);
  };
  t.strictSame(await notesOf({}), [
    'what the fields one, out0 hold is not known: say it with --map fid=FIELD,a1=FIELD,r0=FIELD',
  ]);
  const fields = new Map(Object.entries({ fid: 'func', a1: 'one', r0: 'out0' }));
  t.strictSame(await notesOf({ fields }), [], 'and with --map they are registers');
});

t.test('kprobe events: no RMI call seen does not mean that there was none', async t => {
  t.strictSame(await fixture('kprobe-inline.txt'), [
    '2: cpu0 smc 1.1 0x80000000(0x0) = ? ? ? ?',
    'loss: the tracer lost an unknown number of events of CPU 0',
    INLINE,
  ]);
});

t.test('kprobe events: samples', { skip }, async t => {
  t.strictSame(await sample('ftrace-kprobe-1.txt'), [
    '13: cpu0 smc 1.2 0xc4000150(0x20000 0x0 ?…) = 0x0 0x20000 0x20000 ?…',
    '15: cpu0 smc 1.2 0xc4000165(0x0 0x0 ?…) = 0x0 0x330 0x0 ?…',
  ]);
  t.strictSame(await sample('ftrace-kprobe-2.txt'), [
    '1: cpu0 smc 1.1 0xc4000150(0x10000; 0x0) = 0xffffffffffffffff ? ? ?',
    '4: cpu1 smc 1.1 0x84000050(0x0 0x0) = ? ? ? ?',
    'loss: the tracer lost 12 events of CPU 1',
  ]);
  t.strictSame(await sample('trace-cmd-report.txt'), [
    '2: cpu0 smc 1.1 0xc4000150(0x20000; 0x0) = 0x1 0x10000 0x10000 ?',
  ]);
  t.strictSame(await sample('perf-script.txt'), [
    '1: cpu0 smc 1.1 0xc4000150(0x20000; 0x0) = 0x0 0x20000 0x20000 ?',
    '3: cpu2 smc 1.2 0xc4000151(0x8a2c10000 0x0 ?…) = ?…',
  ]);
});

t.test('tracepoints on SMCs: registers in order, or none but the FID', async t => {
  t.strictSame(await fixture('smccc-tracepoint.txt'), [
    '1: cpu0 smc 1.1 0x84000050(0x0 0x0 0x0 0x0 0x0 0x0 0x0) = 0x10000 0x0 0x0 0x0',
    '3: cpu0 smc 1.1 0xc4000150(0x10001; 0x0 0x0 0x0 0x0 0x0 0x0) = 0x0 0x10001 0x10001 0x0',
    '4: cpu1 smc 1.1 0xc4000165(?) = ? ? ? ?',
    LOST_RETURN,
  ]);
});

t.test('tracepoints on SMCs: samples', { skip }, async t => {
  t.strictSame(await sample('smccc-tracepoint-start-end.txt'), ['1: cpu3 smc 1.1 0xc4000150(?) = ? ? ? ?']);
  t.strictSame(await sample('smccc-tracepoint-unisoc.txt'), [
    '1: cpu0 smc 1.1 0xc4000150(0x10000; 0x0 0x0 0x0 0x0 0x0 0x0) = 0x1 0x20000 0x20000 0x0',
  ]);
});

const withoutRegisters = (what: string) =>
  `error: ${what}; which calls they were the log does not show: run QEMU with -d int,cpu,nochain and one-insn-per-tb=on`;

t.test("QEMU's -d int,cpu: registers of the SMC itself, not of the block that it ends", async t => {
  t.strictSame(await fixture('qemu-int-cpu.txt'), [
    '14: cpu1 smc 1.1 0xc4000150(0x10001; 0x0 0x0 0x0 0x0 0x0 0x0) = 0x1 0x20000 0x30000 0x0',
    '47: cpu1 smc 1.1 0xc400018f(0x1 0x20000 0x30000 0x0 0x0 0x0 0x0) = ? ? ? ?',
    withoutRegisters('1 SMC went to EL3, 1 came back'),
  ]);
});

t.test("QEMU's -d int: that a call came back, and nothing else", async t => {
  t.strictSame(await fixture('qemu-int.txt'), [
    withoutRegisters('2 SMCs went to EL3, 1 came back, 1 not before the log ends'),
  ]);
});

t.test("QEMU's -d int: samples", { skip }, async t => {
  t.strictSame(await sample('qemu-d-int-cpu.txt'), [
    '6: cpu0 smc 1.1 0xc4000150(0x20000; 0x0 0x0 0x0 0x0 0x0 0x0) = 0x0 0x20000 0x20000 0x0',
  ]);
  t.strictSame(await sample('qemu-d-int.txt'), [withoutRegisters('1 SMC went to EL3, 1 came back')]);
});

t.test(
  'Tarmac: what was written before the SMC, and before the return to the instruction behind it',
  async t => {
    t.strictSame(await fixture('tarmac.txt'), [
      '7: cpu0 smc 1.1 0xc4000150(0x10001) = 0x1 0x10001 0x10000 ?',
      '16: cpu0 smc 1.1 0xc400018f(0x10001 0x10000 ?…) = ? ? ? ?',
    ]);
  },
);

t.test('Tarmac: samples', { skip }, async t => {
  t.strictSame(await sample('tarmac-IT.txt'), ['1: cpu0 smc 1.1 0xc4000150(?) = 0x0 0x20000 0x20000 ?']);
  t.strictSame(
    await sample('tarmac-ES.txt'),
    ['1: cpu0 smc 1.1 0xc4000150(0x20000) = ? ? ? ?'],
    'with the FID still in x0, the return is not the answer',
  );
});

t.test('gdb: what is printed before finish is the call, and behind it the results', async t => {
  t.strictSame(await fixture('gdb.txt'), [
    '4: cpu0 smc 1.2 0xc4000150(0x10001 0x7 0x0 ?…) = 0x1 0x20000 ?…',
    '16: cpu0 smc 1.1 0x84000051(0x0 0x0 0x0 0x0 0x0 0x0 0x0) = 0xffffffffffffffff ? ? ?',
    'loss: a stop at an SMC of which the session does not show the registers',
  ]);
});

t.test('gdb: samples', { skip }, async t => {
  t.strictSame(await sample('gdb-regs.txt'), [
    '1: cpu0 smc 1.2 0xc4000150(0x20000 0x0 0x0 ?…) = 0x0 0x20000 0x20000 0x0 ?…',
  ]);
  t.strictSame(await sample('gdb-script.txt'), ['1: cpu0 smc 1.1 0xc4000150(0x10000; 0x0) = ? ? ? ?']);
});

t.test("QEMU's execlog: a register has the value that it last changed to", async t => {
  t.strictSame(await fixture('execlog.txt'), [
    '4: cpu0 smc 1.1 0xc4000150(0x10001) = 0x1 0x10001 ? ?',
    '7: cpu0 smc 1.1 0xc400018f(0x10001 ?…) = ? ? ? ?',
    '10: cpu1 smc 1.1 0xbad(?…) = ? ? ? ?',
  ]);
});

t.test("QEMU's execlog: samples", { skip }, async t => {
  t.strictSame(await sample('qemu-execlog-regs.txt'), ['2: cpu0 smc 1.1 0xc4000150(?) = 0x0 0x20000 ? ?']);
  t.strictSame(await sample('qemu-execlog.txt'), [
    'error: 1 SMC without x0 before it; which calls they were the log does not show: run execlog with reg=x*',
  ]);
});

const COUNTS =
  "error: a map of bpftrace's counts calls and keeps no order, so no trace can be made of it: print each call and its return instead (printf)";

t.test('bpftrace: printed calls are read, and counts are refused', async t => {
  t.strictSame(await fixture('bpftrace.txt'), [
    '2: cpu0 smc 1.1 0xc4000150(0x10001; 0x0) = 0x1 0x20000 ? ?',
    '3: cpu1 smc 1.1 0x84000050(0x0) = 0xffffffffffffffff ? ? ?',
    '6: cpu0 smc 1.1 0xc4000165(0x0) = ? ? ? ?',
    'loss: the tracer lost 3 events',
    COUNTS,
  ]);
});

t.test('bpftrace: samples', { skip }, async t => {
  t.strictSame(await sample('bpftrace-1.txt'), [
    '2: cpu2 smc 1.1 0xc4000151(0x8a2c10000; 0x0) = 0x0 0x0 ? ?',
    '4: cpu2 smc 1.1 0xc4000158(0x8a2c10000 0x8a2c11000) = 0x1 0x0 ? ?',
  ]);
  t.strictSame(await sample('bpftrace-2.txt'), [COUNTS]);
});

const UNTRACED =
  'error: 1 SMC without x0 before it; which calls they were the log does not show: trace CORE_REGS64 as well, from before the call';

t.test('GenericTrace: registers by their IDs, of the CPU that makes the call', async t => {
  t.strictSame(await fixture('generic-trace.txt'), [
    '4: cpu1 smc 1.1 0xc4000150(0x10001) = 0x1 0x10001 ? ?',
    UNTRACED,
  ]);
});

t.test('GenericTrace: samples', { skip }, async t => {
  t.strictSame(await sample('generictrace-inst.txt'), [UNTRACED]);
  t.strictSame(
    await sample('generictrace-names.txt'),
    ['2: cpu0 smc 1.1 0xc4000150(?) = ? ? ? ?'],
    'what EL3 wrote is no answer until the caller goes on',
  );
});

t.test(
  'trace_printk: a call that is named, with its answer; a number in no certain base is unknown',
  async t => {
    t.strictSame(await fixture('trace-printk.txt'), [
      '3: cpu2 smc 1.1 0xc4000150(0x10001) = 0x1 0x10000 0x20000 ?',
      '4: cpu2 smc 1.1 0xc4000165(0x0) = 0x0 0x30 ? ?',
      '6: cpu2 smc 1.1 0xc4000150(?) = 0x1 ? ? ?',
    ]);
  },
);

t.test('trace_printk: samples', { skip }, async t => {
  t.strictSame(await sample('ftrace-trace_printk.txt'), [
    '1: cpu0 smc 1.1 0xc4000150(0x10000) = 0x1 0x20000 0x20000 ?',
  ]);
});
