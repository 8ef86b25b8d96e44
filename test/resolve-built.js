/** The hook of load-built.js: `../lib/run.js`, as test/ and cli/ name it, is dist/lib/run.js. */
const ROOT = new URL('../', import.meta.url).href;

export async function resolve(specifier, context, next) {
  const [, inside] = /^(?:\.\.\/)+(lib\/.*)/.exec(specifier) ?? [];
  const parent = context.parentURL ?? '';
  if (inside === undefined || !(parent.startsWith(`${ROOT}test/`) || parent.startsWith(`${ROOT}cli/`)))
    return next(specifier, context);
  return next(`${ROOT}dist/${inside}`, context);
}
