#!/usr/bin/env node
/**
 * Starts main.cjs, which stands beside this file, with what V8 made of its code before: to compile it is most of a start.
 * The first run of each command keeps that beside it, in a file for this build, this Node and this command; where that cannot
 * be written, as in an installation of root's, in the user's folder of caches. Where the file is missing or broken V8 compiles
 * as ever, and where none can be written nothing is kept.
 */
'use strict';
const {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const [, , word = ''] = process.argv;
const COMMAND = /^[a-z]+$/.test(word) ? word : 'none';
const MAIN = join(__dirname, 'main.cjs');
const KEPT = `main-DIGEST-${process.version}-${process.arch}-${COMMAND}.cache`;
const { XDG_CACHE_HOME = '', HOME = '' } = process.env;
const OWN = XDG_CACHE_HOME.startsWith('/')
  ? XDG_CACHE_HOME
  : HOME.startsWith('/')
    ? join(HOME, '.cache')
    : '';
const FOLDERS = OWN === '' ? [__dirname] : [__dirname, join(OWN, 'rmitrace')];
/** In microseconds of CPU. V8 drops code that was not used for long, such as all that began a long run. */
const LONG_RUN = 2e6;

/**
 * V8 checks that it is of the same V8, the same flags and a source as long, and believes the rest: a hole in the file would
 * crash it. So the file has everything twice, and halves that differ are refused; a digest would cost more.
 */
function kept() {
  for (const folder of FOLDERS) {
    try {
      const twice = read(folder);
      const once = twice.subarray(0, twice.length / 2);
      return once.equals(twice.subarray(once.length)) ? once : undefined;
    } catch {}
  }
  return undefined;
}

/** Of a folder of caches only what this user wrote: root may have been given another one's. */
function read(folder) {
  const path = join(folder, KEPT);
  if (folder === __dirname) return readFileSync(path);
  const file = openSync(path, 'r');
  try {
    if (process.getuid !== undefined && fstatSync(file).uid !== process.getuid()) throw new Error('not ours');
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function keep(script, exit) {
  const { user, system } = process.cpuUsage();
  // A word that is no command ends in trouble.
  if (exit > 1 || user + system > LONG_RUN) return;
  const once = script.createCachedData();
  const bytes = Buffer.concat([once, once]);
  FOLDERS.some(folder => written(folder, bytes));
}

function written(folder, bytes) {
  const partial = join(folder, `${KEPT}.${process.pid}`);
  try {
    // The installation's own folder is there.
    if (folder !== __dirname) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = openSync(partial, 'wx', 0o644);
    try {
      writeSync(file, bytes);
    } finally {
      closeSync(file);
    }
    renameSync(partial, join(folder, KEPT));
    return true;
  } catch {
    try {
      rmSync(partial, { force: true });
    } catch {}
    return false;
  }
}

function start() {
  const cachedData = kept();
  const source = `(function (require, __filename) {${readFileSync(MAIN, 'latin1')}\n})`;
  const script = new Script(source, { filename: MAIN, cachedData });
  if (script.cachedDataRejected !== false) process.once('exit', exit => keep(script, exit));
  script.runInThisContext()(require, MAIN);
}

// Lines are mapped to those of the sources, and counted, only in what Node's own loader loads.
if (process.argv.includes('--debug') || process.env.NODE_V8_COVERAGE) {
  process.setSourceMapsEnabled(true);
  require(MAIN);
} else {
  start();
}
