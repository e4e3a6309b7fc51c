import { expect } from '@jest/globals';
import {
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  type Dialect as KyselyDialect,
  type QueryResult,
} from 'kysely';
import { freshKeys, keyringOf, parseKeys } from '../../../shared/platform/keys.ts';
import { systemRandom } from '../../../shared/platform/random.ts';
import { createAccounts } from '../../../shared/stores/accounts.ts';
import { createCalendars } from '../../../shared/stores/calendars.ts';
import { sealCredential } from '../../../shared/stores/credentialSeal.ts';
import { createCredentials } from '../../../shared/stores/credentials.ts';
import { type Database, databaseOf } from '../../../shared/stores/database.ts';
import type { Dialect } from '../../../shared/stores/dialects/dialect.ts';
import { createPairs } from '../../../shared/stores/pairs.ts';
import type { Account, Lease, Pair, Subscription } from '../../../shared/stores/stores.ts';
import { createSubscriptions } from '../../../shared/stores/subscriptions.ts';
import { createUsers } from '../../../shared/stores/users.ts';

const keyring = keyringOf(parseKeys(freshKeys(systemRandom)), {});

/** A row that answers any question. */
const anyRow: Readonly<Record<string, unknown>> = {
  id: 'i',
  pair_id: 'i',
  calendar_id: 'i',
  remote_id: 'r',
  account_id: 'i',
  gone_at: '0',
  fence: '7',
  dirty: 1,
  renew_at: '5',
  source_calendar_id: 's',
  sealed: sealCredential(keyring, systemRandom, 'i', 'x'),
};

/** What a server without a memory answers: a row to every question or none, and that a change touched a row or none. */
export interface Answers {
  readonly rows: boolean;
  changed(sql: string): boolean;
}

/** A server that only takes down what it is asked. */
export function recordingServer(dialect: Dialect, answers: Answers, record: (query: CompiledQuery) => void): Database {
  class Recorder extends DummyDriver {
    override async acquireConnection(): Promise<DatabaseConnection> {
      return {
        async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
          record(query);
          const rows: R[] = [];
          if (answers.rows) rows.push(JSON.parse(JSON.stringify(anyRow)));
          return { rows, numAffectedRows: answers.changed(query.sql) ? 1n : 0n };
        },
        // biome-ignore lint/correctness/useYield: the stores stream nothing
        async *streamQuery() {
          throw new Error('The stores stream nothing.');
        },
      };
    }
  }
  const kysely: KyselyDialect = {
    createDriver: () => new Recorder(),
    createAdapter: () => dialect.kysely.createAdapter(),
    createQueryCompiler: () => dialect.kysely.createQueryCompiler(),
    createIntrospector: (db) => dialect.kysely.createIntrospector(db),
  };
  return databaseOf({ ...dialect, kysely });
}

export const aRowToEverything: Answers = { rows: true, changed: () => true };
export const nothing: Answers = { rows: false, changed: () => false };
/** The account is there and has nothing yet. */
const onlyTheAccount: Answers = { rows: false, changed: (sql) => sql.startsWith('update "accounts"') };

const account: Account = {
  id: 'i',
  userId: 'u',
  provider: 'google',
  subject: 's',
  email: 'e',
  status: 'active',
  createdAt: 1,
};
const lease: Lease = { calendarId: 'i', fence: 1, until: 2 };
const subscription: Subscription = { id: 'i', calendarId: 'c', remoteId: 'r', expiresAt: 1, renewAt: 1 };
const options = { markPrivate: true, showAs: 'keep' as const, skipFree: false, transformIdentity: false };
const way = { pairId: 'p', userId: 'u', options, state: 'starting', progressDone: 0, progressTotal: 0 } as const;
const pair: Pair = {
  id: 'p',
  userId: 'u',
  direction: 'two-way',
  paused: false,
  removing: false,
  createdAt: 1,
  routes: [
    { ...way, id: 'r', sourceCalendarId: 's', targetCalendarId: 't', twinId: 'q', deletionsConfirmedUntil: 0 },
    { ...way, id: 'q', sourceCalendarId: 't', targetCalendarId: 's', twinId: 'r', deletionsConfirmedUntil: 0 },
  ],
};
const listing = { remoteId: 'r', name: 'n', primary: true, writable: true, readable: true };

