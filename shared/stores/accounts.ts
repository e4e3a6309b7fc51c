import type { Clock } from '../platform/clock.ts';
import { domainOf } from '../platform/domain.ts';
import type { Database } from './database.ts';
import { calendarIdsOf, holdCalendars, refreshLiveSources } from './liveSources.ts';
import { NEVER } from './never.ts';
import type { AccountRow } from './schema.ts';
import type { Account, Accounts } from './stores.ts';

export function createAccounts(database: Database, clock: Clock): Accounts {
  return {
    async find(id) {
      const row = await database.run((db) =>
        db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst(),
      );
      return row && accountOf(row);
    },

    async findBySubject(provider, subject) {
      const row = await database.run((db) =>
        db
          .selectFrom('accounts')
          .selectAll()
          .where('provider', '=', provider)
          .where('subject', '=', subject)
          .executeTakeFirst(),
      );
      return row && accountOf(row);
    },

    async ofUser(userId) {
      const rows = await database.run((db) =>
        db.selectFrom('accounts').selectAll().where('user_id', '=', userId).orderBy('created_at').execute(),
      );
      return rows.map(accountOf);
    },

    async ofDomain(domain) {
      const rows = await database.run((db) =>
        db.selectFrom('accounts').selectAll().where('domain', '=', domain).execute(),
      );
      return rows.map(accountOf);
    },

    async add(account) {
      await database.run((db) => db.insertInto('accounts').values(rowOf(account)).execute());
    },

    /** An account on its way out stays so: a failing token met by late work must not bring it back. */
    async setStatus(id, status, problem, claims) {
      await database.transaction(async (db) => {
        const calendars = await calendarIdsOf(db, id);
        await holdCalendars(db, calendars);
        const change = db
          .updateTable('accounts')
          .set({
            status,
            problem: problem ?? null,
            ...(status === 'reconnect' ? claims !== undefined && { claims } : { claims: null }),
          })
          .where('id', '=', id);
        await (status === 'removing' ? change : change.where('status', '<>', 'removing')).execute();
        await refreshLiveSources(db, calendars, clock.now());
      });
    },

    async takeDuePolls(now, limit, nextAt) {
      const due = await database.run((db) =>
        db
          .selectFrom('accounts')
          .select('id')
          .where('status', '=', 'active')
          .where('next_poll_at', '<=', now)
          .orderBy('next_poll_at')
          .limit(limit)
          .execute(),
      );
      if (due.length === 0) return [];
      const claims = JSON.stringify(due.map(({ id }) => ({ id, at: Math.round(nextAt(id)) })));
      const taken = await database.run((db) =>
        db
          .updateTable('accounts')
          .from(database.dialect.dueRows(claims).as('claims'))
          .set('next_poll_at', (eb) => eb.ref('claims.due_at'))
          .whereRef('accounts.id', '=', 'claims.id')
          .where('accounts.next_poll_at', '<=', now)
          .returning('accounts.id')
          .execute(),
      );
      return taken.map(({ id }) => id);
    },

    async setPoll(id, nextAt, everyMs) {
      await database.run((db) =>
        db
          .updateTable('accounts')
          .set({ next_poll_at: Math.round(nextAt), poll_every: Math.round(everyMs) })
          .where('id', '=', id)
          .execute(),
      );
    },

    async remove(id) {
      await database.transaction(async (db) => {
        await holdCalendars(db, await calendarIdsOf(db, id));
        const calendars = db.selectFrom('calendars').select('id').where('account_id', '=', id);
        await db.deleteFrom('subscriptions').where('calendar_id', 'in', calendars).execute();
        await db.deleteFrom('calendars').where('account_id', '=', id).execute();
        await db.deleteFrom('credentials').where('account_id', '=', id).execute();
        await db.deleteFrom('accounts').where('id', '=', id).execute();
      });
    },
  };
}

function accountOf(row: AccountRow): Account {
  return {
    id: row.id,
    userId: row.user_id,
    provider: row.provider,
    subject: row.subject,
    email: row.email,
    status: row.status,
    ...(row.problem !== null && { problem: row.problem }),
    createdAt: row.created_at,
    ...(row.claims !== null && { claims: row.claims }),
    ...(row.poll_every > 0 && { pollEveryMs: row.poll_every }),
  };
}

function rowOf(account: Account): AccountRow {
  return {
    id: account.id,
    user_id: account.userId,
    provider: account.provider,
    subject: account.subject,
    email: account.email,
    status: account.status,
    problem: account.problem ?? null,
    created_at: account.createdAt,
    next_poll_at: NEVER,
    poll_every: 0,
    claims: account.claims ?? null,
    domain: domainOf(account.email),
  };
}
