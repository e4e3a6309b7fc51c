import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { secretsIn } from './secrets.ts';

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
 * Whatever it says after that is searched for secrets when it is stopped.
 * @param hear gets everything that it says on stdout and stderr
 * @throws Error with what it said on stderr when it ends before it is ready
 */
export async function runLocalWorld(
  args: readonly string[] = [],
  settings: Readonly<Record<string, string>> = {},
  node = process.execPath,
  hear: (text: string) => void = () => {},
): Promise<RunningWorld> {
  const program = fileURLToPath(new URL('../local/start.ts', import.meta.url));
  const set = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const child = spawn(node, [program, '--isolated', '--json', ...set, ...args], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints: string[] = [];
  child.stderr.on('data', (text) => complaints.push(String(text)));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += String(text);
      hear(String(text));
    });
  }
  const ended = once(child, 'close').then(([code]) => Number(code));
  const line = await Promise.race([
    firstJsonLine(child),
    ended.then((code) => {
      throw new Error(`It ended with code ${code}: ${complaints.join('')}`);
    }),
  ]);
  const world = addresses.parse(JSON.parse(line));
  // The announcement names the simulated passwords.
  said = '';
  const passwords = world.people.flatMap(({ password }) => password ?? []);
  async function silent(): Promise<number> {
    const code = await ended;
    const secrets = secretsIn(said, passwords);
    if (secrets.length > 0) throw new Error(`It said secrets aloud: ${secrets.join(', ')}.`);
    return code;
  }
  return {
    ...world,
    stop() {
      child.kill('SIGTERM');
      return silent();
    },
    async kill() {
      child.kill('SIGKILL');
      await silent();
    },
  };
}

async function firstJsonLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout)
    for await (const line of createInterface({ input: stdout })) if (line.startsWith('{"appUrl"')) return line;
  return new Promise(() => {});
}
