import type { Window } from '../calendar/window.ts';
import { isProviderError } from '../providers/errors.ts';
import type { Change, RoundEnd, RoundStart } from '../providers/provider.ts';
import type { Calendar, Route } from '../stores/stores.ts';
import type { LeaseKeeper } from './leaseKeeper.ts';
import type { SyncNeeds } from './needs.ts';
import { openRoute, type RouteWork } from './routeWork.ts';
import { routeBraked, routeFailed, targetDisconnected } from './trouble.ts';
import { type TwinWatch, watchTwin } from './twinWatch.ts';

/** The routes of a round. One that fails drops out, is marked stale, and does not hold up the others. */
export interface Team {
  take(changes: readonly Change[]): Promise<void>;
  finish(end: RoundEnd): Promise<void>;
  totals(): { created: number; updated: number; deleted: number; givenBack: number; failed: number };
}

export interface TeamOptions {
  readonly needs: SyncNeeds;
  readonly source: Calendar;
  readonly routes: readonly Route[];
  readonly keeper: LeaseKeeper;
  readonly start: RoundStart;
  /** Also look at the copies themselves; a route that is not active yet always does. */
  readonly verify: boolean;
  readonly attempt: number;
}

export async function openTeam({ needs, source, routes, keeper, start, verify, attempt }: TeamOptions): Promise<Team> {
  const full = 'window' in start;
  const window = windowOf(source, start);
  const members: RouteWork[] = [];
  const watches = new Map<string, TwinWatch>();
  const out = new Set<string>();

  async function each(route: Route, task: () => Promise<void>): Promise<void> {
    if (out.has(route.id)) return;
    try {
      await task();
    } catch (error) {
      if (!isProviderError(error)) throw error;
      out.add(route.id);
      await routeFailed(needs, route, error, attempt);
    }
  }

  async function join(route: Route): Promise<void> {
    const target = await writableCalendar(needs, route);
    if (!target) return;
    const progress = (done: number, total: number) =>
      full ? needs.stores.pairs.setProgress(route.id, done, total) : Promise.resolve();
    const twin = route.twinId && (await needs.stores.pairs.route(route.twinId));
    if (twin) watches.set(route.id, watchTwin(needs, twin));
    const look = full && (verify || route.state !== 'active');
    members.push(
      await openRoute({ needs, route, source, target, window, verify: look, permit: keeper.permit, progress }),
    );
  }

  for (const route of routes) await each(route, () => join(route));

  return {
    async take(changes) {
      const events = changes.flatMap((change) => (change.kind === 'event' ? [change.event] : []));
      const removed = changes.flatMap((change) => (change.kind === 'removed' ? [change.id] : []));
      const unreadable = changes.flatMap((change) => (change.kind === 'unreadable' ? [change.id] : []));
      if (unreadable.length > 0) needs.log('unreadable', { calendar: source.id, count: unreadable.length });
      for (const work of members) {
        await each(work.route, async () => {
          const watch = watches.get(work.route.id);
          if (changes.some(({ kind }) => kind === 'anew')) {
            watch?.anew();
            work.anew();
          }
          await watch?.events(events);
          await watch?.removed(removed);
          await work.unreadable(unreadable);
          await work.removed(removed);
          for (const change of changes) {
            if (change.kind !== 'series') continue;
            await watch?.series(change.seriesId, change.instanceIds);
            await work.series(change.seriesId, change.instanceIds);
          }
          if (events.length > 0) await work.events(events);
        });
      }
    },
    async finish(end) {
      for (const work of members) {
        await each(work.route, async () => {
          await watches.get(work.route.id)?.finish(end.full);
          const held = await work.finish(end.full);
          if (held) await routeBraked(needs, work.route, held);
          else await routeFollowed(needs, work.route, end.full);
        });
      }
    },
    totals() {
      const sum = (pick: (work: RouteWork) => number) => members.reduce((total, work) => total + pick(work), 0);
      return {
        created: sum(({ counts }) => counts.created),
        updated: sum(({ counts }) => counts.updated),
        deleted: sum(({ counts }) => counts.deleted),
        givenBack: sum(({ counts }) => counts.givenBack),
        failed: out.size,
      };
    },
  };
}

async function routeFollowed(needs: SyncNeeds, route: Route, full: boolean): Promise<void> {
  if (full && (route.state !== 'active' || route.problem)) await needs.stores.pairs.setState(route.id, 'active');
  await needs.stores.pairs.setSynced(route.id, needs.clock.now());
}

/** The route's target, while it is there and its account is connected; otherwise the route is stale until that changes. */
export async function writableCalendar(needs: SyncNeeds, route: Route): Promise<Calendar | undefined> {
  const target = await needs.stores.calendars.find(route.targetCalendarId);
  if (target && !target.goneAt && target.accountStatus === 'active') return target;
  await targetDisconnected(needs, route, !target || target.goneAt !== undefined);
  return undefined;
}

function windowOf(source: Calendar, start: RoundStart): Window {
  const window = 'window' in start ? start.window : source.window;
  if (!window) throw new Error('A calendar with a cursor has the window of its last full round.');
  return window;
}
