/** The golden traces: what `rmitrace record` is told, how the check ends, and what the trace is there for. */

export const TRACES = [
  {
    name: 'accepted.json',
    command: 'fvp --rmm tf-rmm-0.9',
    outcome: 'accepted 2.0',
    says: 'The RMM has the revision KVM asks for.',
  },
  {
    name: 'refused-rmm-too-old.json',
    command: 'fvp --rmm tf-rmm-0.8',
    outcome: 'refused (v1.0 - v1.0)',
    says: 'The RMM has an older revision only.',
  },
  {
    name: 'refused-rmm-too-new.json',
    command: 'fvp --rmm tf-rmm-0.9 --wants 1.0',
    outcome: 'refused (v2.0 - v2.0)',
    says: 'The RMM has a newer revision only.',
  },
  {
    name: 'refused-names-wanted.json',
    command: 'fvp --set RMI_VERSION.x0=RMI_ERROR_INPUT',
    outcome: 'refused (v2.0 - v2.0)',
    says: 'The RMM refuses the revision that it names as its own.',
  },
  {
    name: 'refused-range.json',
    command: 'fvp --rmm spec --wants 1.1',
    outcome: 'refused (v1.0 - v2.0)',
    says: 'The RMM has revisions below and above the one that is asked for.',
  },
  {
    name: 'refused-passes-over-1.0.json',
    command: 'fvp --rmm tf-rmm-1.0-2.0 --wants 1.1',
    outcome: 'refused (v2.0 - v2.0)',
    says: 'The RMM has 1.0 too, but its lower skips it.',
  },
  {
    name: 'forgets-range.json',
    command: 'fvp --rmm forgets-range',
    outcome: 'refused (v0.0 - v0.0)',
    says: 'The RMM refuses and names no revision.',
  },
  {
    name: 'test-payload.json',
    command: 'fvp --rmm trp',
    outcome: 'refused (v0.0 - v0.0)',
    says: "TF-A's test payload is in the place of the RMM.",
  },
  {
    name: 'success-other-revision.json',
    command: 'fvp --set RMI_VERSION.x1=1.0',
    outcome: 'accepted 1.0',
    says: 'Success with a revision that was not asked for: the kernel does not compare.',
  },
  {
    name: 'bit-31.json',
    command: 'fvp --set RMI_VERSION.x1=0x80020000',
    outcome: 'accepted 32770.0',
    says: 'Bit 31 of lower is set: the kernel reads it as part of the major.',
  },
  {
    name: 'stray-high-bits.json',
    command: 'fvp --set RMI_VERSION.x1=0x100020000 --set RMI_VERSION.x2=0x100020000',
    outcome: 'accepted 2.0',
    says: 'Bit 32 of lower and higher is set: the kernel drops it.',
  },
  {
    name: 'minus-one-32-bit.json',
    command: 'fvp --set RMI_VERSION.x0=0xffffffff --set RMI_VERSION.x1=0 --set RMI_VERSION.x2=0',
    outcome: 'refused (v0.0 - v0.0)',
    says: 'NOT_SUPPORTED in 32 bits: not the -1 that the kernel looks for.',
  },
  {
    name: 'status-0-with-index.json',
    command: "fvp --set 'RMI_VERSION.x0=RMI_SUCCESS(1)'",
    outcome: 'refused (v2.0 - v2.0)',
    says: 'Success with an index in bits 15:8: the kernel compares all of x0.',
  },
  {
    name: 'version-in-x0.json',
    command: 'fvp --rmm tf-rmm-0.3',
    outcome: 'refused (v0.0 - v0.0)',
    says: 'An early RMM returns its revision where later ones return a status.',
  },
  {
    name: 'no-rme.json',
    command: 'no-rme',
    outcome: 'quiet (no-rme)',
    says: 'No CPU has RME, and the kernel does not ask.',
  },
  {
    name: 'rme-hidden-by-cpu3.json',
    command: 'big-little-hides-rme',
    outcome: 'quiet (rme-hidden-by-cpu3)',
    says: 'One CPU of four has no RME, and the sanitised register has none.',
  },
  {
    name: 'rme-2-and-1.json',
    command: 'big-little-rme-2-1',
    outcome: 'accepted 2.0',
    says: 'The CPUs have different versions of RME: the lower one counts.',
  },
  {
    name: 'sanity-check.json',
    command: 'big-little-rme-2-1 --set cpu1.ID_AA64PFR0_EL1.SVE=0',
    outcome: 'accepted 2.0',
    says: 'The CPUs differ in SVE: the kernel warns before the check.',
  },
  {
    name: 'no-rmm.json',
    command: 'fvp --rmm none',
    outcome: 'quiet (not-supported)',
    says: 'EL3 answers NOT_SUPPORTED: there is no RMM.',
  },
  {
    name: 'rmm-failed.json',
    command: 'fvp --rmm failed',
    outcome: 'quiet (not-supported)',
    says: 'The RMM failed to boot, and EL3 answers in its place.',
  },
  {
    name: 'never-answers.json',
    command: 'fvp --rmm silent',
    outcome: 'did-not-return',
    says: 'The call does not come back.',
  },
  {
    name: 'conduit-none.json',
    command: 'conduit-none',
    outcome: 'quiet (no-conduit)',
    says: 'Firmware names no conduit, and no call leaves the kernel.',
  },
  {
    name: 'conduit-hvc.json',
    command: 'conduit-hvc',
    outcome: 'quiet (not-supported)',
    says: 'The call goes by HVC to a hypervisor, which answers NOT_SUPPORTED.',
  },
  {
    name: 'el1-entry.json',
    command: 'el1-entry',
    outcome: 'not-reached (el1-entry)',
    says: 'The kernel was entered at EL1: KVM ends before the check.',
  },
  {
    name: 'kvm-disabled.json',
    command: 'kvm-disabled',
    outcome: 'not-reached (kvm-disabled)',
    says: 'kvm-arm.mode=none: KVM ends before the check.',
  },
  {
    name: 'hyp-mode-nvhe.json',
    command: 'nvhe',
    outcome: 'accepted 2.0',
    says: 'The kernel runs at EL1 and asks from there.',
  },
  {
    name: 'sve-hint.json',
    command: 'qemu-max --rmm tf-rmm-0.9',
    outcome: 'accepted 2.0',
    says: 'The kernel sets the SVE hint, bit 16 of the FID.',
  },
  {
    name: 'kvm-qemu-linux-6.12.json',
    command: 'qemu-linux-6.12 --scope kvm --wants 1.0',
    outcome: 'accepted 1.0',
    says: 'All of kvm_arm_init, on the machine of QEMU.',
  },
  {
    name: 'kvm-debian-6.1-protected.json',
    command: 'debian-6.1-protected --scope kvm',
    outcome: 'quiet (not-supported)',
    says: 'All of kvm_arm_init in protected mode, without an RMM.',
  },
  {
    name: 'kvm-hyp-stack.json',
    command: 'hvhe --scope kvm --set kvm_fails_at=hyp-stack',
    outcome: 'accepted 2.0',
    says: 'The revisions agree, and then KVM finds no memory for a stack at EL2.',
  },
  {
    name: 'kvm-init-fails.json',
    command: 'fvp --scope kvm --set kvm_fails_at=kvm-init',
    outcome: 'accepted 2.0',
    says: 'The revisions agree, and then kvm_init fails.',
  },
  {
    name: 'prototype-56.json',
    command: 'fvp --kernel rfc-proto --rmm tf-rmm-0.3',
    outcome: 'accepted 56.0',
    says: 'The prototype kernel on an RMM of its time: 56.0 without a status.',
  },
  {
    name: 'lower-only.json',
    command: 'fvp --kernel v6 --rmm spec --wants 1.1',
    outcome: 'refused (v1.0)',
    says: 'A kernel that prints lower, and not higher.',
  },
  {
    name: 'not-in-hyp.json',
    command: 'nvhe --kernel v7',
    outcome: 'quiet (not-in-hyp)',
    says: 'A kernel that asks at EL2 only, and runs at EL1.',
  },
  {
    name: 'page-size.json',
    command: 'fvp --kernel v12 --set page_size=65536',
    outcome: 'quiet (page-size)',
    says: 'A kernel that asks with 4K pages only, and has 64K.',
  },
  {
    name: 'before-kvm.json',
    command: 'kvm-disabled --kernel v14 --rmm tf-rmm-0.9',
    outcome: 'accepted 2.0',
    says: 'A kernel that asks before KVM starts: the revisions agree although KVM is disabled.',
  },
  {
    name: 'feature-register-fails.json',
    command: "fvp --kernel next --set 'RMI_FEATURES(x1=1).x0=RMI_ERROR_INPUT'",
    outcome: 'accepted 2.0',
    says: 'The revisions agree, and then a feature register cannot be read.',
  },
  {
    name: 'busy-forever.json',
    command: 'fvp --kernel next --set RMI_VERSION.x0=RMI_BUSY --max-steps 20',
    outcome: 'did-not-return',
    says: 'The RMM is busy at every call, and the kernel asks again without end.',
  },
  {
    name: 'blocked-twice.json',
    command: 'fvp --kernel next --set RMI_VERSION.x0=RMI_BLOCKED',
    outcome: 'refused (v2.0 - v2.0)',
    says: 'The RMM is blocked twice: the kernel asks a second time, but not a third.',
  },
];

/** The words after `rmitrace`. */
export function wordsOf({ command }) {
  return ['record', ...command.split(' ').map(word => word.replace(/^'(.*)'$/, '$1'))];
}

/** README.md of this folder. */
export function readme() {
  const rows = TRACES.map(
    ({ name, command, outcome, says }) => `| ${name} | ${says} | \`${command}\` | ${outcome} |\n`,
  );
  return `# Golden traces

One trace for each way the handshake can go, right or wrong. The command in each row makes the trace (\`rmitrace record …
-o traces/NAME\`). \`npm run traces\` makes them all again, and this list, from traces/table.js. test/golden.test.ts expects
the same bytes, replays each trace on its own kernel, and compares its outcome with the last column.

| trace | what happens | rmitrace record … | outcome |
|---|---|---|---|
${rows.join('')}`;
}
