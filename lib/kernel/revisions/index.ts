/** The revisions of the check, one row a kernel: what each brought, and the frame that its patch stands in. */
import type { Era } from '../../model/kvm.js';
import type { Asking } from '../../model/port.js';
import type { Frame } from '../boot.js';
import type { FROM_C } from '../lines/check.js';
import { LINES, type Row } from '../lines.js';
import { returning } from '../linux/asks.js';
import type { System } from '../linux/cpufeature.js';
import * as series from '../series/index.js';
import type { Series } from '../series/series.js';
import * as next from './next.js';
import { newRealm, noQueries } from './queries.js';
import type { Rest } from './rest.js';
import * as rfc from './rfc.js';
import * as rfc_proto from './rfc-proto.js';
import type { Abi } from './rmi-smc.js';
import * as v3 from './v3.js';
import * as v7 from './v7.js';
import * as v12 from './v12.js';
import * as v13 from './v13.js';
import * as v14 from './v14.js';
import * as v15 from './v15.js';
import * as v17 from './v17.js';

/** A patch that checks the RMI revision, and what it is known by. */
interface Patch {
  /** Later revisions of the patch that do the same. */
  readonly aliases: readonly string[];
  /** The revision that its headers want, `M.m`. */
  readonly wants: string;
  /** Of the posting, `YYYY-MM-DD`; `null` where nobody read it. */
  readonly date: string | null;
  readonly title: string;
  /** What is new in it. */
  readonly summary: string;
  /** What of it was concluded, and not read in a source; `null` where all was read. */
  readonly unverified: string | null;
  readonly frame: Frame;
  /** The check, and behind it `rest`, where its whole series is run. */
  readonly check: (system: System, abi: Abi, rest?: Rest) => Asking<unknown>;
  /** What comes after it in its series; without it scope `init` has no such kernel. */
  readonly series?: SeriesOfPatch;
}

interface SeriesOfPatch {
  readonly boot: Series;
  /** Those of aliases that differ only in what comes after the check, by their names. */
  readonly aliases?: Readonly<Record<string, Series>>;
  /** What of it was concluded, and not read in a source; `null` where all was read. */
  readonly unverified: string | null;
}

export interface BuiltInKernel extends Patch {
  readonly name: string;
}

/** Called by kvm_arm_init of a kernel at EL2; no RME field in the table yet. */
const IN_HYP_MODE: Frame = { level: 'kvm_arm_init', onlyInHypMode: true, rme: false, queries: newRealm };
/** Whose error is kvm_arm_init's. */
const OF_RFC: Frame = { ...IN_HYP_MODE, failsKvm: true };
const AT_ANY_EL: Frame = { ...IN_HYP_MODE, onlyInHypMode: false };
const WITH_RME: Frame = { ...AT_ANY_EL, rme: true };
const BEFORE_KVM: Frame = { ...WITH_RME, level: 'subsys_initcall', queries: noQueries };

/** The names that the table of lines gives revisions by: each must have a row here, or this does not compile. */
type Since<R extends Row> = R extends { readonly by: infer B } ? B[keyof B] : never;
type NamedByALine = Exclude<Since<Row>, Era | typeof FROM_C>;

