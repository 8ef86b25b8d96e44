/** The same parts of files that a tree has whole: what the check, its call and the queries are there. */
import { good, type Result } from '../../model/result.js';
import type { AtHand } from './apply-hunks.js';
import { callIn } from './call-site.js';
import { itemsOf } from './definitions.js';
import type { Fragments } from './fragments.js';
import { type Folder, textOf } from './patched-tree.js';
import type { Placed, TableRows } from './types.js';

const ARM = 'arch/arm64/kvm/arm.c';
const CPUFEATURE = 'arch/arm64/kernel/cpufeature.c';
const EMULATE = 'arch/arm64/include/asm/kvm_emulate.h';
const KVM_HOST = 'arch/arm64/include/asm/kvm_host.h';

/** What of a file's top level is looked for, by the names that it defines. */
const TOPS: ReadonlyMap<string, readonly string[]> = new Map([
  [EMULATE, ['kvm_is_realm', 'kvm_realm_state', 'vcpu_is_rec']],
  [ARM, ['kvm_rmi_is_available', 'kvm_rme_is_available']],
]);

/** The files of `paths` are those that were found; what patches add to them is in these fragments. */
export async function treeFragments(
  folder: Folder,
): Promise<
  Result<{ readonly paths: readonly string[]; readonly fragments: Fragments; readonly host: AtHand | null }>
> {
  const files = new Map<string, AtHand>();
  for (const path of [ARM, CPUFEATURE, EMULATE, KVM_HOST]) {
    const found = await folder.read(path);
    if (!found.ok) return found;
    if (found.value !== null && found.value.cut === null) files.set(path, found.value);
  }
  const tops = new Map<string, readonly Placed[]>();
  for (const [path, names] of TOPS) {
    const file = files.get(path);
    const lines = file === undefined ? [] : defining(file, names);
    if (lines.length > 0) tops.set(path, lines);
  }
  const [arm, cpufeature, host] = [ARM, CPUFEATURE, KVM_HOST].map(path => files.get(path));
  const fragments: Fragments = {
    tops,
    members:
      host === undefined ? [] : within(host, /^struct kvm_arch \{/).filter(({ text }) => MEMBER.test(text)),
    rows: cpufeature === undefined ? [] : rmeRows(cpufeature),
    call: arm === undefined ? null : callIn(defining(arm, ['kvm_arm_init'])),
  };
  return good({ paths: [...files.keys()], fragments, host: host ?? null });
}

const MEMBER = /^\s.*\b(is_realm|realm)\b[^()]*;/;

function placed({ lines, origins }: AtHand): readonly Placed[] {
  return lines.flatMap((text, at) => {
    const origin = origins[at];
    return origin === undefined ? [] : [{ text, origin }];
  });
}

function defining(file: AtHand, names: readonly string[]): readonly Placed[] {
  const lines = placed(file);
  const items = itemsOf(textOf(file)) ?? [];
  return items
    .filter(({ defines }) => defines.some(name => names.includes(name)))
    .flatMap(({ line, last }) => lines.slice(line - 1, last));
}

/** From a line that begins so to the brace at the left edge that ends it. */
function within(file: AtHand, begins: RegExp): readonly Placed[] {
  const lines = placed(file);
  const from = lines.findIndex(({ text }) => begins.test(text));
  const to = lines.findIndex(({ text }, at) => at > from && text.startsWith('}'));
  return from < 0 || to < 0 ? [] : lines.slice(from, to);
}

const TABLE = 'ftr_id_aa64pfr0';
const ROW = 'ARM64_FTR_BITS(FTR_HIDDEN, FTR_NONSTRICT, FTR_LOWER_SAFE, ID_AA64PFR0_EL1_RME_SHIFT, 4, 0),';

/** The row of the RME field alone: a table without it takes the row away that the built-in one has. */
function rmeRows(file: AtHand): readonly TableRows[] {
  const [head, ...rows] = within(file, new RegExp(`\\bstruct arm64_ftr_bits ${TABLE}\\[\\]`));
  if (head === undefined) return [];
  const added = rows.filter(({ text }) => text.includes('ID_AA64PFR0_EL1_RME_'));
  return [{ table: TABLE, added, removed: added.length > 0 ? [] : [{ ...head, text: ROW }] }];
}
