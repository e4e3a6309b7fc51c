import type { DatabaseConnection } from 'kysely';
import type { Dialect } from '../../../shared/stores/dialects/dialect.ts';

/** The same dialect; the text of each statement is told when it is sent. For SQLite, whose driver does not ask which connection it is given back. */
export function recording(dialect: Dialect, told: (sql: string) => void): Dialect {
  const { kysely } = dialect;
  return {
    ...dialect,
    kysely: {
      createAdapter: () => kysely.createAdapter(),
      createQueryCompiler: () => kysely.createQueryCompiler(),
      createIntrospector: (db) => kysely.createIntrospector(db),
      createDriver() {
        const driver = kysely.createDriver();
        const acquire = driver.acquireConnection.bind(driver);
        driver.acquireConnection = async () => telling(await acquire(), told);
        return driver;
      },
    },
  };
}

function telling(connection: DatabaseConnection, told: (sql: string) => void): DatabaseConnection {
  return {
    executeQuery(query) {
      told(query.sql);
      return connection.executeQuery(query);
    },
    streamQuery: (query, size) => connection.streamQuery(query, size),
  };
}
