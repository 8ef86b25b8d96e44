/** C as far as finding its definitions needs: words, punctuation and directives, without comments and texts. */

export interface Token {
  readonly is: 'word' | 'punctuation' | 'directive' | 'literal';
  /** Of a directive, all its lines, their ends taken out. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** The line that it ends in. */
  readonly last: number;
}

/** A comment, by its lines. */
export interface Comment {
  readonly line: number;
  readonly last: number;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
}

const WORD = /[A-Za-z_]\w*/y;
const NUMBER = /\.?\d(?:[eEpP][+-]|[\w.])*/y;

/** `null` where a comment or a text never ends. Linear in the size of the text, whatever it holds. */
export function tokensOf(source: string): Tokens | null {
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  let line = 1;
  let isFirst = true;
  for (let at = 0; at < source.length; ) {
    const end = endOf(source, at, isFirst);
    if (end === null) return null;
    const text = source.slice(at, end.at);
    const last = line + newlines(text);
    if (end.is === 'comment') comments.push({ line, last });
    else if (end.is !== 'space') tokens.push({ is: end.is, text: text.replaceAll('\\\n', ' '), line, last });
    if (text.includes('\n') && end.is === 'space') isFirst = true;
    else if (end.is !== 'space' && end.is !== 'comment') isFirst = end.is === 'directive';
    at = end.at;
    line = last;
  }
  return { tokens, comments };
}

interface End {
  readonly is: Token['is'] | 'space' | 'comment';
  readonly at: number;
}

function endOf(source: string, at: number, isFirst: boolean): End | null {
  const char = source[at] ?? '';
  if (/\s/.test(char)) return { is: 'space', at: at + 1 };
  if (source.startsWith('\\\n', at)) return { is: 'space', at: at + 2 };
  if (source.startsWith('/*', at) || source.startsWith('//', at))
    return is('comment', afterComment(source, at));
  if (char === '"' || char === "'") return is('literal', afterLiteral(source, at));
  if (char === '#' && isFirst) return is('directive', afterDirective(source, at));
  const word = matched(WORD, source, at);
  if (word > 0) return { is: 'word', at: at + word };
  const number = matched(NUMBER, source, at);
  if (number > 0) return { is: 'literal', at: at + number };
  return { is: 'punctuation', at: at + (/^(->|##|\.\.\.)/.exec(source.slice(at, at + 3))?.[0].length ?? 1) };
}

const is = (kind: End['is'], at: number | null): End | null => (at === null ? null : { is: kind, at });

function matched(pattern: RegExp, source: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0].length ?? 0;
}

function afterComment(source: string, at: number): number | null {
  if (source[at + 1] === '*') {
    const end = source.indexOf('*/', at + 2);
    return end < 0 ? null : end + 2;
  }
  return afterLine(source, at);
}

/** The line's end, which is not part of it; a backslash before it goes on. */
function afterLine(source: string, at: number): number {
  for (let end = source.indexOf('\n', at); end >= 0; end = source.indexOf('\n', end + 1)) {
    if (source[end - 1] !== '\\') return end;
  }
  return source.length;
}

function afterLiteral(source: string, at: number): number | null {
  const quote = source[at];
  for (let end = at + 1; end < source.length && source[end] !== '\n'; end += 1) {
    if (source[end] === '\\') end += 1;
    else if (source[end] === quote) return end + 1;
  }
  return null;
}

/** A directive goes on behind a comment of several lines; texts in it may never end (`#error don't`). */
function afterDirective(source: string, at: number): number | null {
  for (let end = at; end < source.length; end += 1) {
    if (source[end] === '\n') return end;
    if (source[end] === '\\') end += 1;
    else if (source.startsWith('//', end)) return afterLine(source, end);
    else if (source.startsWith('/*', end)) {
      const after = afterComment(source, end);
      if (after === null) return null;
      end = after - 1;
    } else if (source[end] === '"') end = (afterLiteral(source, end) ?? end + 1) - 1;
  }
  return source.length;
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

const KEYWORDS: ReadonlySet<string> = new Set(
  `auto break case char const continue default do double else enum extern float for goto if inline int long register
  restrict return short signed sizeof static struct switch typedef union unsigned void volatile while _Bool
  __attribute__ __always_inline __inline __inline__ __restrict __volatile__ typeof __typeof__ asm __asm__ bool
  define undef ifdef ifndef elif endif include defined pragma error warning`.split(/\s+/),
);

/** The names that tokens use: not keywords, not what follows `.` or `->`. Those of a directive too. */
export function namesIn(tokens: readonly Token[]): readonly string[] {
  const names = new Set<string>();
  for (const [at, { is: kind, text }] of tokens.entries()) {
    if (kind === 'directive') {
      for (const name of namesIn(inDirective(text))) names.add(name);
    } else if (kind === 'word' && !KEYWORDS.has(text)) {
      const before = tokens[at - 1]?.text;
      if (before !== '.' && before !== '->') names.add(text);
    }
  }
  return [...names];
}

/** Without its `#`, so that it is no directive again. */
function inDirective(text: string): readonly Token[] {
  const plain = text.replace(/^[#\s]+/, '');
  const words = (): readonly Token[] =>
    (plain.match(/[A-Za-z_]\w*/g) ?? []).map(word => ({ is: 'word', text: word, line: 1, last: 1 }));
  return tokensOf(plain)?.tokens ?? words();
}
