import type { RemovalReport, Removals } from './consentStores.ts';
import type { Database } from './database.ts';
import { NEVER } from './never.ts';
import type { RemovalRow } from './schema.ts';

/** Stands for “no look yet”. */
const UNKNOWN = -1;

export function createRemovals(database: Database): Removals {
  const change = (id: string, values: Partial<RemovalRow>) =>
    database.run((db) => db.updateTable('removals').set(values).where('id', '=', id).execute());

  return {
    async find(id) {
      const row = await database.run((db) =>
        db.selectFrom('removals').selectAll().where('id', '=', id).executeTakeFirst(),
      );
      return row && reportOf(row);
    },

    async running(subject) {
      const row = await database.run((db) =>
        db
          .selectFrom('removals')
          .selectAll()
          .where('subject', '=', subject)
          .where('done_at', '=', 0)
          .executeTakeFirst(),
      );
      return row && reportOf(row);
    },

    async ofUser(userId) {
      const rows = await database.run((db) =>
        db.selectFrom('removals').selectAll().where('user_id', '=', userId).orderBy('asked_at', 'desc').execute(),
      );
      return rows.map(reportOf);
    },

    async add(report) {
      await database.run((db) => db.insertInto('removals').values(rowOf(report)).execute());
    },

    async checked(id, left, now) {
      await change(id, { left_count: left, checked_at: now });
    },

    async unreached(id) {
      await change(id, { unreached: 1 });
    },

    async done(id, now, endsAt) {
      await database.transaction(async (db) => {
        await db.updateTable('removals').set({ done_at: now, ends_at: endsAt }).where('id', '=', id).execute();
        await db
          .updateTable('removals')
          .set({ user_id: null, subject: '' })
          .where('id', '=', id)
          .where('kind', '=', 'user')
          .execute();
      });
    },

    async removeOfUser(userId) {
      await database.run((db) => db.deleteFrom('removals').where('user_id', '=', userId).execute());
    },

    async forgetOld(now) {
      await database.run((db) => db.deleteFrom('removals').where('ends_at', '<=', now).execute());
    },
  };
}

function reportOf(row: RemovalRow): RemovalReport {
  return {
    id: row.id,
    ...(row.user_id !== null && { userId: row.user_id }),
    kind: row.kind,
    subject: row.subject,
    copies: row.copies,
    total: row.total,
    ...(row.left_count !== UNKNOWN && { left: row.left_count }),
    checkedAt: row.checked_at,
    unreached: row.unreached === 1,
    askedAt: row.asked_at,
    doneAt: row.done_at,
    endsAt: row.ends_at,
  };
}

function rowOf(report: RemovalReport): RemovalRow {
  return {
    id: report.id,
    user_id: report.userId ?? null,
    kind: report.kind,
    subject: report.subject,
    copies: report.copies,
    total: report.total,
    left_count: report.left ?? UNKNOWN,
    checked_at: report.checkedAt,
    unreached: report.unreached ? 1 : 0,
    asked_at: report.askedAt,
    done_at: report.doneAt,
    ends_at: report.endsAt || NEVER,
  };
}
