/** The formats, in the order in which they are asked: a line is of the first that reads it. */
import type { LogFormat } from '../format.js';
import { BOOT } from './boot.js';
import { BPFTRACE } from './bpftrace.js';
import { EL3_CALLS } from './el3-calls.js';
import { EXECLOG } from './execlog.js';
import { GDB } from './gdb.js';
import { GENERIC_TRACE } from './generic-trace.js';
import { INITCALL } from './initcall.js';
import { ISLET } from './islet.js';
import { KPROBE } from './kprobe.js';
import { LINUX } from './linux.js';
import { QEMU_INT } from './qemu-int.js';
import { SMCCC_TRACEPOINT } from './smccc-tracepoint.js';
import { TARMAC } from './tarmac.js';
import { TF_A } from './tf-a.js';
import { TF_RMM } from './tf-rmm.js';
import { TRACE_PRINTK } from './trace-printk.js';

export const LOG_FORMATS: readonly LogFormat[] = [
  TF_A,
  TF_RMM,
  ISLET,
  EL3_CALLS,
  TRACE_PRINTK,
  KPROBE,
  SMCCC_TRACEPOINT,
  QEMU_INT,
  TARMAC,
  GENERIC_TRACE,
  EXECLOG,
  GDB,
  BPFTRACE,
  INITCALL,
  LINUX,
  BOOT,
];

export const LOG_FORMAT_NAMES: readonly string[] = LOG_FORMATS.map(({ name }) => name);
