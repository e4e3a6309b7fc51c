import type { calendar_v3 } from '@googleapis/calendar';
import { loadGeneratedClient } from './loadGeneratedClient.ts';

/** A request as a value: sent by itself, or as a part of a batch. */
export interface GoogleRequest {
  readonly method: string;
  /** Path and query, from `/calendar/v3` on. */
  readonly path: string;
  readonly body?: string;
  readonly ifMatch?: string;
}

/**
 * The request that Google's generated client would send. The client writes it (its types are the service's own reference: a wrong
 * parameter does not compile) and we send it: the client cannot put requests into a batch, keeps only the origin of another root,
 * repeats failed GET, PUT and DELETE requests by itself after sleeping, and ignores Retry-After
 * (https://github.com/googleapis/gaxios). Its hook for another `fetch` is where the request is taken down.
 */
export async function describe(call: (client: calendar_v3.Calendar) => Promise<unknown>): Promise<GoogleRequest> {
  const { calendar } = await loadGeneratedClient();
  const taken: GoogleRequest[] = [];
  const client = calendar({
    version: 'v3',
    retry: false,
    responseType: 'text',
    fetchImplementation: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const ifMatch = new Headers(init?.headers).get('if-match');
      taken.push({
        method: init?.method ?? 'GET',
        path: url.pathname + url.search,
        ...(typeof init?.body === 'string' && { body: init.body }),
        ...(ifMatch && { ifMatch }),
      });
      return new Response('');
    },
  });
  await call(client);
  const [request] = taken;
  if (!request) throw new Error('The generated client sent no request.');
  return request;
}
