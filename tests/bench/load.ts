import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../', import.meta.url));

const took = z.object({ wall: z.number(), cpu: z.number() });
/** How long the function files took to load, and how much of that the main thread was at work, ms. */
type Load = z.infer<typeof took>;

/** Each turn in a process of its own, package and sources in turns. */
interface LoadTurns {
  readonly packaged: readonly Load[];
  readonly sources: readonly Load[];
}

/** Cold starts of the package beside those of the tree it was made of. What is loaded only in Azure (drivers, exporters, Entra) is in neither. */
export function benchLoad(turns: number): LoadTurns {
  const dist = mkdtempSync(join(tmpdir(), 'hetk-load-'));
  try {
    execFileSync(process.execPath, [join(root, 'local/build.ts'), '--out', dist], { stdio: 'ignore' });
    const program = join(root, 'tests/fixtures/host/load.ts');
    const once = (folder: string) =>
      took.parse(JSON.parse(execFileSync(process.execPath, [program, folder], { encoding: 'utf8' })));
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
  const middle = (loads: readonly Load[]) => ({
    wall: median(loads.map(({ wall }) => wall)),
    cpu: median(loads.map(({ cpu }) => cpu)),
  });
  const [own, theirs] = [middle(packaged), middle(sources)];
  const row = (name: string, { wall, cpu }: Load) =>
    `${name.padEnd(22)} ${wall.toFixed(0)} ms, of which at work ${cpu.toFixed(0)} ms`;
  return [
    row('loading the package', own),
    row('loading the sources', theirs),
    `package / sources      ${(own.wall / theirs.wall).toFixed(2)}, at work ${(own.cpu / theirs.cpu).toFixed(2)}`,
  ];
}
