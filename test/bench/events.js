/** Events of every kind that a Realm's life, a soak log or somebody's own tools leave in a trace: one canonical line each. */

const PAGE = 4096;

const hex = value => `0x${value.toString(16)}`;
const stamp = at => `"t":"${Math.floor(at / 1000) + 4}.${String(at % 1000).padStart(6, '0')}"`;

/** A call up to its answer; `n` makes it another one. */
const asked = (n, fid, args) =>
  `{"type":"smc","cpu":${n % 8},"from":"ns","via":"smc","cc":"1.2","fid":"${fid}","args":[${args.map(each => `"${hex(each)}"`).join(',')}]`;

const answered = (changed, others = []) =>
  `"res":["${changed ? '0x1' : '0x0'}"${others.map(each => `,"${each}"`).join('')}]`;

/** RMI_REC_ENTER with a run object, or RMI_GRANULE_DELEGATE of a page. */
function call(n, changed) {
  if (n % 2 === 0) {
    const others = ['0x1', hex(n), `0xffff80008123${(n % 0x1000).toString(16).padStart(4, '0')}`, '0x3'];
    return `${asked(n, '0xc400015c', [0x88_0000_0000 + n * PAGE, 0x89_0000_0000 + n * PAGE])},${answered(changed, others)}`;
  }
  const others = [hex(0x8b_0000_0000 + n * PAGE), `0x${'f'.repeat(16)}`];
  return `${asked(n, '0xc4000151', [0x8a_0000_0000 + n * PAGE, 1, n])},${answered(changed, others)}`;
}

const delegated = (at, changed) =>
  `${asked(at, '0xc4000151', [0x88_0000_0000 + at * PAGE])},${answered(changed)}`;

/** Each gives the event `at`; `changed`: as another run would have it. */
export const EVENTS = {
  call: (at, changed) => `${call(at, changed)},${stamp(at)},"line":${at + 1}}`,
  /** A loop of sixty calls. */
  loop: (at, changed) => `${call(at % 60, changed)}}`,
  /** A call and the words that it passed. */
  mem: (at, changed) =>
    `${asked(at, '0xc4000158', [0x88_0000_0000 + at * PAGE, 0x89_0000_0000])},${answered(changed)},"mem":[{"pa":"0x8900000000","at":"call","words":{"0x0":"0x1","0x8":"${hex(at)}","0x10":"0xabcdef"}}]}`,
  /** A call of which a log gave half. */
  inferred: (at, changed) =>
    `${delegated(at, changed)},"src":"rmm","line":${at + 1},"inferred":{"fid":"the RMM's line"}}`,
  /** A call whose answer holds registers that nobody saw. */
  unseen: (at, changed) =>
    `{"type":"smc","cpu":0,"from":"ns","via":"smc","cc":"1.1","fid":"0xc4000151","args":["${hex(PAGE * (at + 1))}"],"res":["${changed ? '0x1' : '0x0'}",null,"${hex(at)}",null],${stamp(at)}}`,
  unanswered: (at, changed) =>
    `${asked(at, '0xc4000151', [at + (changed ? 2 : 1)])},"res":null,"by":"firmware"}`,
  /** A call with somebody's own member. */
  own: (at, changed) => `${delegated(at, changed)},${stamp(at)},"x-latency":{"ns":${at % 977},"on":[1,2]}}`,
  /** Somebody's own type of event. */
  foreign: (at, changed) => `{"type":"x-irq","cpu":${at % 8},"x-number":${changed ? at + 1 : at}}`,
  log: (at, changed) =>
    `{"type":"log","level":"info","prefix":"kvm","pid":1,"text":"run ${at} of \\"soak\\" – é, 試験, 🙂: ${changed ? 'lost' : 'kept'}",${stamp(at)}}`,
  console: (at, changed) =>
    `{"type":"console","text":"SMC_RMI_GRANULE_DELEGATE          ${(0x88_0000_0000 + at * PAGE).toString(16)} > RMI_${changed ? 'BUSY' : 'SUCCESS'}","src":"rmm",${stamp(at)}}`,
};

const KINDS = Object.values(EVENTS);

/** One of each after the other. */
EVENTS.mixed = (at, changed) => KINDS[at % KINDS.length](at, changed);
