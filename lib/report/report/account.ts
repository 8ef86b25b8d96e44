/** What a report for people is made of, whatever its format: one trace, or two beside each other. */
import { callName } from '../../abi/decode.js';
import { type Difference, diff } from '../../compare/diff.js';
import { firstDifference } from '../../compare/first.js';
import { agreedRevision, versionCall } from '../../compare/handshake.js';
import { conformance } from '../../conformance/check.js';
import { outcomeIn } from '../../kernel/outcome.js';
import { shellLine } from '../../model/command-line.js';
import { counted } from '../../model/count.js';
import { endText } from '../../model/end.js';
import { numbered } from '../../model/gaps.js';
import type { Trace } from '../../model/trace.js';
import { contradictionOf } from '../../replay/contradiction.js';
import { editedText } from '../../trace/validate.js';
import { findingOf } from '../finding.js';
import type { Json } from '../json.js';
import type { ReportAbout, ReportedTrace, ReportPart } from '../results.js';
import { contradictionSentence, diffSentence } from '../sentences.js';
import { firstBlock } from '../text/comparison.js';
import { findingLines } from '../text/conformance.js';
import { eventDetails, eventLine } from '../text/events.js';
import { logDiff } from '../text/log-diff.js';
import { PLAIN } from '../text/paint.js';
import { kernelText, outcomeBrief } from '../words.js';
import { type Command, commandsOf } from './commands.js';
import { partOf } from './part.js';

/** Sentences, names and rows are as the traces have them: a format escapes them. Lines are escaped for any reader. */
export interface Account {
  /** One line. */
  readonly title: string;
  /** The first says it all. */
  readonly sentences: readonly string[];
  /** What it is about, a row each: its heading, and a cell a trace. */
  readonly rows: readonly (readonly [what: string, ...cells: readonly string[]])[];
  /** The event that decides, or the first that differs, decoded and raw. */
  readonly decisive: Lines;
  /** What the kernel printed; of two traces as a unified diff. */
  readonly log: Lines;
  /** What breaks the specification. */
  readonly findings: Lines;
  readonly commands: readonly Command[];
  readonly difference: Difference | null;
  readonly parts: { readonly a: ReportPart; readonly b: ReportPart | null };
}

export interface Lines {
  readonly heading: string;
  /** Empty where there is nothing to say. */
  readonly lines: readonly string[];
  /** How many more there are. */
  readonly more?: number;
}

export function accountOf(about: ReportAbout): Account {
  const { a, b } = about;
  const both = b === null ? [a] : [a, b];
  const difference = b === null ? null : (about.difference ?? diff(a.trace, b.trace));
  const parts = { a: partIn(a), b: b === null ? null : partIn(b) };
  return {
    title: titleOf(a.trace, difference),
    sentences: sentencesOf(about, difference),
    rows: [
      ['kernel', ...both.map(({ trace }) => kernelText(trace.header.kernel))],
      ['machine', ...both.map(machineOf)],
      ['RMM', ...both.map(({ trace }) => rmmOf(trace))],
      ['outcome', ...both.map(({ trace }) => outcomeText(trace))],
      ['digest', ...both.map(({ digest }) => digest)],
    ],
    decisive: difference === null ? decidingCall(a.trace) : divergent(difference, about),
    log: logOf(about, difference, parts),
    findings: { heading: 'Against the RMM specification', lines: findingsOf(b ?? a) },
    commands: commandsOf(about),
    difference,
    parts,
  };
}

/** What of it a program may want: the texts as they are, and the commands as a shell takes them. */
export function accountJson(about: ReportAbout): Json {
  const { title, sentences, commands } = accountOf(about);
  const both = about.b === null ? [about.a] : [about.a, about.b];
  return {
    title,
    sentences,
    traces: both.map(({ name, digest }) => ({ name, digest })),
    commands: commands.map(shellLine),
  };
}

