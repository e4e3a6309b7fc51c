import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { domainOf } from '../platform/domain.ts';
import { type Database, retried } from './database.ts';
import type { ColumnTypes } from './dialects/dialect.ts';
import { NEVER } from './never.ts';
import type { Schema } from './schema.ts';

/**
 * Brings the database to the present schema; does nothing when it is there already. SQLite does this by itself when it is opened; on
 * SQL Server an operator's identity does it, since the one that Hetk runs as may not change the schema.
 * @returns the names of the migrations that were carried out
 */
export async function migrate(database: Database): Promise<string[]> {
  const migrations = migrationsFor(database.dialect.types);
  const migrator = new Migrator({ db: database.kysely, provider: { getMigrations: async () => migrations } });
  return await retried(database.dialect, async () => {
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error) throw error;
    return results.map(({ migrationName }) => migrationName);
  });
}

/** The names of migrations that the database has not had, in order. Changes nothing. */
export async function pendingMigrations(database: Database): Promise<string[]> {
  const migrations = migrationsFor(database.dialect.types);
  const migrator = new Migrator({ db: database.kysely, provider: { getMigrations: async () => migrations } });
  const all = await database.run(() => migrator.getMigrations());
  return all.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
}

/** All migrations by name, in the order of their names. One that has been released is never changed. */
export function migrationsFor(types: ColumnTypes): Record<string, Migration> {
  return {
    '001-accounts-and-pairs': { up: (db) => accountsAndPairs(db, types) },
    '002-two-way': { up: (db) => twoWay(db, types) },
    '003-polled-accounts': { up: (db) => polledAccounts(db, types) },
    '004-policies-and-removals': { up: (db) => policiesAndRemovals(db, types) },
  };
}

