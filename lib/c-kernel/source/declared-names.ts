/** The names that a piece of C's top level declares. Where it is in doubt, it is more of them rather than fewer. */
import { namesIn, type Token } from './c-tokens.js';

export interface Declared {
  /** `about`: it defines nothing, and is there for what it names: an export, an initcall, an assertion. */
  readonly kind: 'directive' | 'function' | 'declaration' | 'about';
  readonly defines: readonly string[];
  readonly isStatic: boolean;
  /** Of a function: its value is an int. */
  readonly returnsInt: boolean;
}

/** A token, or a bracket with all that is in it. */
interface Part {
  readonly text: string;
  readonly isWord: boolean;
  readonly inside: readonly Token[];
}

export function declaredBy(tokens: readonly Token[]): Declared {
  const parts = partsOf(tokens);
  const words = parts.filter(({ isWord }) => isWord).map(({ text }) => text);
  const isStatic = words.includes('static');
  const of = (kind: Declared['kind'], defines: readonly string[]): Declared => {
    const name = parts.findIndex(({ text }) => text === defines[0]);
    const before = parts.slice(0, Math.max(name, 0)).map(({ text }) => text);
    return { kind, defines, isStatic, returnsInt: before.includes('int') && !before.includes('*') };
  };
  if (tokens[0]?.is === 'directive') return of('directive', macroOf(tokens[0].text));
  if (parts.at(-1)?.text === '{') return of('function', functionOf(parts));
  if (ABOUT.test(words[0] ?? '') || words.length === 0) return of('about', []);
  if (
    words[0] === 'typedef' ||
    AGGREGATE.test(words.find(word => !/^(static|const|extern)$/.test(word)) ?? '')
  ) {
    return of('declaration', [...tagsOf(parts), ...declaratorsOf(parts)]);
  }
  return of('declaration', macroCallOf(parts) ?? declaratorsOf(parts));
}

const ABOUT =
  /^(EXPORT_SYMBOL\w*|\w+_initcall\w*|module_\w+|MODULE_\w+|static_assert|_Static_assert|BUILD_BUG_ON\w*|ALLOW_ERROR_INJECTION|NOKPROBE_SYMBOL|early_param|__setup)$/;
export const AGGREGATE = /^(struct|union|enum)$/;
/** Words with brackets behind them that are no declarators. */
const ATTRIBUTE =
  /^(__attribute__|__(printf|scanf|aligned|acquires|releases|must_hold|section|alloc_size|counted_by|no_sanitize|nonnull)|_Alignas|typeof|__typeof__)$/;

function partsOf(tokens: readonly Token[]): readonly Part[] {
  const parts: { text: string; isWord: boolean; inside: Token[] }[] = [];
  let depth = 0;
  for (const token of tokens) {
    const { is, text } = token;
    if (is === 'directive') continue;
    const opens = is === 'punctuation' && '([{'.includes(text);
    const closes = is === 'punctuation' && ')]}'.includes(text);
    if (closes) depth -= 1;
    if (depth > 0) parts.at(-1)?.inside.push(token);
    else if (!closes) parts.push({ text, isWord: is === 'word', inside: [] });
    if (opens) depth += 1;
  }
  return parts;
}

function macroOf(text: string): readonly string[] {
  const [, name] = /^#\s{0,99}define\s{1,99}(\w+)/.exec(text) ?? [];
  return name === undefined ? [] : [name];
}

/** The word before the last bracket that is not an attribute's; a macro that makes a function is named in its bracket. */
function functionOf(parts: readonly Part[]): readonly string[] {
  const at = parts.findLastIndex(
    ({ text }, i) =>
      text === '(' && parts[i - 1]?.isWord === true && !ATTRIBUTE.test(parts[i - 1]?.text ?? ''),
  );
  const name = parts[at - 1]?.text;
  if (name === undefined) return parts.filter(({ isWord }) => isWord).map(({ text }) => text);
  return at === 1 ? [name, ...namesIn(parts[at]?.inside ?? [])] : [name];
}

/** `struct NAME { … }`, and of an `enum` what is in it. */
function tagsOf(parts: readonly Part[]): readonly string[] {
  const body = parts.findIndex(({ text }) => text === '{');
  if (body < 0) return [];
  const tag = parts[body - 1];
  const isEnum = parts.slice(0, body).some(({ text }) => text === 'enum');
  const values = isEnum
    ? (parts[body]?.inside ?? []).filter(
        ({ is }, at, all) => is === 'word' && (at === 0 || all[at - 1]?.text === ','),
      )
    : [];
  return [
    ...(tag?.isWord === true && !AGGREGATE.test(tag.text) ? [tag.text] : []),
    ...values.map(({ text }) => text),
  ];
}

/** `DEFINE_MUTEX(lock);`: whatever is named in the brackets. `null` where there is a type before. */
function macroCallOf(parts: readonly Part[]): readonly string[] | null {
  const at = parts.findIndex(({ text }) => !/^(static|extern|const)$/.test(text));
  return parts[at]?.isWord === true && parts[at + 1]?.text === '('
    ? namesIn(parts[at + 1]?.inside ?? [])
    : null;
}

/** Of each part between commas, up to its `=`: the word before the bracket, or in it (`(*name)(…)`), or the last. */
function declaratorsOf(parts: readonly Part[]): readonly string[] {
  const names: string[] = [];
  let from = 0;
  for (const [at, { text }] of parts.entries()) {
    if (text !== ',' && text !== ';') continue;
    const part = parts.slice(from, at);
    const value = part.findIndex(each => each.text === '=');
    for (const name of declaratorOf(value < 0 ? part : part.slice(0, value))) names.push(name);
    from = at + 1;
  }
  return names;
}

function declaratorOf(parts: readonly Part[]): readonly string[] {
  const at = parts.findIndex(({ text }, i) => text === '(' && !ATTRIBUTE.test(parts[i - 1]?.text ?? ''));
  if (at >= 0)
    return parts[at - 1]?.isWord === true ? [parts[at - 1]?.text ?? ''] : namesIn(parts[at]?.inside ?? []);
  const words = parts.filter(({ isWord }) => isWord).map(({ text }) => text);
  const name = words.findLast(word => !word.startsWith('__')) ?? words.at(-1);
  return name === undefined ? [] : [name];
}
