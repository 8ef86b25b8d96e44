/** Runs a command to its end, and measures it: the CPU time of user and system, and the peak of its memory. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A report of ten events is less, and an event in lines is less than the tail. */
const HEAD = 2 ** 16;
const TAIL = 2048;
const USAGE = fileURLToPath(new URL('usage.cjs', import.meta.url));
export const RMITRACE = fileURLToPath(new URL('../../dist/cli/rmitrace.cjs', import.meta.url));
export const BARE = fileURLToPath(new URL('bare.js', import.meta.url));

/** A file, and a command that reads it from a pipe. */
const PIPED = 'file=$1; shift; cat "$file" | "$@"';

/**
 * `{ ms, mebibytes, code, bytes, digest, head, tail }`: the last four of its standard output. `piped`: a file that comes to
 * its standard input by a pipe.
 */
export async function node(words, { piped = null } = {}) {
  const argv = [process.execPath, '--require', USAGE, ...words];
  const [file, ...args] = piped === null ? argv : ['sh', '-c', PIPED, 'sh', piped, ...argv];
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const [output, errors, usage] = [read(child.stdout), read(child.stderr), read(child.stdio[3])];
  const [code] = await once(child, 'close');
  const said = usage();
  if (said.head === '') throw new Error(`${words.join(' ')} did not end: ${errors().head}`);
  return { ...JSON.parse(said.head), code, ...output() };
}

/** `{ ms }` of any other program. */
export async function program(words) {
  const script = '"$@" >/dev/null; times';
  const child = spawn('sh', ['-c', script, 'sh', ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
  const output = read(child.stdout);
  await once(child, 'close');
  const [, children = ''] = output().head.split('\n');
  const times = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  return { ms: times.reduce((sum, [, minutes, seconds]) => sum + minutes * 60_000 + seconds * 1000, 0) };
}

function read(stream) {
  const hash = createHash('sha256');
  let bytes = 0;
  let head = '';
  let tail = '';
  stream.on('data', chunk => {
    hash.update(chunk);
    bytes += chunk.length;
    if (head.length < HEAD) head += chunk.toString('utf8', 0, HEAD);
    tail = (tail + chunk.toString('utf8', Math.max(0, chunk.length - TAIL))).slice(-TAIL);
  });
  return () => ({ bytes, digest: hash.digest('hex'), head, tail });
}
