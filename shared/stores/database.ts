import { setImmediate } from 'node:timers/promises';
import { Kysely, sql, type Transaction } from 'kysely';
import type { Dialect } from './dialects/dialect.ts';
import type { Schema } from './schema.ts';

/** The SQL database, whichever it is. */
export interface Database {
  readonly dialect: Dialect;
  /** The builder itself, for migrations. */
  readonly kysely: Kysely<Schema>;
  /** Runs one statement; again when it met a passing trouble. */
  run<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>;
  /** Runs several statements of which all count or none; all of them again when one met a passing trouble. */
  transaction<T>(work: (db: Transaction<Schema>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function databaseOf(dialect: Dialect): Database {
  const kysely = new Kysely<Schema>({ dialect: dialect.kysely, plugins: [...dialect.plugins] });
  return {
    dialect,
    kysely,
    run: (work) => retried(dialect, () => work(kysely)),
    transaction: (work) => retried(dialect, () => kysely.transaction().execute(work)),
    close: () => kysely.destroy(),
  };
}

/** Tries again at once: whatever needs waiting for goes back to its queue, which waits without costing anything. */
export async function retried<T>(dialect: Dialect, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (thrown) {
      const error = dialect.errorOf(thrown);
      if (attempt >= dialect.attempts || !dialect.isTransient(error)) throw error;
      // Lets another connection of this process go on with what it holds.
      await setImmediate();
    }
  }
}

/** @throws when the database cannot be reached */
export async function pingDatabase(database: Database): Promise<void> {
  await database.run((db) => sql`select 1 as one`.execute(db));
}
