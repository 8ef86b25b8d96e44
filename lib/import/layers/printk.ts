/** What the kernel itself and dmesg put before a record: levels, stamps, callers. */
import { parseCount } from '../../model/count.js';
import type { Level } from '../../model/events.js';
import { type Layer, prefix } from '../layer.js';

/** By printk's number. */
export const LEVELS: readonly Level[] = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];

/** The level of a syslog priority: facility * 8 + level. */
export function levelOfPriority(digits: string | undefined): { readonly level?: Level } {
  const priority = parseCount(digits);
  const level = priority === null ? undefined : LEVELS[priority % 8];
  return level === undefined ? {} : { level };
}

export function levelNamed(word: string | undefined): { readonly level?: Level } {
  const level = LEVELS.find(name => name === word) ?? (word === 'warning' ? 'warn' : undefined);
  return level === undefined ? {} : { level };
}

const KMSG = /^(?<priority>\d{1,4}),\d{1,20},(?<micros>\d{1,15}),[^;\s]{1,64};/;

/** `0.523456`. */
export function fromMicros(digits: string): string {
  const padded = digits.padStart(7, '0');
  return `${padded.slice(0, -6)}.${padded.slice(-6)}`;
}

export const PRINTK_LAYERS: readonly Layer[] = [
  prefix(
    'raw-level',
    'the level as dmesg -r shows it, `<6>`',
    /</,
    /^<(?<level>\d{1,3})>(?!\d )/,
    ({ level }) => levelOfPriority(level),
  ),
  prefix(
    'decoded-level',
    'facility and level as dmesg -x shows them, `kern  :info  : `',
    /[a-z]/,
    /^(?:kern|user|daemon|syslog|auth|mail|lpr|news|uucp|cron|authpriv|ftp) *:(?<level>[a-z]{3,6}) *: ?/,
    ({ level }) => levelNamed(level),
  ),
  prefix(
    'stamp',
    "printk's stamp, `[    0.177928] `",
    /\[/,
    /^\[ {0,11}(?<t>\d{1,11}\.\d{6})(?:@\d{1,4})?(?: <[ 0-9.]{1,20}>)?\] ?/,
    ({ t = '' }) => ({ t }),
  ),
  prefix(
    'short-stamp',
    'seconds with other decimals than six, as loggers and people shorten them, `[    0.177] `',
    /\[/,
    /^\[ {0,11}(?<t>\d{1,11}\.\d{1,9})\] ?/,
    ({ t = '' }) => ({ t }),
  ),
  prefix(
    'caller',
    'the caller that CONFIG_PRINTK_CALLER adds, `[    T1]`',
    /\[/,
    /^\[ {0,15}(?:[TC]\d{1,7}|CPU\d{1,4}|\d{1,4}: {0,15}[\w/.:-]{1,20}: {0,7}\d{1,7})\] ?/,
  ),
  prefix(
    'vendor-caller',
    "CPU and task as vendors' kernels print them: `(2)[1:swapper/0]`, `c0 1 `, `swapper/0: `",
    /[(cs]/,
    /^(?:\(\d{1,4}\)\[\d{1,7}:[\w/.:-]{1,20}\] ?|c\d{1,3} {1,7}\d{1,7} (?=\S)|swapper\/\d{1,4}: )/,
  ),
  {
    name: 'kmsg',
    says: 'a record of /dev/kmsg: priority, number, microseconds and flags before a semicolon',
    begins: /\d/,
    peel(text) {
      const match = KMSG.exec(text);
      const { priority, micros = '' } = match?.groups ?? {};
      if (match === null) return null;
      const marks = { t: fromMicros(micros), ...levelOfPriority(priority) };
      return { text: text.slice(match[0].length), marks };
    },
  },
  prefix(
    'ctime',
    "a wall clock's stamp of dmesg -T, `[Wed Jul  8 13:43:11 2020] `",
    /\[/,
    /^\[(?<wall>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\] ?/,
    ({ wall = '' }) => ({ wall }),
  ),
  prefix(
    'reltime',
    'the stamps of dmesg -H and -e, `[Jul 8 13:43] ` and `[  +0.000012] `',
    /\[/,
    /^\[(?:[A-Z][a-z]{2} {0,2}\d{1,2} \d\d:\d\d| {0,9}\+\d{1,9}\.\d{6}| {0,9}<? {0,9}\d{1,9}\.\d{6}>)\] ?/,
  ),
];
