import type { Transaction } from 'kysely';
import type { Clock } from '../platform/clock.ts';
import { takeDue } from './calendarDue.ts';
import type { Database } from './database.ts';
import type { Schema, SubscriptionRow } from './schema.ts';
import type { Subscription, Subscriptions } from './stores.ts';

/**
 * When a calendar's subscriptions are due is kept with the calendar: the newest one's `renewAt`, or at once when the last one went. So the timer
 * asks one index both for what ends soon and for what is missing, and a calendar that is no live source asks for nothing.
 */
export function createSubscriptions(database: Database, clock: Clock): Subscriptions {
  return {
    async find(id) {
      const row = await database.run((db) =>
        db.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirst(),
      );
      return row && subscriptionOf(row);
    },

    async ofCalendar(calendarId) {
      const rows = await database.run((db) =>
        db
          .selectFrom('subscriptions')
          .selectAll()
          .where('calendar_id', '=', calendarId)
          .orderBy('expires_at', 'desc')
          .execute(),
      );
      return rows.map(subscriptionOf);
    },

    async put(subscription) {
      const { id, ...rest } = rowOf(subscription);
      await database.transaction(async (db) => {
        // Writes the calendar's row first: of two writers one waits, and so finds what the other added.
        await setNextLook(db, rest.calendar_id, rest.renew_at);
        const updated = await db.updateTable('subscriptions').set(rest).where('id', '=', id).executeTakeFirst();
        if (updated.numUpdatedRows > 0n) return;
        await db
          .insertInto('subscriptions')
          .values({ id, ...rest })
          .execute();
      });
    },

    async remove(id) {
      await database.transaction(async (db) => {
        const row = await db.selectFrom('subscriptions').select('calendar_id').where('id', '=', id).executeTakeFirst();
        if (!row) return;
        await db.deleteFrom('subscriptions').where('id', '=', id).execute();
        const left = await db
          .selectFrom('subscriptions')
          .select('renew_at')
          .where('calendar_id', '=', row.calendar_id)
          .orderBy('renew_at', 'desc')
          .limit(1)
          .executeTakeFirst();
        await setNextLook(db, row.calendar_id, left?.renew_at ?? clock.now());
      });
    },

    takeDueRenewals: (now, limit, againAfterMs) =>
      takeDue(database, 'next_subscribe_at', now, limit, () => now + againAfterMs),

    async setPollOnly(calendarId, until) {
      await database.run((db) =>
        db.updateTable('calendars').set({ next_subscribe_at: until }).where('id', '=', calendarId).execute(),
      );
    },
  };
}

async function setNextLook(db: Transaction<Schema>, calendarId: string, at: number): Promise<void> {
  await db.updateTable('calendars').set({ next_subscribe_at: at }).where('id', '=', calendarId).execute();
}

function subscriptionOf(row: SubscriptionRow): Subscription {
  return {
    id: row.id,
    calendarId: row.calendar_id,
    remoteId: row.remote_id,
    ...(row.resource_id !== null && { resourceId: row.resource_id }),
    expiresAt: row.expires_at,
    renewAt: row.renew_at,
  };
}

function rowOf(subscription: Subscription): SubscriptionRow {
  return {
    id: subscription.id,
    calendar_id: subscription.calendarId,
    remote_id: subscription.remoteId,
    resource_id: subscription.resourceId ?? null,
    expires_at: subscription.expiresAt,
    renew_at: subscription.renewAt,
  };
}
