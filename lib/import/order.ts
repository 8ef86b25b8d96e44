/** The records of one boot in the order in which they happened, from one log or from several. */
import { RMI_VERSION } from '../abi/rmi-commands.js';
import { callId } from '../abi/smccc.js';
import { isLifeOfRealm } from './boot-signs.js';
import type { Placed } from './collect.js';
import { isEnd, isOfCheck, stageOf } from './rows.js';
import { compareStamps } from './stamp.js';

/**
 * One log is in the order of its lines, but for the kernel's records that dmesg shows later: those go where their stamp
 * says. Of several logs the one with the kernel's records leads; what another one has before any call of the host's goes
 * before those records, its calls of RMI_VERSION before the line of the check, those of the init between that line and
 * the next (the init stops where it prints an error), and what a realm does after all.
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
    const [before, asks, init, lives] = partsOf(log);
    const check = placeOfCheck(all);
    const rest = isOfCheck(rowOf(all[check])) ? check + 1 : check;
    all = [
      ...before,
      ...all.slice(0, check),
      ...asks,
      ...all.slice(check, rest),
      ...init,
      ...all.slice(rest),
      ...lives,
    ];
  }
  return all;
}

type Parts = readonly [before: Log, asks: Log, init: Log, lives: Log];
type Log = readonly Placed[];

/** A log without the kernel's records: what is before any call, the check's, the init's, and what realms do. */
function partsOf(log: Log): Parts {
  const from = (at: number, least: number): number => (at < 0 ? log.length : Math.max(at, least));
  const asks = from(log.findIndex(isCall), 0);
  const init = from(
    log.findIndex(each => isCall(each) && !isVersion(each)),
    asks,
  );
  const lives = from(log.findIndex(isLifeOfRealm), init);
  return [log.slice(0, asks), log.slice(asks, init), log.slice(init, lives), log.slice(lives)];
}

function isCall({ reading }: Placed): boolean {
  return reading.kind === 'call' && reading.from === 'ns';
}

function isVersion({ reading }: Placed): boolean {
  return reading.kind === 'call' && reading.fid !== null && callId(reading.fid) === RMI_VERSION;
}

function rowOf(each: Placed | undefined): string | null {
  return each?.reading.kind === 'log' ? each.reading.row : null;
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
