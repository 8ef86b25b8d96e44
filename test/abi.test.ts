import fc from 'fast-check';
import t from 'tap';
import { EINVAL, ENXIO, errnoText } from '../lib/abi/errno.js';
import { decodeFeatureRegister, featureText } from '../lib/abi/feature-registers.js';
import { decodeIdRegister, fieldOf, ID_REGISTERS } from '../lib/abi/id-registers.js';
import {
  parseRevision,
  RMI_REVISIONS,
  type RmiRevision,
  reservedBits,
  revisionParts,
  revisionText,
  revisionWord,
  rmiRevision,
} from '../lib/abi/revision.js';
import { decodeStatus, parseStatus } from '../lib/abi/rmi-status.js';
import { NOT_SUPPORTED_64 } from '../lib/abi/smccc.js';
import { hex, u64, wrap64 } from '../lib/model/u64.js';

const SEED = { seed: 20_260_318, numRuns: 500 };
const anyU64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(u64);
const anyRevision = fc.constantFrom(...RMI_REVISIONS);
t.test('a revision is written M.m and nothing else', async t => {
  t.equal(hex(revisionWord(2, 0)), '0x20000');
  t.equal(hex(revisionWord(32767, 65535)), '0x7fffffff');
  t.strictSame(parseRevision('2.0'), { major: 2, minor: 0 });
  t.strictSame(parseRevision('32767.65535'), { major: 32767, minor: 65535 });
  for (const bad of [
    '32768.0',
    '1.65536',
    '01.0',
    '1.00',
    '1',
    '1.',
    '.1',
    ' 1.0',
    '1.0\n',
    'v1.0',
    '-1.0',
    '1.0.0',
    '１.0',
  ]) {
    t.equal(parseRevision(bad), null, JSON.stringify(bad));
  }
  t.throws(() => revisionWord(32768, 0), RangeError);
  t.throws(() => revisionWord(1, -1), RangeError);
  t.throws(() => revisionWord(1.5, 0), RangeError);
});

t.test('a revision and its text are one another', async t => {
  const part = fc.record({ major: fc.nat(0x7fff), minor: fc.nat(0xffff) });
  fc.assert(
    fc.property(part, ({ major, minor }) => {
      const word = revisionWord(major, minor);
      t.strictSame(parseRevision(revisionText(word)), { major, minor });
      t.strictSame(revisionParts(word), { major, minor });
      t.equal(hex(reservedBits(word)), '0x0');
    }),
    SEED,
  );
});

t.test('reserved bits of a revision are kept apart, not hidden', async t => {
  t.equal(revisionText(u64(0x80020000n)), '2.0');
  t.equal(hex(reservedBits(u64(0x80020000n))), '0x80000000');
  t.equal(hex(reservedBits(u64(0x100020000n))), '0x100000000');
  t.equal(revisionText(wrap64(-1n)), '32767.65535');
  t.equal(rmiRevision(u64(0x10001n)), '1.1');
  t.equal(rmiRevision(u64(0x80020000n)), null);
  t.equal(rmiRevision(u64(0x380000n)), null);
  fc.assert(
    fc.property(anyU64, word => {
      const { major, minor } = revisionParts(word);
      t.equal(hex(u64(reservedBits(word) | revisionWord(major, minor))), hex(word));
    }),
    SEED,
  );
});

t.test('each revision has its statuses', async t => {
  t.equal(status(0x0n, '1.0'), 'RMI_SUCCESS');
  t.equal(status(0x1n, '1.0'), 'RMI_ERROR_INPUT');
  t.equal(status(0x204n, '1.0'), 'RMI_ERROR_RTT(2)');
  t.equal(status(0x5n, '1.0'), 'unknown status 0x5');
  t.equal(status(0x5n, '2.0'), 'RMI_ERROR_NOT_SUPPORTED');
  t.equal(status(0x6n, '2.0'), 'RMI_ERROR_DEVICE');
  t.equal(status(0x8n, '1.1'), 'unknown status 0x8');
  t.equal(status(0xan, '2.0'), 'RMI_BUSY');
  t.equal(status(0xbn, '2.0'), 'RMI_ERROR_GLOBAL');
  t.equal(status(0xen, '2.0'), 'RMI_BLOCKED');
  t.equal(status(0xfn, '2.0'), 'RMI_ERROR_GPT');
  t.equal(status(0x10n, '2.0'), 'RMI_ERROR_GRANULE');
  t.equal(status(0x11n, '2.0'), 'unknown status 0x11');
});

