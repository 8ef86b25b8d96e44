/** Which C files take part: the one that makes the RMI_VERSION call, and the KVM half where that is another. */
import { QUERIES } from '../../kernel/revisions/queries.js';
import { type CFile, type Reached, reach } from './reachable.js';
import { ENTRY_LEVELS, type Entry, type EntryName } from './types.js';

/** Where the check has stood, the newest first. */
export const CHECK_FILES: readonly string[] = [
  'drivers/firmware/arm_rmm/rmi.c',
  'arch/arm64/kernel/rmi.c',
  'arch/arm64/kvm/rmi.c',
  'arch/arm64/kvm/rme.c',
];

export interface Chosen {
  /** In the order in which the kernel runs them. */
  readonly files: readonly CFile[];
  readonly entries: readonly Entry[];
  readonly reached: Reached;
}

/** What is asked of a VM once KVM is there, and the keys that decide it. */
const ASKED_LATER: readonly string[] = [...QUERIES, 'kvm_rmi_is_available', 'kvm_rme_is_available'];

/** `types`: what of the headers is used besides. `null` where no file has an entry point behind which the call is made. */
export function choose(
  all: readonly CFile[],
  headers: readonly CFile[],
  types: readonly string[] = [],
): Chosen | null {
  const files = all.toSorted((one, other) => rank(one) - rank(other));
  const later = headers.flatMap(file =>
    [...ASKED_LATER, ...types]
      .filter(name => file.items?.some(({ defines }) => defines.includes(name)) === true)
      .map(name => ({
        name,
        from: file,
      })),
  );
  const from = (entries: readonly Entry[], among: readonly CFile[], more: typeof later = []): Reached => {
    const roots = entries.flatMap(({ name, file }) => {
      const found = files.find(({ path }) => path === file);
      return found === undefined ? [] : [{ name, from: found }];
    });
    return reach([...roots, ...more], among, headers);
  };
  const isCheck = (file: CFile): boolean => asks(from(entriesOf(file), [file]), file);
  const check = files.find(file => entriesOf(file).length > 0 && isCheck(file));
  if (check === undefined) return null;
  const ofCheck = entriesOf(check);
  const isKvm = ({ level }: Entry): boolean => level === 'kvm_arm_init';
  const half = ofCheck.some(isKvm) ? undefined : files.find(file => entriesOf(file).some(isKvm));
  const entries = [...ofCheck, ...(half === undefined ? [] : entriesOf(half))].sort(
    (one, other) => order(one.level) - order(other.level),
  );
  // A file that merely has a name which they use may be one of them in another life: those that have entries are not.
  const beside = files.filter(file => file !== check && file !== half && entriesOf(file).length === 0);
  const asked = [
    { name: 'is_rmm_active', from: check },
    { name: 'is_rmi_available', from: check },
  ];
  const reached = from(
    entries,
    [check, ...(half === undefined ? [] : [half]), ...beside],
    [...later, ...asked],
  );
  const isUsed = ({ items }: CFile): boolean =>
    items?.some(item => !item.always && item.kind !== 'about' && reached.items.has(item)) === true;
  const parts = [check, ...(half === undefined ? [] : [half]), ...beside.filter(isUsed)];
  return { files: parts, entries, reached };
}

function rank({ path }: CFile): number {
  const at = CHECK_FILES.indexOf(path);
  return at < 0 ? CHECK_FILES.length : at;
}

const order = (level: Entry['level']): number => ['subsys_initcall', 'kvm_arm_init'].indexOf(level);

const isEntryName = (name: string): name is EntryName => Object.hasOwn(ENTRY_LEVELS, name);

/** A file whose braces do not close has those that a line of it begins to define. */
export function entriesOf({ path, items, text }: CFile): readonly Entry[] {
  const made = (name: EntryName, returnsInt: boolean, isStatic: boolean): Entry => ({
    ...{ name, file: path, level: ENTRY_LEVELS[name], returnsInt, isStatic },
  });
  if (items !== null) {
    return items
      .filter(({ kind }) => kind === 'function')
      .flatMap(({ defines, returnsInt, isStatic }) =>
        defines.filter(isEntryName).map(name => made(name, returnsInt, isStatic)),
      );
  }
  return text.split('\n').flatMap(line => {
    const [, before = '', name = ''] =
      /^([a-z_ ]{0,60}?)\b(\w{1,60})\(void\)[^;]*$/.exec(line.slice(0, 200)) ?? [];
    return isEntryName(name) ? [made(name, /\bint\b/.test(before), /\bstatic\b/.test(before))] : [];
  });
}

const CALL = /^(\w+_)?RMI_VERSION$/;

/** Whether the call's name is reached. Where nothing is known of the file, whether it is anywhere in it. */
function asks({ names }: Reached, file: CFile): boolean {
  if (file.items === null) return /\bRMI_VERSION\b|_RMI_VERSION\b/.test(file.text);
  return [...names].some(name => CALL.test(name));
}
