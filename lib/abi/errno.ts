/** Linux's error numbers, the same on every architecture that KVM runs on (include/uapi/asm-generic/errno-base.h). */

/** `-ENXIO` for -6, `0` for 0; any number without a name here, positive ones included, in decimal. */
export function errnoText(value: number): string {
  const name = NAMES.get(-value);
  return name === undefined ? String(value) : `-${name}`;
}

export const EPERM = 1;
export const ENOENT = 2;
export const ENXIO = 6;
export const ENOMEM = 12;
export const EBUSY = 16;
export const ENODEV = 19;
export const EINVAL = 22;
export const ENOSPC = 28;
export const ENOSYS = 38;
export const ECANCELED = 125;

const NAMES: ReadonlyMap<number, string> = new Map([
  [EPERM, 'EPERM'],
  [ENOENT, 'ENOENT'],
  [3, 'ESRCH'],
  [4, 'EINTR'],
  [5, 'EIO'],
  [ENXIO, 'ENXIO'],
  [7, 'E2BIG'],
  [8, 'ENOEXEC'],
  [9, 'EBADF'],
  [10, 'ECHILD'],
  [11, 'EAGAIN'],
  [ENOMEM, 'ENOMEM'],
  [13, 'EACCES'],
  [14, 'EFAULT'],
  [15, 'ENOTBLK'],
  [EBUSY, 'EBUSY'],
  [17, 'EEXIST'],
  [18, 'EXDEV'],
  [ENODEV, 'ENODEV'],
  [20, 'ENOTDIR'],
  [21, 'EISDIR'],
  [EINVAL, 'EINVAL'],
  [ENOSPC, 'ENOSPC'],
  [34, 'ERANGE'],
  [ENOSYS, 'ENOSYS'],
  [95, 'EOPNOTSUPP'],
  [110, 'ETIMEDOUT'],
  [ECANCELED, 'ECANCELED'],
  [517, 'EPROBE_DEFER'],
]);
