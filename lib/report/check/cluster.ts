/** Boots that come to the same, in groups: how they end, and what diverges first when they are replayed. */
import { callName } from '../../abi/decode.js';
import { endText } from '../../model/end.js';
import type { End } from '../../model/trace.js';
import { parseHex } from '../../model/u64.js';
import type { Json } from '../json.js';
import type { CheckResult } from './row.js';

export interface Cluster {
  readonly verdict: CheckResult['verdict'];
  /** How its boots ended; `''` where they could not be read. */
  readonly outcome: string;
  /** What diverges first, in words; `''` where nothing does. */
  readonly first: string;
  readonly count: number;
  /** The first of them: one to look at. */
  readonly member: string;
}

export function clusterJson(groups: readonly Cluster[]): Json {
  return { boots: groups.reduce((sum, { count }) => sum + count, 0), groups };
}

/** Adds one after another; holds a group for each, and no boot. */
export function newClusters(): { add(name: string, result: CheckResult): void; all(): readonly Cluster[] } {
  const groups = new Map<string, Cluster>();
  // Of results that are alike one is kept, and is asked once.
  const keys = new WeakMap<CheckResult, Omit<Cluster, 'count' | 'member'>>();
  return {
    add(name, result) {
      const about = keys.get(result) ?? keyOf(result);
      keys.set(result, about);
      const key = JSON.stringify([about.verdict, about.outcome, about.first]);
      const { count, member } = groups.get(key) ?? { count: 0, member: name };
      groups.set(key, { ...about, count: count + 1, member });
    },
    // The largest first; of groups of one size the one that came first.
    all: () => [...groups.values()].sort((a, b) => b.count - a.count),
  };
}

function keyOf({ verdict, trouble, json }: CheckResult): Omit<Cluster, 'count' | 'member'> {
  if (trouble !== null) return { verdict, outcome: '', first: `${trouble.code}: ${trouble.what}` };
  const { outcomes, first } = JSON.parse(json) as Told;
  return { verdict, outcome: endText(outcomes.recorded), first: first === null ? '' : firstText(first) };
}

/** What of a result's JSON a group goes by. */
interface Told {
  readonly outcomes: { readonly recorded: End };
  readonly first: First | null;
}

interface First {
  readonly kind: string;
  readonly name?: string;
  readonly relation?: string;
  readonly a: Side | null;
  readonly b: Side | null;
  readonly differs: readonly { readonly place: string; readonly a: string; readonly b: string }[];
}

interface Side {
  readonly event: {
    readonly type: string;
    readonly text?: string;
    readonly fid?: string;
    readonly of?: string;
  };
}

/** Without numbers of events, which are others where a machine has more CPUs. */
function firstText({ kind, name, relation, a, b, differs }: First): string {
  const { type = '', text, fid, of } = (a ?? b)?.event ?? {};
  const what = kind === 'state' ? (name ?? '') : [type, of ?? nameOf(fid)].join(' ').trim();
  const places = differs.map(({ place, a: was, b: is }) => `${place} ${was} became ${is}`);
  const alone = places.length === 0 ? [text ?? ''] : places;
  return [`${relation === undefined ? '' : `${relation} `}${what}`, alone.join(', ')]
    .filter(Boolean)
    .join(': ');
}

function nameOf(fid: string | undefined): string {
  const value = fid === undefined ? null : parseHex(fid);
  return value === null ? '' : callName(value);
}
