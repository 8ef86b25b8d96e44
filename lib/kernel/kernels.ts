/** The built-in kernels by name. A name means that one patch alone, in the boot around it. */
import { parseRevision } from '../abi/revision.js';
import { nearest } from '../model/nearest.js';
import type { Kernel } from '../model/port.js';
import { bad, good, type Result } from '../model/result.js';
import type { Scope } from '../model/trace.js';
import { bootOf, broughtUp, modelledBy } from './boot.js';
import { type BuiltInKernel, KERNELS } from './revisions.js';
import type { Abi } from './rmi-smc.js';

export { type BuiltInKernel, KERNELS };

/** The kernel of that name or alias. */
export function builtIn(name: string): BuiltInKernel | undefined {
  return KERNELS.find(kernel => kernel.name === name || kernel.aliases.includes(name));
}

/** Every name and alias, in the order of the series. */
export const KERNEL_NAMES: readonly string[] = KERNELS.flatMap(({ name, aliases }) => [name, ...aliases]);

/**
/**
 * The built-in kernel `name`, asking for `wants` (`M.m`, 0..32767 and 0..65535) or for what its patch asks; `scope` says
 * how much of the boot around it is run. One that was called by an alias has the name of the revision that it is.
 * Troubles: `no-kernel`, `bad-value`.
 */
export function kernelNamed(name: string, wants?: string, scope: Scope = 'rmi'): Result<Kernel> {
  const found = builtIn(name);
  if (found === undefined) {
    const meant = nearest(name, [...KERNEL_NAMES, 'recorded']);
    const hint = meant === null ? '' : `did you mean ${meant}? `;
    return bad(
      'no-kernel',
      `no kernel is called ${JSON.stringify(name)}`,
      {},
      `${hint}\`rmitrace list kernels\` names them`,
    );
  }
  const abi = parseRevision(wants ?? found.wants);
  if (abi === null) {
    const range = 'two decimals M.m, M up to 32767 and m up to 65535';
    return bad(
      'bad-value',
      `${JSON.stringify(wants)} is not a revision: ${range}`,
      {},
      'ask like `--wants 2.0`',
    );
  }
  return good(bootable(found, abi, scope));
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
