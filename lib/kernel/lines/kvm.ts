/** The lines of scope `kvm`: kvm_arm_init from the reserved memory to the timer, by the eras of lib/model/kvm.ts. */
import { linesOf } from './line.js';

const kvm = linesOf({ part: 'kvm', scope: 'kvm' });

/** In the order of the source. What stands in every scope is in lib/kernel/lines/check.ts. */
export const KVM = {
  // Long before the init: early_kvm_mode_cfg and kvm_hyp_reserve.
  protectedNotWithVhe: kvm('Protected KVM not available with VHE', { by: { pr_warn: 'linux-6.1' } }),
  modeIgnored: kvm('KVM is not available. Ignoring kvm-arm.mode', { by: { pr_warn: 'linux-6.1' } }),
  hypMemoryReserved: kvm('Reserved {mib:%lu} MiB at 0x{base:%llx}', { by: { kvm_info: 'linux-6.1' } }),
  hypMemoryMissing: kvm('Failed to reserve hyp memory', { by: { kvm_err: 'linux-6.1' } }),

  // kvm_sys_reg_table_init and populate_nv_trap_config.
  nvCgtMbz: kvm('CGT[{index:%d}] has MBZ bit set', { by: { kvm_err: 'linux-6.12' } }),
  nvCoarse: kvm('nv: {handlers:%ld} coarse grained trap handlers', { by: { kvm_info: 'linux-6.12' } }),
  nvRecursiveMcb: kvm('Recursive MCB {index:%d}/{within:%d}', { by: { kvm_err: 'linux-6.12' } }),
  nvFine: kvm('nv: {handlers:%ld} fine grained trap handlers', { by: { kvm_info: 'linux-6.12' } }),
  sysRegTables: kvm('Error initializing system register tables', {
    by: { kvm_info: 'linux-6.12' },
    says: { class: 'not-reached' },
    newline: false,
  }),

  // One record of two lines.
  guestsCanDeadlock: kvm(
    'Guests without required CPU erratum workarounds can deadlock system!\nOnly trusted guests should be used on this system.',
    { by: { kvm_info: 'linux-5.10' } },
  ),

  // kvm_set_ipa_limit and kvm_arm_init_sve.
  noStage2PageSize: kvm('PAGE_SIZE not supported at Stage-2, giving up', { by: { kvm_err: 'linux-5.10' } }),
  stage2PageSize: kvm('PAGE_SIZE supported at Stage-2 ({how:default|advertised})', {
    by: { kvm_debug: 'linux-5.10' },
  }),
  unknownTgran2: kvm('Unsupported value for TGRAN_2, giving up', { by: { kvm_err: 'linux-5.10' } }),
  ipaSizeLimit5_10: kvm('IPA Size Limit: {bits:%d}bits', { by: { kvm_info: 'linux-5.10' } }),
  ipaSizeLimit: kvm(
    'IPA Size Limit: {bits:%d} bits{remark:| (Reduced IPA size, limited VM/VMM compatibility)}',
    { by: { kvm_info: 'linux-6.1' }, insteadOf: ['ipaSizeLimit5_10'] },
  ),
  sveLimited: kvm('KVM: SVE vector length for guests limited to {bytes:%u} bytes', {
    by: { pr_warn: 'linux-5.10' },
  }),
  vmidAllocator: kvm('Failed to initialize VMID allocator.', { by: { kvm_err: 'linux-5.10' } }),

  // init_hyp_mode.
  cannotMapHypText: kvm('Cannot map world-switch code', { by: { kvm_err: 'linux-5.10' } }),
  cannotMapHypData: kvm('Cannot map .hyp.data section', { by: { kvm_err: 'linux-5.10' } }),
  cannotMapHypRodata: kvm('Cannot map .hyp.rodata section', { by: { kvm_err: 'linux-5.10' } }),
  cannotMapRodata: kvm('Cannot map rodata section', { by: { kvm_err: 'linux-5.10' } }),
  cannotMapHypBss: kvm('Cannot map hyp bss section: {err:%d}', { by: { kvm_err: 'linux-5.10' } }),
  cannotMapBss: kvm('Cannot map bss section', { by: { kvm_err: 'linux-5.10' } }),
  cannotMapHypStack: kvm('Cannot map hyp stack', { by: { kvm_err: 'linux-5.10' } }),
  cannotMapHypPercpu: kvm('Cannot map hyp percpu region', { by: { kvm_err: 'linux-5.10' } }),
  protectedWithoutPsci: kvm('Cannot initialize protected mode without PSCI', {
    by: { kvm_err: 'linux-6.1' },
  }),
  c1ProErratum: kvm('pKVM requires firmware support for C1-Pro erratum 4193714', {
    by: { kvm_err: 'linux-6.1' },
  }),
  hypProtection: kvm('Failed to init hyp memory protection', { by: { kvm_err: 'linux-6.1' } }),
  hypModeError: kvm('error initializing Hyp mode: {err:%d}', { by: { kvm_err: 'linux-5.10' } }),
  vectorSlots: kvm('Cannot initialise vector slots', { by: { kvm_err: 'linux-5.10' } }),

  // kvm_vgic_hyp_init and its probes.
  noVgicInterrupt: kvm('No vgic maintenance irq', { by: { kvm_err: 'linux-5.10' } }),
  vgicNonArchitectural: kvm('Non-architectural vgic, tainting kernel', { by: { kvm_info: 'linux-5.10' } }),
  gicvUnsafe: kvm('GICV region size/alignment is unsafe, using trapping (reduced performance)', {
    by: { kvm_info: 'linux-5.10' },
  }),
  vgicV2: kvm('vgic-v2@{gicv:%llx}', { by: { kvm_info: 'linux-5.10' } }),
  noGicv: kvm('GICv3: no GICV resource entry', { by: { kvm_info: 'linux-5.10' } }),
  gicvNotAligned: kvm('GICV physical address 0x{gicv:%llx} not page aligned', {
    by: { pr_warn: 'linux-5.10' },
  }),
  noGicv2Emulation: kvm('disabling GICv2 emulation', { by: { kvm_info: 'linux-5.10' } }),
  gicv3Trapped: kvm('GICv3 sysreg trapping enabled ([{groups:%s}], reduced performance)', {
    by: { kvm_info: 'linux-5.10' },
  }),
  gicCpuInterface: kvm('GIC system register CPU interface enabled', { by: { kvm_info: 'linux-5.10' } }),
  noInterrupt: kvm('Cannot register interrupt {irq:%d}', { by: { kvm_err: 'linux-5.10' } }),
  vgicInterrupt: kvm('vgic interrupt IRQ{irq:%d}', { by: { kvm_info: 'linux-5.10' } }),
  nvNeedsGicv3: kvm('NV support requires GICv3 or GICv5 with legacy support, giving up', {
    by: { kvm_err: 'linux-2026' },
  }),

  // kvm_timer_hyp_init, and what else init_subsystems calls.
  noTimecounter: kvm('kvm_arch_timer: uninitialized timecounter', { by: { kvm_err: 'linux-5.10' } }),
  noVtimerInterrupt: kvm("kvm_arch_timer: can't request vtimer interrupt {irq:%d} ({err:%d})", {
    by: { kvm_err: 'linux-5.10' },
  }),
  vcpuAffinity: kvm('kvm_arch_timer: error setting vcpu affinity', { by: { kvm_err: 'linux-5.10' } }),
  brokenCntvoff: kvm('Broken CNTVOFF_EL2, trapping virtual timer', { by: { kvm_info: 'linux-2026' } }),
  hypTracing: kvm('Failed to initialize Hyp tracing', { by: { kvm_err: 'linux-2026' } }),

  // The mode line, before it had a form for all.
  vheMode: kvm('VHE mode initialized successfully', { by: { kvm_info: 'linux-5.10' } }),
  hypMode: kvm('Hyp mode initialized successfully', { by: { kvm_info: 'linux-5.10' } }),
  protectedMode: kvm('Protected nVHE mode initialized successfully', { by: { kvm_info: 'linux-6.1' } }),
  modeInitialized6_12: kvm(
    '{mode:VHE|Hyp nVHE|Hyp hVHE|Protected nVHE|Protected hVHE} mode initialized successfully',
    { by: { kvm_info: 'linux-6.12' }, insteadOf: ['vheMode', 'hypMode', 'protectedMode'] },
  ),
};
