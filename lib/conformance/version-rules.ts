/**
 * The rules of RMI_VERSION, as Steven Price gave them on 12 Sep 2024 (on [PATCH v4 07/43]) from the RMM specification:
 *
 *     (a) the revision is supported: success, and lower is the one requested;
 *     (b) it is not, and the RMM has an older one: an error, and lower is the highest supported below the one requested;
 *     (c) it is not, and the RMM has only newer ones: an error, and lower equals higher;
 *
 * higher is always the highest that the RMM implements.
 */
import { reservedBits, revisionText } from '../abi/revision.js';
import { decodeStatus } from '../abi/rmi-status.js';
import { hex, type Seen, type U64 } from '../model/u64.js';
import type { CheckedCall, Implemented } from './calls.js';
import type { Breach, ConformanceRule } from './rule.js';

const PRICE = 'Steven Price, 12 Sep 2024, from the specification';

export const VERSION_RULES: readonly ConformanceRule[] = [
  {
    id: 'RMI-VERSION-1',
    severity: 'error',
    sentence: 'Bits 63:31 of lower and higher are zero.',
    source: "the compliance suite's cmd_rmi_version_host, and the masks of Linux's header",
    *check({ version, event }) {
      for (const register of version === null ? [] : REVISIONS) {
        const word = event.res?.[register] ?? null;
        if (word !== null && reservedBits(word) !== 0n)
          yield { register: `x${register}`, what: `${hex(word)} has ${hex(reservedBits(word))} there` };
      }
    },
  },
  {
    id: 'RMI-VERSION-2',
    severity: 'error',
    sentence: 'On success lower is the revision requested (a).',
    source: PRICE,
    *check({ version }) {
      if (version?.kind !== 'success' || version.requested === null || version.lower === null) return;
      if (version.lower !== version.requested)
        yield {
          register: 'x1',
          what: `lower is ${revisionText(version.lower)}, requested was ${revisionText(version.requested)}`,
        };
    },
  },
  {
    id: 'RMI-VERSION-3',
    severity: 'error',
    sentence: 'lower is not above higher.',
    source: `${PRICE}: higher is the highest`,
    *check({ version }) {
      const { lower, higher } = version ?? {};
      if (isSeen(lower) && isSeen(higher) && lower > higher)
        yield { register: 'x1', what: `lower is ${revisionText(lower)}, higher ${revisionText(higher)}` };
    },
  },
  {
    id: 'RMI-VERSION-4',
    severity: 'error',
    sentence: 'higher is the highest revision that the RMM implements.',
    source: PRICE,
    *check({ version, number }, known) {
      const higher = version?.higher;
      if (!isSeen(higher)) return;
      const above = highest(known.filter(({ event }) => event !== number));
      if (above !== null && above.revision > higher)
        yield { register: 'x2', what: `higher is ${revisionText(higher)}, and ${above.because}` };
    },
  },
  {
    id: 'RMI-VERSION-5',
    severity: 'error',
    sentence: 'A revision that the RMM implements is not refused (a).',
    source: PRICE,
    *check(call, known) {
      const refusal = refusalOf(call);
      if (refusal === null) return;
      const { requested, lower, higher } = refusal;
      const elsewhere = known.find(({ revision, event }) => revision === requested && event !== call.number);
      const named = lower === requested ? 'lower names it' : higher === requested ? 'higher names it' : null;
      const why = named ?? elsewhere?.because ?? null;
      if (why !== null) yield { register: 'x0', what: `${revisionText(requested)} is refused, and ${why}` };
    },
  },
  {
    id: 'RMI-VERSION-6',
    severity: 'error',
    sentence:
      'If the RMM has revisions below the one requested, a refusal gives the highest of them as lower (b).',
    source: PRICE,
    *check(call, known) {
      const refusal = refusalOf(call);
      if (refusal === null) return;
      const { requested, lower } = refusal;
      const older = highest(known.filter(({ revision }) => revision < requested));
      if (older === null || lower === requested || (lower < requested && lower >= older.revision)) return;
      yield {
        register: 'x1',
        what: `lower is ${revisionText(lower)}, requested was ${revisionText(requested)}, and ${older.because}`,
      };
    },
  },
  {
    id: 'RMI-VERSION-7',
    severity: 'error',
    sentence:
      'If the RMM has only revisions above the one requested, a refusal gives lower equal to higher (c).',
    source: PRICE,
    *check(call, known) {
      const refusal = refusalOf(call);
      if (refusal === null) return;
      const { requested, lower, higher } = refusal;
      // With an older revision it is (b) that is broken.
      if (known.some(({ revision }) => revision < requested)) return;
      if (requested < lower && lower < higher)
        yield {
          register: 'x1',
          what: `lower is ${revisionText(lower)}, above ${revisionText(requested)} requested, and higher ${revisionText(higher)}`,
        };
    },
  },
  {
    id: 'RMI-VERSION-8',
    severity: 'warning',
    sentence: 'A revision is refused with RMI_ERROR_INPUT.',
    source: 'TF-RMM (runtime/rmi/version.c)',
    unverified: true,
    *check({ version, x0 }) {
      if (version?.kind !== 'refusal' || !isSeen(x0)) return;
      const { name, text } = decodeStatus(x0);
      if (name !== 'RMI_ERROR_INPUT') yield { register: 'x0', what: `it is ${text}` };
    },
  },
  {
    id: 'RMI-VERSION-9',
    severity: 'error',
    sentence: 'lower and higher are revisions that the RMM implements; the specification has no 0.0.',
    source: `${PRICE}; revisions begin with 1.0`,
    *check({ version }): Iterable<Breach> {
      if (version?.lower === 0n) yield { register: 'x1', what: 'lower is 0.0' };
      if (version?.higher === 0n) yield { register: 'x2', what: 'higher is 0.0' };
    },
  },
];

/** x1 and x2. */
const REVISIONS = [1, 2] as const;

/** A refusal all of whose registers were seen, and that does not contradict itself: that is the rule about lower and higher. */
function refusalOf({ version }: CheckedCall): { requested: U64; lower: U64; higher: U64 } | null {
  if (version?.kind !== 'refusal') return null;
  const { requested, lower, higher } = version;
  if (requested === null || lower === null || higher === null || lower > higher) return null;
  return { requested, lower, higher };
}

function highest(known: readonly Implemented[]): Implemented | null {
  return known.reduce<Implemented | null>(
    (best, each) => (best === null || each.revision > best.revision ? each : best),
    null,
  );
}

function isSeen(value: Seen | undefined): value is U64 {
  return value !== undefined && value !== null;
}
