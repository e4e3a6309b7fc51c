import type { Database } from './database.ts';
import { holdCalendars, refreshLiveSources } from './liveSources.ts';
import { NEVER } from './never.ts';
import type { CalendarRow } from './schema.ts';
import type { Account, CalendarListing } from './stores.ts';

/** Takes over what a provider listed; see `Calendars.takeListing`. Does nothing for an account that is gone. */
export async function takeListing(
  database: Database,
  account: Account,
  listing: readonly CalendarListing[],
  now: number,
  newId: () => string,
): Promise<void> {
  const listed = new Map(listing.map((calendar) => [calendar.remoteId, calendar]));
  await database.transaction(async (db) => {
    // Two listings of one account take turns, so that no calendar is added twice.
    const held = await db
      .updateTable('accounts')
      .set((eb) => ({ status: eb.ref('status') }))
      .where('id', '=', account.id)
      .executeTakeFirst();
    if (held.numUpdatedRows === 0n) return;
    const known = await db.selectFrom('calendars').selectAll().where('account_id', '=', account.id).execute();
    await holdCalendars(
      db,
      known.map(({ id }) => id),
    );
    const rows = new Map(known.map((row) => [row.remote_id, row]));
    for (const calendar of listed.values()) {
      const row = rows.get(calendar.remoteId);
      const rights = row && calendar.uncertain ? { writable: row.writable, reason: row.reason } : {};
      const shown = { ...shownBy(calendar), ...rights, gone_at: 0 };
      if (row) await db.updateTable('calendars').set(shown).where('id', '=', row.id).execute();
      else
        await db
          .insertInto('calendars')
          .values({ ...fresh(account, newId()), ...shown })
          .execute();
    }
    const missing = known.filter((row) => row.gone_at === 0 && !listed.has(row.remote_id)).map(({ id }) => id);
    if (missing.length > 0) {
      await db.updateTable('calendars').set({ gone_at: now }).where('id', 'in', missing).execute();
    }
    await refreshLiveSources(
      db,
      known.map(({ id }) => id),
      now,
    );
  });
}

function shownBy(calendar: CalendarListing) {
  return {
    remote_id: calendar.remoteId,
    name: calendar.name,
    color: calendar.color ?? null,
    zone: calendar.zone ?? null,
    is_primary: Number(calendar.primary),
    writable: Number(calendar.writable),
    readable: Number(calendar.readable),
    reason: calendar.reason ?? null,
  };
}

function fresh(account: Account, id: string): Omit<CalendarRow, keyof ReturnType<typeof shownBy> | 'gone_at'> {
  return {
    id,
    account_id: account.id,
    user_id: account.userId,
    round_cursor: null,
    window_start: 0,
    window_end: 0,
    pull_started_at: 0,
    dirty: 0,
    fence: 0,
    lease_until: 0,
    live_source: 0,
    // Accounts without push are asked as accounts, every few minutes (`pollAccount.ts`), and there is nothing to subscribe to.
    next_poll_at: account.provider === 'icloud' ? NEVER : 0,
    next_slide_at: 0,
    next_verify_at: 0,
    next_subscribe_at: account.provider === 'icloud' ? NEVER : 0,
  };
}
