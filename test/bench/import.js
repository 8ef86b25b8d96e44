/** How fast logs are read: megabytes a second of processor time, of a log with few records and of one with nothing else. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { importLogs } from '../../dist/lib/index.js';

const MEGABYTES = 64;

const OTHER = Array.from(
  { length: 200 },
  (_, at) =>
    `[   ${10 + at}.${String(at * 997).padStart(6, '0')}] usb 1-${at}: new high-speed USB device number ${at}`,
);
const RMM = [
  'SMC_RMI_GRANULE_DELEGATE          880000000 > RMI_SUCCESS',
  'SMC_RMI_RTT_CREATE                8a0000000 8a0001000 0 3 > RMI_SUCCESS',
  'SMC_RSI_HOST_CALL                 c4000150 > RSI_SUCCESS',
];

const LOGS = [
  { name: 'import: a console', lines: [...OTHER, 'kvm [1]: VHE mode initialized successfully'] },
  { name: "import: an RMM's calls", lines: RMM },
];

/** `folder` holds the logs while they are read. */
export async function benchImport(folder, megabytes = MEGABYTES) {
  const found = [];
  for (const [at, { name, lines }] of LOGS.entries()) {
    const path = join(folder, `${at}.log`);
    const block = `${lines.join('\n')}\n`.repeat(64);
    const file = openSync(path, 'w');
    let bytes = 0;
    while (bytes < megabytes * 1e6) bytes += writeSync(file, block);
    closeSync(file);
    const begin = process.cpuUsage();
    const read = await importLogs([{ name, path }]);
    if (!read.ok) throw new Error(JSON.stringify(read.trouble));
    const { user, system } = process.cpuUsage(begin);
    found.push({ name, value: Math.round(bytes / (user + system)), unit: 'MB a second' });
  }
  return found;
}
