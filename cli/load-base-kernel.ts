/** `--base`: the kernel that a change is compared with. */
import { type AsyncKernel, bad, good, kernelNamed, type Result, type Scope } from '../lib/cli.js';
import type { Args } from './command.js';
import { misuse } from './load.js';
import { compiledFrom, namesC } from './load-c-kernel.js';
import { UNPATCHED } from './options.js';
import type { Io } from './process.js';

/** In the scope of a trace. */
export interface BaseKernel {
  inScope(scope: Scope): Result<AsyncKernel>;
  close(): Promise<void>;
}

/** `null` where --base is not given. Troubles: `usage`, `no-kernel`, and those of compiling. */
export async function baseKernel(io: Io, command: string, args: Args): Promise<Result<BaseKernel | null>> {
  const name = args.one('base');
  if (name === undefined) return good(null);
  const kernel = args.one('kernel');
  const wants = args.one('wants');
  if (name === UNPATCHED && (kernel === undefined || args.many('patch').length === 0))
    return bad(misuse(command, `--base ${UNPATCHED} needs --kernel FILE and --patch FILE`));
  if (name !== UNPATCHED && !(await namesC(name))) {
    const named = (scope: Scope) => kernelNamed(name, wants, scope);
    const found = named('rmi');
    return found.ok ? good({ inScope: named, close: async () => {} }) : found;
  }
  const compiled = await compiledFrom(io, name === UNPATCHED ? (kernel ?? '') : name, args, wants, []);
  if (!compiled.ok) return compiled;
  return good({ inScope: scope => good(compiled.value.inScope(scope)), close: () => compiled.value.close() });
}
