/**
 * TF-RMM's console. A record is written when a call is done, in several pieces (runtime/core/handler.c): the name, each
 * argument, the status, each result; lib/rmm/console.ts prints the layouts by release. Words are told by blanks and not
 * by columns, since a long name pushes the rest to the right. A console line of its own is kept for whoever asks which
 * RMM this was.
 */
import { lookupRmiByName } from '../../abi/rmi-commands.js';
import { ALL_ONES, type U64 } from '../../model/u64.js';
import type { CallReading, Found, LogFormat } from '../format.js';
import { hexWord, isHexWord } from '../hex.js';
import type { Line } from '../line.js';
import { argumentsFit, readAnswer, readArguments, WIDE_ARGUMENTS } from './tf-rmm-registers.js';

/** What a line with a call has behind the name. */
const REST_OF_CALL = '[0-9a-f ]*(?: > (?:RMI_[A-Z_]+|[0-9a-f]+)[0-9a-f ]*)?\\r?';

export const TF_RMM: LogFormat = {
  name: 'tf-rmm',
  says: "TF-RMM's console: its banner, a record for each call that is done, calls that it refuses",
  anchors: ['SMC_RM', 'RMM', 'RMI', 'RSI ABI', 'function_id', 'Unexpected exception', 'Attestation init'],
  // A record or a piece of one, or one of the RMM's own lines; others speak of the RMM too.
  looks:
    /SMC_R|RMI_|R[MS]I ABI|RMI\/RSI|Booting RMM|RMM-EL3|RMM is in|function_id|Unexpected exception|Attestation init/,
  otherCalls: `[\\t -~]{0,200}?SMC_RM[IM]_(?!VERSION|FEATURES|RMM_|GRANULE_TRACKING|GPT_|OP_)[A-Z_]+${REST_OF_CALL}`,
  records: `[\\t -~]{0,200}?(?:SMC_RM[IM]_[A-Z_]+${REST_OF_CALL}|\\[handle_ns_smc\\] unknown function_id: [1-9a-f][\\da-f]{0,15}\\r?)`,
  open: () => ({ read: line => witness(line.text) ?? call(line) }),
};

const WITNESSES: readonly RegExp[] = [
  /^Booting RMM v\.\d/,
  /^RMM-EL3 Interface v\.\d/,
  /^Boot Manifest Interface v\.\d/,
  /^(?:RMI|RSI) ABI revision v\d/,
  /^RMI\/RSI ABI v\.\d/,
  /^RMM is in invalid state$/,
  /^Attestation init failed\.?$/,
  /^Unexpected exception\b/,
];

const UNKNOWN_FID = /^\[handle_ns_smc\] unknown function_id: (?<fid>\S+)$/;

function witness(text: string): Found | null {
  if (WITNESSES.some(pattern => pattern.test(text)))
    return { readings: [{ kind: 'console', src: 'rmm', text }] };
  const fid = hexWord(UNKNOWN_FID.exec(text)?.groups?.fid ?? '');
  if (fid === null) return null;
  // No handler has it, and x0 is SMC_UNKNOWN.
  return { readings: [{ ...FROM_HOST, text, fid, args: [], res: [ALL_ONES, null, null, null] }] };
}

const FROM_HOST = { kind: 'call', by: 'rmm', from: 'ns', cpu: null, cc: null, via: 'smc' } as const;

/** A realm's own calls: RSI by name, others by FID. */
const REALMS = /^(?:SMC_RSI_(?:[A-Z0-9_]+|<unsupported>|[0-9a-f]{8})|(?:PSCI|SMC)_[0-9a-f]{8})(?: |$)/;
const RECORD = /^SMC_(?<family>RM[IM])_(?<name>[A-Z][A-Z0-9_]*)(?<rest> .*)?$/;
const BEGINNING = /^SMC_(?:R(?:[MS](?:[IM](?:_[A-Z0-9_]*)?)?)?)?$/;

function call(line: Line): Found | 'cut' | null {
  const { text } = line;
  if (REALMS.test(text)) return { readings: [{ kind: 'background' }] };
  const { family, name = '', rest = '' } = RECORD.exec(text)?.groups ?? {};
  if (family === undefined) return BEGINNING.test(text) ? cutBeginning(line) : null;
  const fid = lookupRmiByName(`RMI_${name}`);
  if (fid !== null) return record(line, fid, name, family === 'RMM', rest);
  // A later release's command has no number here; the line is kept as it is.
  if (/ > (?:RMI_|[0-9a-f]+\b)/.test(rest))
    return { readings: [{ kind: 'console', src: 'rmm', text }], weak: true };
  return rest === '' ? cutBeginning(line) : null;
}

function cutBeginning({ text, final }: Line): Found | 'cut' {
  if (!final) return 'cut';
  return {
    readings: [{ kind: 'console', src: 'rmm', text }],
    lost: 'a call whose name is cut off, with all of its registers',
  };
}

function record(line: Line, fid: U64, name: string, old: boolean, rest: string): Found | 'cut' | null {
  const { text } = line;
  const arrow = / >(?: |$)/.exec(rest)?.index ?? -1;
  const shown = wordsOf(arrow < 0 ? rest : rest.slice(0, arrow));
  if (!shown.every(isHexWord)) return null;
  // 0.1 and 0.2 show x1 to x5 whatever the command has.
  const wide = old && shown.length === WIDE_ARGUMENTS;
  const mayBeWide = old && arrow < 0 && shown.length <= WIDE_ARGUMENTS;
  if (!wide && !mayBeWide && !argumentsFit(name, shown.length)) return null;
  const answer = wordsOf(arrow < 0 ? '' : rest.slice(arrow + 2));
  const status = answer[0];
  if (status === undefined) {
    return line.final ? cutRecord(line, fid, name, arrow < 0 ? shown.slice(0, -1) : shown) : 'cut';
  }
  const column = text.length - rest.trimStart().length - 1;
  const read = readAnswer({
    name,
    status,
    words: answer.slice(1),
    wide,
    requested: shown[0] ?? '',
    column,
    line,
  });
  if (read === null || read === 'cut') return read;
  const { args, junk } = readArguments(name, shown, wide, read.word);
  const reading: CallReading = { ...FROM_HOST, text, fid, args, res: read.res, ...junk };
  const { open, weak, lost } = read;
  return { readings: [reading], open, weak, ...(lost === null ? {} : { lost }) };
}

/** The call came back, or there would be no record; what it was given and what it answered is not all there. */
function cutRecord({ text }: Line, fid: U64, name: string, shown: readonly string[]): Found {
  const { args, junk } = readArguments(name, shown, !argumentsFit(name, shown.length), false);
  return {
    readings: [{ ...FROM_HOST, text, fid, args, res: [null, null, null, null], ...junk }],
    lost: 'the end of a record: what the call answered',
  };
}

function wordsOf(text: string): readonly string[] {
  return text.split(' ').filter(word => word !== '');
}
