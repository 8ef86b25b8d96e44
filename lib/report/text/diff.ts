/** The report of a diff, as text. */
import type { Difference } from '../../compare/diff.js';
import { firstDifference } from '../../compare/first.js';
import { agreedRevision } from '../../compare/handshake.js';
import { kernelNamed } from '../../kernel/kernels.js';
import { commandLine, optionWords } from '../../model/command-line.js';
import { ignoredLines } from '../ignored.js';
import type { DiffResult } from '../results.js';
import { diffSentence } from '../sentences.js';
import { machineRmmText } from '../words.js';
import {
  actionLines,
  cutShortLines,
  firstBlock,
  inputLines,
  othersThan,
  outcomeLines,
  type Sides,
} from './comparison.js';
import { visible } from './escape.js';
import { block, columns, page } from './layout.js';
import { logDiff } from './log-diff.js';
import type { Paint } from './paint.js';

/** The same parts as a replay's report, for the two traces `names.a` and `names.b`. */
export function diffText({ difference, names, files = names, edited }: DiffResult, paint: Paint): string {
  const sides: Sides = { a: visible(names.a), b: visible(names.b) };
  const { comparison, a, b, outcomes, verdict } = difference;
  const revision = agreedRevision(a.events);
  const first = firstDifference(comparison);
  return page([
    (verdict === 'same' ? paint.good : paint.bad)(diffSentence(difference, sides, edited)),
    ...ignoredLines(difference.ignored),
    ...cutShortLines(comparison, sides),
    ...headers(difference, sides),
    ...block(paint.bold('log'), logDiff(a.events, b.events, sides, paint, difference.logs)),
    ...(verdict === 'same' ? [] : block(paint.bold('outcome'), outcomeLines(outcomes.a, outcomes.b, sides))),
    ...firstBlock('first difference', first, comparison, a.events, sides, paint),
    ...block(
      paint.bold('cause'),
      comparison.causes.flatMap(cause => inputLines(cause, sides, revision, first)),
    ),
    ...block(
      paint.bold('known on one side only'),
      comparison.oneSided.flatMap(input => inputLines(input, sides, revision)),
    ),
    ...block(paint.bold('effects'), [
      ...comparison.effects.flatMap(effect => inputLines(effect, sides, revision, first)),
      ...othersThan(first, comparison.actions).flatMap(action => actionLines(action, sides, revision)),
    ]),
    ...(difference.twoCauses && files !== null ? block(paint.bold('next'), separate(difference, files)) : []),
  ]);
}

function headers({ a, b }: Difference, sides: Sides): string[] {
  const kernel = ({ header }: typeof a) =>
    `${header.kernel.name}, wants ${header.kernel.wants ?? 'not known'}`;
  const machine = ({ header }: typeof a) => `${header.machine.name}, RMM ${machineRmmText(header.machine)}`;
  const rows = [
    ['kernel', kernel(a), kernel(b)],
    ['machine', machine(a), machine(b)],
  ].filter(([, left, right]) => left !== right);
  return columns(
    rows.map(([what = '', left = '', right = '']) => [
      `  ${what}`,
      `${sides.a}: ${visible(left)}`,
      `${sides.b}: ${visible(right)}`,
    ]),
  );
}

function separate({ a, b }: Difference, names: DiffResult['names']): string[] {
  const commands = [...onKernelOf(names.a, b), ...onKernelOf(names.b, a)];
  if (commands.length === 0) return [];
  return ['  kernel and machine both differ; these commands change one at a time:', ...commands];
}

/** A trace replayed on the kernel of the other one; none where that kernel is not built in. */
function onKernelOf(trace: string, { header: { kernel, scope } }: Difference['a']): string[] {
  const { name, wants } = kernel;
  if (!kernelNamed(name, wants ?? undefined, scope).ok) return [];
  const options = [...optionWords('kernel', name), ...(wants === null ? [] : optionWords('wants', wants))];
  return [`    ${commandLine('replay', [trace], options)}`];
}
