/** A profile: everything in which the emulated RMMs differ from each other. The data: profiles.ts. */
import type { U64 } from '../model/u64.js';
import type { Commands } from './commands/index.js';
import type { ConsoleStyle } from './console.js';
import type { Handlers } from './handlers.js';
import type { Misbehaviour } from './misbehaviour.js';
import type { VersionRule } from './version-answers.js';

export interface RmmProfile {
  readonly name: string;
  /** One line, for a list. */
  readonly summary: string;
  /** The releases, tags or commits that it stands for, if any; a build option after the release. */
  readonly releases: readonly string[];
  /** The sources that it follows, where no build of them is known that could be asked: it is UNVERIFIED. */
  readonly follows?: string;
  /** The version that the banner of such a build prints, where it is no release of that number; else `null`. */
  readonly bannerVersion: string | null;
  /** What shows that it answers as they do; `null` where nobody has asked them. */
  readonly provenBy: string | null;
  readonly presence: Presence;
  /** The revisions that it supports, as the words of RMI_VERSION, lowest first. */
  readonly revisions: readonly U64[];
  readonly version: VersionRule;
  /** What the build makes of feature register 0 as the machine's description has it: bits that are 1, and bits that are 0. */
  readonly feature0: { readonly set: U64; readonly clear: U64 };
  /** The answer to RMI_FEATURES with an index beyond its registers. 0.1 to 0.3 refuse it; later ones say 0. */
  readonly unknownFeature: 'refused' | 'zero';
  /** x0 for a FID that it has no handler for. */
  readonly unknownFid: U64;
  /** Whether bit 16 of the FID is dropped before dispatch. TF-RMM 0.1 takes it for another, unknown FID. */
  readonly stripsHint: boolean;
  /** Whether all but a few calls are refused with RMI_ERROR_GLOBAL before RMM_ACTIVATE. */
  readonly needsActivate: boolean;
  readonly handlers: Handlers;
  /** Those of its handlers that are emulated, beside RMI_VERSION and RMI_FEATURES. */
  readonly commands: Commands;
  /** How it prints finished calls; `null` for an RMM whose console is not emulated. */
  readonly console: ConsoleStyle | null;
  /** What is wrong with it, on purpose; `null` for one that answers as its rule says. */
  readonly misbehaviour: Misbehaviour | null;
}

/**
 * `running`; `absent`: EL3 has no RMM to forward to; `failed`: EL3 gave it up at boot; `silent`: EL3 hands over to it
 * and it never comes back.
 */
export type Presence = 'running' | 'absent' | 'failed' | 'silent';
