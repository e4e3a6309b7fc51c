import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startAzurite } from '../../../local/azurite.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hetk-azurite-'));
});
afterEach(() => rm(directory, { recursive: true }));

const clients = (connectionString: string) => ({
  queue: QueueServiceClient.fromConnectionString(connectionString).getQueueClient('changes'),
  table: TableClient.fromConnectionString(connectionString, 'links', { allowInsecureConnection: true }),
});

describe('the storage emulator', () => {
  it('keeps queues and tables in its directory over a restart', async () => {
    const first = await startAzurite({ directory });
    const before = clients(first.connectionString);
    await before.queue.create();
    await before.queue.sendMessage('still here');
    await before.table.createTable();
    await before.table.createEntity({ partitionKey: 'p', rowKey: 'r', etagOfCopy: 'e1' });
    await first.stop();

    const second = await startAzurite({ directory });
    const after = clients(second.connectionString);
    const { receivedMessageItems } = await after.queue.receiveMessages();
    expect(receivedMessageItems.map((item) => item.messageText)).toEqual(['still here']);
    expect(await after.table.getEntity('p', 'r')).toMatchObject({ etagOfCopy: 'e1' });
    await second.stop();
  });

  it('says why it cannot start when its port is taken', async () => {
    const first = await startAzurite();
    const queuePort = Number(/QueueEndpoint=http:\/\/[^:]+:(\d+)/.exec(first.connectionString)?.[1]);
    await expect(startAzurite({ queuePort })).rejects.toThrow(/did not start: .*EADDRINUSE/);
    await first.stop();
  });
});
