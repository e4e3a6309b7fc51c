import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findEntries } from '../../local/host/entries.ts';
import { median } from './machine.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = join(root, 'tests/fixtures/host/load.ts');

const took = z.object({ wall: z.number(), cpu: z.number(), memory: z.number() });
/** How long function files took to load, how much of that the main thread was at work, ms, and what they take in memory, MB. */
type Load = z.infer<typeof took>;

/** What was loaded: everything as the worker does, or one file; from the package and from the sources it is made of. */
export interface Loaded {
  readonly name: string;
  readonly packaged: readonly Load[];
  readonly sources: readonly Load[];
}

/**
 * Cold starts of the package beside those of the tree it was made of, and beside a function that does nothing. Each in a process of its own, in turns.
 * What is loaded only when it is first asked for (drivers, exporters, clients of sign-in services) is in none of them.
 */
export async function benchLoad(turns: number): Promise<readonly Loaded[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hetk-load-'));
  const build = (functions: string, name: string) => {
    const out = join(folder, name);
    const command = [join(root, 'local/build.ts'), '--functions', functions, '--out', out];
    execFileSync(process.execPath, command, { stdio: 'ignore' });
    return { packaged: join(out, 'functions'), sources: functions };
  };
  try {
    const hetk = build(join(root, 'functions'), 'hetk');
    const empty = build(join(root, 'tests/fixtures/host/emptyFunction'), 'empty');
    const names = (await findEntries(hetk.packaged)).map((url) => basename(url, '.js'));
    const loads = [
      { name: 'everything', of: hetk, entry: [] },
      { name: 'an empty function', of: empty, entry: [] },
      ...names.map((name) => ({ name, of: hetk, entry: [name] })),
    ];
    const once = (where: string, entry: readonly string[]) =>
      took.parse(JSON.parse(execFileSync(process.execPath, [program, where, ...entry], { encoding: 'utf8' })));
    return loads.map(({ name, of, entry }) => {
      const both = Array.from({ length: turns }, () => ({
        packaged: once(of.packaged, entry),
        sources: once(of.sources, entry),
      }));
      return { name, packaged: both.map(({ packaged }) => packaged), sources: both.map(({ sources }) => sources) };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The goal: everything from the package, ms. */
const MOST_MS = 250;

export function printedLoad(loaded: readonly Loaded[]): string[] {
  const middle = (loads: readonly Load[], pick: (load: Load) => number) => median(loads.map(pick));
  const cell = (figure: number) => figure.toFixed(0).padStart(9);
  const wall = ({ wall: ms }: Load) => ms;
  const row = ({ name, packaged, sources }: Loaded) =>
    [
      name.padEnd(20),
      cell(middle(packaged, wall)),
      cell(middle(packaged, ({ cpu }) => cpu)),
      cell(middle(packaged, ({ memory }) => memory)),
      '  ',
      cell(middle(sources, wall)),
      cell(middle(sources, ({ cpu }) => cpu)),
      cell(middle(sources, ({ memory }) => memory)),
      (middle(packaged, wall) / middle(sources, wall)).toFixed(2).padStart(9),
    ].join('');
  const everything = loaded[0] ? middle(loaded[0].packaged, wall) : Number.NaN;
  return [
    `${''.padEnd(20)}${'package'.padStart(27)}  ${'sources'.padStart(27)}${'ratio'.padStart(9)}`,
    `${''.padEnd(20)}${'  wall ms  work ms       MB'}  ${'  wall ms  work ms       MB'}${'of wall'.padStart(9)}`,
    ...loaded.map(row),
    `goal: everything from the package in under ${MOST_MS} ms${everything < MOST_MS ? ', met' : ', missed'}`,
  ];
}
