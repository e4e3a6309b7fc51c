import type { Clock } from '../platform/clock.ts';
import { createDueCalendars } from './calendarDue.ts';
import { createLeases } from './calendarLease.ts';
import { takeListing } from './calendarListing.ts';
import { calendarOf, selectCalendars } from './calendarRows.ts';
import type { Database } from './database.ts';
import type { Calendars } from './stores.ts';

export function createCalendars(database: Database, clock: Clock): Calendars {
  return {
    async find(id) {
      const row = await database.run((db) => selectCalendars(db).where('calendars.id', '=', id).executeTakeFirst());
      return row && calendarOf(row);
    },
    async ofAccount(accountId) {
      const rows = await database.run((db) =>
        selectCalendars(db).where('calendars.account_id', '=', accountId).orderBy('calendars.name').execute(),
      );
      return rows.map(calendarOf);
    },
    takeListing: (account, listing, now, newId) => takeListing(database, account, listing, now, newId),
    ...createLeases(database, clock),
    ...createDueCalendars(database),
  };
}
