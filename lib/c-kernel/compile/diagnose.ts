/** What the compiler or the linker complained of first, as a trouble of this project. */

import { bad, type Result, trouble } from '../../model/result.js';
import type { KernelSource } from '../source/types.js';

/** The names that gcc, clang and linkers put into their messages, one pattern for each way to miss one. */
const MISSING: readonly RegExp[] = [
  /implicit declaration of function [‘'`](\w+)['’]/,
  /call to undeclared (?:library )?function '(\w+)'/,
  /[‘'`](\w+)['’] undeclared/,
  /use of undeclared identifier '(\w+)'/,
  /unknown type name [‘'`](\w+)['’]/,
  /storage size of[^\n]*\n[^\n]*?\b((?:struct|union|enum) \w+)/,
  /(?:has incomplete type|incomplete (?:definition of )?type|undefined type)[^‘'`]*[‘'`]((?:struct|union|enum) \w+)/,
  /[‘'`]((?:struct|union|enum) \w+)['’] (?:has no member named|declared inside parameter list)/,
  /undefined reference to [‘'`](\w+)['’]/,
  /undefined symbol: (\w+)/,
  /"_(\w+)", referenced from/,
];

const ERROR = /^(.*?):(\d+)(?::\d+)?: (?:fatal )?error: (.*)$/m;
const NEXT = 'see the compiler output with `-v`, and correct the source';

/** `output` is what it wrote to stderr. Trouble: `does-not-compile`, placed in what was given on the command line. */
export function diagnosed(source: KernelSource, output: string): Result<never> {
  const [whole = '', path = '', digits = '0', message = ''] = ERROR.exec(output) ?? [];
  const line: number = JSON.parse(digits);
  const compiled = source.files.find(file => file.path === path);
  // Some messages name the variable only, and the line its type.
  const searched = whole === '' ? output : `${message}\n${compiled?.text.split('\n')[line - 1] ?? ''}`;
  const missing = MISSING.map(pattern => pattern.exec(searched)?.[1]).find(name => name !== undefined);
  const origin = compiled?.lineOf(line) ?? { name: path, line };
  const where = whole === '' ? {} : { file: origin.name, line: origin.line };
  if (missing !== undefined) {
    const file = source.files.length === 1 || whole === '' ? 'the file' : path;
    const what = `${file} uses ${missing}, which rmitrace does not provide`;
    return bad(
      trouble(
        'does-not-compile',
        what,
        where,
        'add it with `--shim DIR`, in a header that the file includes',
      ),
    );
  }
  const first = message === '' ? lastLine(output) : message;
  return bad(trouble('does-not-compile', `the compiler refuses the source: ${first}`, where, NEXT));
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
