/** The formats of a report for people: a row each. */
import { htmlReport, type PageAssets } from '../html/document.js';
import type { ReportAbout } from '../results.js';
import { lkmlReport } from './lkml.js';
import { markdownReport } from './markdown.js';

export interface ReportFormat {
  /** As --format has it. */
  readonly name: string;
  /** Text is escaped for a terminal too; data is printed byte for byte elsewhere than on one. */
  readonly is: 'text' | 'data';
  readonly text: (about: ReportAbout, assets: () => PageAssets) => string;
}

/** The first is the default. */
export const REPORT_FORMATS: readonly [ReportFormat, ...ReportFormat[]] = [
  { name: 'lkml', is: 'text', text: lkmlReport },
  { name: 'markdown', is: 'text', text: markdownReport },
  { name: 'html', is: 'data', text: (about, assets) => htmlReport(about, assets()) },
];
