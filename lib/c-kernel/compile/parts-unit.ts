/**
 * A unit of its own for what patches add to files that are not at hand: the definitions, the rows of ID registers, the call
 * of the check, and the queries of a VM in each state.
 */
import { placedText } from '../source/placed-text.js';
import type { Entry, Parts } from '../source/types.js';
import { headerParts } from './include-files.js';

/** `null` where there is nothing of the kind. */
export function partsUnit(parts: Parts, entries: readonly Entry[]): string | null {
  const { tops, rows, call, queries, states } = parts;
  if (tops.size === 0 && rows.length === 0 && call === null) return null;
  const inC = [...tops].filter(([path]) => path.endsWith('.c')).map(([, lines]) => placedText(lines));
  const tables = rows.flatMap(({ table, added, removed }) => [
    tableText(table, 'RMITRACE_ADDED', placedText(added)),
    tableText(table, 'RMITRACE_REMOVED', placedText(removed)),
  ]);
  const entry = entries.find(({ name }) => name === call?.of);
  return [
    '#include <rmitrace/kvm.h>\n#include <rmitrace/parts.h>\n',
    ...[...headerParts(parts).keys()].map(name => `#include <${name}>\n`),
    ...inC,
    ...tables,
    ...(call === null || entry === undefined
      ? []
      : [
          `${OURS}RMITRACE_CALL(${call.of}, ${entry.returnsInt ? 'int' : 'void'})\n`,
          ...(entry.returnsInt ? [`#define ${call.of}() RMITRACE_RETURNING(${call.of})\n`] : []),
          placedText(call.lines),
          `${OURS}RMITRACE_CALLED\n`,
        ]),
    OURS,
    ...states.flatMap(state => queries.map(query => `RMITRACE_QUERY(${query}, ${state});\n`)),
  ].join('');
}

const OURS = '#line 1 "rmitrace"\n';

function tableText(table: string, macro: string, rows: string): string {
  return `${OURS}${macro}(${table})\n${rows}${OURS}RMITRACE_ROWS_END(${table}, ${macro});\n`;
}
