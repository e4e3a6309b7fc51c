import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type Zippable, zipSync } from 'fflate';

/** All files of a folder as one zip, with their paths from there. */
export async function zipOf(folder: string): Promise<Uint8Array> {
  const files: Zippable = {};
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    files[relative(folder, path).split(sep).join('/')] = new Uint8Array(await readFile(path));
  }
  return zipSync(files);
}
