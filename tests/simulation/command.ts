import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const program = fileURLToPath(new URL('./simulate.ts', import.meta.url));

const count = z.object({ times: z.number(), runs: z.number() });
const summary = z.object({
  seed: z.number(),
  runs: z.number(),
  failed: z.number(),
  runsPerSecond: z.number(),
  digest: z.string(),
  failures: z.array(z.object({ seed: z.number(), faults: z.array(z.string()) })),
  faults: z.record(z.string(), count),
});

export type Summary = z.infer<typeof summary>;

/** Runs the simulation as a process of its own, because it takes time and chance out of its process's hands. */
export async function simulated(...args: readonly string[]): Promise<Summary> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, '--json', '--no-shrink', ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await new Promise((resolve) => child.on('close', resolve));
  const last = output.trim().split('\n').at(-1) ?? '';
  return summary.parse(JSON.parse(last));
}
