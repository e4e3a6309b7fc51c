import type { Transaction } from 'kysely';
import { DAY_MS } from '../calendar/window.ts';
import type { Schema } from './schema.ts';

/**
 * A calendar is polled, slid, verified and subscribed to only while it is a live source: still listed, its account active, and a route leading
 * out of it whose pair is neither paused nor being removed. Timers must find the due ones among millions without joining, so the answer
 * is kept in a column; whoever changes what it depends on holds the calendars first and refreshes them in the same transaction.
 */

/** A new source has just been pulled or is about to be: its fallback poll can wait that long. */
const FIRST_POLL_MS = 5 * 60_000;

/** Makes others who would refresh the same calendars wait for this transaction; otherwise each would miss what the other is changing. */
export async function holdCalendars(db: Transaction<Schema>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('calendars')
    .set((eb) => ({ live_source: eb.ref('live_source') }))
    .where('id', 'in', [...ids])
    .execute();
}

/** Brings the column up to date; a calendar that is a source for the first time gets its first due times. */
export async function refreshLiveSources(db: Transaction<Schema>, ids: readonly string[], now: number): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('calendars')
    .set((eb) => ({
      live_source: eb
        .case()
        .when(
          eb.and([
            eb('gone_at', '=', 0),
            eb.exists(
              eb
                .selectFrom('accounts')
                .select('accounts.id')
                .whereRef('accounts.id', '=', 'calendars.account_id')
                .where('accounts.status', '=', 'active'),
            ),
            eb.exists(
              eb
                .selectFrom('routes')
                .innerJoin('pairs', 'pairs.id', 'routes.pair_id')
                .select('routes.id')
                .whereRef('routes.source_calendar_id', '=', 'calendars.id')
                .where('pairs.paused', '=', 0)
                .where('pairs.removing', '=', 0),
            ),
          ]),
        )
        .then(1)
        .else(0)
        .end(),
    }))
    .where('id', 'in', [...ids])
    .execute();
  await db
    .updateTable('calendars')
    .set((eb) => ({
      next_poll_at: eb
        .case()
        .when('next_poll_at', '=', 0)
        .then(eb.val(now + FIRST_POLL_MS))
        .else(eb.ref('next_poll_at'))
        .end(),
      next_slide_at: eb
        .case()
        .when('next_slide_at', '=', 0)
        .then(eb.val(now + DAY_MS))
        .else(eb.ref('next_slide_at'))
        .end(),
      next_verify_at: eb
        .case()
        .when('next_verify_at', '=', 0)
        .then(eb.val(now + DAY_MS))
        .else(eb.ref('next_verify_at'))
        .end(),
      next_subscribe_at: eb
        .case()
        .when('next_subscribe_at', '=', 0)
        .then(eb.val(now))
        .else(eb.ref('next_subscribe_at'))
        .end(),
    }))
    .where('live_source', '=', 1)
    .where('id', 'in', [...ids])
    .execute();
}

/** The calendars of an account, for the two functions above. */
export async function calendarIdsOf(db: Transaction<Schema>, accountId: string): Promise<string[]> {
  const rows = await db.selectFrom('calendars').select('id').where('account_id', '=', accountId).execute();
  return rows.map(({ id }) => id);
}
