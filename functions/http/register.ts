import { app } from '@azure/functions';
import type { Address } from '../../shared/consent/addresses.ts';
import { hetk } from '../hetk.ts';
import { fromHost, toHost } from './adapter.ts';

/** Answers addresses of sign-in, page and API. Who may call is the handlers' own concern, not a key's. */
export function register(addresses: readonly Address[]): void {
  for (const { name, method, route, answer } of addresses) {
    app.http(name, {
      methods: [method],
      authLevel: 'anonymous',
      route,
      handler: async (request) => toHost(await answer(fromHost(request), await hetk())),
    });
  }
}
