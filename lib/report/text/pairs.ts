/** Many pairs that were compared, as text: a line each, and totals. */
import { type ComparedPair, PAIR_VERDICTS } from '../../compare/pairs.js';
import { counted } from '../../model/count.js';
import { visible } from './escape.js';
import { columns, page } from './layout.js';
import type { Paint } from './paint.js';

export function pairsText(pairs: readonly ComparedPair[], paint: Paint): string {
  const colours = {
    same: paint.good,
    different: paint.bad,
    'only-a': paint.warn,
    'only-b': paint.warn,
    trouble: paint.warn,
  };
  const lines = columns(
    pairs.map(({ name, verdict, sentence }) => [verdict, visible(name), visible(sentence)]),
  );
  const counts = PAIR_VERDICTS.flatMap(verdict => {
    const count = pairs.filter(pair => pair.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return page([
    ...pairs.map(({ verdict }, at) => colours[verdict](lines[at] ?? '')),
    `${counted(pairs.length, 'name')}: ${counts.join(', ')}`,
  ]);
}