t.test('5 and 6 have several readings where neither revision nor release settles them', async t => {
  const device = 'RMI_ERROR_DEVICE in TF-RMM 0.6 and 0.7';
  t.equal(status(0x5n), `RMI_ERROR_NOT_SUPPORTED, or ${device}, or RMI_ERROR_IN_USE before 1.0`);
  t.equal(status(0x6n), 'RMI_ERROR_DEVICE, or RMI_ERROR_NOT_SUPPORTED in TF-RMM 0.6 and 0.7');
  t.equal(status(0x5n, '1.1'), `RMI_ERROR_NOT_SUPPORTED, or ${device}`);
  t.equal(status(0x6n, '1.1'), 'RMI_ERROR_DEVICE, or RMI_ERROR_NOT_SUPPORTED in TF-RMM 0.6 and 0.7');
  t.equal(status(0x105n, '1.1'), `RMI_ERROR_NOT_SUPPORTED(1), or ${device}`);
  t.equal(status(0x7n), 'RMI_ERROR_RTT_AUX');
});

t.test('RMI_INCOMPLETE shows what it asks for instead of an index', async t => {
  t.equal(status(0xdn, '2.0'), 'RMI_INCOMPLETE');
  t.equal(status(0x10dn, '2.0'), 'RMI_INCOMPLETE(donate)');
  t.equal(status(0x20dn, '2.0'), 'RMI_INCOMPLETE(reclaim)');
  t.equal(status(0x50dn, '2.0'), 'RMI_INCOMPLETE(donate+can-cancel)');
  t.equal(status(0xf0dn, '2.0'), 'RMI_INCOMPLETE(request-3+can-cancel), stray bits 0x800');
  t.equal(status(0x10dn, '1.1'), 'unknown status 0xd, index 0x1');
});

t.test('no bit of a status is hidden', async t => {
  t.equal(status(0xffffffffn), 'unknown status 0xff, index 0xff, stray bits 0xffff0000');
  t.equal(status(0x100n), 'RMI_SUCCESS(1)');
  t.equal(status(0x380000n), 'RMI_SUCCESS, stray bits 0x380000');
  t.equal(status(0xffffffffffffffffn), 'NOT_SUPPORTED');
  t.equal(status(0xfffffffffffffffen), 'NOT_REQUIRED');
  t.equal(status(0xfffffffffffffffdn), 'INVALID_PARAMETER');
  fc.assert(
    fc.property(anyU64, anyU64, anyRevision, (a, b, revision) => {
      const same = decodeStatus(a, revision).text === decodeStatus(b, revision).text;
      t.equal(same, a === b);
    }),
    SEED,
  );
});

t.test('a status and its text are one another', async t => {
  const word = fc.oneof(fc.bigInt({ min: 0n, max: 0xffffn }).map(u64), fc.constant(NOT_SUPPORTED_64));
  fc.assert(
    fc.property(word, x0 => {
      const { text, name, stray } = decodeStatus(x0, '2.0');
      const back = parseStatus(text);
      t.equal(back === null ? null : hex(back), name === null || stray !== 0n ? null : hex(x0));
    }),
    SEED,
  );
});

t.test('an edit may spell a status with or without RMI_', async t => {
  t.equal(parsed('RMI_ERROR_RTT(2)'), '0x204');
  t.equal(parsed('ERROR_RTT(2)'), '0x204');
  t.equal(parsed('BUSY'), '0xa');
  t.equal(parsed('RMI_ERROR_NOT_SUPPORTED'), '0x5');
  t.equal(parsed('NOT_SUPPORTED'), '0xffffffffffffffff');
  t.equal(parsed('RMI_INCOMPLETE(donate)'), '0x10d');
  t.equal(parsed('RMI_INCOMPLETE(5)'), '0x50d');
  t.equal(parsed('RMI_INCOMPLETE(lend)'), null);
  for (const bad of [
    '',
    'RTT',
    'rmi_success',
    'RMI_NOT_SUPPORTED',
    'RMI_ERROR_RTT(256)',
    'RMI_ERROR_RTT(02)',
    'RMI_BUSY()',
    'RMI_BUSY ',
    'RMI_ERROR_RTT(donate)',
  ]) {
    t.equal(parsed(bad), null, JSON.stringify(bad));
  }

  function parsed(text: string): string | null {
    const value = parseStatus(text);
    return value === null ? null : hex(value);
  }
});

t.test('errors have their names', async t => {
  t.equal(errnoText(-ENXIO), '-ENXIO');
  t.equal(errnoText(-6), '-ENXIO');
  t.equal(errnoText(-EINVAL), '-EINVAL');
  t.equal(errnoText(0), '0');
  t.equal(errnoText(6), '6');
  t.equal(errnoText(-4000), '-4000');
});

