/** The lines of scope `kvm`: kvm_arm_init from the reserved memory to the timer, by the eras of lib/model/kvm.ts. */
import { linesOf } from './line.js';

const early = linesOf({ part: 'early', scope: 'kvm' });
const kvm = linesOf({ part: 'kvm', scope: 'kvm' });

/** What every era prints. */
const INFO = { kvm_info: 'linux-5.10' } as const;
const ERR = { kvm_err: 'linux-5.10' } as const;

/** In the order of the source. What stands in every scope is in lib/kernel/lines/check.ts. */
export const KVM = {
  // Long before the init: early_kvm_mode_cfg and kvm_hyp_reserve.
  protectedNotWithVhe: early('Protected KVM not available with VHE', { by: { pr_warn: 'linux-6.1' } }),
  modeIgnored: early('KVM is not available. Ignoring kvm-arm.mode', { by: { pr_warn: 'linux-6.1' } }),
  hypMemoryReserved: early('Reserved {mib:%lu} MiB at 0x{base:%llx}', { by: { kvm_info: 'linux-6.1' } }),
  hypMemoryMissing: early('Failed to reserve hyp memory', { by: { kvm_err: 'linux-6.1' } }),

  // kvm_sys_reg_table_init and populate_nv_trap_config.
  nvCgtMbz: kvm('CGT[{index:%d}] has MBZ bit set', { by: { kvm_err: 'linux-6.12' } }),
  nvCoarse: kvm('nv: {handlers:%ld} coarse grained trap handlers', { by: { kvm_info: 'linux-6.12' } }),
  nvRecursiveMcb: kvm('Recursive MCB {index:%d}/{within:%d}', { by: { kvm_err: 'linux-6.12' } }),
  nvFine: kvm('nv: {handlers:%ld} fine grained trap handlers', { by: { kvm_info: 'linux-6.12' } }),
  sysRegTables: kvm('Error initializing system register tables', {
    by: { kvm_info: 'linux-6.12' },
    ends: 'gave-up',
    says: { class: 'not-reached' },
    newline: false,
  }),

  // One record of two lines.
  guestsCanDeadlock: kvm(
    'Guests without required CPU erratum workarounds can deadlock system!\nOnly trusted guests should be used on this system.',
    { by: INFO },
  ),

  // kvm_set_ipa_limit and kvm_arm_init_sve.
  noStage2PageSize: kvm('PAGE_SIZE not supported at Stage-2, giving up', { by: ERR, ends: 'gave-up' }),
  stage2PageSize: kvm('PAGE_SIZE supported at Stage-2 ({how:default|advertised})', {
    by: { kvm_debug: 'linux-5.10' },
  }),
  unknownTgran2: kvm('Unsupported value for TGRAN_2, giving up', { by: ERR, ends: 'gave-up' }),
  ipaSizeLimit5_10: kvm('IPA Size Limit: {bits:%d}bits', { by: INFO }),
  ipaSizeLimit: kvm(
    'IPA Size Limit: {bits:%d} bits{remark:| (Reduced IPA size, limited VM/VMM compatibility)}',
    { by: { kvm_info: 'linux-6.1' }, insteadOf: ['ipaSizeLimit5_10'] },
  ),
  sveLimited: kvm('KVM: SVE vector length for guests limited to {bytes:%u} bytes', {
    by: { pr_warn: 'linux-5.10' },
  }),
  vmidAllocator: kvm('Failed to initialize VMID allocator.', { by: ERR, ends: 'gave-up' }),

  // init_hyp_mode.
  cannotMapHypText: kvm('Cannot map world-switch code', { by: ERR }),
  cannotMapHypData: kvm('Cannot map .hyp.data section', { by: ERR }),
  cannotMapHypRodata: kvm('Cannot map .hyp.rodata section', { by: ERR }),
  cannotMapRodata: kvm('Cannot map rodata section', { by: ERR }),
  cannotMapHypBss: kvm('Cannot map hyp bss section: {err:%d}', { by: ERR }),
  cannotMapBss: kvm('Cannot map bss section', { by: ERR }),
  cannotMapHypStack: kvm('Cannot map hyp stack', { by: ERR }),
  cannotMapHypPercpu: kvm('Cannot map hyp percpu region', { by: ERR }),
  protectedWithoutPsci: kvm('Cannot initialize protected mode without PSCI', {
    by: { kvm_err: 'linux-6.1' },
  }),
  c1ProErratum: kvm('pKVM requires firmware support for C1-Pro erratum 4193714', {
    by: { kvm_err: 'linux-6.1' },
  }),
  hypProtection: kvm('Failed to init hyp memory protection', { by: { kvm_err: 'linux-6.1' } }),
  hypModeError: kvm('error initializing Hyp mode: {err:%d}', { by: ERR, ends: 'gave-up' }),
  vectorSlots: kvm('Cannot initialise vector slots', { by: ERR, ends: 'gave-up' }),

  // kvm_vgic_hyp_init and its probes.
  noVgicInterrupt: kvm('No vgic maintenance irq', { by: ERR }),
  vgicNonArchitectural: kvm('Non-architectural vgic, tainting kernel', { by: INFO }),
  gicvUnsafe: kvm('GICV region size/alignment is unsafe, using trapping (reduced performance)', { by: INFO }),
  vgicV2: kvm('vgic-v2@{gicv:%llx}', { by: INFO }),
  noGicv: kvm('GICv3: no GICV resource entry', { by: INFO }),
  gicvNotAligned: kvm('GICV physical address 0x{gicv:%llx} not page aligned', {
    by: { pr_warn: 'linux-5.10' },
  }),
  noGicv2Emulation: kvm('disabling GICv2 emulation', { by: INFO }),
  gicv3Trapped: kvm('GICv3 sysreg trapping enabled ([{groups:%s}], reduced performance)', { by: INFO }),
  gicCpuInterface: kvm('GIC system register CPU interface enabled', { by: INFO }),
  // -ENODEV and -ENXIO are passed over.
  noInterrupt: kvm('Cannot register interrupt {irq:%d}', { by: ERR }),
  vgicInterrupt: kvm('vgic interrupt IRQ{irq:%d}', { by: INFO }),
  nvNeedsGicv3: kvm('NV support requires GICv3 or GICv5 with legacy support, giving up', {
    by: { kvm_err: 'linux-2026' },
    ends: 'gave-up',
  }),

  // kvm_timer_hyp_init, and what else init_subsystems calls.
  noTimecounter: kvm('kvm_arch_timer: uninitialized timecounter', { by: ERR, ends: 'gave-up' }),
  noVtimerInterrupt: kvm("kvm_arch_timer: can't request vtimer interrupt {irq:%d} ({err:%d})", {
    by: ERR,
    ends: 'gave-up',
  }),
  vcpuAffinity: kvm('kvm_arch_timer: error setting vcpu affinity', { by: ERR, ends: 'gave-up' }),
  brokenCntvoff: kvm('Broken CNTVOFF_EL2, trapping virtual timer', { by: { kvm_info: 'linux-2026' } }),
  hypTracing: kvm('Failed to initialize Hyp tracing', { by: { kvm_err: 'linux-2026' }, ends: 'gave-up' }),

  // The mode line, before it had a form for all.
  vheMode: kvm('VHE mode initialized successfully', { by: INFO, ends: 'initialized' }),
  hypMode: kvm('Hyp mode initialized successfully', { by: INFO, ends: 'initialized' }),
  protectedMode: kvm('Protected nVHE mode initialized successfully', {
    by: { kvm_info: 'linux-6.1' },
    ends: 'initialized',
  }),
  modeInitialized6_12: kvm(
    '{mode:VHE|Hyp nVHE|Hyp hVHE|Protected nVHE|Protected hVHE} mode initialized successfully',
    {
      by: { kvm_info: 'linux-6.12' },
      ends: 'initialized',
      insteadOf: ['vheMode', 'hypMode', 'protectedMode'],
    },
  ),
};
