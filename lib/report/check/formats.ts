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
  readonly summary?: (about: CheckAbout) => CheckPrinter;
  printer(about: CheckAbout): CheckPrinter;
}

/** What is known before the first trace is read. */
export interface CheckAbout {
  /** What all traces are called. */
  readonly names: readonly string[];
  readonly paint: Paint;
  /** The options of this run that name the kernel, as words. */
  readonly kernel: readonly string[];
  /** What is left out of each comparison, as it was given. */
  readonly ignored: readonly string[];
}

/** The first is the default. */
export const CHECK_FORMATS: readonly [CheckFormat, ...CheckFormat[]] = [
  {
    name: 'text',
    is: 'text',
    covers: true,
    printer: ({ names, paint, kernel, ignored }) => checkText(names, paint, kernel, ignored),
  },
  { name: 'json', is: 'data', covers: true, printer: ({ ignored }) => checkJson(ignored) },
  { name: 'jsonl', is: 'data', printer: checkJsonl },
  { name: 'tap', is: 'text', printer: ({ ignored }) => checkTap(ignored) },
  { name: 'junit', is: 'text', printer: ({ ignored }) => checkJunit(ignored) },
  {
    name: 'github',
    is: 'orders',
    printer: ({ ignored }) => checkGithub(ignored),
    summary: ({ ignored }) => checkMarkdown(ignored),
  },
  { name: 'markdown', is: 'text', printer: ({ ignored }) => checkMarkdown(ignored) },
];
