import { createStores } from '../../shared/stores/createStores.ts';
import { describeTableStores } from '../contract/stores/tables.ts';
import { NOW, type StoresWorld } from '../contract/stores/world.ts';
import { keys } from '../unit/sync/builders.ts';
import { createMemoryTables, memoryStorage } from './harness/tables.ts';

/** The tables of the simulation answer what Azurite answers to the same suite. */
async function open(): Promise<StoresWorld> {
  const tables = createMemoryTables();
  const clock = { time: NOW, now: () => clock.time };
  const httpClient = { sendRequest: async (request: Parameters<typeof tables.answer>[0]) => tables.answer(request) };
  const options = { storage: memoryStorage, httpClient, keyring: keys(), clock, database: 'sqlite::memory:' };
  const [stores, other] = await Promise.all([createStores(options), createStores(options)]);
  return {
    stores,
    other,
    clock,
    linkRows: async (routeId) => tables.count('links', routeId),
    close: async () => {
      await stores.close();
      await other.close();
    },
  };
}

describeTableStores('the tables of the simulation', open);
