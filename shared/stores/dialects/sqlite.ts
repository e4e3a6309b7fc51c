import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { isNativeError } from 'node:util/types';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect as KyselyDialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type SqliteStatement,
  sql,
} from 'kysely';
import { z } from 'zod';
import type { Dialect, DueRow } from './dialect.ts';

/** A wait inside SQLite stands still with the whole process, so each is short and there are many. */
const BUSY_WAIT_MS = 20;
const ATTEMPTS = 250;

/** Pages of the database kept in memory, KiB. SQLite's own 2 MB hold no index of a hundred thousand calendars. */
const CACHE_KIB = 65_536;
/** Pages that the log may grow by before they are copied into the file: one that changes again meanwhile is copied once. SQLite's own 1,000 are soon full. */
const LOG_PAGES = 4_000;
/** Statements kept prepared; those with lists differ by the list's length. */
const MOST_PREPARED = 500;

/** The result codes of https://sqlite.org/rescode.html that matter here. */
const BUSY = 5;
const LOCKED = 6;
const PRIMARY_KEY_VIOLATION = 1555;
const UNIQUE_VIOLATION = 2067;

/**
 * SQLite as built into Node: nothing to install or compile.
 * @param file path of the database file, or `:memory:`
 */
export async function sqliteDialect(file: string): Promise<Dialect> {
  // Loaded only where it is used: Node 22 warns about it, and a deployment on SQL Server has no use for it.
  const { DatabaseSync } = await import('node:sqlite');
  const config: SqliteDialectConfig = {
    database: async () => {
      const database = new DatabaseSync(file, { timeout: BUSY_WAIT_MS, enableForeignKeyConstraints: true });
      patiently(() => database.exec('PRAGMA journal_mode = WAL'));
      database.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
      database.exec(`PRAGMA wal_autocheckpoint = ${LOG_PAGES}`);
      return overNode(database);
    },
  };
  return {
    kysely: transactional(config),
    plugins: [],
    types: {
      id: 'text',
      remoteId: 'text',
      word: 'text',
      text: 'text',
      long: 'text',
      flag: 'integer',
      count: 'integer',
      time: 'bigint',
    },
    attempts: ATTEMPTS,
    dueRows: (json) => sql<DueRow>`(select value ->> 'id' as id, value ->> 'at' as due_at from json_each(${json}))`,
    errorOf: (thrown) => (isNativeError(thrown) ? thrown : new Error(String(thrown))),
    isTransient: (error) => isBusy(error),
    isUniqueViolation: (error) => [UNIQUE_VIOLATION, PRIMARY_KEY_VIOLATION].includes(codeOf(error)),
  };
}

/**
 * SQLite's schema changes are transactional, and a transaction that begins as a writer cannot fail half-way because another process wrote
 * meanwhile (https://sqlite.org/lang_transaction.html, "Read transactions versus write transactions").
 */
function transactional(config: SqliteDialectConfig): KyselyDialect {
  const dialect = new SqliteDialect(config);
  return {
    createDriver: () => new ImmediateDriver(config),
    createAdapter: () => new TransactionalAdapter(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db) => dialect.createIntrospector(db),
  };
}

class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Kysely speaks better-sqlite3; this says the same to `node:sqlite`, and prepares each statement once: preparing takes longer than most of them do. */
function overNode(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();

  function prepare(text: string): SqliteStatement {
    const statement = database.prepare(text);
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...bound(parameters)),
      run: (parameters) => statement.run(...bound(parameters)),
      iterate: (parameters) => statement.iterate(...bound(parameters)),
    };
  }

  return {
    close: () => database.close(),
    prepare(text) {
      const known = prepared.get(text);
      if (known) return known;
      if (prepared.size >= MOST_PREPARED) prepared.clear();
      const fresh = prepare(text);
      prepared.set(text, fresh);
      return fresh;
    },
  };
}

const parameter = z.union([z.null(), z.number(), z.string()]);

function bound(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => parameter.parse(value));
}

/** Switching to the write-ahead log needs the file for itself for a moment, and SQLite does not wait for that by itself. */
function patiently(task: () => void): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      task();
      return;
    } catch (error) {
      if (!isNativeError(error) || attempt >= ATTEMPTS || !isBusy(error)) throw error;
    }
  }
}

function isBusy(error: Error): boolean {
  // The low byte is the primary result code; the rest tells why.
  return [BUSY, LOCKED].includes(codeOf(error) & 0xff);
}

function codeOf(error: Error): number {
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0;
}
