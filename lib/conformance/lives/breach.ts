/** What a life can break. Which rule says so, life-rules.ts knows. */

export type LifeRuleId =
  | 'RMI-GRANULE-1'
  | 'RMI-GRANULE-2'
  | 'RMI-REALM-1'
  | 'RMI-REALM-2'
  | 'RMI-REALM-3'
  | 'RMI-RTT-1'
  | 'RMI-RMM-1'
  | 'RMI-RMM-2'
  | 'RMI-OP-1'
  | 'RMI-OP-2';

export interface LifeBreach {
  readonly id: LifeRuleId;
  readonly what: string;
}

/** ` since event 12`; nothing where no event made it so. */
export function since(event: number | null): string {
  return event === null ? '' : ` since event ${event}`;
}
