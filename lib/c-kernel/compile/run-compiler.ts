/** The compiler as a program: one command of it, and what it says. */
import { createHash } from 'node:crypto';
import { bad, good, type Result, trouble } from '../../model/result.js';
import { type ProgramRun, runProgram } from '../../pipe/program.js';

export interface Compiler {
  /** The compiler and words that go before every argument, as $CC has them. */
  readonly cc: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where built binaries are kept; made if it is not there. */
  readonly cache: string;
  /** Is given each command and what the compiler said to it, as text. */
  readonly onCompiler?: (text: string) => void;
  /** Whether the code counts the lines and branches that run. */
  readonly coverage?: boolean;
}

/** Trouble: `no-compiler`. */
export async function run(
  { cc, env, onCompiler }: Compiler,
  cwd: string | undefined,
  args: readonly string[],
): Promise<Result<ProgramRun>> {
  // In English, since the first complaint is read.
  const [program, ...words] = cc;
  const ran = await runProgram({
    argv: [program, ...words, ...args],
    env: { ...env, LANG: 'C' },
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (ran.kind === 'not-started') {
    const what = `the C compiler ${JSON.stringify(program)} cannot be started (${ran.code})`;
    return bad(trouble('no-compiler', what, {}, 'install one, like gcc or clang, or name it in CC'));
  }
  if (cwd !== undefined) onCompiler?.(`${[program, ...words, ...args].join(' ')}\n${said(ran)}`);
  return good(ran);
}

/** All that the program wrote, or why it wrote nothing. */
export function said(ran: ProgramRun): string {
  return ran.kind === 'ended'
    ? `${ran.stdout}${ran.stderr}`
    : `the compiler ${'text' in ran ? ran.text : ran.code}`;
}

/** Of anything that JSON can hold. */
export function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
