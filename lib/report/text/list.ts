/** What `list` prints. */
import { revisionText } from '../../abi/revision.js';
import { KERNELS } from '../../kernel/kernels.js';
import { MACHINES } from '../../machine/machines.js';
import { PROFILES } from '../../machine/profiles.js';
import { columns, page } from './layout.js';

export const LISTS = ['kernels', 'machines', 'rmms'] as const;
export type ListName = (typeof LISTS)[number];

export function listText(name: ListName): string {
  return page(columns(ROWS[name]()));
}

const ROWS: Readonly<Record<ListName, () => string[][]>> = {
  kernels: () => [
    ['NAME', 'DATE', 'WANTS', 'WHAT IT DOES'],
    ...KERNELS.map(({ name, date, wants, summary, title }) => [name, date, wants, `${summary}: ${title}`]),
    [
      'recorded',
      '',
      '',
      'asks what the trace was asked, in order, and prints nothing: tests the machine alone',
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
    ['NAME', 'REVISIONS', 'RELEASES', 'PROVEN BY', 'WHAT IT DOES'],
    ...PROFILES.map(({ name, revisions, releases, provenBy, summary }) => [
      name,
      revisions.map(revisionText).join(' ') || '-',
      releases.join(' ') || '-',
      provenBy ?? 'nothing: UNVERIFIED',
      summary,
    ]),
  ],
};

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
  'WHAT IT IS': 'summary',
  'PROVEN BY': 'provenBy',
};
