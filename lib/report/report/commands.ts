/** The commands that show again what a report says, as words. */
import { builtIn } from '../../kernel/kernels.js';
import { commandWords, optionWords } from '../../model/command-line.js';
import type { ReplayHeader } from '../../model/trace.js';
import { PROFILES } from '../../rmm/profiles.js';
import type { ReportAbout, ReportedTrace } from '../results.js';

export type Command = readonly string[];

/** Of one trace: its kernel again on its answers. Of two: how the second was made of the first, where it was; and the diff. */
export function commandsOf({ a, b }: ReportAbout): readonly Command[] {
  if (b === null) return [commandWords('show', [a.name]), commandWords('replay', [a.name])];
  const made = madeBy(a, b);
  return [
    ...(made === null ? [] : [commandWords('replay', [a.name], made)]),
    commandWords('diff', [a.name, b.name]),
  ];
}

/** The options of the replay that made `b` of `a`; `null` where none did, or one with what no trace can name. */
function madeBy(a: ReportedTrace, b: ReportedTrace): readonly string[] | null {
  const { replay, kernel } = b.trace.header;
  if (replay === undefined || replay.of !== a.digest || kernel.via === 'compiled') return null;
  if (replay.rmm !== undefined && !PROFILES.some(({ name }) => name === replay.rmm)) return null;
  if (b.trace.header.machine.via === 'pipe') return null;
  const recorded = a.trace.header.kernel;
  const { name, wants } = kernel;
  if (name !== 'recorded' && builtIn(name) === undefined) return null;
  const isOwn = name === recorded.name && wants === recorded.wants;
  return [
    ...(isOwn ? [] : optionWords('kernel', name)),
    ...(isOwn || wants === null ? [] : optionWords('wants', wants)),
    ...(replay.rmm === undefined ? [] : optionWords('rmm', replay.rmm)),
    ...rules(replay).flatMap(rule => optionWords('set', rule)),
    ...(replay.answeredAnyway === true ? ['--answer-anyway'] : []),
  ];
}

/** An edit once, however many values it changed. */
function rules({ edits }: ReplayHeader): readonly string[] {
  return [...new Set(edits.map(({ rule }) => rule))];
}
