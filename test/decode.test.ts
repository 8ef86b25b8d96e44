import fc from 'fast-check';
import t from 'tap';
import { type Call, decodeCall } from '../lib/abi/decode.js';
import { RMI_REVISIONS, type RmiRevision } from '../lib/abi/revision.js';
import { RMI_COMMANDS } from '../lib/abi/rmi-commands.js';
import type { World } from '../lib/model/events.js';
import { hex, type Seen, type U64, u64, wrap64 } from '../lib/model/u64.js';

const SEED = { seed: 20_260_318, numRuns: 500 };
const anyU64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(u64);
const anyRevision = fc.constantFrom(...RMI_REVISIONS);
t.test('a refused handshake is told in words', async t => {
  t.strictSame(told({ fid: 0xc4010150n, args: [0x20000n], res: [1n, 0x10000n, 0x10000n, 0n] }), [
    'RMI_VERSION with the SVE hint',
    'requested 2.0',
    '->',
    'status RMI_ERROR_INPUT',
    'lower 1.0',
    'higher 1.0',
    'x3 0x0',
  ]);
});

t.test('reserved bits, unseen registers and calls that never came back are said to be so', async t => {
  t.strictSame(told({ fid: 0xc4000150n, args: [0x80010000n], res: [1n, null, 0x100020000n] }), [
    'RMI_VERSION',
    'requested 1.0 with reserved bits 0x80000000',
    '->',
    'status RMI_ERROR_INPUT',
    'lower not seen',
    'higher 2.0 with reserved bits 0x100000000',
  ]);
  t.strictSame(told({ fid: 0xc4000150n, args: [null], res: null }), [
    'RMI_VERSION',
    'requested not seen',
    '->',
  ]);
});

t.test('what a refused call left in the registers is no revision', async t => {
  t.strictSame(told({ fid: 0xc4000150n, args: [0x20000n], res: [-1n, 0x20000n, 0x1111n, 0n] }), [
    'RMI_VERSION',
    'requested 2.0',
    '->',
    'status NOT_SUPPORTED',
    'x1 0x20000, not a result: left in the register',
    'x2 0x1111, not a result: left in the register',
    'x3 0x0, not a result: left in the register',
  ]);
});

t.test('an RMM before EAC4 answers its revision in x0', async t => {
  t.equal(
    version(0x380000n),
    'RMI_SUCCESS, stray bits 0x380000, or revision 56.0 in x0, as from RMMs before EAC4',
  );
  t.equal(
    version(0x420000n),
    'RMI_SUCCESS, stray bits 0x420000, or revision 66.0 in x0, as from RMMs before EAC4',
  );
  t.equal(
    version(0x10000n),
    'RMI_SUCCESS, stray bits 0x10000, or revision 1.0 in x0, as from RMMs before EAC4',
  );
  t.equal(version(0x100n), 'RMI_SUCCESS(1)');
  t.equal(version(0xffffffffn), 'unknown status 0xff, index 0xff, stray bits 0xffff0000');
  t.equal(version(-1n), 'NOT_SUPPORTED');
  t.equal(
    decodeCall(call({ fid: 0xc4000165n, args: [0n], res: [0x380000n] })).results[0]?.text.includes('EAC4'),
    false,
  );

  function version(x0: bigint): string | undefined {
    return decodeCall(call({ fid: 0xc4000150n, args: [0x10000n], res: [x0] })).results[0]?.text;
  }
});

t.test('RMI_FEATURES shows the fields of the register that was asked for', async t => {
  const asked = { fid: 0xc4000165n, args: [3n], res: [0n, 0x3n, 0n] };
  t.strictSame(told(asked, '2.0'), [
    'RMI_FEATURES',
    'index 3',
    '->',
    'status RMI_SUCCESS',
    'value MAX_NUM_AUX_PLANES 3, RTT_PLANE 0, RTT_S2AP_INDIRECT 0',
    'x2 0x0',
  ]);
  t.strictSame(told({ ...asked, res: [1n, 0n] }, '2.0').slice(3), ['status RMI_ERROR_INPUT', 'value 0x0']);
});

t.test('registers are named where all that the call may be agree on them', async t => {
  const flags = told({ fid: 0xc4000153n, args: [1n, 2n, 3n, 4n, 5n], res: [0n] });
  t.strictSame(flags.slice(0, 6), [
    'RMI_DATA_CREATE or RMI_RTT_DATA_MAP_INIT',
    'rd 0x1',
    'data 0x2',
    'ipa 0x3',
    'src 0x4',
    'flags 0x5',
  ]);
  t.strictSame(told({ fid: 0xc40001f4n, args: [1n], res: [0n] }), [
    'RMI_GPT_L1_DESTROY',
    'x1 0x1',
    '->',
    'status RMI_SUCCESS',
  ]);
});

t.test('background calls are told as far as they are known', async t => {
  t.strictSame(told({ fid: 0x80000000n, args: [], res: [0x10005n] }), ['SMCCC_VERSION', '->', 'version 1.5']);
  t.strictSame(told({ fid: 0x8400000an, args: [0x80000000n], res: [0n] }), [
    'PSCI_FEATURES',
    'function SMCCC_VERSION',
    '->',
    'x0 0x0',
  ]);
  t.strictSame(told({ fid: 0xc4000190n, args: [0x10001n], res: [-1n, 0x10001n] }), [
    'RSI_VERSION',
    'requested 1.1',
    '->',
    'x0 NOT_SUPPORTED',
    'x1 0x10001, not a result: left in the register',
  ]);
  t.strictSame(told({ fid: 0xc400018fn, from: 'realm', args: [1n, 0x10000n], res: null }), [
    'RMM_RMI_REQ_COMPLETE',
    'status RMI_ERROR_INPUT',
    'x2 0x10000',
    '->',
  ]);
  t.strictSame(told({ fid: 0xc300ffffn, args: [], res: [-1n] }), [
    'unknown FID 0xc300ffff',
    '->',
    'x0 NOT_SUPPORTED',
  ]);
});