async function accountsAndPairs(db: Kysely<unknown>, t: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', t.id, (c) => c.primaryKey())
    .addColumn('created_at', t.time, (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('accounts')
    .addColumn('id', t.id, (c) => c.primaryKey())
    .addColumn('user_id', t.id, (c) => c.notNull().references('users.id'))
    .addColumn('provider', t.word, (c) => c.notNull())
    .addColumn('subject', t.remoteId, (c) => c.notNull())
    .addColumn('email', t.text, (c) => c.notNull())
    .addColumn('status', t.word, (c) => c.notNull())
    .addColumn('problem', t.text)
    .addColumn('created_at', t.time, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('accounts_subject').unique().on('accounts').columns(['provider', 'subject']).execute();
  await db.schema.createIndex('accounts_user').on('accounts').column('user_id').execute();

  await db.schema
    .createTable('credentials')
    .addColumn('account_id', t.id, (c) => c.primaryKey().references('accounts.id'))
    .addColumn('sealed', t.long, (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('calendars')
    .addColumn('id', t.id, (c) => c.primaryKey())
    .addColumn('account_id', t.id, (c) => c.notNull().references('accounts.id'))
    .addColumn('user_id', t.id, (c) => c.notNull().references('users.id'))
    .addColumn('remote_id', t.remoteId, (c) => c.notNull())
    .addColumn('name', t.text, (c) => c.notNull())
    .addColumn('color', t.word)
    .addColumn('zone', t.text)
    .addColumn('is_primary', t.flag, (c) => c.notNull())
    .addColumn('writable', t.flag, (c) => c.notNull())
    .addColumn('readable', t.flag, (c) => c.notNull())
    .addColumn('reason', t.text)
    .addColumn('gone_at', t.time, (c) => c.notNull())
    .addColumn('round_cursor', t.long)
    .addColumn('window_start', t.time, (c) => c.notNull())
    .addColumn('window_end', t.time, (c) => c.notNull())
    .addColumn('pull_started_at', t.time, (c) => c.notNull())
    .addColumn('dirty', t.flag, (c) => c.notNull())
    .addColumn('fence', t.time, (c) => c.notNull())
    .addColumn('lease_until', t.time, (c) => c.notNull())
    .addColumn('live_source', t.flag, (c) => c.notNull())
    .addColumn('next_poll_at', t.time, (c) => c.notNull())
    .addColumn('next_slide_at', t.time, (c) => c.notNull())
    .addColumn('next_verify_at', t.time, (c) => c.notNull())
    .addColumn('next_subscribe_at', t.time, (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('calendars_remote')
    .unique()
    .on('calendars')
    .columns(['account_id', 'remote_id'])
    .execute();
  await db.schema.createIndex('calendars_user').on('calendars').column('user_id').execute();
  // What the timers ask for, each answered by one short range of one index however many calendars there are.
  for (const column of ['next_poll_at', 'next_slide_at', 'next_verify_at', 'next_subscribe_at'] as const) {
    await db.schema.createIndex(`calendars_${column}`).on('calendars').columns(['live_source', column]).execute();
  }
  // Only calendars that are being worked on are in these, so that a lease that comes and goes touches two small indexes and not two large ones.
  await db.schema
    .createIndex('calendars_lease')
    .on('calendars')
    .columns(['live_source', 'lease_until'])
    .where('lease_until', '>', 0)
    .execute();
  await db.schema
    .createIndex('calendars_dirty')
    .on('calendars')
    .columns(['live_source', 'lease_until'])
    .where(sql.ref('dirty'), '=', 1)
    .execute();

  await db.schema
    .createTable('pairs')
    .addColumn('id', t.id, (c) => c.primaryKey())
    .addColumn('user_id', t.id, (c) => c.notNull().references('users.id'))
    .addColumn('direction', t.word, (c) => c.notNull())
    .addColumn('paused', t.flag, (c) => c.notNull())
    .addColumn('removing', t.flag, (c) => c.notNull())
    .addColumn('created_at', t.time, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('pairs_user').on('pairs').column('user_id').execute();

  await db.schema
    .createTable('routes')
    .addColumn('id', t.id, (c) => c.primaryKey())
    .addColumn('pair_id', t.id, (c) => c.notNull().references('pairs.id'))
    .addColumn('user_id', t.id, (c) => c.notNull().references('users.id'))
    .addColumn('source_calendar_id', t.id, (c) => c.notNull().references('calendars.id'))
    .addColumn('target_calendar_id', t.id, (c) => c.notNull().references('calendars.id'))
    .addColumn('mark_private', t.flag, (c) => c.notNull())
    .addColumn('show_as', t.word, (c) => c.notNull())
    .addColumn('skip_free', t.flag, (c) => c.notNull())
    .addColumn('transform_identity', t.flag, (c) => c.notNull())
    .addColumn('state', t.word, (c) => c.notNull())
    .addColumn('problem_code', t.text)
    .addColumn('problem_message', t.text)
    .addColumn('problem_action', t.text)
    .addColumn('progress_done', t.count, (c) => c.notNull())
    .addColumn('progress_total', t.count, (c) => c.notNull())
    .addColumn('last_synced_at', t.time, (c) => c.notNull())
    .addColumn('deletions_confirmed_until', t.time, (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('routes_ends')
    .unique()
    .on('routes')
    .columns(['source_calendar_id', 'target_calendar_id'])
    .execute();
  await db.schema.createIndex('routes_target').on('routes').column('target_calendar_id').execute();
  await db.schema.createIndex('routes_pair').on('routes').column('pair_id').execute();
  await db.schema.createIndex('routes_user').on('routes').column('user_id').execute();

  await db.schema
    .createTable('subscriptions')
    .addColumn('id', t.id, (c) => c.primaryKey())
    .addColumn('calendar_id', t.id, (c) => c.notNull().references('calendars.id'))
    .addColumn('remote_id', t.remoteId, (c) => c.notNull())
    .addColumn('resource_id', t.remoteId)
    .addColumn('expires_at', t.time, (c) => c.notNull())
    .addColumn('renew_at', t.time, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('subscriptions_calendar').on('subscriptions').column('calendar_id').execute();
}

async function twoWay(db: Kysely<unknown>, t: ColumnTypes): Promise<void> {
  await db.schema
    .alterTable('routes')
    .addColumn('way', t.flag, (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('routes').addColumn('twin_id', t.id).execute();
}

async function polledAccounts(db: Kysely<unknown>, t: ColumnTypes): Promise<void> {
  await db.schema
    .alterTable('accounts')
    .addColumn('next_poll_at', t.time, (c) => c.notNull().defaultTo(NEVER))
    .execute();
  await db.schema
    .alterTable('accounts')
    .addColumn('poll_every', t.count, (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex('accounts_next_poll').on('accounts').columns(['status', 'next_poll_at']).execute();
}

async function policiesAndRemovals(db: Kysely<unknown>, t: ColumnTypes): Promise<void> {
  await db.schema.alterTable('accounts').addColumn('claims', t.long).execute();
  await db.schema
    .alterTable('accounts')
    .addColumn('domain', t.remoteId, (c) => c.notNull().defaultTo(''))
    .execute();
  await db.schema.createIndex('accounts_domain').on('accounts').column('domain').execute();
  const accounts = db.withTables<Pick<Schema, 'accounts'>>();
  for (const { id, email } of await accounts.selectFrom('accounts').select(['id', 'email']).execute()) {
    await accounts
      .updateTable('accounts')
      .set({ domain: domainOf(email) })
      .where('id', '=', id)
      .execute();
  }

  await db.schema
    .createTable('policies')
    .addColumn('domain', t.remoteId, (c) => c.primaryKey())
    .addColumn('policy', t.word, (c) => c.notNull())
    .addColumn('checked_at', t.time, (c) => c.notNull())
    .addColumn('next_check_at', t.time, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('policies_next_check').on('policies').column('next_check_at').execute();

  await db.schema
    .createTable('removals')
    .addColumn('id', t.id, (c) => c.primaryKey())
    .addColumn('user_id', t.id)
    .addColumn('kind', t.word, (c) => c.notNull())
    .addColumn('subject', t.id, (c) => c.notNull())
    .addColumn('copies', t.word, (c) => c.notNull())
    .addColumn('total', t.count, (c) => c.notNull())
    .addColumn('left_count', t.count, (c) => c.notNull())
    .addColumn('checked_at', t.time, (c) => c.notNull())
    .addColumn('unreached', t.flag, (c) => c.notNull())
    .addColumn('asked_at', t.time, (c) => c.notNull())
    .addColumn('done_at', t.time, (c) => c.notNull())
    .addColumn('ends_at', t.time, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('removals_subject').on('removals').column('subject').execute();
  await db.schema.createIndex('removals_user').on('removals').column('user_id').execute();
  await db.schema.createIndex('removals_ends').on('removals').column('ends_at').execute();

  await db.schema
    .createTable('tries')
    .addColumn('id', t.id, (c) => c.primaryKey())
    .addColumn('tries', t.count, (c) => c.notNull())
    .addColumn('ends_at', t.time, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('tries_ends').on('tries').column('ends_at').execute();
}
