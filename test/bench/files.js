/** The files that are measured on, each made when it is first asked for, in a folder that goes when the run ends. */
import {
  closeSync,
  copyFileSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { eventsIn, writeTraces } from './traces.js';

const GOLDEN = fileURLToPath(new URL('../../traces/', import.meta.url));
const MEGABYTE = 1_000_000;
const LOOP_EDITS = 20_000;

/** `megabytes`: the size of the traces. Those that differ in edits alone are made together. */
export function benchFiles(megabytes) {
  const folder = mkdtempSync(join(tmpdir(), 'rmitrace-bench-'));
  const at = name => join(folder, name);
  const made = new Map();
  const once = (name, make) => {
    if (!made.has(name)) made.set(name, make(at(name)));
    return made.get(name);
  };
  const sizes = {
    whole: eventsIn(megabytes * MEGABYTE),
    small: eventsIn((megabytes * MEGABYTE) / 10),
  };
  const { whole } = sizes;
  const traces = (name, count, kind, edits) =>
    once(name, path => {
      const each = edits.map(edit => ({ path: `${path}-${edit}.json`, edits: edit }));
      writeTraces(count, kind, each);
      return each.map(({ path }) => path);
    });
  const calls = size =>
    traces(
      size,
      sizes[size],
      'call',
      size === 'whole' ? [0, 10, Math.floor(whole / 100), Math.floor(whole / 2), whole] : [0, 10],
    );
  const ofKind = (kind, size) => traces(`${kind}-${size}`, eventsIn(size * MEGABYTE, kind), kind, [0])[0];
  return {
    at,
    megabytes,
    events: whole,
    eventsOf: (kind, size) => eventsIn(size * MEGABYTE, kind),
    /** `whole`, or `small`: a tenth of it. */
    calls: (size = 'whole') => calls(size)[0],
    /** The same with so many events changed: 10, or a part of all. */
    edited: (edits, size = 'whole') => calls(size)[edits === 10 ? 1 : { 0.01: 2, 0.5: 3, 1: 4 }[edits]],
    /** Two that differ in ten events, and no other of that size. */
    pair: () => traces('pair', whole, 'call', [0, 10]),
    loops: () => traces('loop', eventsIn(megabytes * MEGABYTE, 'loop'), 'loop', [0, LOOP_EDITS]),
    ofKind,
    /** So many events, whatever the size of the others. */
    counted: count => traces(`counted-${count}`, count, 'call', [0])[0],
    pretty: size => once(`pretty-${size}.json`, path => pretty(ofKind('call', size), path)),
    packed: path => once(`${path.slice(folder.length + 1)}.gz`, to => packed(path, to)),
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

async function packed(from, to) {
  await pipeline(createReadStream(from), createGzip({ level: 1 }), createWriteStream(to));
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
      `[ ${String(60 + at).padStart(6)}.${String(at * 997).padStart(6, '0')}] audit: type=1400 audit(1${at}): apparmor="STATUS" operation="profile_load" pid=${at} comm="worker"\n`,
  ).join('');
  writeFileSync(path, `${boot.join('\n')}\n`);
  const file = openSync(path, 'a');
  for (let wrote = 0; wrote < bytes; ) wrote += writeSync(file, later);
  closeSync(file);
  return path;
}
