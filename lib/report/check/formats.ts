/** The formats of a check: a row each. */
import type { Paint } from '../text/paint.js';
import { checkGithub } from './github.js';
import { checkJson } from './json.js';
import { checkJsonl } from './jsonl.js';
import { checkJunit } from './junit.js';
import { checkMarkdown } from './markdown.js';
import type { CheckPrinter } from './printer.js';
import { checkTap } from './tap.js';
import { checkText } from './text.js';

export interface CheckFormat {
  /** As --format has it. */
  readonly name: string;
  /**
   * Text is escaped for a terminal by its printer; data is printed byte for byte elsewhere than on one. Orders are data for
   * a runner of GitHub Actions that it obeys: the printer escapes whatever is not one of its own.
   */
  readonly is: 'text' | 'data' | 'orders';
  /** Whether it has room for what --coverage lists. */
  readonly covers?: boolean;
  /** What a job's summary has of the same check. */
  readonly summary?: () => CheckPrinter;
  printer(about: CheckAbout): CheckPrinter;
}

/** What is known before the first trace is read. */
export interface CheckAbout {
  /** What all traces are called. */
  readonly names: readonly string[];
  readonly paint: Paint;
  /** The options of this run that name the kernel, as words. */
  readonly kernel: readonly string[];
}

/** The first is the default. */
export const CHECK_FORMATS: readonly [CheckFormat, ...CheckFormat[]] = [
  {
    name: 'text',
    is: 'text',
    covers: true,
    printer: ({ names, paint, kernel }) => checkText(names, paint, kernel),
  },
  { name: 'json', is: 'data', covers: true, printer: checkJson },
  { name: 'jsonl', is: 'data', printer: checkJsonl },
  { name: 'tap', is: 'text', printer: checkTap },
  { name: 'junit', is: 'text', printer: checkJunit },
  {
    name: 'github',
    is: 'orders',
    printer: checkGithub,
    summary: checkMarkdown,
  },
  { name: 'markdown', is: 'text', printer: checkMarkdown },
];
