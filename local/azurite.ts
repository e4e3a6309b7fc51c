import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { z } from 'zod';

/** Azurite's published account and key: the same on every machine, and no secret. */
const account = 'devstoreaccount1';
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface AzuriteOptions {
  /** 0, the default, lets the system choose. */
  readonly queuePort?: number;
  readonly tablePort?: number;
  /** Where its files live; without one, everything is in memory and gone at the end. */
  readonly directory?: string;
}

export interface Azurite {
  /** For HETK_STORAGE and AzureWebJobsStorage. */
  readonly connectionString: string;
  stop(): Promise<void>;
}

const answer = z.union([
  z.object({ queue: z.url(), table: z.url() }).transform((found) => ({ problem: undefined, ...found })),
  z.object({ problem: z.string() }),
]);

/**
 * Starts the storage emulator (queues and tables, no telemetry) in a process of its own and waits until it listens.
 * @throws Error when it cannot listen, e.g. because a port is taken
 */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  if (options.directory) await mkdir(options.directory, { recursive: true });
  const orders = { queuePort: 0, tablePort: 0, ...options };
  const child = fork(new URL('./azuriteServer.ts', import.meta.url), [JSON.stringify(orders)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const message = await Promise.race([
    once(child, 'message').then(([first]) => answer.parse(first)),
    ended.then(([code]) => ({ problem: `it ended with code ${code}` })),
  ]);
  if (message.problem !== undefined) {
    throw new Error(`The storage emulator (Azurite) did not start: ${message.problem}`);
  }
  return {
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${account}`,
      `AccountKey=${key}`,
      `QueueEndpoint=${message.queue}/${account}`,
      `TableEndpoint=${message.table}/${account}`,
    ].join(';'),
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
