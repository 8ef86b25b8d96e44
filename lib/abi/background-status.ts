/** What x0 says after a call that is not RMI's: PSCI and TRNG return C ints, RSI a status, the others SMCCC's own. */
import { ALL_ONES, bits, field, fromInt, type U64 } from '../model/u64.js';
import { smcccError } from './smccc.js';

/** `DENIED`, `RSI_ERROR_INPUT`, `NOT_SUPPORTED`; `null` where x0 is a value, or nothing with a name. */
export function backgroundStatus(name: string, x0: U64): string | null {
  const [family = ''] = name.split('_');
  const errors = ERRORS.get(family);
  if (errors !== undefined) return errors.get(x0) ?? null;
  // The RMM's calls to EL3 have error numbers of their own, which nobody has read here.
  if (family === 'RMM') return x0 === ALL_ONES ? 'NOT_SUPPORTED' : null;
  // Known numbers alone: what else an RSI call may leave in x0 is shown as it is.
  const rsi = family === 'RSI' && bits(x0, 8, 56) === 0n ? RSI[field(x0, 0, 8)] : undefined;
  return rsi === undefined ? smcccError(x0) : `RSI_${rsi}`;
}

/** From -1 down. -2 is another error here than the SMCCC's NOT_REQUIRED (DEN0022, DEN0098). */
const ERRORS: ReadonlyMap<string, ReadonlyMap<U64, string>> = new Map([
  [
    'PSCI',
    fromMinusOne([
      'NOT_SUPPORTED',
      'INVALID_PARAMETERS',
      'DENIED',
      'ALREADY_ON',
      'ON_PENDING',
      'INTERNAL_FAILURE',
      'NOT_PRESENT',
      'DISABLED',
      'INVALID_ADDRESS',
    ]),
  ],
  ['TRNG', fromMinusOne(['NOT_SUPPORTED', 'INVALID_PARAMETERS', 'NO_ENTROPY'])],
]);

const RSI: readonly string[] = [
  'SUCCESS',
  'ERROR_INPUT',
  'ERROR_STATE',
  'INCOMPLETE',
  'ERROR_UNKNOWN',
  'ERROR_DEVICE',
];

/** After an SMC32 call the int may stand in w0 alone; after an SMC64 call it is sign-extended. */
function fromMinusOne(names: readonly string[]): ReadonlyMap<U64, string> {
  const named = names.map((name, at) => [fromInt(-1 - at), name] as const);
  return new Map([...named, ...named.map(([x0, name]) => [bits(x0, 0, 32), name] as const)]);
}
