/** Where the rest of a series goes on behind its check. */
import type { Asking } from '../../model/port.js';
import type { U64 } from '../../model/u64.js';

/**
 * What later patches of the series put after a good version. It is given the feature registers that the check's own patch
 * reads, and its value is what the init returns, where that returns anything.
 */
export type Rest = (feat_regs: readonly U64[]) => Asking<number>;
