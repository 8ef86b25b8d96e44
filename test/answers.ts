/**
 * What real builds of TF-RMM answered, as test/answers/ has it: a line a call, its fields separated by tabs: FID and
 * x1 on, x0..x4 after the call, then the lines that the RMM printed. `refused` lists numbers that have no handler; `boot`
 * begins another boot. `@ADDRESS OFFSET=WORD …` is a page that an argument points to, before the call or after it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Test } from 'tap';
import type { Memory } from '../lib/model/events.js';
import type { RmmReply } from '../lib/model/port.js';
import { hex } from '../lib/model/u64.js';
import { h } from './boots.js';

export interface Answered {
  readonly fid: string;
  readonly args: readonly string[];
  readonly res: readonly string[];
  readonly console: readonly string[];
  /** The page that an argument points to, before and after: `ADDRESS OFFSET=WORD …`; every other word is 0. */
  readonly before?: string;
  readonly after?: string;
  /** Which boot it was asked in, where a file holds several. */
  readonly boot?: number;
}

export interface Build {
  readonly calls: readonly Answered[];
  /** FIDs. */
  readonly refused: readonly string[];
}

/** The profile that stands for each build that was asked, and the major revision of its feature registers. */
export const BUILDS: readonly [build: string, profile: string, major: number][] = [
  ['v0.1.0', 'tf-rmm-0.1', 56],
  ['v0.3.0', 'tf-rmm-0.3', 56],
  ['eac2', 'tf-rmm-eac2', 66],
  ['v1.0-rel0', 'tf-rmm-0.6', 1],
  ['v0.6.0', 'tf-rmm-0.6', 1],
  ['v0.6.0-v11', 'tf-rmm-0.6-v11', 1],
  ['v0.8.0', 'tf-rmm-0.8', 1],
  ['v0.8.0-v11', 'tf-rmm-0.8-v11', 1],
  ['v0.9.0', 'tf-rmm-0.9', 2],
  ['head', 'tf-rmm-head', 2],
];

const HERE = new URL('answers/', import.meta.url);
/** The folder with all that the builds were asked, where it is beside this project. */
const WHOLE = new URL('../../shared/rmm-answers/', import.meta.url);

export const wholeHere = existsSync(WHOLE)
  ? {}
  : { skip: 'the whole answers of the real builds are not beside this project' };

/** The names of test/answers/: `v0.8.0`, and `v0.8.0.lifecycle` for a realm's life. */
export function answersHere(): readonly string[] {
  return readdirSync(HERE)
    .map(name => name.replace(/\.txt$/, ''))
    .sort();
}

export function readAnswers(name: string): Build {
  const lines = readFileSync(new URL(`${name}.txt`, HERE), 'utf8')
    .trimEnd()
    .split('\n');
  const calls: Answered[] = [];
  let [refused, boot]: [readonly string[], number | null] = [[], null];
  for (const line of lines.filter(line => !line.startsWith('#'))) {
    const [word, ...words] = line.split(' ');
    if (word === 'refused') refused = words.flatMap(fidsOf);
    else if (word === 'boot') boot = Number(words[0]);
    else calls.push({ ...callOf(line), ...(boot === null ? {} : { boot }) });
  }
  return { calls, refused };
}

/** The same from the folder with the whole answers, and its names. */
export function readWhole(name: string): Build {
  const { calls, unimplemented_fids = [] } = JSON.parse(
    readFileSync(new URL(`${name}.json`, WHOLE), 'utf8'),
  ) as {
    calls: {
      fid: string;
      args: string[];
      result: Record<string, string>;
      console: string[];
      boot?: number;
      memory_in?: Page;
      memory_out?: Page;
    }[];
    unimplemented_fids?: string[];
  };
  return {
    calls: calls.map(({ fid, args, result, console, boot, memory_in, memory_out }) => ({
      fid,
      args,
      res: Object.values(result),
      console,
      ...(memory_in === undefined ? {} : { before: pageText(memory_in) }),
      ...(memory_out === undefined ? {} : { after: pageText(memory_out) }),
      ...(boot === undefined ? {} : { boot }),
    })),
    refused: unimplemented_fids,
  };
}

/** Words by their offset, or from the first on. */
interface Page {
  readonly at: string;
  readonly words: Readonly<Record<string, string>> | readonly string[];
}

function pageText({ at, words }: Page): string {
  const entries = Array.isArray(words)
    ? words.map((word, index) => [`0x${(index * 8).toString(16)}`, word])
    : Object.entries(words);
  return [at, ...entries.map(([offset, word]) => `${offset}=${word}`)].join(' ');
}

/** The page, as a call hands it over. */
export function memoryOf(page: string | undefined): readonly Memory[] {
  if (page === undefined) return [];
  const [pa = '', ...words] = page.split(' ');
  return [
    {
      pa: h(pa),
      at: 'call',
      words: words.map(word => {
        const [offset = '', value = ''] = word.split('=');
        return { offset: h(offset), value: h(value) };
      }),
    },
  ];
}

export function wholeNames(): readonly string[] {
  return readdirSync(WHOLE)
    .filter(name => name.endsWith('.json'))
    .map(name => name.replace(/\.json$/, ''))
    .sort();
}

/** x0..x4 and the console, in hex. */
export function spelt(reply: RmmReply): { res: string[]; console: string[] } {
  if (reply.kind !== 'answer') return { res: [reply.kind], console: [] };
  return { res: reply.res.slice(0, 5).map(hex), console: [...reply.console] };
}

/** One assertion a file: a thousand that pass would bury the one that does not. */
export function sameCalls(
  t: Test,
  name: string,
  pairs: readonly { readonly call: string; readonly found: unknown; readonly wanted: unknown }[],
): void {
  const differing = pairs.filter(({ found, wanted }) => JSON.stringify(found) !== JSON.stringify(wanted));
  t.strictSame(differing, [], `${name}: ${pairs.length} calls`);
}

function callOf(line: string): Answered {
  const [request = '', answer = '', ...console] = line.split('\t');
  const [asked = '', before] = request.split(' @');
  const [res = '', after] = answer.split(' @');
  const [fid = '', ...args] = asked.split(' ');
  const pages = { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
  return { fid, args, res: res.split(' '), console, ...pages };
}

/** `16a-171`: numbers of the standard service, in hexadecimal. */
function fidsOf(range: string): readonly string[] {
  const [first = '', last = first] = range.split('-');
  const [from, to] = [first, last].map(digits => Number.parseInt(digits, 16));
  if (from === undefined || to === undefined) return [];
  return Array.from({ length: to - from + 1 }, (_, at) => `0xc4000${(from + at).toString(16)}`);
}

/** The calls of each boot. */
export function bootsOf({ calls }: Build): readonly Build[] {
  const boots = [...new Set(calls.map(({ boot }) => boot))];
  return boots.map(boot => ({ calls: calls.filter(call => call.boot === boot), refused: [] }));
}
