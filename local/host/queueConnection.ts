import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';

/** Finds a queue by the name of the setting that holds its connection string, as triggers and bindings name it. */
export type FindQueue = (connection: string | undefined, queueName: string) => QueueClient;

/** @throws Error when the setting is not there */
export function createFindQueue(environment: Readonly<Record<string, string | undefined>>): FindQueue {
  const services = new Map<string, QueueServiceClient>();
  return (connection = 'AzureWebJobsStorage', queueName) => {
    const text = environment[connection] ?? environment[`AzureWebJobs${connection}`];
    if (!text)
      throw new Error(`The setting ${connection} is missing: it is the connection string of the queue "${queueName}".`);
    const service = services.get(text) ?? QueueServiceClient.fromConnectionString(text);
    services.set(text, service);
    return service.getQueueClient(queueName);
  };
}
