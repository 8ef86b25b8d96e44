/** What each word for a whole init without realms means: `no realms: lpa2`. */
import type { NoRealms } from '../model/trace.js';

/** `call` is printed as the command itself, with its status. */
export const WITHOUT_REALMS: Readonly<
  Record<Exclude<NoRealms, 'call'>, { readonly means: string; readonly next: string }>
> = {
  'granule-size': {
    means: "the RMM has no granules of the host's page size (RmiFeatureRegister1, bits 2:0)",
    next: 'build the kernel with the page size that the RMM has, mostly 4K',
  },
  lpa2: {
    means: 'the host uses LPA2 with its page size, and the RMM has none (RmiFeatureRegister0, bit 8)',
    next: 'build the kernel without CONFIG_ARM64_LPA2, with 48 bits of addresses, or the RMM with it',
  },
  'sha-256': {
    means: 'KVM from v15 on needs SHA-256 measurements, and the RMM has none (RmiFeatureRegister1, bit 3)',
    next: 'build the RMM with it',
  },
  'no-memory': {
    means: 'the kernel could not allocate what the init needs, and gave up',
    next: "the trace's fact allocation_fails names it",
  },
  'not-in-hyp': {
    means: 'RMI is configured, but KVM from v14 on offers realms only where the kernel runs at EL2',
    next: 'boot with VHE: without kvm-arm.mode=nvhe or protected',
  },
  'el1-entry': {
    means: 'RMI is configured, but the kernel was entered at EL1, and there is no KVM',
    next: 'let the firmware enter it at EL2',
  },
  'kvm-disabled': {
    means: 'RMI is configured, but kvm-arm.mode=none is on the command line',
    next: 'remove it from the command line',
  },
  'kvm-gave-up': {
    means: 'RMI is configured, but KVM itself gave up for a reason of its own',
    next: "look at KVM's lines before it",
  },
};
