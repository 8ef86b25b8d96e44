/** The numbers, names, arguments and results of RMI commands, held against lists from their sources. */
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { isBackground, isRmi } from '../lib/abi/background.js';
import { callName } from '../lib/abi/decode.js';
import { decodeFeatureRegister } from '../lib/abi/feature-registers.js';
import { RMI_REVISIONS, type RmiRevision } from '../lib/abi/revision.js';
import { lookupRmi, lookupRmiByName, RMI_COMMANDS } from '../lib/abi/rmi-commands.js';
import { decodeStatus } from '../lib/abi/rmi-status.js';
import { callId, fidParts, hasSveHint, standardFid } from '../lib/abi/smccc.js';
import { selectorName } from '../lib/edit/call-selector.js';
import type { SmcEvent, World } from '../lib/model/events.js';
import { hex, u64 } from '../lib/model/u64.js';

const SEED = { seed: 20_260_318, numRuns: 500 };
const anyU64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(u64);
/**
 * Every command by number, written down from the sources and not from the table: 1.0 from TF-RMM's rel0 handler table,
 * 1.1 from v0.8.0, 2.0 from TF-RMM's head and Linux's 2.0-bet3 header, bet0 from the header of v13.
 */
const ONE_0 = `
  0150 VERSION, 0151 GRANULE_DELEGATE, 0152 GRANULE_UNDELEGATE, 0153 DATA_CREATE, 0154 DATA_CREATE_UNKNOWN,
  0155 DATA_DESTROY, 0157 REALM_ACTIVATE, 0158 REALM_CREATE, 0159 REALM_DESTROY, 015a REC_CREATE,
  015b REC_DESTROY, 015c REC_ENTER, 015d RTT_CREATE, 015e RTT_DESTROY, 015f RTT_MAP_UNPROTECTED,
  0161 RTT_READ_ENTRY, 0162 RTT_UNMAP_UNPROTECTED, 0164 PSCI_COMPLETE, 0165 FEATURES, 0166 RTT_FOLD,
  0167 REC_AUX_COUNT, 0168 RTT_INIT_RIPAS, 0169 RTT_SET_RIPAS`;

const ADDED_IN_1_1 = `
  0156 PDEV_AUX_COUNT, 0160 VDEV_AUX_COUNT, 0163 RTT_DEV_MEM_VALIDATE, 016a VSMMU_CREATE, 016b VSMMU_DESTROY,
  016c VSMMU_MAP, 016d VSMMU_UNMAP, 016e PSMMU_MSI_CONFIG, 016f PSMMU_IRQ_NOTIFY, 0172 DEV_MEM_MAP,
  0173 DEV_MEM_UNMAP, 0174 PDEV_ABORT, 0175 PDEV_COMMUNICATE, 0176 PDEV_CREATE, 0177 PDEV_DESTROY,
  0178 PDEV_GET_STATE, 0179 PDEV_IDE_RESET, 017a PDEV_IDE_KEY_REFRESH, 017b PDEV_SET_PUBKEY, 017c PDEV_STOP,
  017d RTT_AUX_CREATE, 017e RTT_AUX_DESTROY, 017f RTT_AUX_FOLD, 0180 RTT_AUX_MAP_PROTECTED,
  0181 RTT_AUX_MAP_UNPROTECTED, 0183 RTT_AUX_UNMAP_PROTECTED, 0184 RTT_AUX_UNMAP_UNPROTECTED, 0185 VDEV_ABORT,
  0186 VDEV_COMMUNICATE, 0187 VDEV_CREATE, 0188 VDEV_DESTROY, 0189 VDEV_GET_STATE, 018a VDEV_STOP,
  018b RTT_SET_S2AP, 018c MEC_SET_SHARED, 018d MEC_SET_PRIVATE, 018e VDEV_COMPLETE`;

