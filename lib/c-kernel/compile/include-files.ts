/** What each `#include` of a source finds: its own header, one of --shim, or one that is made here. */
import { placedText } from '../source/placed-text.js';
import { includePath } from '../source/rmi-headers.js';
import type { KernelSource, Parts } from '../source/types.js';

/** Which of rmitrace's RMI headers stand in where the source has none, by the revision that brought them. */
export type HeaderSet = 'v13' | 'v17' | 'next';

/** RMITRACE_ABI of rmitrace/rmi.h. */
const ABI: Readonly<Record<HeaderSet, number>> = { v13: 13, v17: 17, next: 20 };

export interface IncludeFiles {
  /** By the path that an `#include` gives; the source's own are among them. */
  readonly files: ReadonlyMap<string, string>;
  readonly from: 'own' | HeaderSet;
  /** What the compiler is told about the source. */
  readonly defines: readonly string[];
}

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"]/gm;
const RMI_NUMBERS = /^[ \t]*#[ \t]*define[ \t]+SMC_RMI_VERSION\b/m;
/** Names of what the RMI headers were called over the years: asm/rmi_smc.h, linux/arm-smccc-rmi.h, asm/kvm_rme.h. */
const RMI_NAME = /(^|[/_-])rm[ei]([_.-][^/]*)?$/;
const KVM_NAME = /(^|\/)(kvm[^/]*|virt)\.h$/;
/** Functions of rmitrace/rmi-calls.h that some files define themselves. */
const OURS_UNLESS_THEIRS = [
  'rmi_features',
  'rmi_smccc_invoke',
  'rmi_rmm_config_set',
  'rmi_rmm_config_get',
  'rmi_rmm_activate',
  'rmi_granule_tracking_get',
  'rmi_gpt_l1_create',
  'rmi_granule_range_delegate',
  'rmi_granule_range_undelegate',
  'rmi_delegate_page',
  'rmi_undelegate_page',
];
/** The same of types: some headers come without those that they include. */
const STRUCTS = ['rmi_sro_state', 'rmm_config'];
/** Functions that the series' headers declare: what uses one may stand before it, or in another file. */
const DECLARED = [
  'rmi_feat_reg',
  'rmi_sro_execute',
  'rmi_sro_memxfer_execute',
  'rmi_sro_free',
  'rmi_delegate_range',
  'rmi_undelegate_range',
  'rmi_free_delegated_page',
  'free_delegated_page',
  'is_rmm_active',
  'is_rmi_available',
  'rmi_is_available',
];
/** Names of up to v16, when the state of donated memory had one bit in requests and descriptors. */
const ONE_STATE_BIT = /\bRMI_(DONATE|ADDR_RANGE)_SIZE\b/;
const PAGE_SIZES = /\bCONFIG_(PAGE_SIZE_\d+KB|ARM64_\d+K_PAGES)\b/;

