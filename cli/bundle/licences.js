/** What goes with every copy of what others wrote. */
import { readdir, readFile } from 'node:fs/promises';

const ROOT = new URL('../../', import.meta.url);

/** The licence of every package that is part of `inputs`, as it asks to go with any copy. */
export async function licences(inputs) {
  const folders = inputs.flatMap(
    input => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(input)?.[0] ?? [],
  );
  const texts = [...new Set(folders)].sort().map(async folder => {
    const at = new URL(folder, ROOT);
    const { name, version } = JSON.parse(await readFile(new URL('package.json', at), 'utf8'));
    const file = (await readdir(at)).find(each => /^licen[cs]e/i.test(each));
    if (file === undefined) throw new Error(`${name} comes without its licence`);
    return `${name} ${version}\n\n${(await readFile(new URL(file, at), 'utf8')).trim()}\n`;
  });
  return Promise.all(texts);
}
