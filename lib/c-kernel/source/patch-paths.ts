/** Which file a part of a patch is about, by the lines before its first hunk. */

export interface Names {
  /** In the kernel tree; `null` where the patch creates the file. */
  readonly from: string | null;
  /** `null` where the patch deletes the file. */
  readonly to: string | null;
}

/** Of `diff --git`, `new file mode`, `rename from`, `--- `, `+++ `, the last word counts. */
export function namesOf(header: readonly string[]): Names {
  const after = (word: string): string | undefined =>
    header.findLast(line => line.startsWith(word))?.slice(word.length);
  const [gitFrom, gitTo] = bothOf(after('diff --git '));
  const from = sideOf(after('--- ')) ?? after('rename from ') ?? after('copy from ') ?? gitFrom;
  const to = sideOf(after('+++ ')) ?? after('rename to ') ?? after('copy to ') ?? gitTo;
  const isNew = after('new file mode ') !== undefined || from === NOWHERE;
  const isGone = after('deleted file mode ') !== undefined || to === NOWHERE;
  return { from: isNew ? null : (from ?? ''), to: isGone ? null : (to ?? '') };
}

const NOWHERE = '/dev/null';

/** The name before a tab and a date, without the folder that `diff` was told of. */
function sideOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const name = unquoted((text.split('\t')[0] ?? '').trimEnd());
  return name === NOWHERE ? name : inTree(name);
}

/** `a/NAME b/NAME`: a name without changes stands twice, and may hold spaces. */
function bothOf(text: string | undefined): readonly [string | undefined, string | undefined] {
  if (text === undefined) return [undefined, undefined];
  const half = (text.length - 1) / 2;
  const [one, two] = [text.slice(0, half), text.slice(half + 1)].map(each => inTree(unquoted(each)));
  if (one === two) return [one, two];
  const [first, second] = text.split(' ');
  return [first, second].map(each => (each === undefined ? undefined : inTree(unquoted(each)))) as [
    string,
    string,
  ];
}

const unquoted = (name: string): string => name.replace(/^"(.*)"$/, '$1');

/** The folders at the top of a kernel tree: a name that begins with one of them has no `a/` before it. */
const TOP =
  /^(arch|block|certs|crypto|Documentation|drivers|fs|include|init|io_uring|ipc|kernel|lib|mm|net|rust|samples|scripts|security|sound|tools|usr|virt)\//;

function inTree(name: string): string {
  return TOP.test(name) ? name : name.slice(name.indexOf('/') + 1);
}

/** A path that leads out of a tree, or cannot be one. */
export function isOutside(path: string): boolean {
  const parts = path.split('/');
  return (
    path === '' ||
    path.length > 400 ||
    /[\0-\x1f\\"]/.test(path) ||
    parts.some(part => /^\.{0,2}$/.test(part))
  );
}

/** Whether both lead to the same file, where one may lack the first folders of the other. */
export function sameEnd(one: string, other: string): boolean {
  return one === other || one.endsWith(`/${other}`) || other.endsWith(`/${one}`);
}
