/**
 * The lines of what comes after a good version in the whole series: feature registers, configuration, activation,
 * granule tracking, GPT, and KVM's half. `by` says which revision of the series prints them. A printk without a newline is a
 * record of its own all the same.
 */
import { linesOf } from './line.js';

const init = linesOf({ part: 'init', scope: 'init' });

export const INIT = {
  // do_one_initcall with initcall_debug; two blanks.
  initcallCalling: init('calling  {of:%s}+0x0/0x{size:%llx} @ {pid:%d}', { by: { printk_debug: 'rfc' } }),
  initcallReturned: init('initcall {of:%s}+0x0/0x{size:%llx} returned {ret:%d} after {usecs:%u} usecs', {
    by: { printk_debug: 'rfc' },
  }),

  // RFC to v12: kvm_init_rme and kvm_init_rmi.
  vmidBitmap: init("{function:rme_vmid_init|rmi_vmid_init}: Couldn't allocate {what:rme|rmi} vmid bitmap", {
    by: { kvm_err: 'rfc' },
    until: 'v12',
  }),

  // From v13 on; from v14 on before KVM.
  pageSizeForRmm: init('Unsupported PAGE_SIZE for RMM', {
    by: { kvm_err: 'v13', pr_err: 'v14' },
    until: 'v14',
  }),
  granuleSize: init('RMM does not support {kb:%lu}KB granules', { by: { pr_err: 'v15' } }),
  configMemory: init('Unable to allocate memory for RMM config', { by: { pr_err: 'v17' } }),
  configFailed: init('RMM config set failed', { by: { kvm_err: 'v13', pr_err: 'v14' } }),
  configFailedWith: init('RMM config set failed ({err:%d})', {
    by: { pr_err: 'v17' },
    insteadOf: ['configFailed'],
  }),
  activateFailed: init('RMM activate failed', { by: { kvm_err: 'v13', pr_err: 'v14' } }),
  activateFailedWith: init('RMM activate failed ({err:%d})', {
    by: { pr_err: 'next' },
    insteadOf: ['activateFailed'],
  }),
  trackingFailed: init('RMI_GRANULE_TRACKING_GET failed for {start:%llx}-{end:%llx}: ({status:%lu})', {
    by: { pr_err: 'next' },
  }),
  trackingUnfit13: init("Granule tracking for region isn't fine/conventional: {start:%llx}", {
    by: { kvm_err: 'v13', pr_err: 'v14' },
    newline: false,
  }),
  trackingUnfit15: init("Granule tracking for region isn't fine/conventional: {start:%llx}", {
    by: { pr_err: 'v15' },
    insteadOf: ['trackingUnfit13'],
  }),
  trackingUnfit: init("Granule tracking for region isn't fine/conventional: {start:%llx}-{next:%llx}", {
    by: { pr_err: 'v17' },
    insteadOf: ['trackingUnfit15'],
  }),
  gptTableMissing: init('GPT Level1 table missing for {start:%llx}', {
    by: { kvm_err: 'v13', pr_err: 'v14' },
    until: 'v15',
  }),
  gptInfoFailed: init('RMI_GPT_INFO failed for {start:%llx}-{end:%llx}: ({status:%ld})', {
    by: { pr_err: 'next' },
  }),
  gptNotManaged: init('GPT for the region is not managed by firmware {start:%llx}-{next:%llx}', {
    by: { pr_err: 'v17' },
  }),
  configured14: init('RMI configured', { by: { pr_info: 'v14' }, newline: false }),
  // An early tree of v15's age has no newline either.
  configured: init('RMI configured', { by: { pr_info: 'v15' }, insteadOf: ['configured14'] }),

  // KVM's half; v13's has no other.
  noLpa2In13: init("RMM doesn't support LPA2", { by: { kvm_err: 'v13' }, newline: false }),
  noLpa2: init("RMM doesn't support LPA2", { by: { kvm_err: 'v15' }, insteadOf: ['noLpa2In13'] }),
  noSha256: init("RMM doesn't support SHA-256 measurements", { by: { kvm_err: 'v15' } }),
};
