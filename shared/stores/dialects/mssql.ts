import { isNativeError } from 'node:util/types';
import { MssqlDialect, sql } from 'kysely';
import type { ConnectionConfiguration } from 'tedious';
import type { ColumnTypes, Dialect, DueRow } from './dialect.ts';
import type { MssqlAddress } from './mssqlAddress.ts';
import { bigintsAsNumbers, transactSql } from './transactSql.ts';

/** Ids are compared byte by byte, whatever the collation of the database. */
const BINARY = 'collate Latin1_General_100_BIN2';

/** Connections per instance: a database of the smallest sizes has few workers, and every scale group brings its own instances. */
const MOST_CONNECTIONS = 4;

/**
 * Errors after which the same transaction may succeed: those that Microsoft's SqlClient retries
 * (https://learn.microsoft.com/sql/connect/ado-net/configurable-retry-logic), deadlock and lock time-out, and broken connections.
 */
const transientNumbers = new Set([
  233, 1204, 1205, 1222, 4060, 4221, 10053, 10054, 10060, 10928, 10929, 40143, 40197, 40501, 40540, 40613, 42108, 42109,
  49918, 49919, 49920,
]);
const transientCodes = new Set(['ESOCKET', 'ETIMEOUT', 'ECONNCLOSED', 'ENOTOPEN', 'EINSTLOOKUP']);
const uniqueNumbers = new Set([2601, 2627]);

/** SQL Server and Azure SQL through tedious. The driver is loaded here and not before. */
export async function mssqlDialect(address: MssqlAddress): Promise<Dialect> {
  const { tarn, tedious } = await import('./mssqlDriver.ts');
  const connection: ConnectionConfiguration = {
    server: address.server,
    authentication: address.authentication,
    options: {
      database: address.database,
      encrypt: address.encrypt,
      trustServerCertificate: address.trustServerCertificate,
      ...(address.port && { port: address.port }),
    },
  };
  return {
    ...mssqlLanguage,
    kysely: new MssqlDialect({
      // A connection that fails is told at once, by what it failed of, and not after half a minute as a pool that timed out.
      tarn: { ...tarn, options: { min: 0, max: MOST_CONNECTIONS, propagateCreateError: true } },
      tedious: { ...tedious, connectionFactory: () => new tedious.Connection(connection) },
      // Azure closes idle connections; one found dead here costs less than one found dead in a transaction.
      validateConnections: true,
    }),
  };
}

const types: ColumnTypes = {
  id: sql`${sql.raw(`nvarchar(64) ${BINARY}`)}`,
  remoteId: sql`${sql.raw(`nvarchar(700) ${BINARY}`)}`,
  word: sql`nvarchar(64)`,
  text: sql`nvarchar(1000)`,
  long: sql`nvarchar(max)`,
  flag: sql`smallint`,
  count: sql`int`,
  time: 'bigint',
};

/** The language without a server: all that is needed to compile a statement. */
export const mssqlLanguage: Omit<Dialect, 'kysely'> = {
  plugins: [transactSql(), bigintsAsNumbers()],
  types,
  attempts: 4,
  dueRows: (json) =>
    sql<DueRow>`(select id ${sql.raw(BINARY)} as id, due_at from openjson(${json}) with (id nvarchar(64) '$.id', due_at bigint '$.at'))`,
  errorOf: mssqlError,
  isTransient: (error) => transientNumbers.has(numberOf(error)) || transientCodes.has(codeOf(error)),
  isUniqueViolation: (error) => uniqueNumbers.has(numberOf(error)),
};

/** When the server raised several errors the driver rejects with all of them; the one that can be acted upon counts. */
function mssqlError(thrown: unknown): Error {
  const all: unknown[] = Array.isArray(thrown) ? thrown : thrown instanceof AggregateError ? thrown.errors : [thrown];
  const errors = all.filter((one) => isNativeError(one));
  const telling = errors.find((one) => transientNumbers.has(numberOf(one)) || uniqueNumbers.has(numberOf(one)));
  return telling ?? errors[0] ?? new Error('SQL Server reported an error without saying which.', { cause: thrown });
}

function numberOf(error: Error): number {
  return 'number' in error && typeof error.number === 'number' ? error.number : 0;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
