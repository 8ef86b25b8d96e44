/** Development dependencies that a test asks for by name, and does without, saying so, where they are not installed. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** `null` where there is no such package here. */
export function installed<Module>(name: string): Module | null {
  try {
    return require(name) as Module;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}