const TWO_0 = `
  0150 VERSION, 0153 RTT_DATA_MAP_INIT, 0157 REALM_ACTIVATE, 0158 REALM_CREATE, 0159 REALM_DESTROY,
  015a REC_CREATE, 015b REC_DESTROY, 015c REC_ENTER, 015d RTT_CREATE, 015e RTT_DESTROY,
  0161 RTT_READ_ENTRY, 0163 RTT_DEV_VALIDATE, 0164 PSCI_COMPLETE, 0165 FEATURES, 0166 RTT_FOLD,
  0168 RTT_INIT_RIPAS, 0169 RTT_SET_RIPAS, 016a VSMMU_CREATE, 016b VSMMU_DESTROY, 016c VSMMU_MAP,
  016d VSMMU_UNMAP, 016e RMM_CONFIG_SET, 016f PSMMU_IRQ_NOTIFY, 0170 ATTEST_PLAT_TOKEN_REFRESH,
  0174 PDEV_ABORT, 0175 PDEV_COMMUNICATE, 0176 PDEV_CREATE, 0177 PDEV_DESTROY, 0178 PDEV_GET_STATE,
  017a PDEV_STREAM_KEY_REFRESH, 017b PDEV_SET_PUBKEY, 017c PDEV_STOP, 017d RTT_AUX_CREATE,
  017e RTT_AUX_DESTROY, 017f RTT_AUX_FOLD, 0180 RTT_AUX_MAP_PROTECTED, 0181 RTT_AUX_MAP_UNPROTECTED,
  0183 RTT_AUX_UNMAP_PROTECTED, 0184 RTT_AUX_UNMAP_UNPROTECTED, 0185 VDEV_ABORT, 0186 VDEV_COMMUNICATE,
  0187 VDEV_CREATE, 0188 VDEV_DESTROY, 0189 VDEV_GET_STATE, 018a VDEV_UNLOCK, 018b RTT_SET_S2AP,
  018e VDEV_COMPLETE, 01d0 VDEV_GET_INTERFACE_REPORT, 01d1 VDEV_GET_MEASUREMENTS, 01d2 VDEV_LOCK,
  01d3 VDEV_START, 01d6 VSMMU_EVENT_HANDLE, 01d7 PSMMU_ACTIVATE, 01d8 PSMMU_DEACTIVATE,
  01db PSMMU_ST_L2_CREATE, 01dc PSMMU_ST_L2_DESTROY, 01dd DPT_L0_CREATE, 01de DPT_L0_DESTROY,
  01df DPT_L1_CREATE, 01e0 DPT_L1_DESTROY, 01e1 GRANULE_TRACKING_GET, 01e3 GRANULE_TRACKING_SET,
  01ec RMM_CONFIG_GET, 01ee RMM_STATE_GET, 01f0 PSMMU_EVENT_CONSUME, 01f1 GRANULE_RANGE_DELEGATE,
  01f2 GRANULE_RANGE_UNDELEGATE, 01f3 GPT_L1_CREATE, 01f4 GPT_L1_DESTROY, 01f5 RTT_DATA_MAP,
  01f6 RTT_DATA_UNMAP, 01f7 RTT_DEV_MAP, 01f8 RTT_DEV_UNMAP, 01f9 RTT_ARCH_DEV_MAP,
  01fa RTT_ARCH_DEV_UNMAP, 01fb RTT_UNPROT_MAP, 01fc RTT_UNPROT_UNMAP, 01fd RTT_AUX_PROT_MAP,
  01fe RTT_AUX_PROT_UNMAP, 01ff RTT_AUX_UNPROT_MAP, 0200 RTT_AUX_UNPROT_UNMAP, 0201 REALM_TERMINATE,
  0202 RMM_ACTIVATE, 0203 OP_CONTINUE, 0204 PDEV_STREAM_CONNECT, 0205 PDEV_STREAM_DISCONNECT,
  0206 PDEV_STREAM_COMPLETE, 0207 PDEV_STREAM_KEY_PURGE, 0208 OP_MEM_DONATE, 0209 OP_MEM_RECLAIM,
  020a OP_CANCEL, 020b VSMMU_FEATURES, 020c VSMMU_CMD_GET, 020d VSMMU_CMD_COMPLETE, 020e PSMMU_INFO,
  020f RMM_DEACTIVATE, 0210 PDEV_STREAM_INFO, 0211 GPT_INFO`;

