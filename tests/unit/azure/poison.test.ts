import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { poisoned, replay } from '../../../local/azure/poisonQueues.ts';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { createStorageQueues, openQueueService } from '../../../shared/platform/storageQueues.ts';

let azurite: Azurite;
let storage: string;
beforeAll(async () => {
  azurite = await startAzurite();
  storage = azurite.connectionString;
  await createStorageQueues({ storage }).ready();
});
afterAll(() => azurite.stop());

const base64 = (text: string) => Buffer.from(text).toString('base64');

it('poison messages are counted by kind, and put back as they were to the queue where they failed', async () => {
  const service = await openQueueService(storage);
  const pull = base64('{"kind":"pull","calendarId":"c","at":1}');
  for (let count = 0; count < 40; count += 1) await service.getQueueClient('changes-poison').sendMessage(pull);
  await service.getQueueClient('changes-poison').sendMessage('no base64 of anything');
  await service.getQueueClient('bulk-poison').sendMessage(base64('{"kind":"full"}'));
  expect(await poisoned(storage)).toEqual([
    { queue: 'changes', count: 41, kinds: ['pull'] },
    { queue: 'bulk', count: 1, kinds: ['full'] },
  ]);
  expect(await replay(storage)).toEqual([
    { queue: 'changes', count: 41 },
    { queue: 'bulk', count: 1 },
  ]);
  expect((await poisoned(storage)).map(({ count }) => count)).toEqual([0, 0]);
  const { receivedMessageItems: back } = await service
    .getQueueClient('changes')
    .receiveMessages({ numberOfMessages: 32 });
  expect(back).toHaveLength(32);
  expect(new Set(back.map(({ messageText }) => messageText))).toEqual(new Set([pull]));
  expect(await replay(storage)).toEqual([
    { queue: 'changes', count: 0 },
    { queue: 'bulk', count: 0 },
  ]);
});

it('a poison message that nobody can read is told as such', async () => {
  const service = await openQueueService(storage);
  await service.getQueueClient('bulk-poison').sendMessage('no base64 of anything');
  expect((await poisoned(storage))[1]).toEqual({ queue: 'bulk', count: 1, kinds: ['unreadable'] });
});
