/** The kernel that a trace names. */
import type { Kernel } from '../model/port.js';
import { bad, good, type Result } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { builtIn, KERNELS, kernelNamed } from './kernels.js';
import { recordedKernel } from './recorded.js';

/** The built-in kernel that recorded the trace, asking for what it asked for. Trouble: `no-kernel`. */
export function ownKernel(trace: Trace): Result<Kernel> {
  const { name, wants, via } = trace.header.kernel;
  if (via === 'compiled') {
    // A trace never says where its source is: code runs only because a command line named it.
    const next = `name that source again: \`--kernel FILE\`, or replay it on a built-in kernel: ${KERNELS.map(kernel => kernel.name).join(', ')}`;
    const what = `the trace was recorded on a kernel compiled from ${JSON.stringify(name)}, and a trace never runs code by itself`;
    return bad('no-kernel', what, {}, next);
  }
  if (name === 'recorded') return good(recordedKernel(trace.events, trace.header.scope));
  if (builtIn(name) === undefined) {
    const next = `replay it with \`--kernel recorded\`, or on a built-in kernel: ${KERNELS.map(kernel => kernel.name).join(', ')}`;
    return bad(
      'no-kernel',
      `the trace was recorded on ${JSON.stringify(name)}, which is not built in`,
      {},
      next,
    );
  }
  return kernelNamed(name, wants ?? undefined, trace.header.scope);
}
