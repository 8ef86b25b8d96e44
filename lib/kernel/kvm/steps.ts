/** The one step that the machine says fails. */
import { EBUSY, EINVAL, ENODEV, ENOMEM, ENOSYS } from '../../abi/errno.js';
import { type StepName, stepOf } from '../../model/kvm.js';
import type { Asking } from '../../model/port.js';
import { count, fact } from '../linux/asks.js';

const ERRNO = { EBUSY, EINVAL, ENODEV, ENOMEM, ENOSYS } as const;

/** What the step returns: 0, or its error where it is the one that fails. */
export function* step(name: StepName): Asking<number> {
  if ((yield* fact('kvm_fails_at')) !== name) return 0;
  const { error, fixed } = stepOf(name);
  const given = fixed === true ? 0 : yield* count('kvm_error');
  return given === 0 ? -ERRNO[error] : given;
}
