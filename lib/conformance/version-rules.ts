/**
 * The rules of RMI_VERSION: DEN0137 1.0, chapter B2, and RMI_VERSION itself in 1.0 (B4.3.23) and in the 2.0 draft (B4.5.92).
 * In order of precedence:
 *
 *     (a) the revision is supported: success, and lower is the one requested;
 *     (b) it is not, and the RMM has an older one: an error, and lower is the highest supported below the one requested;
 *     (c) it is not, and the RMM has only newer ones: an error, and lower equals higher;
 *
 * the error is RMI_ERROR_INPUT, and higher is always the highest that the RMM implements.
 */
import { reservedBits, revisionParts, revisionText } from '../abi/revision.js';
import { decodeStatus } from '../abi/rmi-status.js';
import { hex, type U64 } from '../model/u64.js';
import type { RmmProfile } from '../rmm/profile.js';
import { type CheckedCall, type Implemented, isSeen } from './calls.js';
import type { Breach, ConformanceRule } from './rule.js';

const B2 = 'DEN0137 1.0, B2 (IJNVXJ)';
const COMMAND = 'DEN0137, RMI_VERSION: B4.3.23 of 1.0, B4.5.92 of the 2.0 draft';

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
          yield { register: `x${register}`, what: `${hex(word)} has bits ${hex(reservedBits(word))} set` };
      }
    },
  },
  {
    id: 'RMI-VERSION-2',
    severity: 'error',
    sentence: 'On success lower is the revision requested (a).',
    source: B2,
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
    source: B2,
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
    source: B2,
    *check({ version, number }, { implemented }) {
      const higher = version?.higher;
      if (!isSeen(higher)) return;
      const above = highest(implemented.filter(({ event }) => event !== number));
      if (above !== null && above.revision > higher)
        yield { register: 'x2', what: `higher is ${revisionText(higher)}, but ${above.because}` };
    },
  },
  {
    id: 'RMI-VERSION-5',
    severity: 'error',
    sentence: 'A revision that the RMM implements is not refused (a).',
    source: B2,
    *check(call, { implemented }) {
      const refusal = refusalOf(call);
      if (refusal === null) return;
      const { requested, lower, higher } = refusal;
      const elsewhere = implemented.find(
        ({ revision, event }) => revision === requested && event !== call.number,
      );
      const named = lower === requested ? 'lower names it' : higher === requested ? 'higher names it' : null;
      const why = named ?? elsewhere?.because ?? null;
      if (why !== null) yield { register: 'x0', what: `${revisionText(requested)} is refused, but ${why}` };
    },
  },
  {
    id: 'RMI-VERSION-6',
    severity: 'error',
    sentence:
      'If the RMM has revisions below the one requested, a refusal gives the highest of them as lower (b).',
    source: B2,
    *check(call, { implemented }) {
      const refusal = refusalOf(call);
      if (refusal === null) return;
      const { requested, lower } = refusal;
      const older = highest(implemented.filter(({ revision }) => revision < requested));
      if (older === null || lower === requested || (lower < requested && lower >= older.revision)) return;
      yield {
        register: 'x1',
        what: `lower is ${revisionText(lower)}, requested was ${revisionText(requested)}, but ${older.because}`,
      };
    },
  },
  {
    id: 'RMI-VERSION-7',
    severity: 'error',
    sentence:
      'If the RMM has only revisions above the one requested, a refusal gives lower equal to higher (c).',
    source: B2,
    *check(call, { implemented }) {
      const refusal = refusalOf(call);
      if (refusal === null) return;
      const { requested, lower, higher } = refusal;
      // With an older revision it is (b) that is broken.
      if (implemented.some(({ revision }) => revision < requested)) return;
      if (requested < lower && lower < higher)
        yield {
          register: 'x1',
          what: `lower is ${revisionText(lower)} and higher ${revisionText(higher)}; requested was ${revisionText(requested)}`,
        };
    },
  },
  {
    id: 'RMI-VERSION-8',
    severity: 'error',
    sentence: 'A revision is refused with RMI_ERROR_INPUT (b, c).',
    source: COMMAND,
    *check({ version, x0 }) {
      if (version?.kind !== 'refusal' || !isSeen(x0)) return;
      const { name, text } = decodeStatus(x0);
      if (name !== 'RMI_ERROR_INPUT') yield { register: 'x0', what: `x0 is ${text}` };
    },
  },
  {
    id: 'RMI-VERSION-9',
    severity: 'error',
    sentence: 'lower and higher are revisions that the RMM implements; the specification has no 0.0.',
    source: `${B2}; revisions begin with 1.0`,
    *check({ version }, { profile }): Iterable<Breach> {
      if (version === null) return;
      const { kind, requested, lower, higher } = version;
      // A success that names another revision than the one requested breaks (a) already.
      const other = kind === 'success' && requested !== null && lower !== requested;
      for (const [register, name, revision] of [
        ['x1', 'lower', other && lower !== 0n ? null : lower],
        ['x2', 'higher', higher],
      ] as const) {
        const why = revision === null ? null : noRevision(revision, profile);
        if (revision !== null && why !== null)
          yield { register, what: `${name} is ${revisionText(revision)}${why}` };
      }
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

/** Why the RMM cannot have that revision; `null` where nothing says so. Of 0.x the name says it. */
function noRevision(revision: U64, profile: RmmProfile | null): string | null {
  if (revisionParts(revision).major === 0) return '';
  if (profile === null || profile.revisions.includes(revision)) return null;
  const all = profile.revisions.map(revisionText);
  return `, and ${profile.name} implements ${all.length === 1 ? `${all[0]} alone` : all.join(', ')}`;
}
