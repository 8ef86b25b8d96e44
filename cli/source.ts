/** Reads what `--kernel` and `--patch` name, where it is C: a file, or a kernel tree of which files are read as needed. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bad, type Given, type GivenText, good, type Result } from '../lib/index.js';
import { isFolder, systemTrouble } from './files.js';

/** A mailbox with a whole series is some 700 KiB; a thread with its replies, a few MiB. */
const MOST_BYTES = 16 << 20;

/** Troubles: `not-found`, `unreadable`, `too-large`. */
export async function readGiven(path: string): Promise<Result<Given>> {
  const name = path.replace(/(.)\/+$/, '$1');
  if (await isFolder(path)) return good({ is: 'tree', name, read: inside => readInTree(path, inside) });
  const text = await readGivenText(path);
  return text.ok ? good({ is: 'text', ...text.value }) : text;
}

/** Troubles: as `readGiven`. */
export async function readGivenText(path: string): Promise<Result<GivenText>> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) {
      return bad(
        'too-large',
        'the file is larger than 16 MiB',
        { file: path },
        'name the one mail or C file',
      );
    }
    return good({ name: path, text: await readFile(path, 'utf8') });
  } catch (error) {
    return systemTrouble(error, path);
  }
}

/** `null` where the tree has no such file, or a folder of that name. */
async function readInTree(root: string, inside: string): Promise<Result<string | null>> {
  const path = join(root, inside);
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true) return good(null);
  const text = await readGivenText(path);
  return text.ok ? good(text.value.text) : text;
}
