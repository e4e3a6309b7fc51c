import type { Kysely } from 'kysely';
import type { CalendarRow, Schema } from './schema.ts';
import type { Account, Calendar, ProviderId } from './stores.ts';

/** Calendars with what their accounts know. */
export function selectCalendars(db: Kysely<Schema>) {
  return db
    .selectFrom('calendars')
    .innerJoin('accounts', 'accounts.id', 'calendars.account_id')
    .selectAll('calendars')
    .select(['accounts.provider', 'accounts.email', 'accounts.status']);
}

/** A calendar's row with what its account knows. */
type Row = CalendarRow & {
  readonly provider: ProviderId;
  readonly email: string;
  readonly status: Account['status'];
};

export function calendarOf(row: Row): Calendar {
  return {
    id: row.id,
    accountId: row.account_id,
    userId: row.user_id,
    provider: row.provider,
    ownerEmail: row.email,
    accountStatus: row.status,
    remoteId: row.remote_id,
    name: row.name,
    ...(row.color !== null && { color: row.color }),
    ...(row.zone !== null && { zone: row.zone }),
    primary: row.is_primary === 1,
    writable: row.writable === 1,
    readable: row.readable === 1,
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.gone_at !== 0 && { goneAt: row.gone_at }),
    ...(row.round_cursor !== null && { cursor: row.round_cursor }),
    ...(row.window_end !== 0 && { window: { start: row.window_start, end: row.window_end } }),
    pullStartedAt: row.pull_started_at,
    leaseUntil: row.lease_until,
  };
}
