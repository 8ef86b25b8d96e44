/** Validates the report of a sweep as `--json` prints it, read back when parts are merged. */
import { whole } from './generated/sweep-report.js';
import { check, type SchemaResult } from './validate.js';

export function checkSweepReport(value: unknown): SchemaResult<unknown> {
  const said = check(whole, value);
  return said === null ? { ok: true, value } : { ok: false, ...said };
}
