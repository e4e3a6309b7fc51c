import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import type { TypedValue } from './core.ts';
import type { HostSettings } from './hostJson.ts';
import type { HostLog } from './invoke.ts';
import { createPollingPace } from './pollingPace.ts';

/** While a message is worked on nobody else sees it for this long; fixed in the real host, and renewed at half time. */
const invisibleSeconds = 600;

export interface QueueListener {
  /** Polls at once: somebody in this host has just written to the queue. */
  wake(): void;
  /** Takes no new message and waits for those in flight. */
  stop(): Promise<void>;
}

interface QueueWork {
  readonly functionName: string;
  readonly queue: QueueClient;
  readonly poison: QueueClient;
  readonly settings: HostSettings['queues'];
  /** Runs the function; rejects when it failed. */
  readonly run: (input: TypedValue, triggerMetadata: Readonly<Record<string, TypedValue>>) => Promise<void>;
  readonly log: HostLog;
}

/**
 * Feeds a function from a storage queue as the real host does: batches, base64, tries, and the poison queue.
 * Source: `QueueListener.cs` and `QueueProcessor.cs` of https://github.com/Azure/azure-sdk-for-net
 */
export function listenToQueue(work: QueueWork): QueueListener {
  const { queue, settings, functionName, log } = work;
  const ending = new AbortController();
  const inFlight = new Set<Promise<void>>();
  const pace = createPollingPace(settings.maxPollingInterval, ending.signal);

  async function poll(): Promise<void> {
    while (!ending.signal.aborted) {
      const found = await receive();
      for (const message of found) {
        const task = workOn(message, work).finally(() => inFlight.delete(task));
        inFlight.add(task);
      }
      while (inFlight.size > settings.newBatchThreshold && !ending.signal.aborted) await Promise.race(inFlight);
      await pace.pause(found.length > 0);
    }
  }

  async function receive(): Promise<readonly DequeuedMessageItem[]> {
    try {
      const answer = await queue.receiveMessages({
        numberOfMessages: settings.batchSize,
        visibilityTimeout: invisibleSeconds,
        abortSignal: ending.signal,
      });
      return answer.receivedMessageItems;
    } catch (error) {
      // A queue that does not exist yet is an empty queue, and a storage that is away for a moment is asked again.
      if (!ending.signal.aborted && !isNotFound(error))
        log('warning', functionName, `polling failed: ${sentence(error)}`);
      return [];
    }
  }

  const polling = poll();
  return {
    wake: pace.wake,
    async stop() {
      ending.abort();
      await polling;
      await Promise.all(inFlight);
    },
  };
}

/** One try of one message, to its end. Never rejects: what fails here comes back with the message. */
async function workOn(message: DequeuedMessageItem, work: QueueWork): Promise<void> {
  const { queue, settings, functionName, log } = work;
  let popReceipt = message.popReceipt;
  const renewal = setInterval(async () => {
    try {
      const renewed = await queue.updateMessage(message.messageId, popReceipt, message.messageText, invisibleSeconds);
      popReceipt = renewed.popReceipt ?? popReceipt;
    } catch (error) {
      log('warning', functionName, `a message could not be kept invisible: ${sentence(error)}`);
    }
  }, invisibleSeconds * 500);
  try {
    const text = decoded(message.messageText);
    const failed = text === undefined || message.dequeueCount > settings.maxDequeueCount || !(await succeeds(text));
    clearInterval(renewal);
    if (!failed) {
      await queue.deleteMessage(message.messageId, popReceipt);
    } else if (text === undefined || message.dequeueCount >= settings.maxDequeueCount) {
      await moveToPoison(popReceipt);
    } else {
      const retrySeconds = Math.round(settings.visibilityTimeout / 1000);
      await queue.updateMessage(message.messageId, popReceipt, message.messageText, retrySeconds);
    }
  } catch (error) {
    log('warning', functionName, `a message could not be settled and will come back: ${sentence(error)}`);
  } finally {
    clearInterval(renewal);
  }

  async function succeeds(text: string): Promise<boolean> {
    try {
      await work.run({ string: text }, triggerMetadata(message));
      return true;
    } catch (error) {
      log('error', functionName, error instanceof Error ? (error.stack ?? error.message) : String(error));
      return false;
    }
  }

  async function moveToPoison(receipt: string): Promise<void> {
    log('error', functionName, `a message was moved to ${work.poison.name} at try ${message.dequeueCount}`);
    await work.poison.createIfNotExists();
    await work.poison.sendMessage(message.messageText);
    await queue.deleteMessage(message.messageId, receipt);
  }
}

/** The text, or undefined when it is not base64 of UTF-8; the real host then moves it to poison without running anything. */
function decoded(text: string): string | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'));
  } catch {
    return undefined;
  }
}

function triggerMetadata(message: DequeuedMessageItem): Record<string, TypedValue> {
  return {
    Id: { string: message.messageId },
    PopReceipt: { string: message.popReceipt },
    DequeueCount: { json: String(message.dequeueCount) },
    InsertionTime: { json: JSON.stringify(message.insertedOn) },
    ExpirationTime: { json: JSON.stringify(message.expiresOn) },
    NextVisibleTime: { json: JSON.stringify(message.nextVisibleOn) },
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode === 404;
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
