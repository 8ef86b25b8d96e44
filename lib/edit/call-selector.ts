/** How an edit names a call. */

import { lookupRmi, lookupRmiByName } from '../abi/rmi-commands.js';
import { callId } from '../abi/smccc.js';
import { hex, type U64 } from '../model/u64.js';

/**
 * The name of a command with this FID, that of 2.0 where the number means several, or else the FID; the SVE hint ignored. An
 * edit with it selects the call.
 */
export function selectorName(fid: U64): string {
  const id = callId(fid);
  const named = lookupRmi(id, '2.0').find(({ name }) => lookupRmiByName(name) === id);
  return named?.name ?? hex(id);
}
