import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Processor time, ms. */
const measured = z.object({
  /** Node's first formatter with a zone, which no other pays for again. */
  formatter: z.number(),
  /** A single event, the first that the process reads: code that is loaded and run for the first time. */
  anything: z.number(),
  /** The rule, in a zone that nothing was in before. */
  first: z.number(),
  second: z.number(),
  /** Once the code has been compiled. */
  warm: z.number(),
});
type Measured = z.infer<typeof measured>;

/** The goal: ms. */
const MOST_FIRST_MS = 20;

const program = fileURLToPath(new URL('./expandOnce.ts', import.meta.url));

/** An old endless daily rule, expanded in so many processes one after the other. */
export function benchExpand(processes: number): Measured[] {
  return Array.from({ length: processes }, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`It ended with code ${status}: ${stderr}`);
    return measured.parse(JSON.parse(stdout));
  });
}

export function printedExpansion(runs: readonly Measured[]): string[] {
  const row = (name: string, of: (run: Measured) => number) => {
    const sorted = runs.map(of).toSorted((a, b) => a - b);
    return `${name.padEnd(46)} ${format(sorted[0])} ${format(sorted[Math.floor(sorted.length / 2)])} ${format(sorted.at(-1))}`;
  };
  return [
    `${'processor time, ms'.padEnd(46)} ${['least', 'median', 'most'].map((name) => name.padStart(8)).join(' ')}`,
    row("Node's first formatter with a zone", ({ formatter }) => formatter),
    row('the first event that a process reads', ({ anything }) => anything),
    row('the rule, the first that it reads', ({ first }) => first),
    row('the rule once more', ({ second }) => second),
    row('the rule, compiled', ({ warm }) => warm),
    ...(median(runs) > MOST_FIRST_MS ? [`missed: ${MOST_FIRST_MS} ms at most the first time`] : []),
  ];
}

function median(runs: readonly Measured[]): number {
  return runs.map(({ first }) => first).toSorted((a, b) => a - b)[Math.floor(runs.length / 2)] ?? Number.NaN;
}

function format(ms: number | undefined): string {
  return (ms?.toFixed(1) ?? '').padStart(8);
}