const BET0_ONLY = `
  01d4 VDEV_P2P_BIND, 01d5 VDEV_P2P_UNBIND, 01d6 VSMMU_EVENT_NOTIFY, 01e4 CMEM_ADD_PDEV, 01e5 CMEM_CREATE,
  01e6 CMEM_DESTROY, 01e7 CMEM_POPULATE, 01e8 CMEM_REMOTE_PDEV, 01e9 CMEM_START, 01ea CMEM_STOP,
  01eb CMEM_UNPOPULATE, 01ed PDEV_MEC_UPDATE, 01ee VSMMU_EVENT_COMPLETE, 01f0 PSMMU_EVENT_DISCARD,
  020b PDEV_SET_PROT`;

/** In and out counts of TF-RMM's handler tables, where there is one: "number in out". */
const COUNTS_1 = `
  0150 1 2, 0151 1 0, 0152 1 0, 0153 5 0, 0154 3 0, 0155 2 2, 0156 1 1, 0157 1 0, 0158 2 0, 0159 1 0, 015a 3 0,
  015b 1 0, 015c 2 0, 015d 4 0, 015e 3 2, 015f 4 0, 0160 2 1, 0161 3 4, 0162 3 1, 0163 4 1, 0164 3 0, 0165 1 1,
  0166 3 1, 0167 1 1, 0168 3 1, 0169 4 1, 0172 4 0, 0173 3 2, 018b 4 1, 018c 1 0, 018d 1 0, 018e 2 0`;

const COUNTS_2 = `
  0150 1 2, 0153 5 0, 0157 1 0, 0158 2 0, 0159 1 0, 015a 3 0, 015b 1 0, 015c 2 0, 015d 4 0, 015e 3 2, 0161 3 4,
  0163 4 1, 0164 3 0, 0165 1 1, 0166 3 1, 0168 3 1, 0169 4 1, 016e 1 0, 0174 1 0, 0175 2 0, 0176 2 0, 0177 1 0,
  0178 1 1, 017a 3 0, 017b 2 0, 017c 1 0, 017d 5 0, 017e 4 2, 017f 4 1, 0180 3 4, 0181 3 3, 0183 3 1, 0184 3 2,
  0185 3 0, 0186 4 0, 0187 4 0, 0188 3 0, 0189 1 1, 018a 3 1, 018b 4 1, 018e 2 0, 01d0 3 0, 01d1 4 0, 01d2 3 0,
  01d3 3 0, 01d7 2 0, 01d8 1 0, 01db 2 0, 01dc 2 0, 01e1 2 3, 01ec 1 0, 01f1 2 1, 01f2 2 1, 01f3 1 0, 01f5 5 1,
  01f6 5 3, 01f7 6 1, 01f8 5 3, 01fb 5 1, 01fc 5 3, 0201 1 0, 0202 0 0, 0203 2 2, 0204 1 1, 0205 3 0, 0206 3 0,
  0207 3 0, 0208 3 2, 0209 3 1, 020a 1 0`;

/** Without a handler in TF-RMM: as the draft has GRANULE_TRACKING_SET, and Linux calls the others. */
const COUNTS_OF_LINUX = '01e3 3 0, 020f 0 0, 0211 2 2';

function rows(text: string): readonly string[] {
  return text.split(',').map(row => row.trim());
}

function named(text: string): readonly string[] {
  return rows(text)
    .map(row => row.replace(/^(\w+) (\w+)$/, '0xc400$1 RMI_$2'))
    .toSorted();
}

