import { type Edit, parseEdit } from '../lib/edit/parse.js';
import { kernelNamed } from '../lib/kernel/kernels.js';
import { recordedKernel } from '../lib/kernel/recorded.js';
import { machineNamed } from '../lib/machine/built-in.js';
import { pipedStandIn } from '../lib/machine/stand-in.js';
import type { Memory, TraceEvent } from '../lib/model/events.js';
import type { Trace } from '../lib/model/trace.js';
import { ZERO } from '../lib/model/u64.js';
import { record } from '../lib/record.js';
import { type Replay, replay } from '../lib/replay/replay.js';
import { openPipedRmm, type PipedRmm, type PipedRmmOptions } from '../lib/rmm/pipe/client.js';
import { h, hexes, must } from './boots.js';
import { NODE } from './rmitrace.js';

/** What rmitrace is on the other end of: a child that is a script of node's. */
export function child(script: string, more: Omit<PipedRmmOptions, 'argv' | 'command'> = {}): PipedRmm {
  const lines = "require('readline').createInterface({ input: process.stdin })";
  const source = `const say = line => console.log(typeof line === 'string' ? line : JSON.stringify(line)); ${script}`;
  return openPipedRmm({ argv: [...NODE, '-e', source.replace('LINES', lines)], ...more });
}

/** Answers every call with `answer`, an expression over `call` and `n`, from 1. */
export const each = (answer: string): string =>
  `let n = 0; LINES.on('line', line => { const call = JSON.parse(line); n++; say(${answer}); });`;

export const REFUSED = `{ res: ['0x1', '0x10000', '0x10000'] }`;
export const WANTS_2 = must(kernelNamed('v13', undefined));
export const FVP = must(machineNamed('fvp'));

export async function recorded(
  rmm: PipedRmm | string,
  edits: readonly string[] = [],
  andClose = true,
): Promise<Trace> {
  const read = edits.map(text => must(parseEdit(text)) as Edit);
  const trace = must(await record(WANTS_2, FVP, { rmm, edits: read }));
  if (typeof rmm === 'object' && andClose) await rmm.close();
  return trace;
}

/** The calls of a trace with their answers, its console, and how it failed. */
export function seen({ events }: Trace) {
  return {
    res: events.filter(event => event.type === 'smc').map(({ res }) => hexes(res)),
    console: events.filter(event => event.type === 'console').map(({ src, text }) => [src, text]),
    fault: events.filter(event => event.type === 'fault').map(({ code, text }) => [code, text]),
  };
}

/** A trace of these calls from an EL2 of SMCCC 1.2, to be repeated by the recorded kernel. */
export function traceOf(
  calls: readonly { fid: string; args?: readonly string[]; mem?: readonly Memory[] }[],
): Trace {
  const template = TEMPLATE;
  const asked = calls.map(
    ({ fid, args = [], mem }): TraceEvent => ({
      type: 'smc',
      cpu: 0,
      from: 'ns',
      via: 'smc',
      cc: '1.2',
      fid: h(fid),
      args: args.map(h),
      res: [ZERO],
      ...(mem === undefined ? {} : { mem }),
    }),
  );
  const events = [...template.events.filter(({ type }) => type === 'mrs' || type === 'fact'), ...asked];
  return { ...template, events };
}

export const TEMPLATE = must(await record(WANTS_2, FVP));

export async function repeated(trace: Trace, rmm: PipedRmm): Promise<Replay> {
  const kernel = recordedKernel(trace.events, trace.header.scope);
  const replayed = must(await replay(trace, kernel, { rmm: pipedStandIn(trace, rmm) }));
  await rmm.close();
  return replayed;
}
