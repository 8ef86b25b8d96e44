/** The formats of a check: a row each. */
import type { Paint } from '../text/paint.js';
import { checkJson } from './json.js';
import type { CheckPrinter } from './printer.js';
import { checkText } from './text.js';

export interface CheckFormat {
  /** As --format has it. */
  readonly name: string;
  /** Text is escaped for a terminal by its printer; data is printed byte for byte elsewhere than on one. */
  readonly is: 'text' | 'data';
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
  { name: 'text', is: 'text', printer: ({ names, paint, kernel }) => checkText(names, paint, kernel) },
  { name: 'json', is: 'data', printer: checkJson },
];
