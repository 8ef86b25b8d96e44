/** The rules of the lives of granules, realms, RECs and the RMM. lives/ follows them; here is what each is, and from where. */
import type { LifeRuleId } from './lives/breach.js';
import type { ConformanceRule } from './rule.js';

type LifeRule = Omit<ConformanceRule, 'check' | 'id'> & { readonly id: LifeRuleId };

const ROWS: readonly LifeRule[] = [
  {
    id: 'RMI-GRANULE-1',
    severity: 'error',
    sentence: 'A command succeeds only on granules that are in the states that it needs.',
    source: 'DEN0137, A2.2.3 of 1.0 and of the 2.0 draft, and the conditions of each command',
  },
  {
    id: 'RMI-GRANULE-2',
    severity: 'warning',
    sentence: 'If the trace begins with the boot of its host, a granule is delegated before it is used.',
    source: 'DEN0137, A2.2.3; that the RMM booted as well is assumed',
  },
  {
    id: 'RMI-REALM-1',
    severity: 'error',
    sentence: 'A command succeeds only on a realm that is in a state that it needs.',
    source: 'DEN0137, A2.1.5 of 1.0 and of the 2.0 draft, and the conditions of each command',
  },
  {
    id: 'RMI-REALM-2',
    severity: 'error',
    sentence: 'RMI_ERROR_REALM and RMI_ERROR_REC are given only because of the state of a realm or a REC.',
    source: 'DEN0137, the failure conditions of each command and their order',
  },
  {
    id: 'RMI-REALM-3',
    severity: 'error',
    sentence: 'A realm is destroyed only when it owns no REC, no table but its starting ones, and no data.',
    source: 'DEN0137 1.0, A2.1.4 (IPVPQB, DPCKRN), and the 2.0 draft',
  },
  {
    id: 'RMI-RTT-1',
    severity: 'error',
    sentence:
      'A translation table is created once and below another, and destroyed when it is empty; only unmapped memory is mapped, and only mapped memory is unmapped.',
    source:
      'DEN0137 1.0, the conditions of RMI_RTT_CREATE (B4.3.15), RMI_DATA_DESTROY (B4.3.3) and their like',
  },
  {
    id: 'RMI-RMM-1',
    severity: 'error',
    sentence: 'In 2.0 a command succeeds only while the RMM is in a state that it needs.',
    source: 'DEN0137 2.0 draft, A2.1.2, and the conditions of each command',
  },
  {
    id: 'RMI-RMM-2',
    severity: 'error',
    sentence: 'In 2.0 RMI_ERROR_GLOBAL is given only because of the state of the RMM.',
    source: 'DEN0137 2.0 draft, the failure conditions of each command',
  },
  {
    id: 'RMI-OP-1',
    severity: 'error',
    sentence:
      'In 2.0 an operation continues only while it is incomplete, and its handle belongs to no other.',
    source: 'DEN0137 2.0 draft, the failure conditions of RMI_OP_CONTINUE and its like',
  },
  {
    id: 'RMI-OP-2',
    severity: 'warning',
    sentence: 'In 2.0 an operation continues with the command that its last answer asks for.',
    source: 'the memory request in RmiResult of the 2.0 draft; TF-RMM refuses any other',
    unverified: true,
  },
];

export const LIFE_RULES: readonly ConformanceRule[] = ROWS.map(row => ({
  ...row,
  *check(_, { life }) {
    for (const { id, what } of life) {
      if (id === row.id) yield { register: 'x0', what };
    }
  },
}));
