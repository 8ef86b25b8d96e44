#!/usr/bin/env node
/**
 * The example of the README, run by the real commands: a boot is recorded on an RMM that has the revision KVM asks for,
 * and replayed on one that does not say which revisions it has. `npm start` runs it; it fails if a step does not end as
 * expected.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Step {
  readonly command: string;
  readonly exit: number;
  /** What its output must have in it. */
  readonly tells: readonly string[];
}

const STORY: readonly Step[] = [
  {
    command: 'record fvp --rmm tf-rmm-0.9 -o good.json',
    exit: 0,
    tells: ['KVM and the RMM agree on RMI 2.0'],
  },
  { command: 'show good.json', exit: 0, tells: ['kvm [1]: RMI ABI version 2.0'] },
  {
    command: 'replay good.json --rmm forgets-range -o bad.json',
    exit: 1,
    tells: ['-kvm [n]: RMI ABI version 2.0', '+kvm [n]: Unsupported RMI ABI (v0.0 - v0.0) we want v2.0'],
  },
  { command: 'diff good.json bad.json', exit: 1, tells: ['the cause is the answer to RMI_VERSION'] },
  { command: 'check good.json bad.json', exit: 0, tells: ['2 traces: 2 same'] },
];

/** Runs one step, prints it, and gives back what was unexpected. */
function tell({ command, exit, tells }: Step, folder: string): readonly string[] {
  const main = fileURLToPath(new URL('rmitrace.cjs', import.meta.url));
  const { FORCE_COLOR: _, ...env } = process.env;
  const ran = spawnSync(process.execPath, [main, ...command.split(' ')], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  const output = `${ran.stdout}${ran.stderr}`;
  process.stdout.write(`$ rmitrace ${command}\n${output}[exit ${ran.status}]\n\n`);
  const missing = tells.filter(text => !output.includes(text)).map(text => `no ${JSON.stringify(text)}`);
  return [...(ran.status === exit ? [] : [`exit ${ran.status} instead of ${exit}`]), ...missing].map(
    what => `rmitrace ${command}: ${what}`,
  );
}

function story(): number {
  const folder = mkdtempSync(join(tmpdir(), 'rmitrace-story-'));
  try {
    const wrong = STORY.flatMap(step => tell(step, folder));
    for (const what of wrong) process.stderr.write(`unexpected: ${what}\n`);
    if (wrong.length === 0) process.stdout.write('All steps ended as expected.\n');
    return wrong.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// `npm start | head` has seen enough.
process.stdout.on('error', () => {});
process.exitCode = story();
