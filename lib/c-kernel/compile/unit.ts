/**
 * The text that the compiler gets for a file: the unchanged file, with macros that report on its checks and the entry
 * points after it.
 */
import type { Entry, SourceFile } from '../source/types.js';

/** Functions whose return a trace keeps: the check, whatever the series calls it, and the parts of the init behind it. */
const CHECK =
  /\b(\w+_check_version|rmm_check_features|rmi_configure|rmi_init_metadata)\s*\([^;{}()]*\)\s*\{/g;

/**
 * The file's own lines, none of them changed and each keeping its number. Behind the body of a check stands a macro of
 * its name, which reports what each later call of it returns: a static function cannot be watched from outside.
 * Behind the last line stand the entry points that the file defines.
 */
export function unitText(file: SourceFile, entries: readonly Entry[]): string {
  const own = entries.filter(entry => entry.file === file.path);
  return [
    reporting(file.compiled, file.path),
    '#line 1 "rmitrace"\n#include <rmitrace/end.h>\n',
    ...own.map(({ name }) => `RMITRACE_ENTRY(${name});\n`),
    ...availableIn(file).map(name => `RMITRACE_ENTRY(${name});\n`),
  ].join('');
}

/** What of the kernel is asked after a whole init that has no part in KVM: whether the RMM is active, and realms can be had. */
const AVAILABLE = ['is_rmm_active', 'is_rmi_available'] as const;

export function availableIn({ compiled }: SourceFile): readonly string[] {
  return AVAILABLE.filter(name => new RegExp(`^bool\\s+${name}\\(void\\)\\s*\\{`, 'm').test(compiled));
}

function reporting(text: string, path: string): string {
  const code = withoutWords(text);
  const ends = [...code.matchAll(CHECK)].flatMap(match => {
    const [, name = ''] = match;
    const specifiers = /[^;}]*$/.exec(code.slice(0, match.index))?.[0] ?? '';
    const end = endOfBody(code, match.index + match[0].length);
    return end === null || /\bvoid\b[^*]*$/.test(specifiers) ? [] : [{ name, end }];
  });
  let from = 0;
  const parts: string[] = [];
  for (const { name, end } of ends) {
    // The text begins with a #line of its own: line 1 is the second.
    const line = text.slice(0, end).split('\n').length - 1;
    const report = `#define ${name}(...) RMITRACE_RETURNING(${name}, ##__VA_ARGS__)`;
    parts.push(text.slice(from, end), `\n${report}\n#line ${line} ${JSON.stringify(path)}\n`);
    from = end;
  }
  return parts.join('') + text.slice(from);
}

/** The same length, with blanks for comments, strings and characters: braces in there are none. */
function withoutWords(text: string): string {
  const word = /\/\*.*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/gs;
  return text.replace(word, found => found.replace(/[^\n]/g, ' '));
}

/** Behind the brace that closes the one before `at`. */
function endOfBody(code: string, at: number): number | null {
  const brace = /[{}]/g;
  brace.lastIndex = at;
  let depth = 1;
  for (let found = brace.exec(code); found !== null; found = brace.exec(code)) {
    depth += found[0] === '{' ? 1 : -1;
    if (depth === 0) return found.index + 1;
  }
  return null;
}
