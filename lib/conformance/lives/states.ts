/** The states that lives go through, and how a table writes a change of one: `DELEGATED -> RD`. */

/** DEN0137, A2.2.3. HELD: used by the RMM in a way that the calls do not name (REC_AUX, a starting RTT, donated memory). */
export type GranuleState = 'UNDELEGATED' | 'DELEGATED' | 'RD' | 'REC' | 'RTT' | 'DATA' | 'HELD';

/** DEN0137, A2.1.5; ZOMBIE is of the 2.0 draft. NULL: there is no such realm. */
export type RealmState = 'NULL' | 'NEW' | 'ACTIVE' | 'SYSTEM_OFF' | 'ZOMBIE';

/** DEN0137 2.0 draft, A2.1.2. */
export type RmmState = 'INIT' | 'INTERMEDIATE' | 'ACTIVE';

export const GRANULE_STATES: readonly GranuleState[] = [
  'UNDELEGATED',
  'DELEGATED',
  'RD',
  'REC',
  'RTT',
  'DATA',
  'HELD',
];
export const REALM_STATES: readonly RealmState[] = ['NULL', 'NEW', 'ACTIVE', 'SYSTEM_OFF', 'ZOMBIE'];
export const RMM_STATES: readonly RmmState[] = ['INIT', 'INTERMEDIATE', 'ACTIVE'];

/** What a success proves: the state was one of `from`, and is one of `to`. */
export interface Change<S extends string> {
  readonly from: readonly S[];
  /** `null`: the state stays what it was. */
  readonly to: readonly S[] | null;
}

/** `A B -> C`: from A or B to C. `A B`: in A or B, and it stays so. A word that is no state is a bug of the table. */
function change<S extends string>(states: readonly S[], text: string): Change<S> {
  const [from = '', to] = text.split(' -> ');
  const read = (words: string): readonly S[] =>
    words.split(' ').map(word => {
      const state = states.find(each => each === word);
      if (state === undefined) throw new Error(`no state ${word} in ${text}`);
      return state;
    });
  return { from: read(from), to: to === undefined ? null : read(to) };
}

export const granuleChange = (text: string): Change<GranuleState> => change(GRANULE_STATES, text);
export const realmChange = (text: string): Change<RealmState> => change(REALM_STATES, text);
export const rmmChange = (text: string): Change<RmmState> => change(RMM_STATES, text);

/** What of `states` is in `among`; empty where the two contradict each other. */
export function common<S>(states: ReadonlySet<S>, among: readonly S[]): readonly S[] {
  return among.filter(state => states.has(state));
}

/** `RD`, `DELEGATED or HELD`: for a message. */
export function statesText(states: Iterable<string>): string {
  return [...states].join(' or ');
}
