import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import { zipOf } from '../../../local/azure/zip.ts';

it('a zip holds all files of a folder under their paths from there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hetk-zip-'));
  try {
    await mkdir(join(folder, 'functions/chunks'), { recursive: true });
    await writeFile(join(folder, 'host.json'), '{}');
    await writeFile(join(folder, 'functions/chunks/a.js'), 'export {};');
    const files = unzipSync(await zipOf(folder));
    expect(Object.keys(files).sort()).toEqual(['functions/chunks/a.js', 'host.json']);
    expect(new TextDecoder().decode(files['functions/chunks/a.js'])).toBe('export {};');
  } finally {
    await rm(folder, { recursive: true });
  }
});
