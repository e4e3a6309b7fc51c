import { z } from 'zod';
import type { InvocationResponse, TypedValue } from './core.ts';
import type { FindQueue } from './queueConnection.ts';
import type { RegisteredFunction } from './seam.ts';

const queueBinding = z.looseObject({
  type: z.literal('queue'),
  queueName: z.string(),
  connection: z.string().optional(),
});

/** Writes what a function left in its queue outputs; it has not thrown, else nothing is written. */
export type OutputWriter = (fn: RegisteredFunction, response: InvocationResponse) => Promise<void>;

/** @param written told the name of each queue that got messages: the real host then polls it at once */
export function createQueueOutputs(findQueue: FindQueue, written: (queueName: string) => void): OutputWriter {
  return async (fn, response) => {
    for (const { name, data } of response.outputData ?? []) {
      const binding = queueBinding.safeParse(fn.metadata.bindings[name]);
      if (!binding.success)
        throw new Error(`The function "${fn.metadata.name}" has an output that is no queue: ${name}`);
      const { queueName, connection } = binding.data;
      const queue = findQueue(connection, queueName);
      await queue.createIfNotExists();
      await Promise.all(messages(data).map((text) => queue.sendMessage(Buffer.from(text).toString('base64'))));
      written(queueName);
    }
  };
}

/** An array is several messages, anything else is one; a text stays as it is. */
function messages(data: TypedValue): readonly string[] {
  if (typeof data.string === 'string') return [data.string];
  if (data.bytes) return [Buffer.from(data.bytes).toString()];
  const value: unknown = JSON.parse(data.json ?? String(data.int ?? data.double));
  const asText = (item: unknown) => (typeof item === 'string' ? item : JSON.stringify(item));
  return Array.isArray(value) ? value.map(asText) : [asText(value)];
}