t.test('RME of the emulated machine is 2, and FP and AdvSIMD are signed', async t => {
  t.strictSame(fieldOf('ID_AA64PFR0_EL1', 'RME'), { lsb: 52, width: 4, signed: false });
  t.equal(fieldOf('ID_AA64PFR0_EL1', 'rme'), null);
  t.equal(fieldOf('ID_AA64PFR1_EL1', 'RME'), null);
  const fields = decodeIdRegister('ID_AA64PFR0_EL1', u64(0x1321001121112222n));
  t.equal(
    fields.map(({ name, value }) => `${name}=${value}`).join(' '),
    'CSV3=1 CSV2=3 RME=2 DIT=1 AMU=0 MPAM=0 SEL2=1 SVE=1 RAS=2 GIC=1 AdvSIMD=1 FP=1 EL3=2 EL2=2 EL1=2 EL0=2',
  );
  const none = decodeIdRegister('ID_AA64PFR0_EL1', u64(0xff0000n));
  t.strictSame(
    none.filter(({ value }) => value !== 0),
    [
      { name: 'AdvSIMD', value: -1 },
      { name: 'FP', value: -1 },
    ],
  );
});

t.test(
  'the fields of ID_AA64PFR0_EL1 cover the register, and no register has overlapping fields',
  async t => {
    for (const [register, fields] of ID_REGISTERS) {
      const taken = fields.flatMap(({ lsb, width }) => Array.from({ length: width }, (_, i) => lsb + i));
      t.equal(new Set(taken).size, taken.length, register);
      t.ok(
        taken.every(bit => bit >= 0 && bit < 64),
        register,
      );
      if (register === 'ID_AA64PFR0_EL1') t.equal(taken.length, 64);
    }
    t.strictSame(fieldOf('ID_AA64MMFR0_EL1', 'TGRAN4_2'), { lsb: 40, width: 4, signed: false });
    t.strictSame(decodeIdRegister('ID_AA64ZFR0_EL1', u64(1n)), []);
  },
);

t.test('the feature registers of real RMMs read by their revision', async t => {
  t.equal(
    features(0n, 0x28f34317f34n, '1.0'),
    'S2SZ 52, LPA2 1, SVE 1, SVE_VL 15, NUM_BPS 5, NUM_WPS 3, PMU 1, PMU_NUM_CTRS 6, ' +
      'SHA_256 1, SHA_512 1, GICV3_NUM_LRS 3, MAX_RECS_ORDER 10',
  );
  t.equal(
    features(0n, 0x6683fc104130n, '1.1'),
    'S2SZ 48, LPA2 1, SVE 0, SVE_VL 0, NUM_BPS 1, NUM_WPS 1, PMU 1, PMU_NUM_CTRS 31, ' +
      'SHA_256 1, SHA_512 1, GICV3_NUM_LRS 0, MAX_RECS_ORDER 10, ' +
      'DA 1, RTT_PLANE 0, MAX_NUM_AUX_PLANES 3, RTT_S2AP_INDIRECT 0',
  );
  t.equal(
    features(1n, 0x142a9n, '2.0'),
    'GRAN_SZ_4KB 1, GRAN_SZ_16KB 0, GRAN_SZ_64KB 0, SHA_256 1, SHA_384 0, SHA_512 1, ' +
      'MAX_RECS_ORDER 10, L0GPTSZ 0, PPS 5',
  );
  t.equal(features(3n, 0x3n, '2.0'), 'MAX_NUM_AUX_PLANES 3, RTT_PLANE 0, RTT_S2AP_INDIRECT 0');
  t.equal(features(4n, 0xfffen, '2.0'), 'MEC_COUNT 65534');
  t.equal(features(5n, 0x7n, '2.0'), '0x7', 'no such register');
});

t.test('while nobody knows the revision only what all agree on is a field', async t => {
  t.equal(
    features(0n, 0x28f34317f34n),
    'S2SZ 52, LPA2 1, SVE 1, SVE_VL 15, NUM_BPS 5, NUM_WPS 3, PMU 1, PMU_NUM_CTRS 6, other bits 0x28f00000000',
  );
  t.equal(features(1n, 0x142a9n), '0x142a9');
  t.equal(features(3n, 0x3n), 'MAX_NUM_AUX_PLANES 3, RTT_PLANE 0, RTT_S2AP_INDIRECT 0');
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 5n }).map(u64),
      anyU64,
      anyU64,
      anyRevision,
      (index, a, b, revision) => {
        const same = features(index, a, revision) === features(index, b, revision);
        t.equal(same, a === b);
      },
    ),
    SEED,
  );
});

function status(x0: bigint, revision?: RmiRevision): string {
  return decodeStatus(u64(x0), revision).text;
}

function features(index: bigint, value: bigint, revision?: RmiRevision): string {
  return featureText(decodeFeatureRegister(u64(index), u64(value), revision));
}
