import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { shapeOf, statementsOfStores } from '../../../local/sql/recordedStatements.ts';
import { readFileKeyring } from '../../../shared/platform/fileKeyring.ts';
import { createStores, openDatabase } from '../../../shared/stores/createStores.ts';
import { databaseOf } from '../../../shared/stores/database.ts';
import { sqliteDialect } from '../../../shared/stores/dialects/sqlite.ts';
import { describeConsentStores } from './consent.ts';
import { recording } from './issued.ts';
import { describeMssqlIfAsked } from './mssql.ts';
import { describeSqlStores } from './sql.ts';
import { describeTableStores } from './tables.ts';
import { linkRows, NOW, type StoresWorld } from './world.ts';

let azurite: Azurite;
let directory: string;
/** What was said to SQLite by the suite. */
const issued = new Set<string>();

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
  const path = join(directory, file);
  const options = {
    storage: azurite.connectionString,
    keyring: readFileKeyring(join(directory, 'keys.json')),
    clock,
  };
  await Promise.all([1, 2].map(async () => (await openDatabase(`sqlite:${path}`)).close()));
  const open = async () => {
    const database = databaseOf(recording(await sqliteDialect(path), (sql) => issued.add(shapeOf(sql))));
    return await createStores({ ...options, database });
  };
  const [stores, other] = await Promise.all([open(), open()]);
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
describeConsentStores('SQLite', () => openSqlite('consent.sqlite'));
describeTableStores('Azurite', () => openSqlite('tables.sqlite'));

describe('the statements of the stores', () => {
  it('that the suite above met are all among those that are compiled and bound for SQL Server', async () => {
    await (await openSqlite('ping.sqlite')).stores.ping();
    const known = new Set((await statementsOfStores(await sqliteDialect(':memory:'))).map(({ sql }) => shapeOf(sql)));
    expect(issued.size).toBeGreaterThan(50);
    const transaction = /^(begin|commit|rollback)/;
    expect([...issued].filter((sql) => !known.has(sql) && !transaction.test(sql))).toEqual([]);
  });
});

describeMssqlIfAsked(() => azurite.connectionString);
