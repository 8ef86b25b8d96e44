/** `--kernel FILE`: compiles the C, and ends its child with the command. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  bad,
  type CompiledKernel,
  compileKernel,
  counted,
  type Given,
  type GivenText,
  good,
  KERNEL_NAMES,
  type KernelOf,
  type KernelSource,
  kernelSource,
  type Result,
  type Trouble,
  trouble,
  visible,
} from '../lib/cli.js';
import type { Args, Command } from './command.js';
import { isFolder, meansPath, systemTrouble } from './files.js';
import { misuse, replayKernel } from './load.js';
import type { Option } from './option.js';
import type { Io } from './process.js';

/** What goes with `--kernel FILE`. */
export const COMPILING: readonly Option[] = [
  {
    name: 'patch',
    type: 'strings',
    value: 'FILE',
    says: 'a patch or mail to apply to the C of --kernel, in the order given',
  },
  {
    name: 'abi',
    type: 'string',
    value: 'REV',
    choices: KERNEL_NAMES,
    default: 'by the source',
    says: 'the revision whose RMI headers to use if the source has none',
  },
  {
    name: 'shim',
    type: 'strings',
    value: 'DIR',
    says: "a folder of headers that come before rmitrace's own",
  },
  {
    name: 'verbose',
    alias: 'v',
    type: 'boolean',
    says: "print the compiler command and its output; replay: reviewers' remarks beside what their lines did",
  },
];

/** The options that name a kernel once more. */
export const SAME_KERNEL: readonly string[] = ['kernel', 'wants', 'patch', 'abi', 'shim'];

/**
 * A command's run, given the kernel that the command line names as C, compiled; `null`, where it names none. The one
 * place where code of a user gets in: only the command line names it, never a file.
 */
export function withCompiled(
  command: string,
  run: (io: Io, args: Args, compiled: CompiledKernel | null) => Promise<number>,
): Command['run'] {
  return async (io, args) => {
    const name = args.one('kernel');
    if (name === undefined || !(await namesC(name))) {
      const alone = ['patch', 'abi', 'shim'].find(option => args.many(option).length > 0);
      if (alone === undefined) return run(io, args, null);
      return io.trouble(misuse(command, `--${alone} needs --kernel FILE, a C source`));
    }
    const kernel = await compiledFrom(io, name, args, args.one('wants'));
    if (!kernel.ok) return io.trouble(kernel.trouble);
    try {
      return await run(io, args, kernel.value);
    } finally {
      await kernel.value.close();
    }
  };
}

/** Whether --kernel is C to compile, rather than the name of a built-in kernel. */
export async function namesC(name: string): Promise<boolean> {
  return name !== 'recorded' && !KERNEL_NAMES.includes(name) && (await meansPath(name));
}

/** The kernel that replays each trace: the compiled one, or what the options or the trace itself name. */
export function replayKernels(command: string, args: Args, compiled: CompiledKernel | null): KernelOf {
  return trace =>
    compiled === null
      ? replayKernel(command, trace, args.one('kernel'), args.one('wants'))
      : good(compiled.inScope(trace.header.scope));
}

/** `wants`: the revision to ask for, instead of the source's own; `files`: its patches. The caller closes the kernel. */
export async function compiledFrom(
  io: Io,
  path: string,
  args: Args,
  wants: string | undefined,
  files = args.many('patch'),
): Promise<Result<CompiledKernel>> {
  const given = await readGiven(path);
  if (!given.ok) return given;
  const patches: GivenText[] = [];
  for (const file of files) {
    const text = await readGivenText(file);
    if (!text.ok) return text;
    patches.push(text.value);
  }
  const source = await kernelSource(given.value, patches);
  if (!source.ok) return source;
  const shims = new Map<string, string>();
  for (const folder of args.many('shim')) {
    const unread = await addHeaders(folder, '', shims);
    if (unread !== null) return bad(unread);
  }
  const abi = KERNEL_NAMES.find(each => each === args.one('abi'));
  const kernel = await compileKernel(source.value, {
    ...io.compiler,
    // The name that traces use: never a path.
    name: basename(resolve(path)).slice(0, 200),
    shims,
    coverage: args.flag('coverage'),
    ...(abi === undefined ? {} : { abi }),
    ...(wants === undefined ? {} : { wants }),
    ...(args.flag('verbose') ? { onCompiler: text => noteLines(io, text) } : {}),
  });
  if (kernel.ok) for (const line of about(path, source.value, kernel.value)) io.note(visible(line));
  return kernel;
}

