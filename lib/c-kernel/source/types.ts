/**
 * C sources that can stand in for the check, as they come out of a file, a kernel tree, or a patch as it was mailed.
 * Nothing here touches the file system: who calls gives texts, and a reader where the source is a tree.
 */
import type { InitLevel } from '../../kernel/boot.js';
import type { Place } from '../../kernel/kvm/places.js';
import type { Result } from '../../model/result.js';
import type { PatchHeader } from '../../model/trace.js';

/** A text and the name to call it by in messages. */
export interface GivenText {
  readonly name: string;
  readonly text: string;
}

/** A kernel tree. `read` is only ever given paths inside the tree: relative, with `/`, without `..`. */
export interface GivenTree {
  readonly name: string;
  /** The text of a file; `null` where the tree has none of that path. */
  read(path: string): Promise<Result<string | null>>;
}

export type Given = ({ readonly is: 'text' } & GivenText) | ({ readonly is: 'tree' } & GivenTree);

/** A line of what was given, counted from 1. */
export interface Origin {
  readonly name: string;
  readonly line: number;
}

/** A function that the kernel calls, and behind which everything compiled is reached. */
export interface Entry {
  readonly name: EntryName;
  /** The path of the file that defines it. */
  readonly file: string;
  readonly level: InitLevel;
  /** Its value is an int, else it is void. */
  readonly returnsInt: boolean;
  readonly isStatic: boolean;
}

export const ENTRY_LEVELS = {
  arm64_init_rmi: 'subsys_initcall',
  kvm_init_rmi: 'kvm_arm_init',
  kvm_init_rme: 'kvm_arm_init',
} as const satisfies Readonly<Record<string, InitLevel>>;

export type EntryName = keyof typeof ENTRY_LEVELS;

export interface SourceFile {
  /** In the kernel tree, like `arch/arm64/kvm/rmi.c`; the bare name of a file given by itself under another. */
  readonly path: string;
  /** The whole file, LF, every line ended. */
  readonly text: string;
  /**
   * What is to be compiled: `#line 1 "PATH"`, then the file, in which the lines of what the entry points do not reach
   * are empty. So every line keeps its number.
   */
  readonly compiled: string;
  /** How many lines of `text` are left in `compiled`, of how many. */
  readonly lines: { readonly compiled: number; readonly of: number };
  /** Where a line (from 1) of `text` stands in what was given; `null` beyond its end. */
  lineOf(line: number): Origin | null;
}

/** Hunks that could not be used, since the file that they change is not there. */
export interface NotAtHand {
  readonly path: string;
  readonly hunks: number;
}

/** A file of which the patch as given holds only a part. */
export interface CutFile {
  readonly path: string;
  /** Where its hunk begins in what was given. */
  readonly where: Origin;
  readonly has: number;
  readonly of: number;
}

/** A line of C, and where it stands in what was given. */
export interface Placed {
  readonly text: string;
  readonly origin: Origin;
}

/** Rows of a table of `struct arm64_ftr_bits`. */
export interface TableRows {
  readonly table: string;
  readonly added: readonly Placed[];
  readonly removed: readonly Placed[];
}

/** Where kvm_arm_init calls the check, and the statement that does, its conditions with it. */
export interface CallSite {
  readonly of: EntryName;
  readonly behind: Place;
  readonly lines: readonly Placed[];
}

/** What patches add to files that are not at hand, as far as the init and the queries use it. */
export interface Parts {
  /** By path: definitions. */
  readonly tops: ReadonlyMap<string, readonly Placed[]>;
  /** Members of struct kvm_arch. */
  readonly members: readonly Placed[];
  readonly rows: readonly TableRows[];
  readonly call: CallSite | null;
  /** Which of the queries the source has, and the names in its enum realm_state. */
  readonly queries: readonly string[];
  readonly states: readonly string[];
}

export interface KernelSource {
  readonly from: 'file' | 'tree' | 'patch';
  /** The C files that take part, in the order in which the kernel runs them. At least one. */
  readonly files: readonly SourceFile[];
  /** In the order in which the kernel calls them. At least one, each name once. */
  readonly entries: readonly Entry[];
  /**
   * RMI headers by the path that an `#include` gives (`asm/rmi_smc.h`, `linux/arm-smccc-rmi.h`; a header beside its C
   * file by that file's `"name.h"`), reduced and with a `#line` as `compiled` is. They win over the project's own.
   */
  readonly headers: ReadonlyMap<string, string>;
  /** Whether kvm_arm_init calls the entry only `if (in_hyp_mode)`; `null` where the caller was not to be seen. */
  readonly onlyInHypMode: boolean | null;
  /** The revision of the patch that the subject of the mail names, like `v7`; `null` where there is no such mail. */
  readonly revision: string | null;
  readonly parts: Parts;
  readonly notAtHand: readonly NotAtHand[];
  /** Files that were trimmed, and are not needed. One that is needed is trouble. */
  readonly cut: readonly CutFile[];
  /** Lines inside hunks that were taken for a reviewer's words. */
  readonly remarks: readonly Origin[];
  /** The patches that it was made with, in order, itself among them where it is one; what of each takes part. */
  readonly patches: readonly PatchHeader[];
}
