/** How a boot's check ended: the part of an outcome that tells one end from another, the same for every command. */
import type { End, Realms } from './trace.js';
import { parseHex, toLong, ZERO } from './u64.js';

/** `accepted 2.0`, `refused (v1.0 - v1.0)`, `quiet (not-supported)`; of a whole init `realms, 2.0`, `no realms: lpa2`. */
export function endText(end: End): string {
  const { class: outcomeClass, lower, higher, realms } = end;
  if (outcomeClass === 'accepted' && realms !== undefined)
    return realms.available ? `realms, ${lower ?? ''}` : `no realms: ${whyText(realms)}`;
  if (outcomeClass === 'accepted') return `accepted ${lower ?? ''}`.trimEnd();
  if (outcomeClass === 'refused' && lower !== undefined)
    return higher === undefined ? `refused (v${lower})` : `refused (v${lower} - v${higher})`;
  return endKey(end);
}

/** The kind of end that it is, revisions left out: `accepted`, `quiet (no-rme)`, `realms`. Ends are counted by it. */
export function endKey({ class: outcomeClass, reason, realms }: End): string {
  if (outcomeClass === 'accepted' && realms !== undefined)
    return realms.available ? 'realms' : `no realms (${whyText(realms)})`;
  return reason === undefined ? outcomeClass : `${outcomeClass} (${reason})`;
}

/** `RMI_GPT_INFO -1`: the command, and its status as the kernel's `int`; what is no command by its name. */
function whyText({ why, call, status = '' }: Realms): string {
  if (call === undefined) return why ?? '';
  const x0 = parseHex(status) ?? ZERO;
  return x0 === ZERO ? call : `${call} ${toLong(x0)}`;
}

/** The end alone, its members in one order whatever it was taken from: as reports spell it. */
export function endJson({ class: outcomeClass, reason, lower, higher, realms }: End): End {
  return {
    class: outcomeClass,
    ...(reason === undefined ? {} : { reason }),
    ...(lower === undefined ? {} : { lower }),
    ...(higher === undefined ? {} : { higher }),
    ...(realms === undefined ? {} : { realms: realmsJson(realms) }),
  };
}

function realmsJson({ available, why, call, status, line }: Realms): Realms {
  return {
    available,
    ...(why === undefined ? {} : { why }),
    ...(call === undefined ? {} : { call }),
    ...(status === undefined ? {} : { status }),
    ...(line === undefined ? {} : { line }),
  };
}

/** Whether two boots came to the same. */
export function isSameEnd(a: End, b: End | undefined): boolean {
  return (
    a.class === b?.class &&
    a.reason === b.reason &&
    a.lower === b.lower &&
    a.higher === b.higher &&
    isSameInit(a.realms, b.realms)
  );
}

/** The line is left out: it may name an address. */
function isSameInit(a: Realms | undefined, b: Realms | undefined): boolean {
  return a?.available === b?.available && a?.why === b?.why && a?.call === b?.call && a?.status === b?.status;
}
