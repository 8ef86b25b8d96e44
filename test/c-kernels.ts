/** Kernels that tests compile from C, each file of tests in a cache of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { type CompileOptions, compileKernel } from '../lib/c-kernel/compile/compile.js';
import { kernelSource } from '../lib/c-kernel/source/source.js';
import type { KernelSource } from '../lib/c-kernel/source/types.js';
import { outcomeOf } from '../lib/kernel/outcome.js';
import type { TraceEvent } from '../lib/model/events.js';
import type { AsyncKernel } from '../lib/model/port.js';
import { good, type Result } from '../lib/model/result.js';
import type { Seen } from '../lib/model/u64.js';
import { runAsync } from '../lib/run.js';
import { answering, dmesg, h, must, pfr0, stateOf } from './boots.js';
import { ENV } from './rmitrace.js';

export const CC =
  spawnSync('cc', ['--version']).error === undefined ? undefined : { skip: 'there is no C compiler' };
export const GCOV =
  CC ?? (spawnSync('gcov', ['--version']).error === undefined ? {} : { skip: 'there is no gcov' });
export const CACHE = mkdtempSync(join(tmpdir(), 'rmitrace-compiled-'));
export const MODE = 'info: kvm [1]: VHE mode initialized successfully';

t.teardown(() => rmSync(CACHE, { recursive: true, force: true }));

export const fixture = (name: string) => readFileSync(new URL(`c/${name}`, import.meta.url), 'utf8');

export async function sourceOf(text: string, name = 'rmi.c'): Promise<KernelSource> {
  return must(await kernelSource({ is: 'text', name, text }));
}

export async function compiling(text: string, options: Partial<CompileOptions> = {}, name = 'rmi.c') {
  const source = await sourceOf(text, name);
  return compileKernel(source, { name, cc: ['cc'], env: ENV, cache: CACHE, ...options });
}

/** Compiles what a kernel tree of these files has. */
export async function compilingTree(files: Readonly<Record<string, string>>) {
  const read = async (path: string) => good(files[path] ?? null);
  const source = must(await kernelSource({ is: 'tree', name: 'linux', read }));
  return compileKernel(source, { name: 'linux', cc: ['cc'], env: ENV, cache: CACHE });
}

/** The lines of a patch that makes a file. */
export function newFilePatch(path: string, text: string): readonly string[] {
  const lines = text.trimEnd().split('\n');
  return [
    `diff --git a/${path} b/${path}`,
    'new file mode 100644',
    '--- /dev/null',
    `+++ b/${path}`,
    `@@ -0,0 +1,${lines.length} @@`,
    ...lines.map(line => `+${line}`),
  ];
}

/** Boots once on one answer to every call. */
export async function booted(
  kernel: AsyncKernel,
  res: readonly Seen[] | null,
  facts: Record<string, string | number | boolean> = {},
  cpus: readonly Seen[] = [pfr0(1)],
  maxSteps = 2000,
) {
  const { machine, asked } = answering(stateOf(cpus, facts), res);
  const events = await runAsync(kernel, machine, { maxSteps });
  return { events, asked, dmesg: dmesg(events), outcome: outcomeOf(events) };
}

export const answer = (...texts: readonly string[]): readonly Seen[] =>
  [...texts, '0x0', '0x0', '0x0'].slice(0, 4).map(h);

export const fault = (events: readonly TraceEvent[]) => {
  const [event] = events.filter(each => each.type === 'fault');
  return event === undefined ? null : [event.of, event.code, event.text];
};

export const troubleOf = (result: Result<unknown>) => (result.ok ? null : result.trouble);

/** A file whose check does `body`, and that says which revision it likes. */
export const checkOf = (body: string, before = '') => `#include <linux/kvm_host.h>
#include <asm/rmi_cmds.h>
${before}
static int rmi_check_version(void)
{
	struct arm_smccc_res res;
	arm_smccc_1_1_invoke(SMC_RMI_VERSION, 0x20000UL, &res);
	${body}
}
void kvm_init_rmi(void)
{
	rmi_check_version();
}
`;
