/** What `explain` prints: of each boot the finding, the lines that it rests on, and what is still possible. */
import { isKernelCall } from '../../abi/background.js';
import { agreedRevision } from '../../compare/handshake.js';
import type { Imported, ImportedBoot } from '../../import/import.js';
import type { TraceEvent } from '../../model/events.js';
import { findingOf } from '../finding.js';
import { importNotes } from '../imported.js';
import { visible } from './escape.js';
import { eventLine } from './events.js';
import { block, columns, page } from './layout.js';
import type { Paint } from './paint.js';
import { possibleBlock } from './possible.js';

/** `boots`: those of the import that are asked for. */
export function explainText(imported: Imported, boots: readonly ImportedBoot[], paint: Paint): string {
  if (boots.length === 0) {
    return page([
      paint.bold('No handshake in the log: it has no line of EL3, an RMM or KVM.'),
      ...notesBlock(imported, null, paint),
    ]);
  }
  return boots
    .map((boot, at) => {
      const heading =
        boots.length === 1
          ? []
          : [paint.dim(`boot ${at + 1} of ${boots.length}, lines ${boot.from} to ${boot.to}`)];
      return page([...heading, ...bootLines(imported, boot, paint), ...(at + 1 < boots.length ? [''] : [])]);
    })
    .join('');
}

function bootLines(imported: Imported, boot: ImportedBoot, paint: Paint): readonly string[] {
  const { sentence, possible } = findingOf(boot.trace);
  return [
    paint.bold(visible(sentence)),
    ...block('evidence', evidence(imported, boot)),
    ...possibleBlock(possible),
    ...notesBlock(imported, boot, paint),
  ];
}

function notesBlock(imported: Imported, boot: ImportedBoot | null, paint: Paint): readonly string[] {
  const rows = importNotes(imported, boot).map(({ severity, text }) => [`  ${severity}`, visible(text)]);
  return block('the log', columns(rows)).map(line =>
    /^ {2}(?:data loss|error) /.test(line) ? paint.bad(line) : line,
  );
}

/** The events that a finding rests on: calls of the handshake and the lines around them, not the realms' lives. */
const MOST = 24;

function evidence({ logs }: Imported, boot: ImportedBoot): readonly string[] {
  const { events } = boot.trace;
  const revision = agreedRevision(events);
  const wanted = [...events.entries()].filter(([, event]) => isEvidence(event));
  const rows = wanted.slice(0, MOST).map(([at, event]) => {
    const name = logs.length === 1 ? undefined : logs[boot.logs[at] ?? -1]?.name;
    return [`  ${placeOf(event, name)}`, sourceOf(event), evidenceText(event, revision)];
  });
  const rest = wanted.length > MOST ? [`  and ${wanted.length - MOST} more: \`show\` has all of them`] : [];
  return [...columns(rows), ...rest];
}

/** The event without its marks: where it is from stands before it, and what was concluded below. */
function evidenceText(event: TraceEvent, revision: ReturnType<typeof agreedRevision>): string {
  if (event.type === 'console') return visible(event.text);
  if (event.type === 'log') {
    const prefix = event.prefix === undefined ? '' : `${event.prefix} [${event.pid ?? 'n'}]: `;
    return visible(`${prefix}${event.text}`);
  }
  const { src: _src, t: _t, line: _line, inferred: _inferred, ...plain } = event;
  return eventLine(plain as TraceEvent, revision);
}

function isEvidence(event: TraceEvent): boolean {
  if (event.type === 'smc') return isKernelCall(event);
  if (event.type === 'console') return TELLING.test(event.text);
  return event.type === 'log' || event.type === 'return' || event.type === 'warn';
}

/** A record of a call stands beside its event already. */
const TELLING = /Booting RMM|RMM init|RMM Failed|RMM initialization|exception|invalid/i;

/** `log`: its name, where there are several. */
function placeOf({ line }: TraceEvent, log: string | undefined): string {
  if (line === undefined) return 'inferred';
  return log === undefined ? `line ${line}` : `${visible(log)} line ${line}`;
}

function sourceOf(event: TraceEvent): string {
  if (event.type === 'console' || event.type === 'smc') return event.src ?? 'call';
  return 'kernel';
}
