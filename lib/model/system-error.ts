/** What the system says when a file cannot be opened, read or written: expected, unlike every other exception. */
const TEXTS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file or folder'],
  ['ENOTDIR', 'a part of the path is not a folder'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'not permitted'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'no room left on the device'],
  ['EDQUOT', 'the quota is used up'],
  ['EEXIST', 'a file of that name is there already'],
  ['EBADF', 'it is not open for this'],
  ['EIO', 'the device failed'],
  ['EMFILE', 'too many open files'],
  ['ELOOP', 'too many links'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ENOTEMPTY', 'a folder of that name is not empty'],
]);

export interface SystemError {
  readonly code: string;
  readonly text: string;
  /** Whether nothing of that name is there, rather than something that cannot be used. */
  readonly missing: boolean;
}

/** `null` for an exception that the system did not raise: that one is a bug. */
export function systemError(error: unknown): SystemError | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  if (!('syscall' in error) || !/^E[A-Z0-9]+$/.test(error.code)) return null;
  const { code } = error;
  return { code, text: TEXTS.get(code) ?? code, missing: code === 'ENOENT' || code === 'ENOTDIR' };
}
