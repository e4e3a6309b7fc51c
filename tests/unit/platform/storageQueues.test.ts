import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { createStorageQueues, type StorageQueues } from '../../../shared/platform/storageQueues.ts';

let azurite: Azurite;
let service: QueueServiceClient;
let queues: StorageQueues;

beforeAll(async () => {
  azurite = await startAzurite();
  service = QueueServiceClient.fromConnectionString(azurite.connectionString);
});
afterAll(() => azurite.stop());
beforeEach(async () => {
  queues = createStorageQueues({ storage: azurite.connectionString });
  await queues.ready();
  for (const name of ['changes', 'bulk']) await service.getQueueClient(name).clearMessages();
});

async function visible(name: string): Promise<unknown[]> {
  const { receivedMessageItems } = await service.getQueueClient(name).receiveMessages({ numberOfMessages: 32 });
  return receivedMessageItems.map((item) => JSON.parse(Buffer.from(item.messageText, 'base64').toString()));
}

describe('the work queues in Azure Storage', () => {
  it('creates both queues and their poison queues, also when they are there already', async () => {
    await queues.ready();
    const found: string[] = [];
    for await (const queue of service.listQueues()) found.push(queue.name);
    expect(found.sort()).toEqual(['bulk', 'bulk-poison', 'changes', 'changes-poison']);
  });

  it('brings each message to its own queue as base64 of JSON, as the queue trigger expects it', async () => {
    await queues.changes({ kind: 'pull', calendarId: 'c1', at: 7 });
    await queues.bulk({ kind: 'remove-user', userId: 'ü', copies: 'keep' });
    expect(await visible('changes')).toEqual([{ kind: 'pull', calendarId: 'c1', at: 7 }]);
    expect(await visible('bulk')).toEqual([{ kind: 'remove-user', userId: 'ü', copies: 'keep' }]);
  });

  it('keeps a delayed message invisible, and takes more than seven days as seven days', async () => {
    await queues.changes({ kind: 'pull', calendarId: 'c1', at: 7 }, 60_000);
    await queues.changes({ kind: 'pull', calendarId: 'c2', at: 7 }, 30 * 24 * 60 * 60 * 1000);
    expect(await visible('changes')).toEqual([]);
    expect((await service.getQueueClient('changes').getProperties()).approximateMessagesCount).toBe(2);
  });

  it('writes messages that never expire', async () => {
    await queues.changes({ kind: 'pull', calendarId: 'c1', at: 7 });
    const { receivedMessageItems } = await service.getQueueClient('changes').receiveMessages();
    expect(receivedMessageItems[0]?.expiresOn.getUTCFullYear()).toBe(9999);
  });

  it('refuses messages after it was closed', async () => {
    queues.close();
    await expect(queues.changes({ kind: 'pull', calendarId: 'c1', at: 7 })).rejects.toThrow(/abort/i);
  });

  it('signs in to a named account with the given identity and creates nothing there', async () => {
    const asked: string[] = [];
    const cloud = createStorageQueues({
      storage: 'account:hetkstorage',
      credential: {
        async getToken(scopes) {
          asked.push(String(scopes));
          throw new Error('no token today');
        },
      },
    });
    await cloud.ready();
    expect(asked).toEqual([]);
    await expect(cloud.changes({ kind: 'pull', calendarId: 'c1', at: 7 })).rejects.toThrow('no token today');
    expect(asked).toEqual(['https://storage.azure.com/.default']);
  });
});
