/**
 * Tests load lib/ as it was built, where nothing of it is newer than its build: to translate it again costs each test file
 * up to four seconds of CPU. Where anything is newer, tests load the sources.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { register } from 'node:module';

const ROOT = new URL('../', import.meta.url);

function isBuilt(folder) {
  return readdirSync(new URL(folder, ROOT), { withFileTypes: true }).every(entry => {
    if (entry.isDirectory()) return isBuilt(`${folder}${entry.name}/`);
    if (!entry.name.endsWith('.ts')) return true;
    const source = new URL(`${folder}${entry.name}`, ROOT);
    const built = new URL(`dist/${folder}${entry.name.replace(/ts$/, 'js')}`, ROOT);
    return existsSync(built) && statSync(built).mtimeMs >= statSync(source).mtimeMs;
  });
}

if (isBuilt('lib/')) register('./resolve-built.js', import.meta.url);
