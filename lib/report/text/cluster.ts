/** Groups of boots as text: a line each. */
import { counted } from '../../model/count.js';
import type { Cluster } from '../check/cluster.js';
import { visible } from './escape.js';
import { columns, page } from './layout.js';

export function clusterText(groups: readonly Cluster[]): string {
  const boots = groups.reduce((sum, { count }) => sum + count, 0);
  const width = String(groups[0]?.count ?? '').length;
  const rows = groups.map(({ verdict, outcome, first, count, member }) => [
    String(count).padStart(Math.max(width, 'BOOTS'.length)),
    verdict,
    outcome === '' ? '-' : visible(outcome),
    visible(member),
    visible(first),
  ]);
  return page([
    ...columns([['BOOTS', 'REPLAY', 'OUTCOME', 'ONE OF THEM', 'FIRST DIVERGENCE'], ...rows]),
    `${counted(boots, 'boot')} in ${counted(groups.length, 'group')}`,
  ]);
}
