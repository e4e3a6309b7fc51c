import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { readFileKeyring } from '../../../shared/platform/fileKeyring.ts';
import { createStores } from '../../../shared/stores/createStores.ts';
import { describeMssqlIfAsked } from './mssql.ts';
import { describeSqlStores } from './sql.ts';
import { describeTableStores } from './tables.ts';
import { linkRows, NOW, type StoresWorld } from './world.ts';

let azurite: Azurite;
let directory: string;

beforeAll(async () => {
  azurite = await startAzurite();
  directory = mkdtempSync(join(tmpdir(), 'hetk-stores-'));
});

afterAll(async () => {
  await azurite.stop();
  rmSync(directory, { recursive: true });
});

/** Both connections are opened at once on a file that is not there yet, as two processes of one machine may do. */
async function openSqlite(file: string): Promise<StoresWorld> {
  const clock = { time: NOW, now: () => clock.time };
  const options = {
    database: `sqlite:${join(directory, file)}`,
    storage: azurite.connectionString,
    keyring: readFileKeyring(join(directory, 'keys.json')),
    clock,
  };
  const [stores, other] = await Promise.all([createStores(options), createStores(options)]);
  return {
    stores,
    other,
    clock,
    linkRows: (routeId) => linkRows(azurite.connectionString, routeId),
    close: async () => {
      await stores.close();
      await other.close();
    },
  };
}

describeSqlStores('SQLite', () => openSqlite('sql.sqlite'));
describeTableStores('Azurite', () => openSqlite('tables.sqlite'));
describeMssqlIfAsked(() => azurite.connectionString);
