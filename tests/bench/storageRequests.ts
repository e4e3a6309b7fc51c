import { subscribe } from 'node:diagnostics_channel';
import { z } from 'zod';

/** What this process asks of a storage account, counted by what it is asked for. */
export interface StorageRequests {
  /** Asking a queue for messages, whether there were any or not. */
  receive: number;
  send: number;
  /** A message that was worked off. */
  remove: number;
  tables: number;
}

const started = z.object({ request: z.object({ method: z.string(), path: z.string() }) });

/** Every request of the storage clients goes through Node's own HTTP client, and those of the providers do not. @returns the counts so far, at each call */
export function countStorageRequests(): () => StorageRequests {
  const counts: StorageRequests = { receive: 0, send: 0, remove: 0, tables: 0 };
  subscribe('http.client.request.start', (message) => {
    const { method, path } = started.parse(message).request;
    counts[kindOf(method, path)] += 1;
  });
  return () => ({ ...counts });
}

function kindOf(method: string, path: string): keyof StorageRequests {
  if (!/\/messages\b/.test(path)) return 'tables';
  if (method === 'GET') return 'receive';
  return method === 'POST' ? 'send' : 'remove';
}
