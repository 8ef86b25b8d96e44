/** `--kernel` where it is C: what it takes to compile it, and that nothing of it outlives the command. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  ABIS,
  type CompiledKernel,
  compileKernel,
  type GivenText,
  KERNEL_NAMES,
  type KernelSource,
  kernelSource,
  type Result,
  type Trouble,
  visible,
} from '../lib/index.js';
import type { Args, Command } from './command.js';
import { looksLikePath, systemTrouble } from './files.js';
import { misuse } from './inputs.js';
import type { Io } from './io.js';
import type { Option } from './option.js';
import { readGiven, readGivenText } from './source.js';

/** What goes with `--kernel FILE`. */
export const COMPILING: readonly Option[] = [
  {
    name: 'patch',
    type: 'strings',
    value: 'FILE',
    says: 'a patch or mail to put on the C of --kernel, in the order given',
  },
  {
    name: 'abi',
    type: 'string',
    value: 'REV',
    choices: ABIS,
    default: 'as the source looks',
    says: 'whose RMI headers, where the source brings none',
  },
  {
    name: 'shim',
    type: 'strings',
    value: 'DIR',
    says: "headers that go before rmitrace's own, for what those lack",
  },
  { name: 'verbose', alias: 'v', type: 'boolean', says: 'what the compiler is told, and says' },
];

/**
 * A command's run, given the kernel that the command line names as C, compiled; `null`, where it names none. The one
 * place where code of a user is let in: by a word of the command line, never by a file.
 */
export function withCompiled(
  command: string,
  run: (io: Io, args: Args, compiled: CompiledKernel | null) => Promise<number>,
): Command['run'] {
  return async (io, args) => {
    const name = args.one('kernel');
    if (name === undefined || name === 'recorded' || KERNEL_NAMES.includes(name) || !looksLikePath(name)) {
      const alone = ['patch', 'abi', 'shim'].find(option => args.many(option).length > 0);
      if (alone === undefined) return run(io, args, null);
      return io.trouble(misuse(command, `--${alone} goes with --kernel FILE, C that is compiled`));
    }
    const kernel = await compiledFrom(io, name, args);
    if (!kernel.ok) return io.trouble(kernel.trouble);
    try {
      return await run(io, args, kernel.value);
    } finally {
      await kernel.value.close();
    }
  };
}

async function compiledFrom(io: Io, path: string, args: Args): Promise<Result<CompiledKernel>> {
  const given = await readGiven(path);
  if (!given.ok) return given;
  const patches: GivenText[] = [];
  for (const file of args.many('patch')) {
    const text = await readGivenText(file);
    if (!text.ok) return text;
    patches.push(text.value);
  }
  const source = await kernelSource(given.value, patches);
  if (!source.ok) return source;
  const shims = new Map<string, string>();
  for (const folder of args.many('shim')) {
    const trouble = await addHeaders(folder, '', shims);
    if (trouble !== null) return { ok: false, trouble };
  }
  const abi = ABIS.find(each => each === args.one('abi'));
  const wants = args.one('wants');
  const kernel = await compileKernel(source.value, {
    ...io.compiler,
    // As traces say it: never a path.
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
function about(path: string, source: KernelSource, { compiled }: CompiledKernel): readonly string[] {
  const files = source.files.map(file => `${file.path} (${file.lines.compiled} of ${file.lines.of} lines)`);
  const headers =
    compiled.headers === 'own' ? 'its own RMI headers' : `rmitrace's RMI headers of ${compiled.headers}`;
  const hunks = source.notAtHand.reduce((sum, file) => sum + file.hunks, 0);
  const left = source.notAtHand.map(file => file.path).join(', ');
  return [
    `${path}: compiled ${files.join(', ')} with ${headers}`,
    ...(hunks === 0 ? [] : [`${path}: ${hunks} hunks left out, of files that are not at hand: ${left}`]),
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
    const failed = systemTrouble(error, folder);
    return failed.ok ? null : failed.trouble;
  }
}
