import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const locked = {
  '': { name: 'hetk' },
  'node_modules/a': { version: '1.0.0' },
  'node_modules/for-windows': { version: '1.0.0', optional: true },
};
const installed = { 'node_modules/a': { version: '1.0.0' } };
let clone: string;

beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'hetk-clone-'));
  await mkdir(join(clone, 'local'));
  await mkdir(join(clone, 'node_modules'));
  await copyFile(new URL('../../../local/install.mjs', import.meta.url), join(clone, 'local/install.mjs'));
  await writeFile(join(clone, 'package-lock.json'), JSON.stringify({ packages: locked }));
  await writeFile(
    join(clone, 'npm.js'),
    'console.log("npm", ...process.argv.slice(2)); process.exit(process.env.FAIL ? 3 : 0)',
  );
});
afterEach(() => rm(clone, { recursive: true }));

async function install(packages?: object, more: Record<string, string> = {}): Promise<string> {
  if (packages) await writeFile(join(clone, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
  const env = { ...process.env, npm_execpath: join(clone, 'npm.js'), ...more };
  return (await run(process.execPath, [join(clone, 'local/install.mjs')], { env })).stdout;
}

describe('what runs before every npm script', () => {
  it('installs from the lock file on a fresh clone, and says so', async () => {
    expect(await install()).toMatch(/^Installing what package-lock\.json names[^\n]*\nnpm ci /);
  });

  it('does nothing when everything is installed that this machine needs', async () => {
    expect(await install(installed)).toBe('');
  });

  it('installs again when the lock file names another version or another package', async () => {
    expect(await install({ 'node_modules/a': { version: '0.9.0' } })).toContain('npm ci');
    expect(await install({})).toContain('npm ci');
  });

  it('stops the script when the installation fails', async () => {
    await expect(install({}, { FAIL: '1' })).rejects.toMatchObject({ code: 3 });
  });
});
