import { openDatabase } from '../../shared/stores/createStores.ts';
import type { Database } from '../../shared/stores/database.ts';
import { migrate } from '../../shared/stores/migrations.ts';
import type { Schema } from '../../shared/stores/schema.ts';

/** Which tables are emptied before which: nothing may refer to a row that is gone. */
const turns: Record<keyof Schema, number> = {
  subscriptions: 0,
  routes: 0,
  credentials: 0,
  policies: 0,
  removals: 0,
  tries: 0,
  pairs: 1,
  calendars: 2,
  accounts: 3,
  users: 4,
};

/**
 * Brings a database that is there for tests to the present schema and empties it: what earlier tests left would be due, and known, in this one.
 * @param address `mssql://user:password@host:port/database?encrypt=true|false`, as HETK_TEST_MSSQL says it
 */
export async function emptyTestDatabase(address: string): Promise<void> {
  const database = await openDatabase(address);
  try {
    await migrate(database);
    await emptyTables(database);
  } finally {
    await database.close();
  }
}

/** Deletes every row of every table of ours. */
export async function emptyTables(database: Database): Promise<void> {
  const isTable = (name: string): name is keyof Schema => name in turns;
  const tables = Object.keys(turns).filter(isTable);
  await database.transaction(async (db) => {
    for (const table of tables.sort((one, other) => turns[one] - turns[other])) await db.deleteFrom(table).execute();
  });
}
