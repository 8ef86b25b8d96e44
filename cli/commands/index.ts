/** All commands, in the groups in which help lists them. */

import type { Command } from '../command.js';
import { checkCommand } from './check.js';
import { clusterCommand } from './cluster.js';
import { completionCommand } from './completion.js';
import { diffCommand } from './diff.js';
import { explainCommand } from './explain.js';
import { fmtCommand } from './fmt.js';
import { importCommand } from './import.js';
import { listCommand } from './list.js';
import { minimiseCommand } from './minimise.js';
import { newCommand } from './new.js';
import { recordCommand } from './record.js';
import { redactCommand } from './redact.js';
import { replayCommand } from './replay.js';
import { reportCommand } from './report.js';
import { serveCommand } from './serve.js';
import { showCommand } from './show.js';
import { sweepCommand } from './sweep.js';
import { validateCommand } from './validate.js';

export interface Group {
  readonly title: string;
  readonly commands: readonly Command[];
}

export const GROUPS: readonly Group[] = [
  { title: 'Read the logs of a real boot', commands: [explainCommand, importCommand] },
  {
    title: 'Make and replay traces',
    commands: [recordCommand, replayCommand, checkCommand, serveCommand],
  },
  { title: 'Search', commands: [sweepCommand, minimiseCommand, clusterCommand] },
  { title: 'Read and compare traces', commands: [showCommand, diffCommand, reportCommand] },
  { title: 'Write and maintain traces', commands: [newCommand, validateCommand, fmtCommand, redactCommand] },
  { title: 'Names and completion', commands: [listCommand, completionCommand] },
];

export const COMMANDS: readonly Command[] = GROUPS.flatMap(({ commands }) => commands);