/** The table in the same words: what it has for a revision, or for a draft of it. */
function tabled(revision: RmiRevision, draft: boolean): readonly string[] {
  return RMI_COMMANDS.filter(command => command.revisions.includes(revision))
    .filter(command => (command.draft !== undefined) === draft)
    .map(({ fid, name }) => `${hex(fid)} ${name}`)
    .toSorted();
}

function counted(revision: RmiRevision): readonly string[] {
  return RMI_COMMANDS.filter(command => command.revisions.includes(revision))
    .flatMap(({ fid, args, results }) =>
      args === null || results === null ? [] : [`${hex(fid).slice(6)} ${args.length} ${results.length}`],
    )
    .toSorted();
}

function names(fid: bigint, revision?: RmiRevision): readonly string[] {
  return lookupRmi(u64(fid), revision).map(({ name }) => name);
}

t.test('the command table is complete for every revision', async t => {
  t.strictSame(tabled('1.0', false), named(ONE_0));
  t.strictSame(tabled('1.1', false), named(`${ONE_0},${ADDED_IN_1_1}`));
  t.strictSame(tabled('2.0', false), named(TWO_0));
  t.strictSame(tabled('2.0', true), named(BET0_ONLY));
  t.equal(tabled('1.0', true).length + tabled('1.1', true).length, 0);
});

t.test('arguments and results are as many as the handler tables say', async t => {
  t.strictSame(counted('1.1'), rows(COUNTS_1).toSorted());
  t.strictSame(counted('2.0'), rows(`${COUNTS_2}, ${COUNTS_OF_LINUX}`).toSorted());
  const uncertain = RMI_COMMANDS.filter(({ unverified }) => unverified === true).map(({ name }) => name);
  t.strictSame(uncertain, [
    'RMI_DEV_MEM_MAP',
    'RMI_DEV_MEM_UNMAP',
    'RMI_PDEV_IDE_KEY_REFRESH',
    'RMI_VDEV_STOP',
  ]);
});

const FACTS = new URL('../../shared/reference/rmi-facts.md', import.meta.url);
const factsHere = existsSync(FACTS) ? {} : { skip: 'the table of facts are not beside this project' };

t.test('the lists above are those of the table of facts, and so is every argument', factsHere, async t => {
  const text = readFileSync(FACTS, 'utf8');
  const rows1 = tableRows(text, /^\| 01[0-9A-F]{2}/).flatMap(oneOrTwo);
  t.strictSame(
    rows1.map(([fid = '', name = '']) => `0xc400${fid.toLowerCase()} RMI_${name}`).sort(),
    named(ONE_0),
  );
  const rows2 = tableRows(text, /^\| 0xC400/);
  t.strictSame(
    rows2.map(([fid = '', name = '']) => `${fid.toLowerCase()} RMI_${name.replace(/ \(.*/, '')}`).sort(),
    named(TWO_0),
  );
  const counts = (rows: readonly (readonly string[])[]) =>
    rows
      .filter(([, , ins]) => ins !== '-')
      .map(([fid = '', , ins = '', outs = '']) => `${fid.slice(-4).toLowerCase()} ${ins[0]} ${outs[0]}`)
      .sort();
  const of10 = new Set(rows(ONE_0).map(row => row.slice(0, 4)));
  t.strictSame(
    counts(rows1),
    rows(COUNTS_1)
      .filter(row => of10.has(row.slice(0, 4)))
      .sort(),
  );
  t.strictSame(counts(rows2), rows(COUNTS_2).toSorted());
  for (const [fid = '', , ins = '', outs = ''] of rows1) {
    t.strictSame(tabledRegisters(fid, '1.0'), [argumentWords(ins.slice(1)), words(outs.slice(1))], fid);
  }
  for (const [fid = '', , , , , known = ''] of rows2.filter(([, , , , , known]) =>
    /^[^0-9]/.test(known ?? ''),
  )) {
    const [ins = '', outs = ''] = known.replace(/ \(.*/, '').split(';');
    t.strictSame(tabledRegisters(fid, '2.0'), [argumentWords(ins), words(outs)], fid);
  }
  // 1.1 stands in a sentence: `adds 0156 PDEV_AUX_COUNT 1/1, …, RTT_DEV_MEM_VALIDATE 4/1 (0163)`.
  const sentence = /^1\.1 \(TF-RMM v0\.8\.0 table.*\n.*$/m.exec(text)?.[0] ?? '';
  const said = [...sentence.matchAll(/([A-Z][A-Z0-9_]+[A-Z]) (\d)\/(\d)/g)].map(row =>
    row.slice(1).join(' '),
  );
  const tabled11 = RMI_COMMANDS.filter(({ revisions }) => revisions.join() === '1.1').map(
    ({ name, args, results }) => `${name.slice(4)} ${args?.length} ${results?.length}`,
  );
  t.ok(said.length >= 9, `${said.length} commands of 1.1`);
  t.strictSame(
    said.filter(row => !tabled11.includes(row)),
    [],
  );
});

/** Table rows that begin so, cell by cell. */
function tableRows(text: string, start: RegExp): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter(line => start.test(line))
    .map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim()),
    );
}