/** Every method of every SQL store, called once. */
function everything(database: Database): readonly (() => Promise<unknown>)[] {
  const clock = { now: () => 1 };
  const users = createUsers(database);
  const accounts = createAccounts(database, clock);
  const credentials = createCredentials(database, keyring, systemRandom);
  const calendars = createCalendars(database, clock);
  const pairs = createPairs(database, clock);
  const subscriptions = createSubscriptions(database, clock);
  return [
    () => users.create('u', 1),
    () => users.exists('u'),
    () => users.remove('u'),
    () => accounts.find('i'),
    () => accounts.findBySubject('google', 's'),
    () => accounts.ofUser('u'),
    () => accounts.add(account),
    () => accounts.setStatus('i', 'reconnect', 'p'),
    () => accounts.setStatus('i', 'removing'),
    () => accounts.takeDuePolls(1, 2, () => 3),
    () => accounts.setPoll('i', 1, 2),
    () => accounts.remove('i'),
    () => credentials.read('i'),
    () => credentials.write('i', 'x'),
    () => credentials.remove('i'),
    () => calendars.find('i'),
    () => calendars.ofAccount('i'),
    () => calendars.takeListing(account, [listing], 1, () => 'n'),
    () => calendars.takeListing(account, [], 1, () => 'n'),
    () => calendars.lease('i', 1, 2),
    () => calendars.lease('i', 1, 2, 'aside'),
    () => calendars.renewLease(lease, 1, 2),
    () => calendars.commitRound(lease, { cursor: 'c', window: { start: 1, end: 2 }, now: 1 }),
    () => calendars.commitRound(lease, { cursor: 'c', now: 1 }),
    () => calendars.forgetCursor(lease),
    () => calendars.release(lease),
    () => calendars.takeDuePolls(1, 10, () => 2),
    () => calendars.takeDueSlides(1, 10, () => 2),
    () => calendars.takeDueVerifications(1, 10, () => 2),
    () => calendars.takeAbandoned(1, 10),
    () => pairs.find('p'),
    () => pairs.ofUser('u'),
    () => pairs.ofAccount('i'),
    () => pairs.add(pair),
    () => pairs.setPaused('p', true),
    () => pairs.setRemoving('p'),
    () => pairs.remove('p'),
    () => pairs.route('r'),
    () => pairs.routesFrom('s'),
    () => pairs.routesInto('t'),
    () => pairs.setOptions('r', options),
    () => pairs.setState('r', 'stale', { code: 'c', message: 'm', action: 'none' }),
    () => pairs.setProgress('r', 1, 2),
    () => pairs.setSynced('r', 1),
    () => pairs.confirmDeletions('r', 1),
    () => pairs.waitingOn('i'),
    () => subscriptions.find('i'),
    () => subscriptions.ofCalendar('i'),
    () => subscriptions.put(subscription),
    () => subscriptions.remove('i'),
    () => subscriptions.takeDueRenewals(1, 10, 1),
    () => subscriptions.setPollOnly('i', 1),
  ];
}

/** Every statement that the stores can send, whatever they are answered. */
export async function statementsOfStores(dialect: Dialect): Promise<CompiledQuery[]> {
  const statements = new Map<string, CompiledQuery>();
  for (const answers of [aRowToEverything, nothing, onlyTheAccount]) {
    const database = recordingServer(dialect, answers, (query) => statements.set(query.sql, query));
    for (const call of everything(database)) {
      // Losing a lease is an answer, too.
      await call().catch((error: unknown) => expect(error).toMatchObject({ name: 'LeaseLost' }));
    }
  }
  return [...statements.values()];
}
