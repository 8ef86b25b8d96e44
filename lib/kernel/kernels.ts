/** The built-in kernels by name. A name means that one patch alone, in the boot around it. */
import { parseRevision } from '../abi/revision.js';
import { nearest } from '../model/nearest.js';
import type { AsyncKernel, Kernel } from '../model/port.js';
import { bad, good, type Result, trouble } from '../model/result.js';
import type { KernelHeader, Scope, Trace } from '../model/trace.js';
import { bootOf, bootOfSeries, broughtUp, modelledBy } from './boot.js';
import { recordedKernel } from './recorded.js';
import { type BuiltInKernel, KERNELS } from './revisions/index.js';
import type { Abi } from './revisions/rmi-smc.js';
import { wantedIn } from './wanted.js';

export { type BuiltInKernel, KERNELS };

/** The kernel of that name or alias. */
export function builtIn(name: string): BuiltInKernel | undefined {
  return KERNELS.find(kernel => kernel.name === name || kernel.aliases.includes(name));
}

/** Every name and alias, in the order of the series. */
export const KERNEL_NAMES: readonly string[] = KERNELS.flatMap(({ name, aliases }) => [name, ...aliases]);

/** What differs in that scope, in the order of the series: an alias may have a whole series of its own. */
export function namesInScope(scope: Scope): readonly string[] {
  if (scope !== 'init') return KERNELS.map(({ name }) => name);
  return KERNELS.flatMap(({ name, series }) =>
    series === undefined ? [] : [name, ...Object.keys(series.aliases ?? {})],
  );
}

/**
 * The built-in kernel `name`, asking for `wants` (`M.m`, 0..32767 and 0..65535) or for what its patch asks; `scope` says
 * how much of the boot around it is run. One that was called by an alias has the name of the revision that it is.
 * Troubles: `no-kernel`, `bad-value`, `wrong-scope`.
 */
export function kernelNamed(name: string, wants?: string, scope: Scope = 'rmi'): Result<Kernel> {
  const found = builtIn(name);
  if (found === undefined) {
    const meant = nearest(name, [...KERNEL_NAMES, 'recorded']);
    const hint = meant === null ? '' : `did you mean ${meant}? `;
    return bad(
      trouble(
        'no-kernel',
        `no kernel is called ${JSON.stringify(name)}`,
        {},
        `${hint}\`rmitrace list kernels\` names them`,
      ),
    );
  }
  const abi = parseRevision(wants ?? found.wants);
  if (abi === null) {
    const what = `${JSON.stringify(wants)} is not a revision M.m with M up to 32767 and m up to 65535`;
    return bad(trouble('bad-value', what, {}, 'write it like `--wants 2.0`'));
  }
  return scope === 'init' ? wholeSeries(found, name, abi) : good(bootable(found, abi, scope));
}

/** Aliases that differ in the rest of their series keep their names here. */
function wholeSeries({ name, frame, check, series }: BuiltInKernel, asked: string, abi: Abi): Result<Kernel> {
  if (series === undefined) {
    const what = `of kernel ${name} only the check is known, so it has no scope init`;
    return bad(trouble('wrong-scope', what, {}, 'leave `--scope init` out, or name another kernel'));
  }
  const own = series.aliases?.[asked];
  return good({
    name: own === undefined ? name : asked,
    wants: `${abi.major}.${abi.minor}`,
    scope: 'init',
    models: modelledBy(frame, 'init'),
    boot: () => bootOfSeries(frame, (system, rest) => check(system, abi, rest), (own ?? series.boot)()),
  });
}

function bootable({ name, frame, check }: BuiltInKernel, abi: Abi, scope: Scope): Kernel {
  return {
    name,
    wants: `${abi.major}.${abi.minor}`,
    scope,
    models: modelledBy(frame, scope),
    boot: () => bootOf(frame, system => check(system, abi), scope),
    broughtUp: () => broughtUp(frame, system => check(system, abi)),
  };
}

export function kernelHeader({ name, wants, compiled }: AsyncKernel): KernelHeader {
  if (compiled !== undefined) return { name, wants, via: 'compiled', compiled };
  return { name, wants, via: name === 'recorded' ? 'recorded' : 'built-in' };
}

/**
 * What stands for the kernel of a log that does not show which revision it was: the last whose check KVM itself calls, so
 * that what ends KVM before the check ends it here too.
 */
const FOR_ANY_LOG = 'v13';

/** The built-in kernel that recorded the trace, asking for what it asked for. Trouble: `no-kernel`. */
export function ownKernel(trace: Trace): Result<Kernel> {
  const { name, via } = trace.header.kernel;
  const wants = wantedIn(trace) ?? undefined;
  if (via === 'compiled') {
    // A trace never says where its source is: code runs only because a command line named it.
    const next = `name that source again: \`--kernel FILE\`, or replay it on a built-in kernel: ${KERNELS.map(kernel => kernel.name).join(', ')}`;
    const what = `the trace was recorded on a kernel compiled from ${JSON.stringify(name)}, and a trace never runs code by itself`;
    return bad(trouble('no-kernel', what, {}, next));
  }
  if (name === 'recorded') return good(recordedKernel(trace.events, trace.header.scope));
  if (builtIn(name) === undefined && via === 'imported')
    return kernelNamed(FOR_ANY_LOG, wants, trace.header.scope);
  if (builtIn(name) === undefined) {
    const next = `replay it with \`--kernel recorded\`, or on a built-in kernel: ${KERNELS.map(kernel => kernel.name).join(', ')}`;
    return bad(
      trouble(
        'no-kernel',
        `the trace was recorded on ${JSON.stringify(name)}, which is not built in`,
        {},
        next,
      ),
    );
  }
  return kernelNamed(name, wants, trace.header.scope);
}
