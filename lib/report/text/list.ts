/** What `list` prints. */
import { revisionText } from '../../abi/revision.js';
import { KERNELS } from '../../kernel/kernels.js';
import { MACHINES } from '../../machine/built-in.js';
import { FAMILIES } from '../../rmm/families.js';
import { PROFILES } from '../../rmm/profiles.js';
import { columns, page } from './layout.js';

export const LISTS = ['kernels', 'machines', 'rmms'] as const;
export type ListName = (typeof LISTS)[number];

export function listText(name: ListName): string {
  const { inColumns, after } = LAYOUTS[name];
  return page([...tableLines(ROWS[name](), inColumns), ...after]);
}

/** The first cells of each row in columns, and the others below: in one line they would not fit a terminal. */
function tableLines(rows: readonly (readonly string[])[], inColumns: number): readonly string[] {
  const lines = columns(rows.map(row => row.slice(0, inColumns)));
  return rows.flatMap((row, at) => [
    lines[at] ?? '',
    ...(at === 0 ? [] : row.slice(inColumns).filter(cell => cell !== '-')).map(cell => `    ${cell}`),
  ]);
}

const DOORS: readonly string[] = [
  '',
  'called directly: the real build was asked 50 calls (RMI_VERSION with 24 values, RMI_FEATURES with 13',
  'indexes, FIDs that it may not know) and every FID; its registers and console lines are the same.',
  'its FIDs: the real build was asked which FIDs it has a handler for.',
  'through EL3: a probe at EL2, or Linux, called it behind TF-A, on QEMU.',
  'UNVERIFIED: no build was asked; the profile follows what is known of its sources.',
  'N is a decimal without leading zeros. A name always means the same RMM with the same answers.',
];

const LAYOUTS: Readonly<Record<ListName, { readonly inColumns: number; readonly after: readonly string[] }>> =
  {
    kernels: { inColumns: 4, after: [] },
    machines: { inColumns: 4, after: [] },
    rmms: { inColumns: 4, after: DOORS },
  };

const ROWS: Readonly<Record<ListName, () => string[][]>> = {
  kernels: () => [
    ['NAME', 'ALIASES', 'DATE', 'WANTS', 'WHAT IS NEW', 'PATCH', 'UNVERIFIED'],
    ...KERNELS.map(({ name, aliases, date, wants, summary, title, unverified }) => [
      name,
      aliases.join(' ') || '-',
      date ?? 'UNVERIFIED',
      wants,
      summary,
      title,
      unverified === null ? '-' : `UNVERIFIED: ${unverified}`,
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
  machines: () => [
    ['NAME', 'CPUS', 'RMM', 'WHAT IT IS'],
    ...MACHINES.map(({ name, cpus, rmm, description }) => {
      const count = cpus.reduce((sum, cpu) => sum + (cpu.count ?? 1), 0);
      return [name, String(count), rmm ?? '', description ?? ''];
    }),
  ],
  rmms: () => [
    ['NAME', 'REVISIONS', 'STANDS FOR', 'CHECKED AGAINST', 'WHAT IT DOES'],
    ...PROFILES.map(({ name, revisions, releases, provenBy, summary }) => [
      name,
      revisions.map(revisionText).join(' ') || '-',
      releases.join(', ') || '-',
      provenBy ?? (releases.length === 0 ? '-' : UNVERIFIED),
      summary,
    ]),
    ...FAMILIES.map(({ usage, summary, range }) => [usage, '-', '-', '-', `${summary}; ${range}`]),
  ],
};

const UNVERIFIED = 'nothing: UNVERIFIED';

/** The same as data. */
export function listJson(name: ListName): Readonly<Record<string, unknown>> {
  const [, ...rows] = ROWS[name]();
  const [heads = []] = ROWS[name]();
  const keys = heads.map(head => KEYS[head] ?? head.toLowerCase());
  return {
    list: name,
    rows: rows.map(row => Object.fromEntries(keys.map((key, at) => [key, row[at] ?? '']))),
  };
}

const KEYS: Readonly<Record<string, string>> = {
  'WHAT IT DOES': 'summary',
  'WHAT IS NEW': 'summary',
  'WHAT IT IS': 'summary',
  'STANDS FOR': 'releases',
  'CHECKED AGAINST': 'provenBy',
};
