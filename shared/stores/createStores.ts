import type { TokenCredential } from '@azure/identity';
import { azureIdentity } from '../platform/azureIdentity.ts';
import type { Clock } from '../platform/clock.ts';
import type { Keyring } from '../platform/keyring.ts';
import { type Random, systemRandom } from '../platform/random.ts';
import { createAccounts } from './accounts.ts';
import { createCalendars } from './calendars.ts';
import { createCredentials } from './credentials.ts';
import { type Database, databaseOf, pingDatabase } from './database.ts';
import { createHistory } from './history.ts';
import { createLinks } from './links.ts';
import { migrate } from './migrations.ts';
import { createPairs } from './pairs.ts';
import { createPolicies } from './policies.ts';
import { createRemovals } from './removals.ts';
import type { Stores } from './stores.ts';
import { createSubscriptions } from './subscriptions.ts';
import { ensureTable, openTable, type TableTransport } from './tables.ts';
import { createTries } from './tries.ts';
import { createUsers } from './users.ts';

export interface StoresOptions {
  /** The setting HETK_DATABASE: `sqlite:<file>` or `mssql:<server>/<database>`; or a database opened otherwise. */
  readonly database: string | Database;
  /** The setting HETK_STORAGE. */
  readonly storage: string;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly random?: Random;
  /** Who we are in Azure; by default the identity of the process. One for all, so that its tokens are fetched once. */
  readonly credential?: TokenCredential;
  /** What carries requests to the tables; by default the network. */
  readonly httpClient?: TableTransport;
}

/**
 * Opens all stores. SQLite is brought to the present schema; SQL Server must have been, by `migrate`. Tables are made where we may.
 * @throws when a database or the tables cannot be reached
 */
export async function createStores(options: StoresOptions): Promise<Stores> {
  const { storage, keyring, clock, random = systemRandom, credential, httpClient } = options;
  const database =
    typeof options.database === 'string' ? await openDatabase(options.database, credential) : options.database;
  const [links, history] = await Promise.all([
    openTable(storage, 'links', credential, httpClient),
    openTable(storage, 'history', credential, httpClient),
  ]);
  await Promise.all([ensureTable(links), ensureTable(history)]);
  const linkStore = createLinks(links);
  return {
    users: createUsers(database),
    accounts: createAccounts(database, clock),
    credentials: createCredentials(database, keyring, random),
    calendars: createCalendars(database, clock),
    pairs: createPairs(database, clock),
    subscriptions: createSubscriptions(database, clock),
    policies: createPolicies(database),
    removals: createRemovals(database),
    tries: createTries(database),
    links: linkStore,
    history: createHistory(history),
    async ping() {
      await Promise.all([pingDatabase(database), linkStore.find('ping', 'ping')]);
    },
    close: () => database.close(),
  };
}

/**
 * Opens the database that HETK_DATABASE names; a SQLite file is made and migrated. Only the driver in use is loaded.
 * @param setting `sqlite:<file>`, `mssql:<server>/<database>`, or with a password as `passwordAddress` reads it
 */
export async function openDatabase(setting: string, credential?: TokenCredential): Promise<Database> {
  const [, kind, place = ''] = /^(sqlite|mssql):(.+)$/.exec(setting) ?? [];
  if (kind === 'sqlite') {
    const { sqliteDialect } = await import('./dialects/sqlite.ts');
    const database = databaseOf(await sqliteDialect(place));
    await migrate(database);
    return database;
  }
  if (kind === 'mssql' && place.startsWith('//')) {
    const [{ mssqlDialect }, { passwordAddress }] = await mssql();
    return databaseOf(await mssqlDialect(passwordAddress(setting)));
  }
  const [, server, name] = /^([^/]+)\/(.+)$/.exec(place) ?? [];
  if (kind !== 'mssql' || !server || !name)
    throw new RangeError('HETK_DATABASE must be sqlite:<file> or mssql:<server>/<database>.');
  const [{ mssqlDialect }, { entraAddress }] = await mssql();
  const identity = credential ?? (await azureIdentity());
  return databaseOf(await mssqlDialect(entraAddress(server, name, identity)));
}

const mssql = () => Promise.all([import('./dialects/mssql.ts'), import('./dialects/mssqlAddress.ts')]);