/** `0151 / 0152` and `GRANULE_DELEGATE / GRANULE_UNDELEGATE` in one row. */
function oneOrTwo([fids = '', names = '', ...rest]: readonly string[]): readonly (readonly string[])[] {
  const name = names.split(' / ');
  return fids.split(' / ').map((fid, at) => [fid, name[at] ?? '', ...rest]);
}

/** Registers as a person lists them, `RD, target REC, params PA`, in the spelling of the table. */
function words(list: string): readonly string[] {
  const spelt = list
    .replace(/\(.*\)/, '')
    .replace(/^ *x2 /, 'out1, x2 ')
    .split(',')
    .map(word =>
      word
        .trim()
        .replace(/^x2 | aligned .*$/, '')
        .replace(/^requested revision$/, 'requested'),
    );
  return spelt
    .filter(word => word !== '')
    .map(word =>
      word
        .toLowerCase()
        .replace(/^calling rec$/, 'rec')
        .replaceAll(' ', '_'),
    );
}

/** Arguments are pointers by nature: `params PA` is `params`. */
function argumentWords(list: string): readonly string[] {
  return words(list.replaceAll(/(?<=\w) PA\b/g, ''));
}

function tabledRegisters(fid: string, revision: RmiRevision): readonly (readonly string[])[] {
  const found = lookupRmi(u64(BigInt(`0xc400${fid.slice(-4)}`)), revision)[0];
  return [found?.args ?? [], found?.results ?? []];
}

t.test('the statuses are those of the table of facts', factsHere, async t => {
  const table = readFileSync(FACTS, 'utf8').split('### 4.2')[1]?.split('### 4.3')[0] ?? '';
  const numbered = tableRows(table, /^\| \d/);
  t.equal(numbered.length, 17);
  for (const [value = '', ...cells] of numbered) {
    for (const [at, revision] of RMI_REVISIONS.entries()) {
      const cell = cells[at] === 'same' ? cells[0] : cells[at];
      const name = /^[A-Z_]+/.exec(cell ?? '')?.[0];
      const decoded = decodeStatus(u64(BigInt(value)), revision);
      t.equal(decoded.name, name === undefined ? null : `RMI_${name}`, `${value} in ${revision}`);
    }
  }
});

