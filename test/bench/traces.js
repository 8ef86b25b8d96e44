/**
 * Canonical traces of any size: a boot, then calls as a Realm's life makes them, no two alike. A second trace differs from
 * the first in as many calls as asked for, spread evenly. Written as it is made, with a seal that fits.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';

const BATCH = 2 ** 20;
const PAGE = 4096;

const hex = value => `0x${value.toString(16)}`;

const HEADER = [
  '"generator": {"name":"rmitrace-bench","version":"1"},',
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

/** A call of the Realm's life: RMI_REC_ENTER with a run object, or RMI_GRANULE_DELEGATE of a page. */
function call(at, changed, kinds) {
  const n = kinds === null ? at : at % kinds;
  const status = changed ? '0x1' : '0x0';
  const stamp =
    kinds === null
      ? `,"t":"${Math.floor(at / 1000) + 4}.${String(at % 1000).padStart(6, '0')}","line":${at + 1}`
      : '';
  if (n % 2 === 0) {
    return `{"type":"smc","cpu":${n % 8},"from":"ns","via":"smc","cc":"1.2","fid":"0xc400015c","args":["${hex(0x88_0000_0000 + n * PAGE)}","${hex(0x89_0000_0000 + n * PAGE)}"],"res":["${status}","0x1","${hex(n)}","0xffff80008123${(n % 0x1000).toString(16).padStart(4, '0')}","0x3"]${stamp}}`;
  }
  return `{"type":"smc","cpu":${n % 8},"from":"ns","via":"smc","cc":"1.2","fid":"0xc4000151","args":["${hex(0x8a_0000_0000 + n * PAGE)}","0x1","${hex(n)}"],"res":["${status}","${hex(0x8b_0000_0000 + n * PAGE)}","0x${'f'.repeat(16)}"]${stamp}}`;
}

/** How many events a trace of so many bytes has. */
export function eventsIn(bytes) {
  return Math.round(bytes / 230);
}

/**
 * Writes a trace of `count` events to `path`; of its calls `edits` are answered otherwise. With `kinds` there are only so
 * many distinct lines, as in a loop.
 */
export function writeTrace(path, count, { edits = 0, kinds = null } = {}) {
  const file = openSync(path, 'w');
  const hash = createHash('sha256');
  const calls = count - BOOT.length;
  let batch = `{\n${HEADER[0]}\n`;
  let covered = batch.length;
  const flush = () => {
    hash.update(batch.slice(covered));
    writeSync(file, batch);
    batch = '';
    covered = 0;
  };
  batch += `${HEADER.slice(1).join('\n')}\n${BOOT.join(',\n')}`;
  const every = edits === 0 ? Number.POSITIVE_INFINITY : calls / edits;
  let next = every / 2;
  for (let at = 0; at < calls; at++) {
    const changed = at >= next;
    if (changed) next += every;
    batch += `,\n${call(at, changed, kinds)}`;
    if (batch.length >= BATCH) flush();
  }
  batch += '\n],\n"outcome": {"class":"accepted","lower":"2.0","return":0,"key":false,"kvm_init":0},\n';
  flush();
  writeSync(file, `"count": ${count}, "digest": "sha256:${hash.digest('hex')}"\n}\n`);
  closeSync(file);
  return path;
}
