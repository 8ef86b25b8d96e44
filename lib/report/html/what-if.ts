/**
 * An edit in a page, and what the kernel says to it: the replay of `rmitrace replay`, by the same code. What was edited
 * stands in the page's address behind `#`, so that it can be sent to others.
 */

import type { Edit } from '../../edit/edit.js';
import { parseEdit, resolveEdit } from '../../edit/parse.js';
import { kernelNamed, ownKernel } from '../../kernel/kernels.js';
import { recordedKernel } from '../../kernel/recorded.js';
import { provenStandIn, type StandIn, standInFor } from '../../machine/stand-in.js';
import { commandWords, optionWords, shellLine } from '../../model/command-line.js';
import type { Kernel } from '../../model/port.js';
import { bad, good, type Result, trouble } from '../../model/result.js';
import type { Trace } from '../../model/trace.js';
import { type Replay, replay } from '../../replay/replay.js';
import { profileNamed } from '../../rmm/profiles.js';

/** What a reader asks for; `''` is as recorded. */
export interface WhatIf {
  /** Which of the page's traces. */
  readonly trace: string;
  readonly kernel: string;
  readonly wants: string;
  readonly rmm: string;
  readonly sets: readonly string[];
  readonly anyway: boolean;
}

export const AS_RECORDED: WhatIf = { trace: 'a', kernel: '', wants: '', rmm: '', sets: [], anyway: false };

export function isAsRecorded({ kernel, wants, rmm, sets, anyway }: WhatIf): boolean {
  return kernel === '' && wants === '' && rmm === '' && sets.length === 0 && !anyway;
}

/** What stands behind `#` for it; `''` for the recording itself. */
export function fragmentOf(asked: WhatIf): string {
  if (isAsRecorded(asked)) return '';
  const { trace, kernel, wants, rmm, sets, anyway } = asked;
  const members: readonly (readonly [string, string])[] = [
    ['trace', trace === 'a' ? '' : trace],
    ['kernel', kernel],
    ['wants', wants],
    ['rmm', rmm],
    ...sets.map((set): readonly [string, string] => ['set', set]),
    ['anyway', anyway ? 'yes' : ''],
  ];
  return members
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

/** The edit behind `#`; `null` where an event or nothing stands there. */
export function whatIfOf(fragment: string): WhatIf | null {
  if (!fragment.includes('=')) return null;
  const members = fragment.split('&').map(member => {
    const [name = '', ...value] = member.split('=');
    return [name, decoded(value.join('='))] as const;
  });
  const one = (name: string) => members.find(([each]) => each === name)?.[1] ?? '';
  return {
    trace: one('trace') === 'b' ? 'b' : 'a',
    kernel: one('kernel'),
    wants: one('wants'),
    rmm: one('rmm'),
    sets: members.flatMap(([name, value]) => (name === 'set' && value !== '' ? [value] : [])),
    anyway: one('anyway') === 'yes',
  };
}

/** What a hand may have cut anywhere. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The command that does the same. */
export function commandOf(name: string, { kernel, wants, rmm, sets, anyway }: WhatIf): string {
  return shellLine(
    commandWords(
      'replay',
      [name],
      [
        ...(kernel === '' ? [] : optionWords('kernel', kernel)),
        ...(wants === '' ? [] : optionWords('wants', wants)),
        ...(rmm === '' ? [] : optionWords('rmm', rmm)),
        ...sets.flatMap(set => optionWords('set', set)),
        ...(anyway ? ['--answer-anyway'] : []),
      ],
    ),
  );
}

/** `digest` is the trace's. Troubles: those of `rmitrace replay`. */
export async function replayOf(trace: Trace, digest: string, asked: WhatIf): Promise<Result<Replay>> {
  const kernel = kernelOf(trace, asked);
  if (!kernel.ok) return kernel;
  const edits = editsOf(trace, asked.sets);
  if (!edits.ok) return edits;
  const rmm = standInOf(trace, asked.rmm);
  if (!rmm.ok) return rmm;
  return replay(trace, kernel.value, {
    edits: edits.value,
    rmm: rmm.value,
    answerAnyway: asked.anyway,
    digest,
  });
}

function kernelOf(trace: Trace, { kernel, wants }: WhatIf): Result<Kernel> {
  const { scope, kernel: own } = trace.header;
  const given = wants === '' ? undefined : wants;
  const name = kernel === '' ? own.name : kernel;
  if (name === 'recorded' && given !== undefined)
    return bad(
      trouble('usage', 'a kernel that repeats the recorded calls wants nothing', {}, 'leave it out'),
    );
  if (kernel === 'recorded') return good(recordedKernel(trace.events, scope));
  if (kernel !== '') return kernelNamed(kernel, given, scope);
  const recorded = ownKernel(trace);
  return recorded.ok && given !== undefined ? kernelNamed(name, given, scope) : recorded;
}

function standInOf(trace: Trace, name: string): Result<StandIn | null> {
  if (name === '') return good(null);
  if (name === 'auto') {
    const proven = provenStandIn(trace);
    return proven.ok ? good(proven.value.standIn) : proven;
  }
  const profile = profileNamed(name);
  return profile.ok ? good(standInFor(trace, profile.value)) : profile;
}

function editsOf(trace: Trace, sets: readonly string[]): Result<readonly Edit[]> {
  const edits: Edit[] = [];
  for (const text of sets) {
    const read = parseEdit(text);
    if (!read.ok) return read;
    const edit = read.value.kind === 'edit' ? good(read.value) : resolveEdit(read.value, trace.events);
    if (!edit.ok) return edit;
    edits.push(edit.value);
  }
  return good(edits);
}