t.test('the fields of the feature registers are those of the table of facts', factsHere, async t => {
  const text = readFileSync(FACTS, 'utf8');
  const [, reg0 = '', reg1 = ''] = /2\.0-bet3\): reg 0: (.*(?:\n.*)?) reg 1: (.*)/.exec(text) ?? [];
  const [, old0 = ''] = /In 1\.0 reg 0 also held (.*?)\. TF-RMM/.exec(text) ?? [];
  const rows: readonly [list: string, index: bigint, revision: RmiRevision][] = [
    [reg0, 0n, '2.0'],
    [reg1, 1n, '2.0'],
    [old0, 0n, '1.0'],
  ];
  for (const [list, index, revision] of rows) {
    const fields = [...list.matchAll(/([A-Z0-9_]+)(?: bit)? (\d+)(?::(\d+))?/gi)];
    t.ok(fields.length >= 4, `${fields.length} fields`);
    for (const [, name = '', msb = '', lsb = msb] of fields) {
      const ones = (1n << (BigInt(msb) - BigInt(lsb) + 1n)) - 1n;
      const full = name === '16KB' ? 'GRAN_SZ_16KB' : name === '4KB' ? 'GRAN_SZ_4KB' : name;
      const decoded = decodeFeatureRegister(u64(index), u64(ones << BigInt(lsb)), revision);
      const set = decoded.fields.filter(({ value }) => value !== 0n).map(field => field.name);
      t.strictSame([set, decoded.rest], [[full], 0n], `${full} ${msb}:${lsb} in ${revision}`);
    }
  }
});

t.test('every command has a FID of its own kind, and one name has one FID', async t => {
  for (const { fid, name } of RMI_COMMANDS) {
    t.ok(isRmi(fid), name);
    t.equal(lookupRmiByName(name), fid, name);
  }
});

t.test('a number that 2.0 reused means what the revision says', async t => {
  t.strictSame(names(0xc4000153n, '1.0'), ['RMI_DATA_CREATE']);
  t.strictSame(names(0xc4000153n, '2.0'), ['RMI_RTT_DATA_MAP_INIT']);
  t.strictSame(names(0xc4000153n), ['RMI_DATA_CREATE', 'RMI_RTT_DATA_MAP_INIT']);
  t.strictSame(names(0xc400016en, '1.1'), ['RMI_PSMMU_MSI_CONFIG']);
  t.strictSame(names(0xc400016en, '2.0'), ['RMI_RMM_CONFIG_SET']);
  t.strictSame(names(0xc40001een, '2.0'), ['RMI_RMM_STATE_GET', 'RMI_VSMMU_EVENT_COMPLETE']);
});

t.test(
  'without a revision a number that all agree on has one meaning, with the arguments that are known',
  async t => {
    t.strictSame(names(0xc4000150n), ['RMI_VERSION']);
    t.strictSame(names(0xc4000176n), ['RMI_PDEV_CREATE']);
    t.strictSame(lookupRmi(u64(0xc4000176n))[0]?.args, ['arg1', 'arg2']);
    t.strictSame(names(0xc4000171n), []);
  },
);

t.test('a command that the revision does not have is still named, as RMMs mix them', async t => {
  t.strictSame(names(0xc4000172n, '2.0'), ['RMI_DEV_MEM_MAP']);
  t.strictSame(names(0xc4000167n, '2.0'), ['RMI_REC_AUX_COUNT']);
  t.strictSame(names(0xc4000202n, '1.0'), ['RMI_RMM_ACTIVATE']);
});

t.test('the SVE hint says nothing about which call it is, and no other bit is ignored', async t => {
  t.equal(hex(callId(u64(0xc4010150n))), '0xc4000150');
  t.equal(hasSveHint(u64(0xc4010150n)), true);
  t.equal(hasSveHint(u64(0xc4000150n)), false);
  t.equal(callName(u64(0xc4010150n)), 'RMI_VERSION');
  t.equal(callName(u64(0x84010008n)), 'PSCI_SYSTEM_OFF');
  t.equal(callName(u64(0x1c4000150n)), 'unknown FID 0x1c4000150');
  t.equal(callName(u64(0xc4020150n)), 'unknown FID 0xc4020150');
  fc.assert(
    fc.property(anyU64, fid => {
      t.equal((fid ^ callId(fid)) & ~0x10000n, 0n);
      t.equal(hasSveHint(callId(fid)), false);
    }),
    SEED,
  );
});

