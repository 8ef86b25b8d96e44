/**
 * Type-checks the script of a page, which alone has a browser's types (tsconfig.page.json). What it imports is checked with
 * everything else: `tsc -p` would check all of that once more.
 */
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const { config } = ts.readConfigFile(`${ROOT}tsconfig.page.json`, ts.sys.readFile);
const { fileNames, options, errors } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
const program = ts.createProgram(fileNames, options);
const found = fileNames.flatMap(name => {
  const file = program.getSourceFile(name);
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
});
const all = [...errors, ...program.getOptionsDiagnostics(), ...found];
process.stdout.write(
  ts.formatDiagnostics(all, {
    getCurrentDirectory: () => ROOT,
    getCanonicalFileName: name => name,
    getNewLine: () => '\n',
  }),
);
process.exitCode = all.length === 0 && fileNames.length > 0 ? 0 : 1;
