/**
 * Which RMM a console shows: the boot banner of TF-RMM in both its forms (up to 0.6 and from 0.7 on), or EL3 saying
 * that its RMM failed to boot. Nothing is guessed: a build between releases is the profile of its commit, or none.
 */
import { revisionText } from '../abi/revision.js';
import type { RmmProfile } from './profile.js';

export type Shown =
  | { readonly kind: 'profile'; readonly profile: RmmProfile; readonly why: string }
  /** There is a banner, but no profile or several profiles match it; `near`: one of the same version, if there is one. */
  | { readonly kind: 'unclear'; readonly why: string; readonly near: string | null }
  | { readonly kind: 'nothing' };

/** `lines` are console lines without prefixes, in order; of several banners the first counts. */
export function shownProfile(lines: readonly string[], profiles: readonly RmmProfile[]): Shown {
  const banner = readBanner(lines);
  if (lines.some(line => FAILED.some(pattern => pattern.test(line)))) {
    const failed = profiles.find(({ presence }) => presence === 'failed');
    if (failed !== undefined)
      return { kind: 'profile', profile: failed, why: 'EL3 says that the RMM failed to boot' };
  }
  if (banner === null) return { kind: 'nothing' };
  const why = `its banner says ${bannerText(banner)}`;
  const fitting = profiles.filter(profile => fits(profile, banner));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return { kind: 'profile', profile: only, why };
  const near = fitting[0] ?? nearest(profiles, banner);
  const names = fitting.map(({ name }) => name).join(', ');
  const none = `which no profile matches${near === null ? '' : `; the nearest is ${near.name}`}`;
  const rest = names === '' ? none : `which several profiles match: ${names}`;
  return { kind: 'unclear', why: `${why}, ${rest}`, near: near?.name ?? null };
}

/** The highest RMI revision that a banner among the lines names; `null` where none does. */
export function highestRevision(lines: readonly string[]): string | null {
  return readBanner(lines)?.rmi ?? null;
}

/** TF-A's own words: the RMM's return code at its boot, each secondary CPU, each call refused for it. */
const FAILED: readonly RegExp[] = [
  /^ERROR: +RMM init failed: -\d+/,
  /^ERROR: +RMM Failed to initialize\. Ignoring for CPU\d+/,
  /^WARNING: RMMD: Failed to boot up RMM\. Ignoring RM/,
];

interface Banner {
  /** `0.8.0`. */
  readonly version: string;
  /** What `git describe` gave at its build: a tag, a tag and the commits after it, a commit alone. */
  readonly build: string | null;
  /** The highest RMI revision that it speaks. */
  readonly rmi: string | null;
}

const BOOTING = /^Booting RMM v\.(\d+\.\d+\.\d+)(?:\(\w+\)(?: (\S+) Built)?)?/;
/** From 0.7 on; up to 0.6, RMI before RSI. */
const RMI: readonly RegExp[] = [/^RMI ABI revision v(\d+\.\d+)$/, /^RMI\/RSI ABI v\.(\d+\.\d+)\/\d+\.\d+\b/];

function readBanner(lines: readonly string[]): Banner | null {
  const at = lines.findIndex(line => BOOTING.test(line));
  const [, version, build = null] = BOOTING.exec(lines[at] ?? '') ?? [];
  if (version === undefined) return null;
  const next = lines.findIndex((line, later) => later > at && BOOTING.test(line));
  const own = lines.slice(at + 1, next < 0 ? undefined : next);
  const rmi = own
    .flatMap(line => RMI.map(pattern => pattern.exec(line.trimEnd())?.[1]))
    .find(found => found !== undefined);
  return { version, build, rmi: rmi ?? null };
}

function bannerText({ version, build, rmi }: Banner): string {
  return [
    `v.${version}`,
    ...(build === null ? [] : [`build ${build}`]),
    ...(rmi === null ? [] : [`RMI ${rmi}`]),
  ].join(', ');
}

function fits(profile: RmmProfile, banner: Banner): boolean {
  const highest = profile.revisions.at(-1);
  if (highest === undefined || (banner.rmi !== null && revisionText(highest) !== banner.rmi)) return false;
  const releases = profile.releases.map(release => release.split(' ')[0] ?? '');
  const { build, version } = banner;
  const commit = build === null ? undefined : AFTER_TAG.exec(build)?.[1];
  if (commit !== undefined) return releases.some(release => sameCommit(release, commit));
  // A build option keeps the tag and shows in the revision; sources changed by hand (`-dirty`) are no release.
  const tagged = build === null ? null : (RELEASE_TAG.exec(build)?.[1] ?? build);
  if (tagged !== null && !COMMIT.test(tagged)) return releases.includes(tagged);
  if (tagged !== null && releases.some(release => sameCommit(release, tagged))) return true;
  return releases.includes(version) || profile.bannerVersion === version;
}

/** A build of that version: one with the same highest revision, if there is one. */
function nearest(profiles: readonly RmmProfile[], { version, rmi }: Banner): RmmProfile | null {
  const ofVersion = profiles.filter(
    ({ releases, bannerVersion }) =>
      bannerVersion === version || releases.some(release => release.split(' ')[0] === version),
  );
  const same = ofVersion.find(({ revisions }) => {
    const highest = revisions.at(-1);
    return highest !== undefined && revisionText(highest) === rmi;
  });
  return same ?? ofVersion[0] ?? null;
}

const RELEASE_TAG = /^tf-rmm-v(\d+\.\d+\.\d+)$/;
const AFTER_TAG = /-\d+-g([0-9a-f]{7,40})$/;
const COMMIT = /^[0-9a-f]{7,40}$/;

/** Commits are shortened to whatever length was unique. */
function sameCommit(one: string, other: string): boolean {
  return COMMIT.test(one) && COMMIT.test(other) && (one.startsWith(other) || other.startsWith(one));
}
