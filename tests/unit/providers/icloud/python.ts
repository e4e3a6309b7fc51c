import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Another Python may come first on the PATH than the one that Debian's packages are for. */
const pythons = ['python3', '/usr/bin/python3'];

/** The Python that has recurring_ical_events, or undefined where none has. */
const judgingPython = pythons.find((python) => spawnSync(python, ['-c', 'import recurring_ical_events']).status === 0);

export const missingJudge =
  judgingPython === undefined
    ? 'The Python module recurring_ical_events is not installed: apt-get install python3-recurring-ical-events'
    : undefined;

/**
 * Runs one of the scripts beside this file.
 * @returns the JSON of each line that it prints
 */
export function runPython(script: string, args: readonly string[], input = '', cwd?: string): unknown[] {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const { status, stdout, stderr } = spawnSync(judgingPython ?? 'python3', [file, ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    ...(cwd !== undefined && { cwd }),
  });
  if (status !== 0) throw new Error(`${script} failed: ${stderr.slice(-500)}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