function noteLines(io: Io, text: string): void {
  for (const line of text.trimEnd().split('\n')) io.note(visible(line));
}

/** What was taken, and what of it was left out. */
function about(
  path: string,
  source: KernelSource,
  { compiled, wants, standIn }: CompiledKernel,
): readonly string[] {
  const files = source.files.map(file => `${file.path} (${file.lines.compiled} of ${file.lines.of} lines)`);
  const headers =
    compiled.headers === 'own'
      ? 'its own RMI headers'
      : `rmitrace's RMI headers of ${compiled.headers}, wanting ${wants}${standIn.as === null ? '' : ` as ${standIn.as}`}`;
  const anyEl = standIn.onlyInHypMode === null && source.entries.some(({ name }) => name === 'kvm_init_rme');
  const hunks = source.notAtHand.reduce((sum, file) => sum + file.hunks, 0);
  const left = source.notAtHand.map(file => file.path).join(', ');
  return [
    `${path}: compiled ${files.join(', ')} with ${headers}`,
    ...(anyEl
      ? [`${path}: called at any EL; RFC to v8 are called only at EL2 (name the revision with --abi)`]
      : []),
    ...(hunks === 0
      ? []
      : [
          `${path}: ${counted(hunks, 'hunk')} left out; ${hunks === 1 ? 'its file was' : 'their files were'} not given: ${left}`,
        ]),
  ];
}

/** The headers of a folder by include path: `asm/x.h` for DIR/asm/x.h. */
async function addHeaders(
  root: string,
  inside: string,
  headers: Map<string, string>,
): Promise<Trouble | null> {
  const folder = join(root, inside);
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const name = inside === '' ? entry.name : `${inside}/${entry.name}`;
      if (entry.isDirectory()) {
        const trouble = await addHeaders(root, name, headers);
        if (trouble !== null) return trouble;
      } else if (name.endsWith('.h')) {
        headers.set(name, await readFile(join(root, name), 'utf8'));
      }
    }
    return null;
  } catch (error) {
    return systemTrouble(error, folder);
  }
}

/** A mailbox with a whole series is some 700 KiB; a thread with its replies, a few MiB. */
const MOST_BYTES = 16 << 20;

/** C: a file, or a kernel tree of which files are read as needed. Troubles: `not-found`, `unreadable`, `too-large`. */
async function readGiven(path: string): Promise<Result<Given>> {
  const name = path.replace(/(.)\/+$/, '$1');
  if (await isFolder(path)) return good({ is: 'tree', name, read: inside => readInTree(path, inside) });
  const text = await readGivenText(path);
  return text.ok ? good({ is: 'text', ...text.value }) : text;
}

/** Troubles: as `readGiven`. */
async function readGivenText(path: string): Promise<Result<GivenText>> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) {
      return bad(
        trouble(
          'too-large',
          'the file is larger than 16 MiB',
          { file: path },
          'name a single mail or C file',
        ),
      );
    }
    return good({ name: path, text: await readFile(path, 'utf8') });
  } catch (error) {
    return bad(systemTrouble(error, path));
  }
}

/** `null` where the tree has no such file, or a folder of that name. */
async function readInTree(root: string, inside: string): Promise<Result<string | null>> {
  const path = join(root, inside);
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true) return good(null);
  const text = await readGivenText(path);
  return text.ok ? good(text.value.text) : text;
}
