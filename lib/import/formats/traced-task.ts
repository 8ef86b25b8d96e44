/** The front of an event as ftrace, trace-cmd and perf script print it: `TASK-PID [CPU] FLAGS TIME: `, `TASK PID [CPU] TIME: `. */
import { parseCount } from '../../model/count.js';

const HEAD =
  /^\s*(?<comm>\S.{0,40}?)(?:-|\s)(?<pid>\d{1,10})(?:\/\d{1,10})?\s{1,20}(?:\(\s*[\d-]{1,10}\)\s{1,20})?\[(?<cpu>\d{1,4})\]\s/;

export interface Task {
  /** Whose calls come one after another: the task, or for an idle one its CPU. */
  readonly key: string;
  readonly cpu: number | null;
}

export function taskIn(front: string): Task {
  const { pid = '', cpu = '' } = HEAD.exec(front)?.groups ?? {};
  return { key: pid === '' || pid === '0' ? `cpu ${cpu}` : `task ${pid}`, cpu: parseCount(cpu) };
}
