/** Who asks and who answers in a sweep: built-in kernels and RMMs, C that is compiled, RMMs behind a pipe. */
import { basename, resolve } from 'node:path';
import {
  type AsyncKernel,
  bad,
  good,
  kernelNamed,
  namesInScope,
  PROFILES,
  profileNamed,
  type Result,
  type RmmProfile,
  type Scope,
  type SweptPipe,
} from '../../lib/cli.js';
import type { Args } from '../command.js';
import { misuse, noteAlias, noteUnverified } from '../load.js';
import { compiledFrom, namesC } from '../load-c-kernel.js';
import { noteSources, pipedRmm } from '../load-rmm.js';
import type { Io } from '../process.js';

/** In place of a name: all that are built in. */
export const ALL = 'all';

/** Is given what ends a child that was started. */
export type Opened = (close: () => Promise<void>) => void;

function wrong(what: string): Result<never> {
  return bad(misuse('sweep', what));
}

/** `all` stands for each of them; each name once. */
export function namesIn(given: readonly string[], all: readonly string[]): readonly string[] {
  return [...new Set(given.flatMap(name => (name === ALL ? all : [name])))];
}

/** Columns. */
export async function kernelsOf(
  io: Io,
  args: Args,
  scope: Scope,
  opened: Opened,
): Promise<Result<readonly AsyncKernel[]>> {
  const given = args.many('kernel').length === 0 ? [ALL] : args.many('kernel');
  const names = namesIn(given, namesInScope(scope));
  const files = new Set<string>();
  for (const name of names) if (await namesC(name)) files.add(name);
  const wrongFiles = checkFiles(args, files);
  if (wrongFiles !== null) return wrong(wrongFiles);
  const wants = args.many('wants').length === 0 ? [undefined] : [...new Set(args.many('wants'))];
  const kernels: AsyncKernel[] = [];
  for (const name of names) {
    if (name === 'recorded') return wrong('--kernel recorded needs a trace: use replay');
    noteAlias(io, name, scope, 'its column has that name');
    for (const revision of wants) {
      const kernel = files.has(name)
        ? await compiledIn(io, name, args, revision, scope, opened)
        : kernelNamed(name, revision, scope);
      if (!kernel.ok) return kernel;
      const known = kernels.some(
        ({ name: other, wants: asks }) => other === kernel.value.name && asks === kernel.value.wants,
      );
      if (known) continue;
      if (!files.has(name)) noteUnverified(io, kernel.value);
      kernels.push(kernel.value);
    }
  }
  return good(kernels);
}

/** What goes wrong with these C sources before any is compiled; `null` where nothing does. */
function checkFiles(args: Args, files: ReadonlySet<string>): string | null {
  const alone = ['patch', 'abi', 'shim'].find(option => args.many(option).length > 0);
  if (files.size === 0 && alone !== undefined) return `--${alone} needs --kernel FILE, a C source`;
  if (files.size > 1 && args.many('patch').length > 0)
    return '--patch goes with one --kernel FILE, and more are given';
  const names = [...files].map(file => basename(resolve(file)));
  const twice = names.find((name, at) => names.indexOf(name) < at);
  return twice === undefined
    ? null
    : `two columns would be called ${JSON.stringify(twice)}: rename one of the files`;
}

async function compiledIn(
  io: Io,
  file: string,
  args: Args,
  wants: string | undefined,
  scope: Scope,
  opened: Opened,
): Promise<Result<AsyncKernel>> {
  const kernel = await compiledFrom(io, file, args, wants);
  if (!kernel.ok) return kernel;
  opened(() => kernel.value.close());
  return good(kernel.value.inScope(scope));
}

/** Rows; `null`: each machine's own. */
export function rmmsOf(
  io: Io,
  args: Args,
  opened: Opened,
): Result<readonly (RmmProfile | SweptPipe)[] | null> {
  const rmms: (RmmProfile | SweptPipe)[] = [];
  const all = PROFILES.map(({ name }) => name);
  const given = namesIn(args.many('rmm'), all);
  if (args.one('rmm-timeout') !== undefined && !given.some(name => name.startsWith('exec:')))
    return wrong('--rmm-timeout needs --rmm exec:COMMAND');
  for (const name of given) {
    const piped = name.startsWith('exec:') ? pipedRmm(io, 'sweep', args, name) : good(null);
    if (!piped.ok) return piped;
    if (piped.value !== null) {
      const rmm = piped.value;
      opened(() => rmm.close());
      rmms.push({ name, piped: rmm });
      continue;
    }
    const profile = profileNamed(name);
    if (!profile.ok) return profile;
    noteSources(io, profile.value);
    rmms.push(profile.value);
  }
  return good(given.length === 0 ? null : rmms);
}
