/**
 * What a boot says of itself: where a kernel starts, the machine that it finds, and that it is a guest. Each of these
 * lines is the kernel's; what they mean for KVM is the kernel's too (arch/arm64/kernel, drivers/firmware/psci).
 */
import { parseCount } from '../../model/count.js';
import type { FactValue } from '../../model/events.js';
import { wrongFactValue } from '../../model/facts/values.js';
import { type FactName, factNamed } from '../../model/facts.js';
import type { Found, LogFormat, Reading } from '../format.js';

export const BOOT: LogFormat = {
  name: 'boot',
  says: "the kernel's start, and what it says of the machine: CPUs, exception level, SMCCC, command line",
  anchors: [
    'Booting Linux',
    'Linux version ',
    'started at EL',
    'Calling Convention',
    'Kernel command line',
    'Brought up ',
    'Machine model: ',
    'RME: Using RSI',
    "RMM doesn't support RSI",
    'lkvm run',
    'lkvm-static run',
    'qemu-system-aarch64',
    'Dentry cache hash',
    'U-Boot ',
    'UEFI firmware (version',
    'EFI stub: Booting',
    '-- Boot ',
    '-- Reboot --',
  ],
  open: () => ({
    read({ text }) {
      for (const { pattern, reads } of LINES_OF_A_BOOT) {
        const groups = pattern.exec(text)?.groups;
        if (groups !== undefined) return { readings: reads({ ...groups }, text) };
      }
      return null;
    },
  }),
};

type Groups = Readonly<Record<string, string | undefined>>;

interface BootLine {
  readonly pattern: RegExp;
  readonly reads: (groups: Groups, text: string) => Found['readings'];
}

/** Nothing, where no machine has such a value: then the line means something else. */
function fact(name: FactName, value: FactValue): readonly Reading[] {
  const values = factNamed(name)?.values;
  const fits = values !== undefined && wrongFactValue(values, value) === null;
  return fits ? [{ kind: 'fact', name, value }] : [];
}

const LINES_OF_A_BOOT: readonly BootLine[] = [
  {
    pattern: /^(?<start>Booting Linux on physical CPU |Linux version \S)/,
    reads: (_, text) => [{ kind: 'start', of: 'kernel', text }],
  },
  {
    // What runs before a kernel, or the line of journalctl between two boots.
    pattern:
      /^(?<start>U-Boot (?:[ST]PL )?20\d\d\.\d\d|UEFI firmware \(version |EFI stub: Booting Linux|-- (?:Boot [\da-f]{32}|Reboot) --$)/,
    reads: (_, text) => [{ kind: 'start', of: 'firmware', text }],
  },
  {
    pattern: /^CPU: All CPU\(s\) started at EL(?<el>[12])$/,
    reads: ({ el }) => fact('hyp_mode_available', el === '2'),
  },
  {
    pattern: /^psci: SMC Calling Convention v(?<version>\d{1,5}\.\d{1,5})$/,
    reads: ({ version = '' }) => fact('smccc_version', version),
  },
  {
    pattern: /^smp: Brought up \d+ nodes?, (?<cpus>\d+) CPUs?$/,
    reads: ({ cpus }) => [{ kind: 'machine', cpus: parseCount(cpus) }],
  },
  {
    pattern: /^(?:OF: fdt: )?Machine model: (?<model>\S.*)$/,
    reads: ({ model = '' }) => [{ kind: 'machine', model }],
  },
  {
    pattern: /^Kernel command line: (?<words>.*)$/,
    reads: ({ words = '' }) => [{ kind: 'machine', commandLine: words }],
  },
  {
    // alloc_large_system_hash prints the order and the bytes of a table: one page is bytes >> order.
    pattern: /^Dentry cache hash table entries: \d+ \(order: (?<order>\d{1,2}), (?<bytes>\d{1,9}) bytes/,
    reads: ({ order, bytes }) => pageSize(parseCount(order), parseCount(bytes)),
  },
  {
    pattern: /^(?<rsi>RME: Using RSI version |RME: RMM doesn't support RSI)/,
    reads: (_, text) => [{ kind: 'start', of: 'guest', text }],
  },
  {
    pattern: /(?:^|[\s/#$])(?<vmm>lkvm(?:-static)? run|qemu-system-aarch64)(?: |$)/,
    reads: (_, text) => [{ kind: 'start', of: 'vmm', text }],
  },
];

function pageSize(order: number | null, bytes: number | null): readonly Reading[] {
  return order === null || bytes === null ? [] : fact('page_size', bytes / 2 ** order);
}
