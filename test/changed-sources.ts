/** This project with some of its sources changed, in memory: what the compiler says of them, and rmitrace built of them. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import ts from 'typescript';
import type { rmitrace } from '../cli/app.js';

const ROOT = process.cwd();

/** The new texts of files, by their path in the project; a file that is not there yet is added. */
export type Changes = ReadonlyMap<string, string>;

/** The text of a file with `added` behind the first place where `anchor` stands in it. */
export function behind(path: string, anchor: string, added: string): readonly [path: string, text: string] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const at = text.indexOf(anchor);
  if (at < 0) throw new Error(`${path} has no ${JSON.stringify(anchor)} any more`);
  return [path, text.slice(0, at + anchor.length) + added + text.slice(at + anchor.length)];
}

/** What the compiler has against `files` with these changes: `file: message`, one each. */
export function newCompiler(): (changes: Changes, files: readonly string[]) => readonly string[] {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options: all } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  // Node's types are a second's work, and what is compiled here needs none of them.
  const options = { ...all, types: [] };
  const known = new Map<string, ts.SourceFile>();
  let before: ts.Program | undefined;
  return (changes, files) => {
    const host = ts.createCompilerHost(options);
    const textOf = (name: string) => changes.get(relative(ROOT, name));
    const { fileExists, readFile, getSourceFile } = host;
    host.fileExists = name => textOf(name) !== undefined || fileExists.call(host, name);
    host.readFile = name => textOf(name) ?? readFile.call(host, name);
    host.getSourceFile = (name, language) => {
      const text = textOf(name);
      if (text !== undefined) return ts.createSourceFile(name, text, language);
      const file = known.get(name) ?? getSourceFile.call(host, name, language);
      if (file !== undefined) known.set(name, file);
      return file;
    };
    const roots = files.map(file => join(ROOT, file)).filter(name => host.fileExists(name));
    const program = ts.createProgram(roots, options, host, before);
    before = program;
    return roots.flatMap(root => {
      const file = program.getSourceFile(root);
      const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      return found.map(
        ({ messageText }) => `${relative(ROOT, root)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      );
    });
  };
}

/** The command line with these changes, built into `folder`: what `rmitrace` of test/rmitrace.ts runs as `app`. */
export async function builtWith(changes: Changes, folder: string): Promise<typeof rmitrace> {
  const outfile = join(folder, 'rmitrace.mjs');
  const changed: Plugin = {
    name: 'changed',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
        const file = relative(ROOT, join(resolveDir, path.replace(/\.js$/, '.ts')));
        return changes.has(file) ? { path: join(ROOT, file) } : undefined;
      });
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = changes.get(relative(ROOT, path));
        return contents === undefined ? undefined : { contents, loader: 'ts' };
      });
    },
  };
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['cli/app.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    external: ['#c/*'],
    plugins: [changed],
    logLevel: 'silent',
  });
  return (await import(pathToFileURL(outfile).href)).rmitrace;
}
