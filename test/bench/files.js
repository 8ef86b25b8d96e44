/** The files that are measured on, in a folder that goes when the run ends. */
import {
  copyFileSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventsIn, writeTrace } from './traces.js';

const GOLDEN = fileURLToPath(new URL('../../traces/', import.meta.url));
const MEGABYTE = 1_000_000;

/** Makes each file when it is first asked for. `megabytes`: the size of the traces. */
export function benchFiles(megabytes) {
  const folder = mkdtempSync(join(tmpdir(), 'rmitrace-bench-'));
  const made = new Map();
  const once = (name, make) => {
    const path = join(folder, name);
    if (!made.has(name)) made.set(name, make(path));
    return made.get(name);
  };
  const trace = (name, size, options) =>
    once(name, path => writeTrace(path, eventsIn(size * MEGABYTE), options));
  const events = eventsIn(megabytes * MEGABYTE);
  return {
    events,
    at: name => join(folder, name),
    whole: () => trace('whole.json', megabytes),
    small: () => trace('small.json', megabytes / 10),
    smallEdited: () => trace('small-edited.json', megabytes / 10, { edits: 10 }),
    edited: part =>
      trace(`edited-${part}.json`, megabytes, { edits: part < 1 ? Math.floor(events * part) : part }),
    loop: edits => trace(`loop-${edits}.json`, megabytes, { kinds: 60, edits }),
    /** 180,000 events, whatever the size of the others. */
    replayed: () => once('replayed.json', path => writeTrace(path, 180_000)),
    pretty: size => once(`pretty-${size}.json`, path => pretty(trace(`to-set-${size}.json`, size), path)),
    golden: count => once(`golden-${count}`, path => golden(path, count)),
    log: size => once(`log-${size}.txt`, path => log(path, size * MEGABYTE)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The same trace as an editor would save it: a member a line. */
async function pretty(from, to) {
  const out = createWriteStream(to);
  for await (const line of createInterface({ input: createReadStream(from) })) {
    const comma = line.endsWith(',') ? ',' : '';
    const isEvent = line.startsWith('{"type"');
    const text = isEvent
      ? JSON.stringify(JSON.parse(comma === '' ? line : line.slice(0, -1)), null, 2) + comma
      : line;
    if (!out.write(`${text}\n`)) await new Promise(resolve => out.once('drain', resolve));
  }
  await new Promise(resolve => out.end(resolve));
  return to;
}

function golden(folder, count) {
  mkdirSync(folder);
  const names = readdirSync(GOLDEN).filter(
    name => /^(?:refused|accepted|rm[ei]-|no-)/.test(name) && name.endsWith('.json'),
  );
  for (let at = 0; at < count; at++) {
    const name = names[at % names.length];
    copyFileSync(join(GOLDEN, name), join(folder, `${at}-${name}`));
  }
  return folder;
}

/** A boot, and then what a kernel prints in a day. */
function log(path, bytes) {
  const boot = [
    '[    0.000000] Linux version 6.19.0 (build@host) (gcc 14.2.0) #1 SMP PREEMPT',
    '[    0.184120] kvm [1]: RMI ABI version 2.0',
    '[    0.184377] kvm [1]: VHE mode initialized successfully',
  ];
  const later = Array.from(
    { length: 1000 },
    (_, at) =>
      `[ ${String(60 + at).padStart(6)}.${String(at * 997).padStart(6, '0')}] audit: type=1400 audit(1${at}): apparmor="STATUS" operation="profile_load" pid=${at} comm="worker"`,
  ).join('\n');
  const times = Math.ceil(bytes / later.length);
  writeFileSync(path, `${boot.join('\n')}\n${Array.from({ length: times }, () => later).join('\n')}\n`);
  return path;
}