t.test('a FID comes apart by its bit fields', async t => {
  t.strictSame(show(fidParts(u64(0xc4000150n))), {
    fast: true,
    smc64: true,
    owner: 4,
    number: 0x150,
    reserved: '0x0',
  });
  t.strictSame(show(fidParts(u64(0x84010008n))), {
    fast: true,
    smc64: false,
    owner: 4,
    number: 8,
    reserved: '0x0',
  });
  t.strictSame(show(fidParts(u64(0x1c4fe0150n))).reserved, '0x100fe0000');
  t.equal(show(fidParts(u64(0x44000150n))).fast, false);
  t.equal(hex(standardFid(0x211)), '0xc4000211');

  function show({ reserved, ...parts }: ReturnType<typeof fidParts>) {
    return { ...parts, reserved: hex(reserved) };
  }
});

t.test('RMI calls from the Normal world are the handshake, all others background', async t => {
  t.equal(background(0xc4000150n), false);
  t.equal(background(0xc4010150n), false);
  t.equal(background(0xc4000171n), false, 'a number nobody uses, in the range');
  t.equal(background(0xc40002cfn), false);
  t.equal(background(0xc40002d0n), true);
  t.equal(background(0xc400014fn), true);
  t.equal(background(0x84000000n), true, 'PSCI_VERSION');
  t.equal(background(0xc4000190n), true, 'RSI_VERSION is easily mistaken for RMI_VERSION');
  t.equal(background(0xc40001cfn), true);
  t.equal(background(0x84000150n), true, 'the SMC32 form is no RMI call');
  t.equal(background(0x1c4000150n), true);
  t.equal(background(0xc4000150n, 'realm'), true);
  t.equal(background(0xc400018fn, 'realm'), true);
  t.equal(isRmi(u64(0xc400018fn)), true);
  t.equal(isRmi(u64(0xc400018fn), 'realm'), false);

  function background(fid: bigint, from: World = 'ns'): boolean {
    const event: SmcEvent = {
      type: 'smc',
      cpu: 0,
      from,
      via: 'smc',
      cc: '1.1',
      fid: u64(fid),
      args: [],
      res: null,
    };
    return isBackground(event);
  }
});

t.test('the calls of a real boot have names', async t => {
  const boot: readonly [bigint, string][] = [
    [0x84000000n, 'PSCI_VERSION'],
    [0x84000006n, 'PSCI_MIGRATE_INFO_TYPE'],
    [0x8400000an, 'PSCI_FEATURES'],
    [0x80000000n, 'SMCCC_VERSION'],
    [0x84000050n, 'TRNG_VERSION'],
    [0x80000001n, 'SMCCC_ARCH_FEATURES'],
    [0xc4000190n, 'RSI_VERSION'],
    [0xc40001b0n, 'RMM_GTSI_DELEGATE'],
    [0xc40001b1n, 'RMM_GTSI_UNDELEGATE'],
    [0xc400ff77n, 'unknown FID 0xc400ff77'],
  ];
  for (const [fid, name] of boot) t.equal(callName(u64(fid)), name);
  t.equal(callName(u64(0xc400018fn), undefined, 'realm'), 'RMM_RMI_REQ_COMPLETE');
  t.equal(callName(u64(0xc400018fn)), 'unknown FID 0xc400018f');
});

t.test('a call is selected by its name, that of 2.0 where its number means several', async t => {
  t.equal(selectorName(u64(0xc4010150n)), 'RMI_VERSION');
  t.equal(selectorName(u64(0xc4000153n)), 'RMI_RTT_DATA_MAP_INIT', 'two revisions, two names');
  t.equal(selectorName(u64(0x84000003n)), '0x84000003', 'no RMI call');
  t.equal(lookupRmiByName('RMI_VERSOIN'), null);
  t.equal(selectorName(u64(0xc4010171n)), '0xc4000171');
});
