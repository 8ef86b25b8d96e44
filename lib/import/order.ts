/** The records of one boot in the order in which they happened, from one log or from several. */
import type { Placed } from './collect.js';
import { isEnd, isOfCheck, stageOf } from './rows.js';
import { compareStamps } from './stamp.js';

/**
 * One log is in the order of its lines, but for the kernel's records that dmesg shows later: those go where their stamp
 * says. Of several logs the one with the kernel's records leads; what another one has before any call of the host's goes
 * before those records, its calls where the kernel asks, and what a realm does after all.
 */
export function ordered(logs: readonly (readonly Placed[])[]): readonly Placed[] {
  const sorted = logs.map(byStamp);
  const lead = sorted.reduce<readonly Placed[]>(
    (best, log) => (kernels(log) > kernels(best) ? log : best),
    sorted[0] ?? [],
  );
  let all = [...lead];
  for (const log of sorted) {
    if (log === lead) continue;
    const firstCall = log.findIndex(isCall);
    const before = firstCall < 0 ? log : log.slice(0, firstCall);
    const after = firstCall < 0 ? [] : log.slice(firstCall);
    const check = placeOfCheck(all);
    all = [...before, ...all.slice(0, check), ...after, ...all.slice(check)];
  }
  return all;
}

function isCall({ reading }: Placed): boolean {
  return reading.kind === 'call' && reading.from === 'ns';
}

function kernels(log: readonly Placed[]): number {
  return log.filter(({ reading }) => reading.kind === 'log').length;
}

/** Where among the kernel's records the check asks: before what it prints, else before the rest of KVM's init. */
function placeOfCheck(placed: readonly Placed[]): number {
  const rows = placed.map(({ reading }) => (reading.kind === 'log' ? reading : null));
  const WITHIN = stageOf('ipaSizeLimit', 'kvm');
  const checks = rows.findIndex(log => isOfCheck(log?.row ?? null));
  if (checks >= 0) return checks;
  const rest = rows.findIndex(
    log => log?.row != null && log.prefix === 'kvm' && (isEnd(log.row) || stageOf(log.row, 'kvm') >= WITHIN),
  );
  return rest >= 0 ? rest : placed.length;
}

function byStamp(log: readonly Placed[]): readonly Placed[] {
  const placed: Placed[] = [];
  let latest: string | null = null;
  for (const each of log) {
    const t = each.reading.kind === 'log' || each.reading.kind === 'return' ? each.marks.t : undefined;
    if (t === undefined || latest === null || compareStamps(t, latest) >= 0) {
      placed.push(each);
      if (t !== undefined) latest = t;
      continue;
    }
    const at = placed.findIndex(({ marks }) => marks.t !== undefined && compareStamps(marks.t, t) > 0);
    placed.splice(at < 0 ? placed.length : at, 0, each);
  }
  return placed;
}
