import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * The child that runs Azurite's queue and table services. Azurite's command line cannot say which ports it was given for port 0 and
 * always starts its blob service too, so its servers are built directly. Ends when its parent does.
 */

const orders = z.strictObject({
  queuePort: z.number().int(),
  tablePort: z.number().int(),
  directory: z.string().optional(),
});

interface StorageServer {
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}
type Class<T> = new (...args: unknown[]) => T;

const require = createRequire(import.meta.url);
const QueueConfiguration: Class<object> = require('azurite/dist/src/queue/QueueConfiguration').default;
const QueueServer: Class<StorageServer> = require('azurite/dist/src/queue/QueueServer').default;
const TableConfiguration: Class<object> = require('azurite/dist/src/table/TableConfiguration').default;
const TableServer: Class<StorageServer> = require('azurite/dist/src/table/TableServer').default;
const telemetry: { init(location: string, enabled: boolean, env: unknown): void } =
  require('azurite/dist/src/common/Telemetry').AzuriteTelemetryClient;

const { queuePort, tablePort, directory } = orders.parse(JSON.parse(process.argv[2] ?? '{}'));
const at = (file: string) => join(directory ?? '', file);
const inMemory = directory === undefined;
telemetry.init('', false, undefined);

const host = '127.0.0.1';
const keepAliveSeconds = 60;
const silent = { access: false, debug: false };
const notLoose = false;
const skipApiVersionCheck = true;
const noTls = ['', '', '', undefined, false] as const;

const queue = new QueueServer(
  new QueueConfiguration(
    host,
    queuePort,
    keepAliveSeconds,
    at('queue.json'),
    at('queueExtent.json'),
    [{ locationId: 'Default', locationPath: at('queueMessages'), maxConcurrency: 10 }],
    silent.access,
    undefined,
    silent.debug,
    undefined,
    notLoose,
    skipApiVersionCheck,
    ...noTls,
    inMemory,
  ),
);
const table = new TableServer(
  new TableConfiguration(
    host,
    tablePort,
    keepAliveSeconds,
    at('table.json'),
    silent.debug,
    silent.access,
    undefined,
    undefined,
    notLoose,
    skipApiVersionCheck,
    ...noTls,
    inMemory,
  ),
);

// Ctrl-C reaches the whole process group; the parent still needs the storage to drain, and then lets go of the channel.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => process.disconnect?.());
process.once('disconnect', async () => {
  await Promise.allSettled([queue.close(), table.close()]);
  process.exit(0);
});

try {
  await queue.start();
  await table.start();
  process.send?.({ queue: queue.getHttpServerAddress(), table: table.getHttpServerAddress() });
} catch (error) {
  process.send?.({ problem: error instanceof Error ? error.message : String(error) });
  process.disconnect?.();
}
