/** What `check` prints: a line a trace, and totals. */

import { firstDivergence } from '../../compare/first.js';
import type { Conformance } from '../../conformance/check.js';
import type { Trouble } from '../../model/result.js';
import type { Replay } from '../../replay/replay.js';
import { replaySentence } from '../sentences.js';
import { conformanceTotals, findingLines } from './conformance.js';
import { visible } from './escape.js';
import { columns, page } from './layout.js';
import type { Paint } from './paint.js';
import { troubleText } from './trouble.js';

/** A trace that was replayed, or could not be. */
export type Checked = {
  readonly name: string;
} /** `conformance`: what was found in the replayed answers, if asked. */ & (
  | { readonly replay: Replay; readonly conformance?: Conformance }
  | { readonly trouble: Trouble }
);

/** `same`, `diverged`, `undetermined` or `trouble`. */
export function checkedAs(checked: Checked): string {
  return 'replay' in checked ? checked.replay.verdict : 'trouble';
}

export function checkText(all: readonly Checked[], paint: Paint): string {
  const rows = all.map(checked => [
    checkedAs(checked),
    visible(checked.name),
    'replay' in checked
      ? visible(`${replaySentence(checked.replay)}${registers(checked.replay)}`)
      : troubleText({ ...checked.trouble, where: withoutFile(checked.trouble) }),
  ]);
  const colours: Readonly<Record<string, (text: string) => string>> = {
    same: paint.good,
    diverged: paint.bad,
  };
  const lines = columns(rows).flatMap((line, at) => [
    (colours[rows[at]?.[0] ?? ''] ?? paint.warn)(line),
    ...findingLines(
      conformanceOf(all.slice(at, at + 1)).flatMap(({ findings }) => findings),
      paint,
    ),
  ]);
  const conformance = conformanceOf(all);
  return page([
    ...lines,
    totals(all),
    ...(conformance.length === 0 ? [] : [`conformance: ${conformanceTotals(conformance)}`]),
  ]);
}

/** Of each trace that was asked about it. */
export function conformanceOf(all: readonly Checked[]): readonly Conformance[] {
  return all.flatMap(checked =>
    'replay' in checked && checked.conformance !== undefined ? [checked.conformance] : [],
  );
}

/** Which registers of which answer came otherwise from an RMM that stood in: that is what it was asked for. */
function registers({ rmm, weighed, comparison }: Replay): string {
  const first = rmm === null ? null : firstDivergence(comparison, weighed.divergences);
  if (first?.kind !== 'input') return '';
  const { differs, a } = first.input;
  const places = differs.map(({ place, a: was, b: is }) => `${place} recorded ${was}, now ${is}`);
  return ` Event ${a?.number}: ${places.join('; ')}.`;
}

/** `3 traces: 2 same, 1 diverged`. */
export function totals(all: readonly Checked[]): string {
  const counts = new Map<string, number>();
  for (const checked of all) counts.set(checkedAs(checked), (counts.get(checkedAs(checked)) ?? 0) + 1);
  const parts = [...counts].map(([verdict, count]) => `${count} ${verdict}`);
  return `${all.length} trace${all.length === 1 ? '' : 's'}: ${parts.join(', ')}`;
}

/** The line begins with the file's name already. */
function withoutFile({ where: { file: _, ...place } }: Trouble): Trouble['where'] {
  return place;
}
