/**
 * The names that machine descriptions and kernels share in scope `kvm`: eras of the code, and the steps that may fail.
 */

/** Kernels whose kvm_arm_init differs in what it prints, the oldest first. */
export const ERAS = ['linux-5.10', 'linux-6.1', 'linux-6.12', 'linux-2026'] as const;
export type Era = (typeof ERAS)[number];

/** What a machine must be for a step to run. */
export type StepNeeds = 'nothing' | 'nv' | 'nvhe' | 'protected' | 'gic' | 'tracing';

export interface Step {
  readonly needs: StepNeeds;
  /** The error that it returns where nobody says which: what its own code or a failed allocation gives. */
  readonly error: 'ENOMEM' | 'EINVAL' | 'ENODEV' | 'EBUSY' | 'ENOSYS';
  /** Its code returns this error and no other. */
  readonly fixed?: true;
  /** Its line names the entry of a table. */
  readonly indexed?: true;
}

/** The steps of kvm_arm_init that may fail for reasons of their own, in the order of the source. */
export const STEPS = {
  'nv-cgt': { needs: 'nv', error: 'EINVAL', fixed: true, indexed: true },
  'nv-mcb': { needs: 'nv', error: 'EINVAL', fixed: true, indexed: true },
  'vmid-allocator': { needs: 'nothing', error: 'ENOMEM' },
  'hyp-pages': { needs: 'nvhe', error: 'ENOMEM' },
  'hyp-text': { needs: 'nvhe', error: 'ENOMEM' },
  'hyp-data': { needs: 'nvhe', error: 'ENOMEM' },
  'hyp-rodata': { needs: 'nvhe', error: 'ENOMEM' },
  rodata: { needs: 'nvhe', error: 'ENOMEM' },
  'hyp-bss': { needs: 'nvhe', error: 'ENOMEM' },
  bss: { needs: 'nvhe', error: 'ENOMEM' },
  'hyp-stack': { needs: 'nvhe', error: 'ENOMEM' },
  'hyp-percpu': { needs: 'nvhe', error: 'ENOMEM' },
  'psci-relay': { needs: 'protected', error: 'ENODEV', fixed: true },
  // Which error the kernel returns here is UNVERIFIED.
  'c1-pro-erratum': { needs: 'protected', error: 'ENODEV' },
  'hyp-protection': { needs: 'protected', error: 'ENOMEM' },
  'vector-slots': { needs: 'nothing', error: 'ENOMEM' },
  'vgic-interrupt': { needs: 'gic', error: 'EBUSY' },
  'vtimer-interrupt': { needs: 'nothing', error: 'EBUSY' },
  'vcpu-affinity': { needs: 'gic', error: 'ENOSYS' },
  'hyp-tracing': { needs: 'tracing', error: 'ENOMEM' },
  'kvm-init': { needs: 'nothing', error: 'ENOMEM' },
} as const satisfies Record<string, Step>;

export type StepName = keyof typeof STEPS;

export const STEP_NAMES = Object.keys(STEPS) as readonly StepName[];

/** What a step of that name is. */
export function stepOf(name: StepName): Step {
  return STEPS[name];
}
