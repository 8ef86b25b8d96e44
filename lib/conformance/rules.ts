/** Every rule that answers are held against, in the order in which the findings of one answer stand. */
import { FEATURE_RULES } from './feature-rules.js';
import { LIFE_RULES } from './life-rules.js';
import type { ConformanceRule } from './rule.js';
import { STATUS_RULES } from './status-rules.js';
import { VERSION_RULES } from './version-rules.js';

export const RULES: readonly ConformanceRule[] = [
  ...STATUS_RULES,
  ...VERSION_RULES,
  ...FEATURE_RULES,
  ...LIFE_RULES,
];
