/** How an edit names a call. */

import { callName } from '../abi/decode.js';
import { lookupRmiByName } from '../abi/rmi-commands.js';
import { callId } from '../abi/smccc.js';
import { hex, type U64 } from '../model/u64.js';

/** The call's name where that selects this FID, else the FID; the SVE hint ignored. */
export function selectorName(fid: U64): string {
  const name = callName(fid);
  return lookupRmiByName(name) === callId(fid) ? name : hex(callId(fid));
}
