/** The top level of a C file: what it defines, and what each definition uses. */

import { type Comment, namesIn, type Token, tokensOf } from './c-tokens.js';
import { AGGREGATE, type Declared, declaredBy } from './declared-names.js';

export interface Item extends Declared {
  readonly uses: readonly string[];
  /** Its first and last line, from 1: of the whole lines, comments before it included. */
  readonly line: number;
  readonly last: number;
  /** Directives, and what they cut through: to be kept, and all it uses with it. */
  readonly always: boolean;
  /** It does not read like C: the compiler is to say so. */
  readonly odd: boolean;
}

/** `null` where the braces do not close: then nothing is known of the file. */
export function itemsOf(source: string): readonly Item[] | null {
  const all = tokensOf(source);
  if (all === null) return null;
  const pieces = piecesOf(all.tokens);
  return pieces === null ? null : ofWholeLines(pieces, all.comments);
}

interface Piece {
  readonly tokens: readonly Token[];
  readonly tangled: boolean;
}

/** An `#if`, the depth of braces at it and, once known, at the end of its first branch. */
interface Branch {
  readonly at: number;
  after: number | null;
  readonly inside: boolean;
}

/** Cuts at `;` and at the `}` of a function; branches of `#if` count as one, the first. */
function piecesOf(tokens: readonly Token[]): readonly Piece[] | null {
  const pieces: Piece[] = [];
  const branches: Branch[] = [];
  let piece: Token[] = [];
  let tangled = false;
  let depth = 0;
  // What the first brace, or `=`, of the piece has shown it to be.
  let shape: 'open' | 'function' | 'other' = 'open';
  let hasBrackets = false;
  const end = (): void => {
    if (piece.length > 0) pieces.push({ tokens: piece, tangled });
    piece = [];
    tangled = false;
    shape = 'open';
    hasBrackets = false;
  };
  for (const [at, token] of tokens.entries()) {
    if (token.is === 'directive') {
      const found = branched(token.text, branches, depth, piece.length > 0);
      depth = found.depth;
      if (piece.length === 0) {
        pieces.push({ tokens: [token], tangled: false });
        continue;
      }
      tangled ||= found.outside;
    }
    if (shape === 'open' && depth === 0 && token.text === '=') shape = 'other';
    if (shape === 'open' && depth === 0 && token.text === '{') {
      shape = opensFunction(piece, hasBrackets) ? 'function' : 'other';
    }
    piece.push(token);
    if (token.is !== 'punctuation') continue;
    if ('([{'.includes(token.text)) depth += 1;
    else if (')]}'.includes(token.text)) depth -= 1;
    if (depth < 0) return null;
    if (depth > 0) continue;
    hasBrackets ||= token.text === ')';
    const isOver = token.text === ';' || (token.text === '}' && shape === 'function');
    if (isOver || isBareMacro(piece, tokens[at + 1])) end();
  }
  if (depth !== 0) return null;
  end();
  return pieces;
}

/** What a directive does to the depth, and whether its `#if` stands outside of the piece. */
function branched(
  text: string,
  branches: Branch[],
  depth: number,
  inside: boolean,
): { depth: number; outside: boolean } {
  const [, word = ''] = /^#\s{0,99}(\w+)/.exec(text) ?? [];
  const branch = branches.at(-1);
  if (word.startsWith('if')) branches.push({ at: depth, after: null, inside });
  else if (branch !== undefined && word.startsWith('el')) {
    branch.after ??= depth;
    return { depth: branch.at, outside: !branch.inside };
  } else if (branch !== undefined && word === 'endif') {
    branches.pop();
    return { depth: branch.after ?? depth, outside: !branch.inside };
  }
  return { depth, outside: false };
}

/** What the first brace of a piece opens, by what stands before it: behind a function nothing follows its `}`. */
function opensFunction(piece: readonly Token[], hasBrackets: boolean): boolean {
  const [one, two] = [piece.at(-1)?.text ?? '', piece.at(-2)?.text ?? ''];
  return hasBrackets && (one === ')' || !(AGGREGATE.test(one) || AGGREGATE.test(two)));
}

/** `MODULE_LICENSE("GPL")` without its `;`: a macro's call in capitals, behind which a line begins with a word. */
function isBareMacro(piece: readonly Token[], next: Token | undefined): boolean {
  const [name, bracket] = piece;
  const end = piece.at(-1);
  if (end?.text !== ')' || bracket?.text !== '(') return false;
  if (next !== undefined && next.is !== 'directive' && (next.is !== 'word' || next.line === end.last))
    return false;
  return /^([A-Z][A-Z0-9_]+|\w+_initcall\w*)$/.test(name?.text ?? '');
}

/** To whole lines: with the comments before it, and what begins in a line in which another ends is one with it. */
function ofWholeLines(pieces: readonly Piece[], comments: readonly Comment[]): readonly Item[] {
  // Where the comment that begins last in a line ends.
  const tails = new Map(comments.map(({ line, last }) => [line, last]));
  const items: (Item & { defines: string[]; uses: string[] })[] = [];
  for (const { tokens, tangled } of pieces) {
    const [first, end] = [tokens[0], tokens.at(-1)];
    if (first === undefined || end === undefined) continue;
    const declared = declaredBy(tokens);
    const uses = [...namesIn(tokens)];
    const last = tailOf(end.last, tails);
    const always = tangled || first.is === 'directive';
    const before = items.at(-1);
    if (before === undefined || first.line > before.last) {
      // The first comment of a file is its licence.
      const line = before === undefined ? first.line : before.last + 1;
      const odd = isProse(tokens);
      items.push({ ...declared, defines: [...declared.defines], uses, line, last, always, odd });
      continue;
    }
    for (const name of declared.defines) before.defines.push(name);
    for (const name of uses) before.uses.push(name);
    Object.assign(before, {
      kind: declared.kind === 'about' ? before.kind : declared.kind,
      isStatic: before.isStatic && declared.isStatic,
      last: Math.max(last, before.last),
      always: before.always || always,
      odd: before.odd || isProse(tokens),
    });
  }
  return items;
}

const C_WORD =
  /^(?:struct|union|enum|typedef|static|extern|const|volatile|inline|noinline|void|char|short|int|long|signed|unsigned|bool|_Bool|float|double|return|[us]\d+|__\w+|[A-Z][A-Z0-9_]*|\w+_t)$/;

/** Three names in a row, outside of all braces, that are no words of C: a declaration has two at most. */
function isProse(tokens: readonly Token[]): boolean {
  let names = 0;
  for (const { is, text } of tokens) {
    if (is === 'directive') return false;
    if (is !== 'word') {
      if (text === '{' || text === '=') return false;
      names = 0;
    } else if (!C_WORD.test(text)) names += 1;
    else names = 0;
    if (names === 3) return true;
  }
  return false;
}

function tailOf(line: number, tails: ReadonlyMap<number, number>): number {
  let end = line;
  for (let next = tails.get(end); next !== undefined && next > end; next = tails.get(end)) end = next;
  return end;
}
