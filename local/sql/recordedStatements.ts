import {
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  type Dialect as KyselyDialect,
  MssqlAdapter,
  type QueryResult,
} from 'kysely';
import { freshKey, freshKeys, keyringOf, parseKeys } from '../../shared/platform/keys.ts';
import { systemRandom } from '../../shared/platform/random.ts';
import { createAccounts } from '../../shared/stores/accounts.ts';
import { createCalendars } from '../../shared/stores/calendars.ts';
import type { RemovalReport } from '../../shared/stores/consentStores.ts';
import { sealCredential } from '../../shared/stores/credentialSeal.ts';
import { createCredentials } from '../../shared/stores/credentials.ts';
import { type Database, databaseOf, pingDatabase } from '../../shared/stores/database.ts';
import type { Dialect } from '../../shared/stores/dialects/dialect.ts';
import { migrationsFor } from '../../shared/stores/migrations.ts';
import { createPairs } from '../../shared/stores/pairs.ts';
import { createPolicies } from '../../shared/stores/policies.ts';
import { createRemovals } from '../../shared/stores/removals.ts';
import { resealCredentials } from '../../shared/stores/reseal.ts';
import { type Account, type Lease, LeaseLost, type Pair, type Subscription } from '../../shared/stores/stores.ts';
import { createSubscriptions } from '../../shared/stores/subscriptions.ts';
import { createTries } from '../../shared/stores/tries.ts';
import { createUsers } from '../../shared/stores/users.ts';

const keys = parseKeys(freshKeys(systemRandom));
const keyring = keyringOf(keys, {});
/** After a rotation. */
const newer = keyringOf({ ...keys, credentials: [freshKey(systemRandom), ...keys.credentials] }, {});

/** A row that answers any question, as the driver hands it over: SQL Server's gives a bigint as text. */
function anyRow(dialect: Dialect): Readonly<Record<string, unknown>> {
  const asText = dialect.kysely.createAdapter() instanceof MssqlAdapter;
  const bigint = (value: number) => (asText ? String(value) : value);
  return {
    id: 'i',
    pair_id: 'i',
    domain: 'd',
    tries: 1,
    ends_at: '9',
    calendar_id: 'i',
    remote_id: 'r',
    account_id: 'i',
    gone_at: bigint(0),
    fence: bigint(7),
    dirty: 1,
    renew_at: bigint(5),
    source_calendar_id: 's',
    sealed: sealCredential(keyring, systemRandom, 'i', 'x'),
  };
}

/** What a server without a memory answers: a row to every question or none, and that a change touched a row or none. */
export interface Answers {
  readonly rows: boolean;
  changed(sql: string): boolean;
}

