import type { KyselyPlugin } from 'kysely';
import { type Database, databaseOf } from '../../shared/stores/database.ts';
import { sqliteDialect } from '../../shared/stores/dialects/sqlite.ts';
import { migrate } from '../../shared/stores/migrations.ts';

/**
 * A database in memory at its present schema that tells of every statement it answers. The beginning and the end of a transaction are none.
 * The queries are those of SQL Server, which has no others.
 */
export async function countedDatabase(answered: () => void): Promise<Database> {
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      answered();
      return result;
    },
  };
  const dialect = await sqliteDialect(':memory:');
  const database = databaseOf({ ...dialect, plugins: [...dialect.plugins, plugin] });
  await migrate(database);
  return database;
}
