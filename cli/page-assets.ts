/** What a page carries, as `npm run build` has made it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PageAssets } from '../lib/cli.js';

export function pageAssets(): PageAssets {
  return {
    style: readFileSync(fileURLToPath(import.meta.resolve('#page/page.css')), 'utf8'),
    script: readFileSync(fileURLToPath(import.meta.resolve('#page/page.js')), 'utf8'),
  };
}
