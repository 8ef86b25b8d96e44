/** What each real log gives: how many calls, how many of the kernel's records, and the finding. Beside each, why. */

export interface RealLog {
  /** Under ../shared: the logs of one boot. */
  readonly logs: readonly string[];
  /** For each boot in it, in order. */
  readonly boots: readonly {
    /** Calls of the host's RMI, read and concluded. */
    readonly rmi: number;
    readonly kernel: number;
    readonly finding: RegExp;
  }[];
  /** Lines of which something is lost; none where it is left out. */
  readonly lost?: number;
}

const NOTHING = { rmi: 0, kernel: 0 };
const SILENT = /^No handshake in the log: KVM's init ended and printed no RMI line/;
const after = (command: string) =>
  new RegExp(`^No handshake in the log: its RMI calls .* end with ${command}\\b`);

export const REAL_LOGS: readonly RealLog[] = [
  // Consoles of RMMs. RSI, PSCI and other SMCs of realms are none of the host's.
  {
    logs: ['captures/02-fvp-shrinkwrap-rmm-realm-create-and-rsi.log'],
    boots: [{ rmi: 4, kernel: 0, finding: after('RMI_REALM_ACTIVATE') }],
  },
  {
    logs: ['captures/03-fvp-tfa-2.14-spm-rmm-0.8-firmware.log'],
    boots: [{ ...NOTHING, finding: /an RMM started \(Booting RMM v\.0\.8\.0.*no line of a kernel/ }],
  },
  {
    logs: ['captures/04-learn-arm-mec-off-telnet-rmm-v0.8-release.log'],
    boots: [{ rmi: 1, kernel: 0, finding: /^RMI_VERSION was answered RMI_SUCCESS, but/ }],
  },
  {
    logs: ['captures/06-learn-arm-rmm-terminal3-eac-era-two-lines.log'],
    boots: [{ rmi: 2, kernel: 0, finding: after('RMI_REALM_ACTIVATE') }],
  },
  {
    logs: ['captures/07-qemu-rme-eac5-wiki-style-excerpt.log'],
    boots: [{ rmi: 2, kernel: 0, finding: after('RMI_REALM_ACTIVATE') }],
  },
  // The kernel's line proves the call: an error by level, and a success.
  {
    logs: ['captures/08-qemu-eac5-kernel-prototype-line.log'],
    boots: [{ rmi: 1, kernel: 1, finding: /prototype's RMI 66\.0/ }],
  },
  {
    logs: ['captures/10-qemu-rme-gavin-0.4-rtt-create-then-stall.log'],
    boots: [{ rmi: 11, kernel: 0, finding: after('RMI_RTT_CREATE') }],
  },
  {
    logs: ['captures/12-qemu-rme-gavin-0.4-full-tfa-then-edk2-crash.log'],
    boots: [{ ...NOTHING, finding: /an RMM started \(Booting RMM v\.0\.4\.0/ }],
  },
  // The first line of the kernel is its last in the log.
  {
    logs: ['captures/13-qemu-rme-rmm-init-failed-minus7.log'],
    boots: [{ ...NOTHING, finding: /the RMM did not start/ }],
  },
  {
    logs: ['captures/14-qemu-rme-rmm-0.5-banner-ok.log'],
    boots: [{ ...NOTHING, finding: /an RMM started \(Booting RMM v\.0\.5\.0/ }],
  },
  // Quoted and broken anew: the status on the next line is joined, never left out.
  {
    logs: ['captures/16-fvp-merged-rmm-mail-rewrapped-quoted.log'],
    boots: [{ rmi: 5, kernel: 0, finding: after('RMI_REALM_ACTIVATE') }],
  },
  {
    logs: ['captures/17-qemu-functional-test-split-line-and-rmm-crash.log'],
    boots: [{ rmi: 1, kernel: 0, finding: /the RMM crashed \(Unexpected exception on CPU #0\)/ }],
  },
  // The guest's own kernel prints between the host's calls.
  {
    logs: ['captures/19-opencca-rk3588-uart-gpu-realm.log'],
    boots: [{ rmi: 55, kernel: 0, finding: after('RMI_DATA_DESTROY') }],
  },
  // The request stands in one record, its answer in the next.
  {
    logs: ['captures/20-islet-old-trace-raw-smc.log'],
    boots: [{ rmi: 3, kernel: 0, finding: after('RMI_GRANULE_DELEGATE') }],
  },
  {
    logs: ['captures/21-islet-monitor-event-trace.log'],
    boots: [{ rmi: 4, kernel: 0, finding: after('RMI_REC_ENTER') }],
  },
  {
    logs: ['captures/22-islet-issue128-realm-destroyed.log'],
    boots: [{ rmi: 7, kernel: 0, finding: after('RMI_GRANULE_UNDELEGATE') }],
  },
  // Only the command that starts a guest.
  {
    logs: ['captures/24-islet-issue163-lkvm-crlf-markers.log'],
    boots: [{ ...NOTHING, finding: /no line of EL3, an RMM or KVM/ }],
  },

  // Kernels without RMI, in every wrapping.
  {
    logs: ['captures/27-kernel-quoted-printk-level-and-caller.log'],
    boots: [{ rmi: 0, kernel: 4, finding: SILENT }],
  },
  {
    logs: ['captures/28-kernel-caller-id-no-space-arm-tc.log'],
    boots: [{ rmi: 0, kernel: 7, finding: SILENT }],
  },
  { logs: ['captures/30-kernel-dmesg-T-huawei.log'], boots: [{ rmi: 0, kernel: 6, finding: SILENT }] },
  { logs: ['captures/31-kernel-hisi-first-lines.log'], boots: [{ rmi: 0, kernel: 8, finding: SILENT }] },
  {
    logs: ['captures/32-kernel-snapdragon-el2-via-slbounce.log'],
    boots: [{ rmi: 0, kernel: 10, finding: SILENT }],
  },
  {
    logs: ['captures/36-kernel-putty-hardwrap-padding.log'],
    boots: [{ rmi: 0, kernel: 4, finding: SILENT }],
  },
  {
    logs: ['captures/38-syslog-facility-openccu.log'],
    boots: [{ ...NOTHING, finding: /a kernel started, but the log has no line of KVM/ }],
  },
  // A 32-bit Arm kernel's first lines.
  {
    logs: ['captures/39-journalctl-default-no-printk-stamp.log'],
    boots: [{ ...NOTHING, finding: /^No handshake in the log/ }],
  },
  { logs: ['captures/43-tarmac-fastmodel-snippet.log'], boots: [] },
  { logs: ['captures/46-kernel-dmesg-x-and-json-docs.log'], boots: [] },
  // Two machines' boots in one mail: the first one's KVM gave up.
  {
    logs: ['captures/48-kvm-arch-timer-failure-quoted.log'],
    boots: [
      { rmi: 0, kernel: 1, finding: /./ },
      { rmi: 0, kernel: 1, finding: SILENT },
    ],
  },

  // An RME machine: the console alone, the calls as EL3 saw them, and both.
  {
    logs: ['qemu/linux-1.1-on-rmm-0.8-refused.log'],
    boots: [{ rmi: 1, kernel: 9, finding: /^No realms: KVM asked for 1\.1, the RMM refused and names 1\.0/ }],
  },
  {
    logs: ['qemu/linux-1.1-on-rmm-0.8-refused.jsonl'],
    boots: [{ rmi: 1, kernel: 0, finding: /^RMI_VERSION was answered RMI_ERROR_INPUT, but/ }],
  },
  {
    logs: ['qemu/linux-1.1-on-rmm-0.8-refused.log', 'qemu/linux-1.1-on-rmm-0.8-refused.jsonl'],
    boots: [{ rmi: 1, kernel: 9, finding: /names 1\.0 \(TF-RMM 0\.8 answers like this\)/ }],
  },
  {
    logs: ['qemu/linux-1.0-on-rmm-0.8-accepted.log'],
    boots: [{ rmi: 1, kernel: 9, finding: /agree on RMI 1\.0/ }],
  },
  // RMI_FEATURES succeeded, so only EL3 saw it.
  {
    logs: ['qemu/linux-1.0-on-rmm-0.8-accepted.log', 'qemu/linux-1.0-on-rmm-0.8-accepted.jsonl'],
    boots: [{ rmi: 2, kernel: 9, finding: /agree on RMI 1\.0/ }],
  },
  {
    logs: ['qemu/linux-1.1-rmm-failed-to-boot.log'],
    boots: [{ rmi: 1, kernel: 8, finding: /EL3 answered RMI_VERSION itself, .*RMM init failed: -2/ }],
  },
  {
    logs: ['qemu/linux-1.1-rmm-failed-to-boot.log', 'qemu/linux-1.1-rmm-failed-to-boot.jsonl'],
    boots: [{ rmi: 1, kernel: 8, finding: /EL3 answered RMI_VERSION itself/ }],
  },
  {
    logs: ['qemu/linux-no-rme.log'],
    boots: [{ rmi: 0, kernel: 8, finding: /no RMI line\. There are no realms here whatever the kernel did/ }],
  },
  { logs: ['qemu/linux-entered-at-el1.log'], boots: [{ rmi: 0, kernel: 1, finding: /entered at EL1/ }] },
  { logs: ['qemu/debian61-no-hyp-mode.log'], boots: [{ rmi: 0, kernel: 1, finding: /entered at EL1/ }] },
  {
    logs: ['qemu/debian61-kvm-none.log'],
    boots: [{ rmi: 0, kernel: 1, finding: /disabled on the command line/ }],
  },
  { logs: ['qemu/debian61-nvhe.log'], boots: [{ rmi: 0, kernel: 6, finding: SILENT }] },
  { logs: ['qemu/debian61-protected.log'], boots: [{ rmi: 0, kernel: 7, finding: SILENT }] },
  // A program of its own at EL2 asks many times, and prints what only it understands.
  {
    logs: ['qemu/probe-no-rme.log'],
    boots: [{ ...NOTHING, finding: /EL3 started; .*no realms here whatever the kernel did/ }],
  },
  {
    logs: ['qemu/probe-rmm-0.8-v11-never-returns.log'],
    boots: [{ ...NOTHING, finding: /an RMM started; the log has no line of a kernel/ }],
  },
  { logs: ['qemu/probe-rmm-0.8.log'], boots: [{ rmi: 17, kernel: 0, finding: /^RMI_VERSION was answered/ }] },
  {
    logs: ['qemu/probe-rmm-0.8.jsonl'],
    boots: [{ rmi: 27, kernel: 0, finding: /^RMI_VERSION was answered/ }],
  },
  { logs: ['qemu/probe-rmm-0.9.log'], boots: [{ rmi: 18, kernel: 0, finding: /^RMI_VERSION was answered/ }] },
  // EL3 does not say which calls it ignores, and with no kernel in the log nothing tells.
  { logs: ['qemu/probe-rmm-el3-mismatch.log'], boots: [{ ...NOTHING, finding: /the RMM did not start/ }] },

  // What EL3 saw, without a kernel's console: how the kernel took it is open.
  {
    logs: ['qemu/linux-1.0-on-rmm-0.8-accepted.jsonl'],
    boots: [{ rmi: 2, kernel: 0, finding: /^RMI_VERSION was answered RMI_SUCCESS, but the log has no line/ }],
  },
  {
    logs: ['qemu/linux-1.1-rmm-failed-to-boot.jsonl'],
    boots: [
      { rmi: 1, kernel: 0, finding: /^RMI_VERSION was answered NOT_SUPPORTED, but the log has no line/ },
    ],
  },
  {
    logs: ['qemu/probe-rmm-0.9.jsonl'],
    boots: [{ rmi: 27, kernel: 0, finding: /^RMI_VERSION was answered RMI_ERROR_INPUT, but/ }],
  },
  // No registers: exceptions alone.
  { logs: ['captures/41-qemu-d-int-smc-diff.log'], boots: [] },

  // Samples that are consoles; those of tracers are in tracers.test.ts.
  {
    logs: ['formats/initcall_debug-1.log'],
    boots: [{ rmi: 0, kernel: 4, finding: /^No realms: arm64_init_rmi returned -ENXIO and printed nothing/ }],
  },
  {
    logs: ['formats/initcall_debug-2.log'],
    boots: [{ rmi: 1, kernel: 2, finding: /^No realms, although RMI 2\.0 .*RMM config set failed/ }],
  },
  { logs: ['formats/lava-log.txt'], boots: [{ rmi: 1, kernel: 1, finding: /agree on RMI 2\.0/ }] },
  // What a program in user space asked KVM for.
  { logs: ['formats/vmm-caps.txt'], boots: [] },

  // The situations of cases/, by their expected.md.
  {
    logs: ['cases/01-rmm-el3-interface-mismatch/input.log'],
    boots: [
      {
        rmi: 1,
        kernel: 6,
        finding:
          /EL3 answered .* because the RMM did not start .*-2, the RMM refuses EL3's interface version/,
      },
    ],
  },
  {
    logs: ['cases/02-version-call-never-returns/input.log'],
    boots: [{ rmi: 1, kernel: 2, finding: /^RMI_VERSION never came back/ }],
  },
  {
    logs: ['cases/03-nvhe-host/input.log'],
    boots: [{ rmi: 1, kernel: 5, finding: /RMI 2\.0.*nVHE/ }],
  },
  {
    logs: ['cases/05-prototype-56/input.log'],
    boots: [{ rmi: 1, kernel: 2, finding: /accepts the prototype's RMI 56\.0/ }],
  },
  // The first call is the firmware's.
  {
    logs: ['cases/07-uefi-asks-first/input.log'],
    boots: [{ rmi: 2, kernel: 2, finding: /agree on RMI 2\.0/ }],
  },
  {
    logs: ['cases/09-ci-hyp-not-available/input.log'],
    boots: [{ rmi: 0, kernel: 1, finding: /entered at EL1/ }],
  },
  {
    logs: ['cases/11-wrong-capability-number/input.log'],
    boots: [{ rmi: 1, kernel: 2, finding: /agree on RMI 1\.0/ }],
  },
  {
    logs: ['cases/12-64k-host-4k-granules/input.log'],
    boots: [
      { rmi: 1, kernel: 4, finding: /^No realms, although RMI 2\.0 .*no granules of the host's page size/ },
    ],
  },
  {
    logs: ['cases/13-memory-not-tracked/input.log'],
    boots: [
      {
        rmi: 2,
        kernel: 3,
        finding:
          /^No realms, although RMI 2\.0 .*GRANULE_TRACKING_GET 0x10040000000 was answered RMI_ERROR_INPUT/,
      },
    ],
  },
  {
    logs: ['cases/14-kexec-second-kernel/input.log'],
    boots: [{ rmi: 1, kernel: 3, finding: /^No realms, although RMI 2\.0 .*RMM config set failed/ }],
  },
];
