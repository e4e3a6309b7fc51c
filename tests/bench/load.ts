import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** How long the function files take to load, ms: each turn in a process of its own, package and sources in turns. */
export interface LoadTurns {
  readonly packaged: readonly number[];
  readonly sources: readonly number[];
}

/** Cold starts of the package beside those of the tree it was made of. What is loaded only in Azure (drivers, exporters, Entra) is in neither. */
export function benchLoad(turns: number): LoadTurns {
  const dist = mkdtempSync(join(tmpdir(), 'hetk-load-'));
  try {
    execFileSync(process.execPath, [join(root, 'local/build.ts'), '--out', dist], { stdio: 'ignore' });
    const once = (folder: string) =>
      Number(execFileSync(process.execPath, [join(root, 'tests/fixtures/host/load.ts'), folder], { encoding: 'utf8' }));
    const both = Array.from({ length: turns }, () => ({
      packaged: once(join(dist, 'functions')),
      sources: once(join(root, 'functions')),
    }));
    return { packaged: both.map(({ packaged }) => packaged), sources: both.map(({ sources }) => sources) };
  } finally {
    rmSync(dist, { recursive: true });
  }
}

/** The middle one, or the worse of two in the middle. */
function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

export function printedLoad({ packaged, sources }: LoadTurns): string[] {
  const [own, theirs] = [median(packaged), median(sources)];
  return [
    `loading the package    ${own.toFixed(0)} ms (goal: under 250)`,
    `loading the sources    ${theirs.toFixed(0)} ms`,
    `package / sources      ${(own / theirs).toFixed(2)}`,
  ];
}