const REVISIONS = {
  rfc: {
    aliases: [],
    wants: '1.0',
    date: '2023-01-27',
    title: '[RFC PATCH 04/28] arm64: RME: Check for RME support at KVM init',
    summary: 'asks without an argument; x0 is the revision, and only its major counts',
    unverified: 'that its header wants major 1',
    frame: OF_RFC,
    check: (_, abi, rest) => returning('kvm_init_rme', rfc.kvm_init_rme(abi, undefined, rest)),
    series: { boot: series.rfc, unverified: null },
  },
  'rfc-proto': {
    aliases: [],
    wants: '1.0',
    date: null,
    title: 'a patch on top of the RFC: RME_USE_PROTOTYPE_HACKS',
    summary: 'also accepts major 56 or 66, with an error line',
    unverified: 'its date; that one build accepts both, which were seen in two builds',
    frame: OF_RFC,
    check: (_, abi, rest) => returning('kvm_init_rme', rfc_proto.kvm_init_rme(abi, rest)),
    series: { boot: series.rfc, unverified: null },
  },
  v3: {
    aliases: ['v4', 'v5'],
    wants: '1.0',
    date: '2024-06-10',
    title: '[PATCH v3 07/43] arm64: RME: Check for RME support at KVM init',
    summary: 'asks with the wanted revision; x0 is a status; prints the lower revision only',
    unverified: "that v3's error reads as v4's does",
    frame: IN_HYP_MODE,
    check: (_, abi, rest) => v3.kvm_init_rme(abi, LINES.unsupportedHostSupports, rest),
    series: { boot: series.v3, unverified: null },
  },
  v6: {
    aliases: [],
    wants: '1.0',
    date: '2024-12-12',
    title: '[PATCH v6 06/43] arm64: RME: Check for RME support at KVM init',
    summary: 'the error says "we want"',
    unverified: null,
    frame: IN_HYP_MODE,
    check: (_, abi, rest) => v3.kvm_init_rme(abi, LINES.unsupportedWeWant, rest),
    series: { boot: series.v3, unverified: null },
  },
  v7: {
    aliases: ['v8'],
    wants: '1.0',
    date: '2025-02-13',
    title: '[PATCH v7 06/45] arm64: RME: Check for RME support at KVM init',
    summary: 'prints the range, lower and higher, each half cut to 16 bits',
    unverified: null,
    frame: IN_HYP_MODE,
    check: (_, abi, rest) => v7.kvm_init_rme(abi, rest),
    series: { boot: series.v3, unverified: null },
  },
  v9: {
    aliases: ['v10'],
    wants: '1.0',
    date: '2025-06-11',
    title: '[PATCH v9 05/43] arm64: RME: Check for RME support at KVM init',
    summary: 'asks from EL1 too',
    unverified: null,
    frame: AT_ANY_EL,
    check: (_, abi, rest) => v7.kvm_init_rme(abi, rest),
    series: { boot: series.v3, unverified: null },
  },
  v12: {
    aliases: ['v11'],
    wants: '1.0',
    date: '2025-12-17',
    title: '[PATCH v12 05/46] arm64: RMI: Check for RMI support at KVM init',
    summary: 'asks only if the RME field is set; its register table now has that field',
    unverified: "v11's date and what it wants",
    frame: WITH_RME,
    check: (system, abi, rest) => v12.kvm_init_rmi(system, abi, rest),
    series: { boot: series.v12, unverified: null },
  },
  v13: {
    aliases: [],
    wants: '2.0',
    date: '2026-03-18',
    title: '[PATCH v13 07/48] arm64: RMI: Check for RMI support at KVM init',
    summary: 'wants 2.0; asks with any page size',
    unverified: null,
    frame: WITH_RME,
    check: (system, abi, rest) => v13.kvm_init_rmi(system, abi, rest),
    series: { boot: series.v13, unverified: null },
  },
  v14: {
    aliases: [],
    wants: '2.0',
    date: '2026-05-13',
    title: '[PATCH v14 06/44] arm64: RMI: Check for RMI support at init',
    summary: 'a subsys_initcall before KVM, lines without prefix; then reads two feature registers',
    unverified: null,
    frame: BEFORE_KVM,
    check: (system, abi, rest) => returning('arm64_init_rmi', v14.arm64_init_rmi(system, abi, rest)),
    series: { boot: series.v14, unverified: null },
  },
  v15: {
    aliases: ['v16'],
    wants: '2.0',
    date: '2026-07-15',
    title: '[PATCH 3/6] firmware: arm_rmm: Check for RMI support at init',
    summary: 'the init returns the error',
    unverified: 'that its header does not mask bit 31; the form of the call in v16',
    frame: BEFORE_KVM,
    check: (system, abi, rest) => returning('arm64_init_rmi', v15.arm64_init_rmi(system, abi, rest)),
    series: {
      boot: series.v15,
      aliases: { v16: series.v16 },
      unverified: 'that v15 and v16 were posted as the trees of the time have it',
    },
  },
  v17: {
    aliases: ['v18', 'v19'],
    wants: '2.0',
    date: '2026-09-07',
    title: '[PATCH v17 2/7]',
    summary: 'SMCCC 1.2; repeats the call on BUSY and BLOCKED without limit; reads five feature registers',
    unverified:
      "that its helper is that of trees of the time; that nothing masks bit 31; its WARN_ON's condition",
    frame: BEFORE_KVM,
    check: (system, abi, rest) => returning('arm64_init_rmi', v17.arm64_init_rmi(system, abi, rest)),
    series: {
      boot: series.v17,
      unverified:
        "that it was posted as a tree of the time has it, which reads two feature registers; KVM's part",
    },
  },
  next: {
    aliases: ['v20'],
    wants: '2.0',
    date: '2026-10-02',
    title: 'commit 24657f2ce536, queued for arm64; [PATCH v20 2/9] of 2026-09-29',
    summary: 'asks by SMC only; masks bits 31 and above; makes a BLOCKED call at most twice',
    unverified: 'whether mainline has it',
    frame: BEFORE_KVM,
    check: (system, abi, rest) => returning('arm64_init_rmi', next.arm64_init_rmi(system, abi, rest)),
    series: { boot: series.next, unverified: "KVM's part, which was not queued with it" },
  },
} as const satisfies Readonly<Record<NamedByALine, Patch>> & Readonly<Record<string, Patch>>;

export type KernelName = keyof typeof REVISIONS;

/** In the order of the series. */
export const KERNELS: readonly BuiltInKernel[] = Object.entries<Patch>(REVISIONS).map(([name, patch]) => ({
  name,
  ...patch,
}));
