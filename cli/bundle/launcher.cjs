#!/usr/bin/env node
/**
 * Starts main.cjs, which stands beside this file, with what V8 made of its code before: to compile it is most of a start.
 * The first run of each command keeps that beside it, in a file for this build, this Node and this command. Where the file
 * is missing or broken V8 compiles as ever, and where it cannot be written nothing is kept.
 */
'use strict';
const { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const [, , word = ''] = process.argv;
const COMMAND = /^[a-z]+$/.test(word) ? word : 'none';
const MAIN = join(__dirname, 'main.cjs');
const KEPT = join(__dirname, `main-DIGEST-${process.version}-${process.arch}-${COMMAND}.cache`);
/** In microseconds of CPU. V8 drops code that was not used for long, such as all that began a long run. */
const LONG_RUN = 2e6;

/**
 * V8 checks that it is of the same V8, the same flags and a source as long, and believes the rest: a hole in the file would
 * crash it. So the file has everything twice, and halves that differ are refused; a digest would cost more.
 */
function kept() {
  try {
    const twice = readFileSync(KEPT);
    const once = twice.subarray(0, twice.length / 2);
    return once.equals(twice.subarray(once.length)) ? once : undefined;
  } catch {
    return undefined;
  }
}

function keep(script, exit) {
  const { user, system } = process.cpuUsage();
  // A word that is no command ends in trouble.
  if (exit > 1 || user + system > LONG_RUN) return;
  const partial = `${KEPT}.${process.pid}`;
  try {
    const file = openSync(partial, 'wx');
    try {
      const once = script.createCachedData();
      writeSync(file, Buffer.concat([once, once]));
    } finally {
      closeSync(file);
    }
    renameSync(partial, KEPT);
  } catch {
    try {
      rmSync(partial, { force: true });
    } catch {}
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
