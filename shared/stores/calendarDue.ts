import type { Database } from './database.ts';
import type { Abandoned, Calendars } from './stores.ts';

export type DueColumn = 'next_poll_at' | 'next_slide_at' | 'next_verify_at' | 'next_subscribe_at';

/**
 * Live sources whose time in `column` has come, the longest overdue first; each one's time moves to `nextAt(id)` in the statement that claims
 * it, so that of two callers at once only one gets a calendar.
 */
export async function takeDue(
  database: Database,
  column: DueColumn,
  now: number,
  limit: number,
  nextAt: (id: string) => number,
): Promise<string[]> {
  const due = await database.run((db) =>
    db
      .selectFrom('calendars')
      .select('id')
      .where('live_source', '=', 1)
      .where(column, '<=', now)
      .orderBy(column)
      .limit(limit)
      .execute(),
  );
  if (due.length === 0) return [];
  const claims = JSON.stringify(due.map(({ id }) => ({ id, at: Math.round(nextAt(id)) })));
  const taken = await database.run((db) =>
    db
      .updateTable('calendars')
      .from(database.dialect.dueRows(claims).as('claims'))
      .set(column, (eb) => eb.ref('claims.due_at'))
      .whereRef('calendars.id', '=', 'claims.id')
      // As a sum, so that no index answers it: SQLite would go through all that are due, and for each of them through the claims.
      .where((eb) => eb(eb('calendars.live_source', '+', eb.lit(0)), '=', 1))
      .where(`calendars.${column}`, '<=', now)
      .returning('calendars.id')
      .execute(),
  );
  return taken.map(({ id }) => id);
}

/**
 * Live sources that nobody works on although somebody should: the lease ran out, or the mark that more had come was left behind. What the indexes are
 * limited to is said as it stands there: a parameter might be anything, and then neither database could use them.
 */
async function takeAbandoned(database: Database, now: number, limit: number): Promise<Abandoned[]> {
  const dead = await database.run((db) =>
    db
      .selectFrom('calendars')
      .select('id')
      .where('live_source', '=', 1)
      .where('lease_until', '>', (eb) => eb.lit(0))
      .where('lease_until', '<=', now)
      .orderBy('lease_until')
      .limit(limit)
      .execute(),
  );
  const marked = await database.run((db) =>
    db
      .selectFrom('calendars')
      .select('id')
      .where('live_source', '=', 1)
      .where('dirty', '=', (eb) => eb.lit(1))
      .where('lease_until', '=', 0)
      .limit(limit)
      .execute(),
  );
  const ids = [...dead, ...marked].slice(0, limit).map(({ id }) => id);
  if (ids.length === 0) return [];
  const taken = await database.run((db) =>
    db
      .updateTable('calendars')
      .set({ lease_until: 0, dirty: 0 })
      .where('id', 'in', ids)
      .where('lease_until', '<=', now)
      .where((eb) => eb.or([eb('lease_until', '>', 0), eb('dirty', '=', 1)]))
      .returning('id')
      .execute(),
  );
  const died = new Set(dead.map(({ id }) => id));
  return taken.map(({ id }) => ({ calendarId: id, died: died.has(id) }));
}

export function createDueCalendars(
  database: Database,
): Pick<Calendars, 'takeDuePolls' | 'takeDueSlides' | 'takeDueVerifications' | 'takeAbandoned'> {
  return {
    takeDuePolls: (now, limit, nextAt) => takeDue(database, 'next_poll_at', now, limit, nextAt),
    takeDueSlides: (now, limit, nextAt) => takeDue(database, 'next_slide_at', now, limit, nextAt),
    takeDueVerifications: (now, limit, nextAt) => takeDue(database, 'next_verify_at', now, limit, nextAt),
    takeAbandoned: (now, limit) => takeAbandoned(database, now, limit),
  };
}