t.test('what x0 says after a background call depends on whose call it is', async t => {
  const said = (fid: bigint, x0: bigint) => told({ fid, args: [], res: [x0] }).at(-1);
  t.equal(said(0x84000003n, -2n), 'x0 INVALID_PARAMETERS', 'PSCI_CPU_ON');
  t.equal(said(0xc4000003n, 0xfffffffcn), 'x0 ALREADY_ON', 'an int in w0 alone');
  t.equal(said(0xc4000003n, -9n), 'x0 INVALID_ADDRESS');
  t.equal(said(0x84000003n, 0n), 'x0 0x0');
  t.equal(said(0xc4000053n, -3n), 'x0 NO_ENTROPY', 'TRNG_RND');
  t.equal(said(0x80000001n, -2n), 'x0 NOT_REQUIRED', 'SMCCC_ARCH_FEATURES');
  t.equal(said(0xc4000196n, 0n), 'x0 RSI_SUCCESS', 'RSI_REALM_CONFIG');
  t.equal(said(0xc4000195n, 3n), 'x0 RSI_INCOMPLETE');
  t.equal(said(0xc4000195n, 0x103n), 'x0 0x103');
  t.equal(said(0xc40001b0n, -2n), 'x0 0xfffffffffffffffe', 'RMM_GTSI_DELEGATE: an error of its own');
  t.equal(said(0xc40001b0n, -1n), 'x0 NOT_SUPPORTED');
});

t.test('every call can be told, whatever its registers hold, and keeps its raw values', async t => {
  const seen = fc.option(anyU64);
  const fid = fc.oneof(anyU64, fc.constantFrom(...RMI_COMMANDS.map(command => command.fid)));
  const revision = fc.option(anyRevision, { nil: undefined });
  fc.assert(
    fc.property(
      fid,
      fc.array(seen, { maxLength: 17 }),
      fc.option(fc.array(seen, { maxLength: 18 })),
      revision,
      (fid, args, res, revision) => {
        const decoded = decodeCall({ fid, args, res }, revision);
        t.strictSame(decoded.args.map(raws), args.map(seenHex));
        t.strictSame(decoded.results.map(raws), (res ?? []).map(seenHex));
        t.ok(
          [...decoded.args, ...decoded.results].every(
            ({ raw, text }) => (raw === null) === (text === 'not seen'),
          ),
        );
      },
    ),
    { ...SEED, numRuns: 200 },
  );

  function raws({ raw }: { raw: Seen }): string | null {
    return seenHex(raw);
  }
});
function seenHex(value: Seen): string | null {
  return value === null ? null : hex(value);
}

interface Plain {
  readonly fid: bigint;
  readonly from?: World;
  readonly args: readonly (bigint | null)[];
  readonly res: readonly (bigint | null)[] | null;
}

function call({ fid, from = 'ns', args, res }: Plain): Call {
  return { fid: u64(fid), from, args: args.map(register), res: res === null ? null : res.map(register) };

  function register(value: bigint | null): U64 | null {
    return value === null ? null : wrap64(value);
  }
}

/** A decoded call as lines: name, arguments, an arrow, results. */
function told(plain: Plain, revision?: RmiRevision): readonly string[] {
  const { name, hint, args, results } = decodeCall(call(plain), revision);
  const lines = (registers: typeof args) => registers.map(({ name, text }) => `${name} ${text}`);
  return [hint ? `${name} with the SVE hint` : name, ...lines(args), '->', ...lines(results)];
}

t.test('what tells of memory reads in words', async t => {
  const text = (fid: bigint, res: readonly bigint[]) =>
    decodeCall(
      {
        fid: u64(fid),
        args: [0x8000_0000n, 0xa000_0000n, 0n].map(u64),
        res: res.map(u64),
        from: 'ns',
        cc: '1.2',
      },
      '2.0',
    )
      .results.slice(1)
      .map(({ name, text }) => `${name} ${text}`);
  t.strictSame(text(0xc400_01e1n, [0n, 1n, 3n, 0xa000_0000n]), [
    'category DEV_NCOH',
    'state COARSE',
    'top 0xa0000000',
  ]);
  t.strictSame(text(0xc400_01e1n, [0n, 4n, 9n, 0n]), ['category 0x4', 'state 0x9', 'top 0x0']);
  t.strictSame(text(0xc400_0211n, [0n, 0xc000_0000n, 1n]), ['out_top 0xc0000000', 'state PLAT']);
  const request = (value: bigint) => text(0xc400_0208n, [0x10dn, 1n, value])[1];
  t.equal(request(0x2_0004n), 'donate_request 1 undelegated granule');
  t.equal(request(0x1_0040n), 'donate_request 16 contiguous delegated granules');
  t.equal(request(0x4_0009n), 'donate_request 2 conditional blocks of size 1');
  t.equal(request(0n), 'donate_request 0x0');
  t.match(request(0x8_0004n), /1 delegated granule, stray bits 0x80004$/);
});