/** A server that only takes down what it is asked. */
export function recordingServer(dialect: Dialect, answers: Answers, record: (query: CompiledQuery) => void): Database {
  const row = JSON.stringify(anyRow(dialect));
  class Recorder extends DummyDriver {
    override async acquireConnection(): Promise<DatabaseConnection> {
      return {
        async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
          record(query);
          const rows: R[] = [];
          if (answers.rows) rows.push(JSON.parse(row));
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
const nothing: Answers = { rows: false, changed: () => false };
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
const lease: Lease = { calendarId: 'i', fence: 1, until: 2, abandoned: false };
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

const report: RemovalReport = {
  id: 'i',
  userId: 'u',
  kind: 'pair',
  subject: 's',
  copies: 'remove',
  total: 1,
  checkedAt: 0,
  unreached: false,
  askedAt: 1,
  doneAt: 0,
  endsAt: 2,
};

/** Every method of every SQL store, called once or more. */
function everything(database: Database): { calls: readonly (() => Promise<unknown>)[]; uncalled: ReadonlySet<string> } {
  const clock = { now: () => 1 };
  const uncalled = new Set<string>();
  const users = counted('users', createUsers(database), uncalled);
  const accounts = counted('accounts', createAccounts(database, clock), uncalled);
  const credentials = counted('credentials', createCredentials(database, keyring, systemRandom), uncalled);
  const calendars = counted('calendars', createCalendars(database, clock), uncalled);
  const pairs = counted('pairs', createPairs(database, clock), uncalled);
  const subscriptions = counted('subscriptions', createSubscriptions(database, clock), uncalled);
  const policies = counted('policies', createPolicies(database), uncalled);
  const removals = counted('removals', createRemovals(database), uncalled);
  const tries = counted('tries', createTries(database), uncalled);
  const calls = [
    () => pingDatabase(database),
    () => users.create('u', 1),
    () => users.exists('u'),
    () => users.remove('u'),
    () => accounts.find('i'),
    () => accounts.findBySubject('google', 's'),
    () => accounts.ofUser('u'),
    () => accounts.ofDomain('d'),
    () => accounts.add(account),
    () => accounts.setStatus('i', 'reconnect', 'p'),
    () => accounts.setStatus('i', 'reconnect', 'p', 'c'),
    () => accounts.setStatus('i', 'active'),
    () => accounts.setStatus('i', 'removing'),
    () => accounts.takeDuePolls(1, 2, () => 3),
    () => accounts.setPoll('i', 1, 2),
    () => accounts.remove('i'),
    () => credentials.read('i'),
    () => credentials.write('i', 'x'),
    () => credentials.remove('i'),
    () => resealCredentials(database, newer, systemRandom).next(),
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
    () => calendars.release(lease, { keepsMark: false }),
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
    () => policies.find('d'),
    () => policies.put({ domain: 'd', policy: 'private', checkedAt: 1, nextCheckAt: 2 }),
    () => policies.remove('d'),
    () => policies.takeDue(1, 10, 2),
    () => removals.find('i'),
    () => removals.running('s'),
    () => removals.ofUser('u'),
    () => removals.add(report),
    () => removals.checked('i', 0, 1),
    () => removals.unreached('i'),
    () => removals.done('i', 1, 2),
    () => removals.removeOfUser('u'),
    () => removals.forgetOld(1),
    () => tries.take('k', 1, 2, 3),
    () => tries.undo('k'),
    () => tries.forget('k'),
    () => tries.forgetOld(1),
  ];
  return { calls, uncalled };
}

/** The same store; a method that has been called is no longer in `uncalled`. */
function counted<S extends object>(name: string, store: S, uncalled: Set<string>): S {
  for (const method of Object.keys(store)) uncalled.add(`${name}.${method}`);
  return new Proxy(store, {
    get(target, method, receiver) {
      uncalled.delete(`${name}.${String(method)}`);
      return Reflect.get(target, method, receiver);
    },
  });
}

/**
 * Every statement that the stores can send, whatever they are answered.
 * @throws Error when a store has a method that is not among the calls above
 */
export async function statementsOfStores(dialect: Dialect): Promise<CompiledQuery[]> {
  const statements = new Map<string, CompiledQuery>();
  for (const answers of [aRowToEverything, nothing, onlyTheAccount]) {
    const database = recordingServer(dialect, answers, (query) => statements.set(query.sql, query));
    const { calls, uncalled } = everything(database);
    for (const call of calls) {
      await call().catch((error: unknown) => {
        // Losing a lease is an answer, too.
        if (!(error instanceof LeaseLost)) throw error;
      });
    }
    if (uncalled.size > 0) throw new Error(`Nobody looks at the statements of ${[...uncalled].join(', ')}.`);
  }
  return [...statements.values()];
}

/** The statements that make the database, in the order of the migrations. */
export async function statementsOfSchema(dialect: Dialect): Promise<string[]> {
  const statements: string[] = [];
  const { kysely } = recordingServer(dialect, nothing, ({ sql }) => statements.push(sql));
  for (const migration of Object.values(migrationsFor(dialect.types))) await migration.up(kysely);
  return statements;
}

/** What a statement is whatever the number of values in its lists. */
export function shapeOf(sql: string): string {
  return sql.replace(/ in \((?:\?|@\d+)(?:, (?:\?|@\d+))*\)/g, ' in (…)');
}
