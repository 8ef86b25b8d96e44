/** What is built in, as tables: kernels, machines, RMMs, and the codes that reports print. */
import { revisionText } from '../abi/revision.js';
import { KERNELS } from '../kernel/revisions/index.js';
import { MACHINES } from '../machine/built-in.js';
import { FAMILIES } from '../rmm/families.js';
import { PROFILES } from '../rmm/profiles.js';
import { defaults } from '../schema/generated/machine.js';
import { allCodes } from './codes.js';

export const LISTS = ['kernels', 'machines', 'rmms', 'codes'] as const;
export type ListName = (typeof LISTS)[number];

export interface List {
  readonly name: ListName;
  readonly columns: readonly ListColumn[];
  /** A cell for each column; `-` where there is nothing. */
  readonly rows: readonly (readonly string[])[];
  /** What its words mean. */
  readonly notes: readonly string[];
  /** How many columns stand in a line of text: the others stand below it, since they would not fit a terminal. Default 4. */
  readonly inLine?: number;
}

/** What a column is called by people and by programs. */
export interface ListColumn {
  readonly head: string;
  readonly key: string;
}

export function listOf(name: ListName): List {
  return { name, ...TABLES[name]() };
}

const CHECKED_AGAINST: readonly string[] = [
  'called directly: the real build was asked 50 calls (RMI_VERSION with 24 values, RMI_FEATURES with 13',
  'indexes, FIDs that it may not know) and every FID; its registers and console lines are the same.',
  'its FIDs: the real build was asked which FIDs it has a handler for.',
  'init: the real build was also asked all that the RMI init calls, in each state of the RMM.',
  'through EL3: a probe at EL2, or Linux, called it behind TF-A, on QEMU.',
  'UNVERIFIED: no build was asked; the profile follows what is known of its sources.',
  'N is a decimal without leading zeros. A name always means the same RMM with the same answers.',
];

const UNVERIFIED = 'nothing: UNVERIFIED';

/** Of the check, and of what comes after it in the series. */
function unverifiedText(check: string | null, series: string | null): string {
  const parts = [check, series === null ? null : `in scope init ${series}`].filter(part => part !== null);
  return parts.length === 0 ? '-' : `UNVERIFIED: ${parts.join('; ')}`;
}

const TABLES: Readonly<Record<ListName, () => Omit<List, 'name'>>> = {
  kernels: () => ({
    columns: [
      { head: 'NAME', key: 'name' },
      { head: 'ALIASES', key: 'aliases' },
      { head: 'DATE', key: 'date' },
      { head: 'WANTS', key: 'wants' },
      { head: 'WHAT IS NEW', key: 'summary' },
      { head: 'PATCH', key: 'patch' },
      { head: 'UNVERIFIED', key: 'unverified' },
    ],
    rows: [
      ...KERNELS.map(({ name, aliases, date, wants, summary, title, unverified, series }) => [
        name,
        aliases.join(' ') || '-',
        date ?? 'UNVERIFIED',
        wants,
        summary,
        title,
        unverifiedText(unverified, series?.unverified ?? null),
      ]),
      [
        'recorded',
        '-',
        '-',
        '-',
        'repeats the calls of the trace in order and prints nothing: tests the machine alone',
        '-',
        '-',
      ],
    ],
    notes: [
      'A kernel here is that patch alone, on what is before it in the series: nothing enables the static key yet.',
      'With scope init what follows it in its series is run as well.',
      'With `--scope init` it is the whole series; v16 is then one of its own.',
    ],
  }),
  machines: () => ({
    columns: [
      { head: 'NAME', key: 'name' },
      { head: 'CPUS', key: 'cpus' },
      { head: 'RMM', key: 'rmm' },
      { head: 'WHAT IT IS', key: 'summary' },
    ],
    rows: [
      ...MACHINES.map(({ name, cpus, rmm, description }) => {
        const count = cpus.reduce((sum, cpu) => sum + (cpu.count ?? 1), 0);
        return [name, String(count), rmm ?? defaults.rmm, description ?? ''];
      }),
    ],
    notes: [],
  }),
  rmms: () => ({
    columns: [
      { head: 'NAME', key: 'name' },
      { head: 'REVISIONS', key: 'revisions' },
      { head: 'STANDS FOR', key: 'releases' },
      { head: 'CHECKED AGAINST', key: 'provenBy' },
      { head: 'WHAT IT DOES', key: 'summary' },
    ],
    rows: [
      ...PROFILES.map(({ name, revisions, releases, follows, provenBy, summary }) => [
        name,
        revisions.map(revisionText).join(' ') || '-',
        releases.join(', ') || follows || '-',
        provenBy ?? (releases.length === 0 && follows === undefined ? '-' : UNVERIFIED),
        summary,
      ]),
      ...FAMILIES.map(({ usage, summary, range }) => [usage, '-', '-', '-', `${summary}; ${range}`]),
    ],
    notes: CHECKED_AGAINST,
  }),
  codes: () => ({
    columns: [
      { head: 'NAME', key: 'name' },
      { head: 'KIND', key: 'kind' },
      { head: 'WHAT IT MEANS', key: 'means' },
      { head: 'WHAT TO DO, OR WHERE IT IS FROM', key: 'next' },
    ],
    rows: allCodes().map(({ name, kind, means, next }) => [name, kind, means, next]),
    notes: [],
    inLine: 2,
  }),
};
