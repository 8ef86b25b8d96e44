/** The lines of scope `kvm` besides those of scope `rmi`: a recorded one that does not come again is missing. */
import type { LogEvent } from '../../model/events.js';

const KVM: readonly RegExp[] = [
  /^(Reserved \d+ MiB at 0x|Failed to reserve hyp memory$)/,
  /^(CGT\[\d+\] has MBZ bit set|Recursive MCB \d+\/\d+)$/,
  /^nv: \d+ (coarse|fine) grained trap handlers$/,
  /^Error initializing system register tables$/,
  /^Guests without required CPU erratum workarounds can deadlock system!/,
  /^PAGE_SIZE (not )?supported at Stage-2/,
  /^Unsupported value for TGRAN_2, giving up$/,
  /^IPA Size Limit: /,
  /^Failed to initialize VMID allocator\.$/,
  /^Cannot map /,
  /^Cannot initialize protected mode without PSCI$/,
  /^pKVM requires firmware support for /,
  /^Failed to init hyp memory protection$/,
  /^error initializing Hyp mode: /,
  /^Cannot initialise vector slots$/,
  /^No vgic maintenance irq$/,
  /^Non-architectural vgic, tainting kernel$/,
  /^(GICv3: no GICV resource entry|disabling GICv2 emulation|GICV region size\/alignment is unsafe)/,
  /^(vgic-v2@|GICv3 sysreg trapping enabled |GIC system register CPU interface enabled$)/,
  /^(vgic interrupt IRQ|Cannot register interrupt )\d+$/,
  /^NV support requires GICv3/,
  /^kvm_arch_timer: /,
  /^Broken CNTVOFF_EL2, trapping virtual timer$/,
  /^Failed to initialize Hyp tracing$/,
  /^Hyp mode initialized successfully$/,
];

const UNPREFIXED: readonly RegExp[] = [
  /^KVM: SVE vector length for guests limited to /,
  /^(Protected KVM not available with VHE|KVM is not available\. Ignoring kvm-arm\.mode)$/,
  /^GICV physical address 0x[0-9a-f]+ not page aligned$/,
];

export function kvm_models(log: LogEvent): boolean {
  return (log.prefix === 'kvm' ? KVM : UNPREFIXED).some(text => text.test(log.text));
}
