/** What becomes of processes that a test started. */
import { readFile } from 'node:fs/promises';

/** Long enough for a child on a busy machine; a test that waits for it fails. */
export const PATIENCE = 30_000;

export const alive = (pid: string): boolean => {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
};
/** A process that nobody waits for stays in the table; it is not running. */
const running = async (pid: string): Promise<boolean> => {
  if (!alive(pid)) return false;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return !/\) [ZX]/.test(stat);
};
export const untilGone = async (pid: string): Promise<boolean> => {
  for (let i = 0; i < 600 && (await running(pid)); i++) await new Promise(go => setTimeout(go, 5));
  return !(await running(pid));
};
