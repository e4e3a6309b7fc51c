import type { TokenCredential } from '@azure/identity';
import { QueueServiceClient, type StoragePipelineOptions } from '@azure/storage-queue';
import { azureIdentity } from './azureIdentity.ts';
import { wrapped } from './envelope.ts';
import type { BulkMessage, ChangesMessage, Queues } from './queues.ts';

export const queueNames = ['changes', 'bulk'] as const;
type QueueName = (typeof queueNames)[number];

/** The longest a message can stay invisible: https://learn.microsoft.com/rest/api/storageservices/put-message */
const longestDelaySeconds = 7 * 24 * 60 * 60;

export interface StorageQueues extends Queues {
  /** Creates the queues and their poison queues on one machine; in Azure the infrastructure has made them. */
  ready(): Promise<void>;
  /** Ends what is under way; later messages are refused. */
  close(): void;
}

/**
 * The work queues in Azure Storage.
 * @param options.storage the setting HETK_STORAGE: `account:<name>`, or a connection string
 * @param options.credential who we are, for `account:`; by default the identity of the process
 */
export function createStorageQueues(options: {
  readonly storage: string;
  readonly credential?: TokenCredential;
}): StorageQueues {
  const ending = new AbortController();
  let opened: Promise<QueueServiceClient> | undefined;
  const service = () => {
    opened ??= openQueueService(options.storage, options.credential);
    return opened;
  };

  async function send(name: QueueName, message: ChangesMessage | BulkMessage, delayMs: number): Promise<void> {
    const queue = (await service()).getQueueClient(name);
    // The queue trigger expects base64, which the client does not apply by itself.
    const text = Buffer.from(JSON.stringify(wrapped(message))).toString('base64');
    await queue.sendMessage(text, {
      visibilityTimeout: Math.min(Math.ceil(Math.max(delayMs, 0) / 1000), longestDelaySeconds),
      // Never expires: by default a message would vanish after seven days, unread.
      messageTimeToLive: -1,
      abortSignal: ending.signal,
    });
  }

  return {
    changes: (message, delayMs = 0) => send('changes', message, delayMs),
    bulk: (message, delayMs = 0) => send('bulk', message, delayMs),
    async ready() {
      if (accountName(options.storage)) return;
      const client = await service();
      await Promise.all(
        queueNames
          .flatMap((name) => [name, `${name}-poison`])
          .map((name) => client.getQueueClient(name).createIfNotExists({ abortSignal: ending.signal })),
      );
    },
    close: () => ending.abort(),
  };
}

function accountName(storage: string): string | undefined {
  return /^account:(.+)$/.exec(storage)?.[1];
}

/** A client for all queues of a storage account, as `createStorageQueues` opens it. */
export async function openQueueService(
  storage: string,
  given?: TokenCredential,
  options: StoragePipelineOptions = {},
): Promise<QueueServiceClient> {
  const account = accountName(storage);
  if (!account) return QueueServiceClient.fromConnectionString(storage, options);
  // Loaded only where it is needed: it is large, and a start on one machine has no use for it.
  const credential = given ?? (await azureIdentity());
  return new QueueServiceClient(`https://${account}.queue.core.windows.net`, credential, options);
}
