/** How the compiler is called: as the kernel calls it where that decides what the code does. */

/** C as the kernel's: signed overflow wraps, char is unsigned, types may alias. */
const LANGUAGE = ['-std=gnu11', '-funsigned-char', '-fwrapv', '-fno-strict-aliasing'];

/** Undeclared names are errors, not guesses. Unaligned access is fine on arm64, so it is no report of the sanitizer. */
export const UNIT_FLAGS: readonly string[] = [
  ...LANGUAGE,
  '-O1',
  '-Wall',
  '-Wno-unused',
  '-Werror=implicit-function-declaration',
  '-Werror=implicit-int',
  '-Werror=int-conversion',
  '-Werror=incompatible-pointer-types',
  '-fdiagnostics-color=never',
];

export const SANITIZER_FLAGS: readonly string[] = [
  '-fsanitize=undefined',
  '-fno-sanitize=alignment',
  '-fno-sanitize-recover=all',
];

export const OWN_FLAGS: readonly string[] = [...LANGUAGE, '-O1', '-w'];

/** Counters in the unit, and in the child what writes them down. */
export const COVERAGE_FLAGS: readonly string[] = ['--coverage', '-O0'];
export const COVERAGE_CHILD_FLAGS: readonly string[] = ['-DRMITRACE_COVERAGE'];
