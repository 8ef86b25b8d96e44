/**
 * Canonical traces of any size: a boot, then what comes in a Realm's life, no two events alike. Another trace differs from
 * the first in as many events as asked for, spread evenly. Written as they are made, with seals that fit.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { EVENTS } from './events.js';

const BATCH = 2 ** 18;

const GENERATOR = '{\n"generator": {"name":"rmitrace-bench","version":"1"},\n';

const HEADER = [
  '"format": "rmitrace",',
  '"version": 1,',
  '"scope": "rmi",',
  '"kernel": {"name":"v13","wants":"2.0","via":"built-in"},',
  '"machine": {"name":"bench","cpus":8,"rmm":null,"via":"emulated"},',
  '"events": [',
];

/** The state of all eight CPUs, and a check that goes well. */
const BOOT = [
  ...Array.from(
    { length: 8 },
    (_, cpu) => `{"type":"mrs","cpu":${cpu},"reg":"ID_AA64PFR0_EL1","value":"0x1211111123111112"}`,
  ),
  '{"type":"fact","name":"hyp_mode_available","value":true}',
  '{"type":"fact","name":"in_hyp_mode","value":true}',
  '{"type":"fact","name":"kvm_mode","value":"default"}',
  '{"type":"fact","name":"hvhe","value":false}',
  '{"type":"fact","name":"nv2","value":false}',
  '{"type":"fact","name":"page_size","value":4096}',
  '{"type":"fact","name":"conduit","value":"smc"}',
  '{"type":"fact","name":"smccc_version","value":"1.5"}',
  '{"type":"fact","name":"sve_hint","value":false}',
  '{"type":"ftr","reg":"ID_AA64PFR0_EL1","value":"0x1211111123111112"}',
  '{"type":"smc","cpu":0,"from":"ns","via":"smc","cc":"1.1","fid":"0xc4000150","args":["0x20000"],"res":["0x0","0x20000","0x20000","0x0"]}',
  '{"type":"log","level":"info","prefix":"kvm","pid":1,"text":"RMI ABI version 2.0"}',
  '{"type":"return","of":"rmi_check_version","value":0}',
  '{"type":"log","level":"info","prefix":"kvm","pid":1,"text":"VHE mode initialized successfully"}',
  '{"type":"return","of":"kvm_arm_init","value":0}',
];

const OUTCOME = '"outcome": {"class":"accepted","lower":"2.0","return":0,"key":false,"kvm_init":0},\n';

/** How many events of a kind a trace of so many bytes has. */
export function eventsIn(bytes, kind = 'call') {
  const some = Array.from({ length: 1000 }, (_, at) => EVENTS[kind](at + 1e6, false).length + 2);
  return Math.round((bytes * some.length) / some.reduce((sum, length) => sum + length));
}

/**
 * Writes traces of `count` events, one for each of `traces`: `{ path, edits }`, of whose events `edits` are otherwise. All at
 * once, since most of the time goes into making the lines.
 */
export function writeTraces(count, kind, traces) {
  const event = EVENTS[kind];
  const calls = count - BOOT.length;
  const files = traces.map(({ path, edits = 0 }) => newFile(path, calls, edits));
  const boot = `${HEADER.join('\n')}\n${BOOT.join(',\n')}`;
  for (const file of files) file.put(boot);
  for (let at = 0; at < calls; at++) {
    const line = `,\n${event(at, false)}`;
    for (const file of files) file.put(file.differs(at) ? `,\n${event(at, true)}` : line);
  }
  for (const file of files) {
    file.put(`\n],\n${OUTCOME}`);
    file.end(count);
  }
}

/** A trace as it is written: `differs` says of each event, in order, whether it is one of the `edits` of `calls`. */
function newFile(path, calls, edits) {
  const file = openSync(path, 'w');
  const hash = createHash('sha256');
  const every = calls / edits;
  let next = every / 2;
  let batch = '';
  writeSync(file, GENERATOR);
  const flush = () => {
    const bytes = Buffer.from(batch);
    hash.update(bytes);
    writeSync(file, bytes);
    batch = '';
  };
  return {
    differs(at) {
      if (at < next) return false;
      next += every;
      return true;
    },
    put(text) {
      batch += text;
      if (batch.length >= BATCH) flush();
    },
    end(count) {
      flush();
      writeSync(file, `"count": ${count}, "digest": "sha256:${hash.digest('hex')}"\n}\n`);
      closeSync(file);
    },
  };
}