/** `shims` are the headers of --shim by include path. `abi` undefined: what the source looks like. */
export function includeFilesFor(
  source: KernelSource,
  shims: ReadonlyMap<string, string>,
  abi: HeaderSet | undefined,
  wants: { readonly major: number; readonly minor: number },
): IncludeFiles {
  const given = new Map([...source.headers, ...shims].filter(([name]) => isInside(name)));
  const texts = [...source.files.map(file => file.compiled), ...given.values()];
  const names = new Set(texts.flatMap(includes));
  const numbers = [...given].find(([, text]) => RMI_NUMBERS.test(text))?.[0];
  const realm = [...given].find(([, text]) => /\bstruct\s+realm\s*\{/.test(text))?.[0];
  const chosen = abi ?? lookingLike(texts);
  const own = numbers !== undefined || source.files.some(file => RMI_NUMBERS.test(file.compiled));
  const rmi = numbers === undefined ? 'rmitrace/rmi.h' : numbers;

  const added = headerParts(source.parts);
  const made = [...new Set([...names, ...added.keys()])]
    .filter(name => !given.has(name) && isInside(name))
    .map(name => {
      const standsIn = standIn(name, own && numbers === undefined ? null : rmi);
      const theirs = added.get(name);
      return [name, theirs === undefined ? standsIn : `#pragma once\n${standsIn}${theirs}`] as const;
    });
  const theirs = OURS_UNLESS_THEIRS.filter(name => headOf(name, texts) !== null);
  const structs = STRUCTS.filter(name =>
    texts.some(text => new RegExp(`\\bstruct\\s+${name}\\s*\\{`).test(text)),
  );
  const heads = DECLARED.flatMap(name => headOf(name, texts) ?? []);
  return {
    files: new Map([
      ...made,
      ...given,
      ...kvmArch(source.parts),
      [THEIRS, heads.map(head => `${head};\n`).join('')],
    ]),
    from: own ? 'own' : chosen,
    defines: [
      `-DRMITRACE_ABI=${ABI[chosen]}`,
      `-DRMITRACE_WANTS_MAJOR=${wants.major}`,
      `-DRMITRACE_WANTS_MINOR=${wants.minor}`,
      ...(realm === undefined ? [] : [`-DRMITRACE_REALM_HEADER=<${realm}>`]),
      ...[...theirs, ...structs].map(name => `-DRMITRACE_THEIR_${name.toUpperCase()}`),
      ...(source.parts.members.length === 0 ? [] : ['-DRMITRACE_THEIR_KVM_ARCH=1']),
      ...(texts.some(text => ONE_STATE_BIT.test(text)) ? ['-DRMITRACE_ONE_STATE_BIT=1'] : []),
      ...(texts.some(text => PAGE_SIZES.test(text)) ? ['-DRMITRACE_BUILT_FOR_4K=1'] : []),
      // A file that includes no RMI header gets the definitions all the same.
      ...(own || [...names].some(name => RMI_NAME.test(name)) ? [] : ['-include', 'rmitrace/rmi.h']),
    ],
  };
}

/** By the path of an `#include`: what patches add to headers that are not at hand. */
export function headerParts({ tops }: Parts): ReadonlyMap<string, string> {
  return new Map(
    [...tops].flatMap(([path, lines]) => {
      const name = includePath(path);
      return name === null ? [] : [[name, placedText(lines)] as const];
    }),
  );
}

/** The members that rmitrace/kvm.h takes into struct kvm_arch. */
function kvmArch({ members }: Parts): readonly (readonly [string, string])[] {
  return members.length === 0 ? [] : [['rmitrace/kvm-arch.h', placedText(members)]];
}

/** The header that rmitrace/rmi-calls.h includes for what the source declares. */
const THEIRS = 'rmitrace/theirs.h';

/** Calls in registers are since v15; their results were called otherwise up to v19. */
function lookingLike(texts: readonly string[]): HeaderSet {
  if (!texts.some(text => /arm_smccc_1_2_|rmi_smccc_invoke|rmi_sro_memxfer/.test(text))) return 'v13';
  return texts.some(text => /\bRMI_RETURN_(STATUS|MEMREQ|CAN_CANCEL)\b/.test(text)) ? 'v17' : 'next';
}

/** What stands before the body of a function, where one of these texts defines it: `long rmi_sro_free(…)`. */
function headOf(name: string, texts: readonly string[]): string | null {
  const defined = new RegExp(`^(?:\\w[\\w \\t*]{0,80}[ \\t*\\n])?${name}\\s*\\([^;{}()]*\\)(?=\\s*\\{)`, 'm');
  return texts.map(text => defined.exec(text)?.[0]).find(head => head !== undefined) ?? null;
}

function includes(text: string): readonly string[] {
  return [...text.matchAll(INCLUDE)].map(([, name = '']) => name);
}

/** Nothing outside of the folder of headers is written, whatever a source includes. */
function isInside(name: string): boolean {
  return !name.startsWith('rmitrace/') && !/^\/|(^|\/)\.\.?(\/|$)|[\0\\]/.test(name);
}

/** Everything that is no RMI header is in rmitrace/kernel.h, which stands before the file anyway. */
function standIn(name: string, rmi: string | null): string {
  const lines = [];
  if (KVM_NAME.test(name)) lines.push('#include <rmitrace/kvm.h>');
  if (RMI_NAME.test(name) && rmi !== null) lines.push(`#include <${rmi}>`);
  return lines.map(line => `${line}\n`).join('');
}
