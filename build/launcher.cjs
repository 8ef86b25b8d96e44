#!/usr/bin/env node
/**
 * Starts main.cjs, which stands beside this file, with the code that V8 made of it before: compiling is most of a start.
 * That is kept in a file beside it, bound to this build and this Node, which grows when a command runs for the first
 * time. Where it is missing or broken, V8 compiles as ever; where it cannot be written, nothing is kept.
 */
'use strict';
const { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const MAIN = join(__dirname, 'main.cjs');
const KEPT = join(__dirname, `main-DIGEST-${process.version}-${process.arch}.cache`);
/** More than there are commands: words that are none do not add up. */
const MOST_COMMANDS = 20;
/** V8 drops what it has not used for long, such as all that started a long run. */
const LONG_RUN = 3;

/**
 * The commands that ran on it, and V8's code twice. V8 checks that it is of the same V8, the same flags and a source as
 * long, and believes the rest: a hole in the file would crash it. So halves that differ are refused; a digest costs more.
 */
function kept() {
  try {
    const bytes = readFileSync(KEPT);
    const end = bytes.indexOf('\n');
    const code = bytes.subarray(end + 1);
    const once = code.subarray(0, code.length / 2);
    if (end > 0 && once.equals(code.subarray(code.length / 2)))
      return { commands: bytes.toString('latin1', 0, end).split(' '), code: once };
  } catch {}
  return { commands: [], code: undefined };
}

function keep(script, commands) {
  const partial = `${KEPT}.${process.pid}`;
  try {
    const file = openSync(partial, 'wx');
    try {
      const code = script.createCachedData();
      writeSync(file, Buffer.concat([Buffer.from(`${commands.join(' ')}\n`), code, code]));
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
  const { commands, code } = kept();
  const source = readFileSync(MAIN, 'latin1');
  const script = new Script(`(function (require, __filename) {${source}\n})`, {
    filename: MAIN,
    cachedData: code,
  });
  const known = script.cachedDataRejected === false ? commands : [];
  const command = /^[a-z]+$/.test(process.argv[2]) ? process.argv[2] : '-';
  if (!known.includes(command) && known.length < MOST_COMMANDS) {
    process.once('exit', () => {
      if (process.uptime() < LONG_RUN) keep(script, [...known, command]);
    });
  }
  script.runInThisContext()(require, MAIN);
}

// Lines are mapped to those of the sources, and counted, only in what Node's own loader loads.
if (process.argv.includes('--debug') || process.env.NODE_V8_COVERAGE) {
  process.setSourceMapsEnabled(true);
  require(MAIN);
} else {
  start();
}
