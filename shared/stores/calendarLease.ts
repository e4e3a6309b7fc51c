import type { Clock } from '../platform/clock.ts';
import type { Database } from './database.ts';
import { type Calendars, type Lease, LeaseLost, type LeasePurpose } from './stores.ts';

/** How often taking and marking may miss each other before the calendar counts as not there. */
const MOST_TRIES = 5;

/**
 * One worker per calendar at a time. Each lease has a higher fence than any before, and every commit is one conditional statement that names its
 * fence: a worker that was slower than its lease changes nothing, whoever holds the calendar now.
 */
export function createLeases(
  database: Database,
  clock: Clock,
): Pick<Calendars, 'lease' | 'renewLease' | 'commitRound' | 'forgetCursor' | 'release'> {
  /** @param abandoned takes what its holder let run out; otherwise what was given back */
  async function take(
    id: string,
    now: number,
    until: number,
    purpose: LeasePurpose,
    abandoned: boolean,
  ): Promise<Lease | undefined> {
    const row = await database.run((db) =>
      db
        .updateTable('calendars')
        .set((eb) => ({
          fence: eb('fence', '+', 1),
          lease_until: until,
          ...(purpose === 'pull' && { dirty: 0, pull_started_at: now }),
        }))
        .where('id', '=', id)
        .where('lease_until', '<=', abandoned ? now : 0)
        .returning('fence')
        .executeTakeFirst(),
    );
    return row && { calendarId: id, fence: row.fence, until, abandoned };
  }

  /** True when the holder, who still has it, will see the mark on giving it back. */
  async function mark(id: string, now: number): Promise<boolean> {
    const result = await database.run((db) =>
      db
        .updateTable('calendars')
        .set({ dirty: 1 })
        .where('id', '=', id)
        .where('lease_until', '>', now)
        .executeTakeFirst(),
    );
    return result.numUpdatedRows > 0n;
  }

  return {
    async lease(id, now, ttlMs, purpose = 'pull') {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        for (const abandoned of [false, true]) {
          const lease = await take(id, now, now + ttlMs, purpose, abandoned);
          if (lease) return lease;
        }
        if (await mark(id, now)) return undefined;
        // Given back between the two statements: then it can be taken now. Or there is no such calendar.
      }
      return undefined;
    },

    async renewLease(lease, now, ttlMs) {
      const until = now + ttlMs;
      const result = await database.run((db) =>
        db
          .updateTable('calendars')
          .set({ lease_until: until })
          .where('id', '=', lease.calendarId)
          .where('fence', '=', lease.fence)
          .where('lease_until', '>', now)
          .executeTakeFirst(),
      );
      if (result.numUpdatedRows === 0n) throw new LeaseLost(lease.calendarId);
      return { ...lease, until };
    },

    async commitRound(lease, end) {
      const { window } = end;
      const result = await database.run((db) =>
        db
          .updateTable('calendars')
          .set({
            round_cursor: end.cursor,
            ...(window && { window_start: window.start, window_end: window.end }),
          })
          .where('id', '=', lease.calendarId)
          .where('fence', '=', lease.fence)
          .where('lease_until', '>', end.now)
          .executeTakeFirst(),
      );
      if (result.numUpdatedRows === 0n) throw new LeaseLost(lease.calendarId);
    },

    async forgetCursor(lease) {
      const result = await database.run((db) =>
        db
          .updateTable('calendars')
          .set({ round_cursor: null })
          .where('id', '=', lease.calendarId)
          .where('fence', '=', lease.fence)
          .where('lease_until', '>', clock.now())
          .executeTakeFirst(),
      );
      if (result.numUpdatedRows === 0n) throw new LeaseLost(lease.calendarId);
    },

    async release(lease, { keepsMark = true } = {}) {
      const row = await database.run((db) =>
        db
          .updateTable('calendars')
          .set({ lease_until: 0, ...(!keepsMark && { dirty: 0 }) })
          .where('id', '=', lease.calendarId)
          .where('fence', '=', lease.fence)
          .returning('dirty')
          .executeTakeFirst(),
      );
      return row?.dirty === 1;
    },
  };
}
