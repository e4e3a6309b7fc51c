import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const groups = ['http', 'queue', 'timer'];

/**
 * The files that register functions. Sources lie one folder deep, `functions/{http,queue,timer}/*.ts`; one that exports something is no
 * such file but shared by them. A built folder is flat, `*.js`.
 * @returns file URLs, sorted
 */
export async function findEntries(folder: string): Promise<readonly string[]> {
  const root = resolve(folder);
  const found = await readdir(root, { withFileTypes: true });
  const built = found.filter((file) => file.isFile() && file.name.endsWith('.js')).map((file) => join(root, file.name));
  const sources = found
    .filter((file) => file.isDirectory() && groups.includes(file.name))
    .map(({ name }) => sourcesIn(join(root, name)));
  const files = [...built, ...(await Promise.all(sources)).flat()];
  if (files.length === 0) throw new Error(`No function was found in ${root}.`);
  return files.sort().map((file) => pathToFileURL(file).href);
}

async function sourcesIn(folder: string): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).map((file) => join(folder, file));
  const registering = await Promise.all(files.map(async (file) => !/^export /m.test(await readFile(file, 'utf8'))));
  return files.filter((_, index) => registering[index]);
}
