import type { QueueClient } from '@azure/storage-queue';
import { z } from 'zod';
import { openQueueService, queueNames } from '../../shared/platform/storageQueues.ts';

/** A message says of what kind it is; more of it is not shown. */
const kindOnly = z.looseObject({ kind: z.string().max(40) });

/** As many as a service hands over at once, and for how long they are out of sight of others, s. */
const MOST = 32;
const SECONDS = 60;

export interface Poisoned {
  readonly queue: string;
  /** As the service counts, which is about right. */
  readonly count: number;
  /** Of the first few: each kind once. */
  readonly kinds: readonly string[];
}

/** What lies in the poison queues; takes nothing out. */
export async function poisoned(storage: string): Promise<Poisoned[]> {
  const service = await openQueueService(storage);
  return await Promise.all(
    queueNames.map(async (queue) => {
      const poison = service.getQueueClient(`${queue}-poison`);
      const { approximateMessagesCount = 0 } = await poison.getProperties();
      const { peekedMessageItems } = await poison.peekMessages({ numberOfMessages: MOST });
      const kinds = peekedMessageItems.map(({ messageText }) => kindOf(messageText));
      return { queue, count: approximateMessagesCount, kinds: [...new Set(kinds)].sort() };
    }),
  );
}

/**
 * Puts every message back to the queue where it failed: sent first and deleted then, so that none is lost; one that is sent twice does no harm,
 * as everything here may come twice.
 * @returns how many, by queue
 */
export async function replay(storage: string): Promise<{ queue: string; count: number }[]> {
  const service = await openQueueService(storage);
  const done: { queue: string; count: number }[] = [];
  for (const queue of queueNames) {
    done.push({
      queue,
      count: await moveAll(service.getQueueClient(`${queue}-poison`), service.getQueueClient(queue)),
    });
  }
  return done;
}

async function moveAll(from: QueueClient, to: QueueClient): Promise<number> {
  let count = 0;
  for (;;) {
    const options = { numberOfMessages: MOST, visibilityTimeout: SECONDS };
    const { receivedMessageItems } = await from.receiveMessages(options);
    if (receivedMessageItems.length === 0) return count;
    for (const { messageText, messageId, popReceipt } of receivedMessageItems) {
      await to.sendMessage(messageText, { messageTimeToLive: -1 });
      await from.deleteMessage(messageId, popReceipt);
      count += 1;
    }
  }
}

function kindOf(text: string): string {
  try {
    return kindOnly.parse(JSON.parse(Buffer.from(text, 'base64').toString())).kind;
  } catch {
    return 'unreadable';
  }
}
