/** What a trace's header says of the kernel that was run. */
import type { AsyncKernel } from '../model/port.js';
import type { KernelHeader } from '../model/trace.js';

export function kernelHeader({ name, wants, compiled }: AsyncKernel): KernelHeader {
  if (compiled !== undefined) return { name, wants, via: 'compiled', compiled };
  return { name, wants, via: name === 'recorded' ? 'recorded' : 'built-in' };
}
