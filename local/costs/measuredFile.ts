import { readFile, writeFile } from 'node:fs/promises';
import { type Measured, measured } from './usage.ts';

const file = new URL('measured.json', import.meta.url);

/** What was counted and measured last. */
export async function readMeasured(): Promise<Measured> {
  return measured.parse(JSON.parse(await readFile(file, 'utf8')));
}

/** Keeps what is new, and the rest as it was. */
export async function keepMeasured(newer: Partial<Measured>): Promise<void> {
  const all: unknown = { ...JSON.parse(await readFile(file, 'utf8')), ...newer };
  await writeFile(file, `${JSON.stringify(all, undefined, 2)}\n`);
}