function titleOf(a: Trace, difference: Difference | null): string {
  const { name } = a.header.kernel;
  if (difference === null) return `${name}: ${endText(outcomeIn(a))}`;
  const other = difference.b.header.kernel.name;
  const [was, is] = [endText(difference.outcomes.a), endText(difference.outcomes.b)];
  if (difference.verdict === 'same') return `${name}: the same twice, ${was}`;
  if (name !== other) return `${was} on ${name}, ${is} on ${other}`;
  return was === is ? `${name}: ${was} both times, but not in the same way` : `${name}: ${was} became ${is}`;
}

function sentencesOf({ a, b }: ReportAbout, difference: Difference | null): readonly string[] {
  const of = (reported: ReportedTrace) => (text: string) => (b === null ? text : `${reported.name}: ${text}`);
  return [
    ...(difference === null || b === null
      ? []
      : [diffSentence(difference, { a: a.name, b: b.name }, { a: a.edited, b: b.edited })]),
    ...ownSentences(a).map(of(a)),
    ...(b === null ? [] : ownSentences(b).map(of(b))),
  ];
}

function ownSentences({ trace, edited }: ReportedTrace): readonly string[] {
  const { sentence, possible } = findingOf(trace);
  const contradiction = contradictionOf(trace);
  return [
    sentence,
    ...(contradiction === null ? [] : [contradictionSentence(contradiction)]),
    ...possible.map(({ cause, settledBy }) => `Still possible: ${cause}; settled by ${settledBy}.`),
    ...(edited === null ? [] : [`Its seal does not fit: ${editedText(edited)}.`]),
  ];
}

function machineOf({ trace: { header } }: ReportedTrace): string {
  const { name, cpus } = header.machine;
  return `${name}, ${counted(cpus, 'CPU')}`;
}

function rmmOf({ header: { machine } }: Trace): string {
  if (machine.rmm === null) return machine.via === 'emulated' ? 'none' : 'not known';
  return `${machine.rmm} (${machine.via})`;
}

function outcomeText(trace: Trace): string {
  const outcome = outcomeIn(trace);
  return [endText(outcome), ...outcomeBrief(outcome)].join(', ');
}

/** Of one trace: the kernel's RMI_VERSION, on whose answer the check goes by. */
function decidingCall({ events }: Trace): Lines {
  const call = versionCall(events);
  const revision = agreedRevision(events);
  if (call === null) return { heading: 'The call that decides', lines: [] };
  const found = [...numbered(events)].find(({ event }) => event === call);
  const lines = [`event ${found?.number}  ${eventLine(call, revision)}`];
  return {
    heading: `The answer to ${callName(call.fid)}`,
    lines: [...lines, ...eventDetails(call, revision).map(line => `    ${line}`)],
  };
}

function divergent({ comparison, a }: Difference, { a: one, b: other }: ReportAbout): Lines {
  const sides = { a: one.name, b: other?.name ?? '' };
  const first = firstDifference(comparison);
  // Its heading stands in the account.
  const [, , ...lines] = firstBlock('', first, comparison, a.events, sides, PLAIN);
  return { heading: 'The first difference', lines: lines.map(line => line.replace(/^ {2}/, '')) };
}

function partIn({ trace, part }: ReportedTrace): ReportPart {
  return part ?? partOf(trace);
}

function logOf({ a, b }: ReportAbout, difference: Difference | null, parts: Account['parts']): Lines {
  if (difference === null || b === null) return { heading: 'What the kernel printed', ...parts.a.log };
  const sides = { a: a.name, b: b.name };
  const lines = logDiff(difference.a.events, difference.b.events, sides, PLAIN, difference.logs);
  return { heading: 'What the kernel printed, as a diff', lines };
}

function findingsOf({ trace, conformance: found }: ReportedTrace): readonly string[] {
  return findingLines(found ?? conformance(trace), PLAIN).map(line => line.replace(/^ {2}/, ''));
}
