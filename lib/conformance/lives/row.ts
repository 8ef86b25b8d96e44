/** One row of a table of lives: what the success of a command proves of granules, of its realm and of the RMM. */
import {
  type Change,
  type GranuleState,
  granuleChange,
  type RealmState,
  type RmmState,
  realmChange,
  rmmChange,
} from './states.js';

/** Where the address of a granule stands: in an argument or a result, by the names that lib/abi gives them. */
export type Place =
  | { readonly kind: 'argument'; readonly name: string }
  | { readonly kind: 'result'; readonly name: string }
  /** From the argument `base` up to the result `top`. */
  | { readonly kind: 'range'; readonly base: string; readonly top: string }
  /** An address range descriptor in an argument, or in a result. */
  | { readonly kind: 'descriptor'; readonly of: 'argument' | 'result'; readonly name: string };

/** What a command does to a realm's translation tables (tables.ts). */
export type TableStep = 'create' | 'destroy' | 'map' | 'unmap' | 'ripas' | 'read';

export interface LifeRow {
  readonly granules: readonly { readonly place: Place; readonly change: Change<GranuleState> }[];
  /** Of the realm that the argument `rd` names, or that owns the REC of the argument `rec`. */
  readonly realm: Change<RealmState> | null;
  /** `null`: in any. */
  readonly rmm: Change<RmmState> | null;
  readonly table: TableStep | null;
  /** The realm is not live: it owns no REC, no table that was created and no data. */
  readonly notLive: boolean;
  /** It takes granules, or gives them back, that its registers do not name. */
  readonly moves: boolean;
  /** It puts something into a realm, or takes it out, that is not followed: whether the realm is live is unknown then. */
  readonly obscures: boolean;
  /** Whether TF-RMM's console leaves it out when it succeeds: a trace made from one does not have it. */
  readonly quiet: boolean;
  /** The states of the realm that RMI_ERROR_REALM proves, by its index; `null`: by any. Empty: it proves none. */
  readonly refusals: readonly { readonly index: number | null; readonly states: readonly RealmState[] }[];
  /** Whether RMI_ERROR_GLOBAL proves that the RMM is in none of the states that the command needs. */
  readonly global: boolean;
}

/** A row as a table writes it; what it leaves out does not matter to the command. */
export interface RowText {
  /** By place: `rd`, an argument; `>rtt_pa`, a result; `base..out_top`, a range; `@oaddr`, `>@range`, a descriptor. */
  readonly granules?: Readonly<Record<string, string>>;
  readonly realm?: string;
  readonly rmm?: string;
  readonly table?: TableStep;
  readonly notLive?: true;
  readonly moves?: true;
  readonly obscures?: true;
  readonly quiet?: true;
  /** By index, or `any`. */
  readonly refusals?: Readonly<Record<string, string>>;
  readonly global?: true;
}

export type LifeTable = ReadonlyMap<string, LifeRow>;

/** By the names of commands. */
export function lifeTable(rows: Readonly<Record<string, RowText>>): LifeTable {
  return new Map(Object.entries(rows).map(([name, row]) => [`RMI_${name}`, rowOf(row)]));
}

function rowOf(text: RowText): LifeRow {
  return {
    granules: Object.entries(text.granules ?? {}).map(([place, states]) => ({
      place: placeOf(place),
      change: granuleChange(states),
    })),
    realm: text.realm === undefined ? null : realmChange(text.realm),
    rmm: text.rmm === undefined ? null : rmmChange(text.rmm),
    table: text.table ?? null,
    notLive: text.notLive === true,
    moves: text.moves === true,
    obscures: text.obscures === true,
    quiet: text.quiet === true,
    refusals: Object.entries(text.refusals ?? {}).map(([index, states]) => ({
      index: index === 'any' ? null : INDICES.indexOf(index),
      states: realmChange(states).from,
    })),
    global: text.global === true,
  };
}

const INDICES: readonly string[] = ['0', '1'];

function placeOf(text: string): Place {
  const [base = '', top] = text.split('..');
  if (top !== undefined) return { kind: 'range', base, top };
  const of = text.startsWith('>') ? 'result' : 'argument';
  const name = text.replace(/^>?@?/, '');
  return text.includes('@') ? { kind: 'descriptor', of, name } : { kind: of, name };
}
