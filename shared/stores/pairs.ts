import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../platform/clock.ts';
import type { Database } from './database.ts';
import { holdCalendars, refreshLiveSources } from './liveSources.ts';
import { optionColumns, pairOf, problemColumns, routeOf, rowOfPair, rowOfRoute } from './pairRows.ts';
import type { RouteRow, Schema } from './schema.ts';
import { DuplicatePair, type Pair, type Pairs } from './stores.ts';

export function createPairs(database: Database, clock: Clock): Pairs {
  const changeRoute = async (id: string, change: Partial<RouteRow>) => {
    await database.run((db) => db.updateTable('routes').set(change).where('id', '=', id).execute());
  };

  /** Does something to a pair that decides whether its calendars are live sources. */
  async function changePair(id: string, change: (db: Transaction<Schema>) => Promise<void>): Promise<void> {
    await database.transaction(async (db) => {
      const routes = await db.selectFrom('routes').select('source_calendar_id').where('pair_id', '=', id).execute();
      const sources = routes.map((route) => route.source_calendar_id);
      await holdCalendars(db, sources);
      await change(db);
      await refreshLiveSources(db, sources, clock.now());
    });
  }

  return {
    async find(id) {
      const row = await database.run((db) =>
        db.selectFrom('pairs').selectAll().where('id', '=', id).executeTakeFirst(),
      );
      if (!row) return undefined;
      const routes = await database.run((db) =>
        db.selectFrom('routes').selectAll().where('pair_id', '=', id).orderBy('way').execute(),
      );
      return pairOf(row, routes);
    },

    async ofUser(userId) {
      const rows = await database.run((db) =>
        db.selectFrom('pairs').selectAll().where('user_id', '=', userId).orderBy('created_at').execute(),
      );
      const routes = await database.run((db) =>
        db.selectFrom('routes').selectAll().where('user_id', '=', userId).orderBy('way').execute(),
      );
      return rows.map((row) => pairOf(row, routes));
    },

    async ofAccount(accountId) {
      const pairs = (db: Kysely<Schema>) => {
        const calendars = db.selectFrom('calendars').select('id').where('account_id', '=', accountId);
        return db
          .selectFrom('routes')
          .select('pair_id')
          .where('source_calendar_id', 'in', calendars)
          .union(db.selectFrom('routes').select('pair_id').where('target_calendar_id', 'in', calendars));
      };
      const rows = await database.run((db) =>
        db.selectFrom('pairs').selectAll().where('id', 'in', pairs(db)).orderBy('created_at').execute(),
      );
      const routes = await database.run((db) =>
        db.selectFrom('routes').selectAll().where('pair_id', 'in', pairs(db)).orderBy('way').execute(),
      );
      return rows.map((row) => pairOf(row, routes));
    },

    async add(pair) {
      try {
        await database.transaction((db) => insertPair(db, pair, clock.now()));
      } catch (cause) {
        if (!database.dialect.isUniqueViolation(database.dialect.errorOf(cause))) throw cause;
        throw new DuplicatePair('A pair already leads from this source to this target.', { cause });
      }
    },

    setPaused: (id, paused) =>
      changePair(id, async (db) => {
        await db
          .updateTable('pairs')
          .set({ paused: Number(paused) })
          .where('id', '=', id)
          .execute();
      }),

    setRemoving: (id) =>
      changePair(id, async (db) => {
        await db.updateTable('pairs').set({ removing: 1 }).where('id', '=', id).execute();
        await db.updateTable('routes').set({ state: 'removing' }).where('pair_id', '=', id).execute();
      }),

    remove: (id) =>
      changePair(id, async (db) => {
        await db.deleteFrom('routes').where('pair_id', '=', id).execute();
        await db.deleteFrom('pairs').where('id', '=', id).execute();
      }),

    async route(id) {
      const row = await database.run((db) =>
        db.selectFrom('routes').selectAll().where('id', '=', id).executeTakeFirst(),
      );
      return row && routeOf(row);
    },

    async routesFrom(calendarId) {
      const rows = await database.run((db) =>
        db
          .selectFrom('routes')
          .innerJoin('pairs', 'pairs.id', 'routes.pair_id')
          .selectAll('routes')
          .where('routes.source_calendar_id', '=', calendarId)
          .where('pairs.paused', '=', 0)
          .where('pairs.removing', '=', 0)
          .orderBy('routes.id')
          .execute(),
      );
      return rows.map(routeOf);
    },

    async routesInto(calendarId) {
      const rows = await database.run((db) =>
        db.selectFrom('routes').selectAll().where('target_calendar_id', '=', calendarId).orderBy('id').execute(),
      );
      return rows.map(routeOf);
    },

    setOptions: (routeId, options) => changeRoute(routeId, optionColumns(options)),

    /** A route being taken away stays so, whatever late work says of it. */
    async setState(routeId, state, problem) {
      await database.run((db) =>
        db
          .updateTable('routes')
          .set({ state, ...problemColumns(problem) })
          .where('id', '=', routeId)
          .where('state', '<>', 'removing')
          .execute(),
      );
    },

    setProgress: (routeId, done, total) => changeRoute(routeId, { progress_done: done, progress_total: total }),
    setSynced: (routeId, now) => changeRoute(routeId, { last_synced_at: now }),
    confirmDeletions: (routeId, until) => changeRoute(routeId, { deletions_confirmed_until: until }),

    async waitingOn(accountId) {
      const rows = await database.run((db) => {
        const calendars = db.selectFrom('calendars').select('id').where('account_id', '=', accountId);
        const waiting = db
          .selectFrom('routes')
          .innerJoin('pairs', 'pairs.id', 'routes.pair_id')
          .select('routes.source_calendar_id')
          .where('pairs.paused', '=', 0)
          .where('pairs.removing', '=', 0)
          .where((eb) =>
            eb.or([
              eb('routes.state', 'in', ['stale', 'starting']),
              eb.and([eb('routes.state', '=', 'braked'), eb('routes.deletions_confirmed_until', '>', clock.now())]),
            ]),
          );
        return waiting
          .where('routes.source_calendar_id', 'in', calendars)
          .union(waiting.where('routes.target_calendar_id', 'in', calendars))
          .execute();
      });
      return rows.map((row) => row.source_calendar_id);
    },
  };
}

async function insertPair(db: Transaction<Schema>, pair: Pair, now: number): Promise<void> {
  const sources = pair.routes.map(({ sourceCalendarId }) => sourceCalendarId);
  await holdCalendars(db, sources);
  await db.insertInto('pairs').values(rowOfPair(pair)).execute();
  for (const [way, route] of pair.routes.entries()) {
    await db.insertInto('routes').values(rowOfRoute(route, way)).execute();
  }
  await refreshLiveSources(db, sources, now);
}
