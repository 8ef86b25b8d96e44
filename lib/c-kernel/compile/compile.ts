/** A kernel from C: compiled with the system's compiler, started, and put into the frame of the built-in ones. */
import { parseRevision } from '../../abi/revision.js';
import { bad, good, type Result, trouble } from '../../model/result.js';
import { type Child, startChild } from '../child.js';
import { compiledKernel, type ScopedKernel } from '../kernel.js';
import type { KernelSource } from '../source/types.js';
import { type Built, build, discard } from './build.js';
import { type IncludeFiles, includeFilesFor } from './include-files.js';
import { forget } from './kept-program.js';
import { type FileReached, linesReached } from './line-coverage.js';
import { partsUnit } from './parts-unit.js';
import type { Compiler } from './run-compiler.js';
import { revisionFor, type StandInRevision } from './stand-in.js';
import { availableIn, unitText } from './unit.js';

export interface CompileOptions extends Compiler {
  /** As traces call the kernel: no path. */
  readonly name: string;
  /**
   * rmitrace's RMI headers as of this revision of the patch, a built-in kernel's name, where the source brings none.
   * Default: as the source looks.
   */
  readonly abi?: string;
  /** The revision to ask for, `M.m`, where the source brings no RMI headers. Default: that of `abi` or of the mail, else 2.0. */
  readonly wants?: string;
  /** Headers that go before rmitrace's own, by include path. */
  readonly shims?: ReadonlyMap<string, string>;
  /** How long the check may compute between two lines. Default 10,000. */
  readonly lineMs?: number;
}

export interface CompiledKernel extends ScopedKernel {
  readonly built: Built;
  /** What stands in where the source does not say. */
  readonly standIn: StandInRevision;
  /** With `coverage`: what the boots so far reached. Ends the child. Trouble: `no-compiler`. */
  reached(): Promise<Result<readonly FileReached[]>>;
}

/**
 * The caller closes the kernel when its last boot is over. Compiling runs the compiler, and a boot runs the source's
 * code: only ever for a source that the command line named.
 * Troubles: `no-compiler`, `does-not-compile`, `bad-value`.
 */
export async function compileKernel(
  source: KernelSource,
  options: CompileOptions,
): Promise<Result<CompiledKernel>> {
  const standIn = revisionFor(source, options.abi);
  const wants = parseRevision(options.wants ?? standIn.wants);
  if (wants === null) {
    const what = `${JSON.stringify(options.wants)} is not a revision M.m with M up to 32767 and m up to 65535`;
    return bad(trouble('bad-value', what, {}, 'write it like `--wants 2.0`'));
  }
  const headers = includeFilesFor(source, options.shims ?? new Map(), standIn.headers, wants);
  if (headers.from === 'own' && (options.wants ?? options.abi) !== undefined) {
    const option = options.wants === undefined ? '--abi' : '--wants';
    const next = `leave ${option} out, or change the source`;
    return bad(
      trouble('bad-value', `${option} does not apply: the source has its own RMI headers`, {}, next),
    );
  }
  const parts = partsUnit(source.parts, source.entries);
  const units = [
    ...source.files.map(file => unitText(file, source.entries)),
    ...(parts === null ? [] : [parts]),
  ];
  const first = await built(source, units, headers, options);
  if (!first.ok) return first;
  const { made, start, child, hello } = first.value;
  if ('say' in hello) {
    await child.close();
    return bad(
      trouble(
        'does-not-compile',
        `${hello.text} before its first boot`,
        {},
        'see the compiler output with `-v`',
      ),
    );
  }
  const isOfKvm = source.entries.some(({ level }) => level === 'kvm_arm_init');
  const kernel = compiledKernel({
    name: options.name,
    wants: hello.wants,
    compiled: {
      digest: made.digest,
      headers: headers.from,
      queries: !isOfKvm ? 'none' : source.parts.queries.length > 0 ? 'own' : 'v13',
      ...(source.patches.length === 0 ? {} : { patches: source.patches }),
    },
    entries: source.entries,
    onlyInHypMode: standIn.onlyInHypMode === true,
    parts: source.parts,
    available: source.files.flatMap(availableIn),
    rows: hello.rows,
    // Before v11 the kernel had no row for the field, and no check that reads it.
    rme: units.some(text => text.includes('ID_AA64PFR0_EL1_RME')),
    first: child,
    start,
  });
  return good({
    ...kernel,
    built: made,
    standIn,
    async reached() {
      await kernel.close();
      return linesReached(source, made, options);
    },
    async close() {
      await kernel.close();
      await discard(made, options);
    },
  });
}

interface Started {
  readonly made: Built;
  readonly start: () => Child;
  readonly child: Child;
  readonly hello: Awaited<ReturnType<Child['hello']>>;
}

/** Built and started. A program that was kept and does not start, on another machine say, is built again. */
async function built(
  source: KernelSource,
  units: readonly string[],
  headers: IncludeFiles,
  options: CompileOptions,
  again = true,
): Promise<Result<Started>> {
  const made = await build(source, units, headers, options);
  if (!made.ok) return made;
  const start = () => startChild({ argv: [made.value.program], env: options.env }, options.lineMs);
  const child = start();
  const hello = await child.hello();
  if (!('say' in hello) || !made.value.cached || !again)
    return good({ made: made.value, start, child, hello });
  await child.close();
  await forget(made.value.folder);
  return built(source, units, headers, options, false);
}
