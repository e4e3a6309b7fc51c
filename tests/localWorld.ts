import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const addresses = z.object({
  appUrl: z.url(),
  microsoftUrl: z.url().optional(),
  googleUrl: z.url().optional(),
  icloudUrl: z.url().optional(),
  people: z.array(
    z.object({
      service: z.enum(['Microsoft', 'Google', 'iCloud']),
      email: z.string(),
      name: z.string(),
      password: z.string().optional(),
    }),
  ),
});

export type RunningWorld = z.infer<typeof addresses> & {
  /** As Ctrl-C: finishes the work in flight. Resolves to the exit code. */
  stop(): Promise<number>;
  /** As a power cut. */
  kill(): Promise<void>;
};

/**
 * Runs `npm start`'s program in a process of its own, on free ports.
 * @param node by default the Node that this runs with
 * @param hear gets everything that it says on stdout and stderr; without it, it says nothing but errors
 * @throws Error with what it said on stderr when it ends before it is ready
 */
export async function runLocalWorld(
  args: readonly string[] = [],
  settings: Readonly<Record<string, string>> = {},
  node = process.execPath,
  hear?: (text: string) => void,
): Promise<RunningWorld> {
  const program = fileURLToPath(new URL('../local/start.ts', import.meta.url));
  const set = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const child = spawn(node, [program, '--isolated', '--json', ...(hear ? [] : ['--quiet']), ...set, ...args], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints: string[] = [];
  child.stderr.on('data', (text) => complaints.push(String(text)));
  if (hear) for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => hear(String(text)));
  const ended = once(child, 'close').then(([code]) => Number(code));
  const line = await Promise.race([
    firstJsonLine(child),
    ended.then((code) => {
      throw new Error(`It ended with code ${code}: ${complaints.join('')}`);
    }),
  ]);
  return {
    ...addresses.parse(JSON.parse(line)),
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function firstJsonLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout)
    for await (const line of createInterface({ input: stdout })) if (line.startsWith('{"appUrl"')) return line;
  return new Promise(() => {});
}
