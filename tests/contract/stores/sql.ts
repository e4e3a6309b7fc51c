import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DuplicatePair, LeaseLost, type Stores } from '../../../shared/stores/stores.ts';
import {
  DAY,
  id,
  MINUTE,
  NOW,
  pairOf,
  person,
  plainOptions,
  remote,
  type StoresWorld,
  source,
  twoWayPairOf,
} from './world.ts';

const later = () => NOW + 100 * DAY;

/** What every SQL database under the stores must do. */
export function describeSqlStores(name: string, open: () => Promise<StoresWorld>): void {
  describe(`the SQL stores on ${name}`, () => {
    let world: StoresWorld;
    let stores: Stores;
    beforeAll(async () => {
      world = await open();
      stores = world.stores;
    });
    afterAll(() => world.close());

    describe('accounts', () => {
      it('come back as they were added, by id and by the exact spelling of their subject', async () => {
        const { account } = await person(stores);
        expect(await stores.accounts.find(account.id)).toEqual(account);
        expect(await stores.accounts.findBySubject('microsoft', account.subject)).toEqual(account);
        expect(await stores.accounts.findBySubject('microsoft', account.subject.toLowerCase())).toBeUndefined();
        expect(await stores.accounts.findBySubject('google', account.subject)).toBeUndefined();
      });

      it('are refused when provider and subject are taken', async () => {
        const { account } = await person(stores);
        await expect(stores.accounts.add({ ...account, id: id() })).rejects.toThrow();
        expect(await stores.accounts.ofUser(account.userId)).toEqual([account]);
      });

      it('that are being removed stay so when late work finds their grant revoked', async () => {
        const { account } = await person(stores);
        await stores.accounts.setStatus(account.id, 'removing');
        await stores.accounts.setStatus(account.id, 'reconnect', 'grant-revoked');
        expect((await stores.accounts.find(account.id))?.status).toBe('removing');
      });

      it('leave nothing behind when they are removed, and a late token refresh does not bring their secret back', async () => {
        const { account, calendars } = await person(stores);
        const [calendar] = calendars;
        await stores.credentials.write(account.id, 'secret');
        await stores.subscriptions.put({
          id: id(),
          calendarId: calendar?.id ?? '',
          remoteId: 'r',
          expiresAt: NOW,
          renewAt: NOW,
        });
        await stores.accounts.remove(account.id);
        await stores.credentials.write(account.id, 'newer secret');
        expect(await stores.accounts.find(account.id)).toBeUndefined();
        expect(await stores.credentials.read(account.id)).toBeUndefined();
        expect(await stores.calendars.ofAccount(account.id)).toEqual([]);
        expect(await stores.subscriptions.ofCalendar(calendar?.id ?? '')).toEqual([]);
        await stores.users.remove(account.userId);
        expect(await stores.users.exists(account.userId)).toBe(false);
      });

      it('are polled when their time has come, each by one of two callers, and only while they are connected', async () => {
        const { account } = await person(stores, 'icloud');
        const far = NOW + 1e9;
        expect(await stores.accounts.takeDuePolls(far, 1000, () => far)).not.toContain(account.id);
        await stores.accounts.setPoll(account.id, NOW, 300_000);
        expect((await stores.accounts.find(account.id))?.pollEveryMs).toBe(300_000);
        const taken = await Promise.all([1, 2].map(() => stores.accounts.takeDuePolls(NOW, 1000, () => NOW + 900_000)));
        expect(taken.flat().filter((id) => id === account.id)).toHaveLength(1);
        expect(await stores.accounts.takeDuePolls(NOW + 1, 1000, () => 0)).not.toContain(account.id);
        await stores.accounts.setStatus(account.id, 'reconnect', 'password');
        expect(await stores.accounts.takeDuePolls(NOW + 900_000, 1000, () => 0)).not.toContain(account.id);
      });
    });

    describe('credentials', () => {
      it('come back as they were last written, from either connection', async () => {
        const { account } = await person(stores);
        await stores.credentials.write(account.id, 'first');
        await world.other.credentials.write(account.id, `{"refresh":"${'x'.repeat(20_000)}"}`);
        expect(await stores.credentials.read(account.id)).toHaveLength(20_014);
        await stores.credentials.remove(account.id);
        expect(await stores.credentials.read(account.id)).toBeUndefined();
      });

      it('written by two workers at once are one of the two', async () => {
        const { account } = await person(stores);
        await Promise.all([stores.credentials.write(account.id, 'a'), world.other.credentials.write(account.id, 'b')]);
        expect(['a', 'b']).toContain(await stores.credentials.read(account.id));
      });
    });

    describe('a listing of calendars', () => {
      it('that does not say what may be done leaves what was said before', async () => {
        const { account, calendars } = await person(stores);
        const [first] = calendars;
        if (!first) throw new Error('no calendar');
        const unsure = { writable: false, uncertain: true, reason: 'Not said.' } as const;
        const listing = [first.remoteId, 'new'].map((remoteId) => ({
          ...remote(remoteId),
          ...unsure,
          name: 'Renamed',
        }));
        await stores.calendars.takeListing(account, listing, NOW, id);
        const after = await stores.calendars.ofAccount(account.id);
        expect(after.find(({ remoteId }) => remoteId === first.remoteId)).toMatchObject({
          name: 'Renamed',
          writable: true,
        });
        expect(after.find(({ remoteId }) => remoteId === 'new')).toMatchObject({
          writable: false,
          reason: 'Not said.',
        });
      });

      it('keeps the ids of known calendars, adds new ones and marks the missing as gone until they return', async () => {
        const { account, calendars } = await person(stores);
        const [first] = calendars;
        if (!first) throw new Error('no calendar');
        await stores.calendars.takeListing(
          account,
          [{ ...remote('new'), color: '#aabbcc', zone: 'Europe/Oslo' }],
          NOW + 1,
          id,
        );
        expect(await stores.calendars.find(first.id)).toEqual({ ...first, goneAt: NOW + 1 });
        const added = (await stores.calendars.ofAccount(account.id)).find(({ remoteId }) => remoteId === 'new');
        expect(added).toMatchObject({
          color: '#aabbcc',
          zone: 'Europe/Oslo',
          ownerEmail: account.email,
          provider: 'microsoft',
        });
        await stores.calendars.takeListing(account, [{ ...remote(first.remoteId), name: 'Work' }], NOW + 2, id);
        expect(await stores.calendars.find(first.id)).toEqual({ ...first, name: 'Work' });
      });

      it('tells remote ids apart that differ in case only', async () => {
        const { account } = await person(stores, 'microsoft', 0);
        await stores.calendars.takeListing(account, [remote('AAmk'), remote('AAMk')], NOW, id);
        expect(await stores.calendars.ofAccount(account.id)).toHaveLength(2);
      });

      it('taken over by two workers at once adds each calendar once', async () => {
        const { account } = await person(stores, 'microsoft', 0);
        const listing = [remote('one'), remote('two')];
        await Promise.all([
          stores.calendars.takeListing(account, listing, NOW, id),
          world.other.calendars.takeListing(account, listing, NOW, id),
        ]);
        expect(await stores.calendars.ofAccount(account.id)).toHaveLength(2);
      });
    });

    describe('a lease', () => {
      it('goes to one of many workers that want it at once, and the others leave a mark for it', async () => {
        const { calendar } = await source(stores);
        const tries = Array.from({ length: 10 }, (_, index) =>
          (index % 2 ? stores : world.other).calendars.lease(calendar.id, NOW, MINUTE),
        );
        const leases = (await Promise.all(tries)).filter((lease) => lease !== undefined);
        expect(leases).toHaveLength(1);
        const [lease] = leases;
        if (lease) expect(await stores.calendars.release(lease)).toBe(true);
      });

      it('given back without its mark leaves nothing for the sweep', async () => {
        const { calendar } = await source(stores);
        const lease = await stores.calendars.lease(calendar.id, NOW, MINUTE);
        expect(await stores.calendars.lease(calendar.id, NOW + 1, MINUTE)).toBeUndefined();
        expect(lease && (await stores.calendars.release(lease, { keepsMark: false }))).toBe(false);
        const abandoned = await stores.calendars.takeAbandoned(NOW + 2, 100);
        expect(abandoned.map(({ calendarId }) => calendarId)).not.toContain(calendar.id);
      });

      it('given back unmarked says so, and the next one has a higher fence', async () => {
        const { calendar } = await source(stores);
        const first = await stores.calendars.lease(calendar.id, NOW, MINUTE);
        if (!first) throw new Error('no lease');
        expect(await stores.calendars.release(first)).toBe(false);
        const second = await stores.calendars.lease(calendar.id, NOW + 5, MINUTE);
        expect(second?.fence).toBeGreaterThan(first.fence);
        expect(second?.abandoned).toBe(false);
        expect(await stores.calendars.find(calendar.id)).toMatchObject({
          pullStartedAt: NOW + 5,
          leaseUntil: NOW + 5 + MINUTE,
        });
      });

      it('that another worker has taken over commits nothing', async () => {
        const { calendar } = await source(stores);
        const slow = await stores.calendars.lease(calendar.id, NOW, MINUTE);
        const fast = await world.other.calendars.lease(calendar.id, NOW + 2 * MINUTE, MINUTE);
        if (!slow || !fast) throw new Error('no lease');
        expect([slow.abandoned, fast.abandoned]).toEqual([false, true]);
        world.clock.time = NOW + 2 * MINUTE;
        const at = NOW + 2 * MINUTE + 1;
        await world.other.calendars.commitRound(fast, { cursor: 'fast', now: at });
        await expect(stores.calendars.commitRound(slow, { cursor: 'slow', now: at })).rejects.toThrow(LeaseLost);
        await expect(stores.calendars.renewLease(slow, at, MINUTE)).rejects.toThrow(LeaseLost);
        await expect(stores.calendars.forgetCursor(slow)).rejects.toThrow(LeaseLost);
        expect(await stores.calendars.release(slow)).toBe(false);
        expect(await stores.calendars.find(calendar.id)).toMatchObject({ cursor: 'fast', leaseUntil: fast.until });
      });

      it('that ran out commits nothing even if nobody has taken it', async () => {
        const { calendar } = await source(stores);
        const lease = await stores.calendars.lease(calendar.id, NOW, MINUTE);
        if (!lease) throw new Error('no lease');
        await expect(stores.calendars.commitRound(lease, { cursor: 'late', now: lease.until })).rejects.toThrow(
          LeaseLost,
        );
        expect((await stores.calendars.find(calendar.id))?.cursor).toBeUndefined();
      });

      it('can be extended, keeps cursor and window, and can forget the cursor', async () => {
        const { calendar } = await source(stores);
        const lease = await stores.calendars.lease(calendar.id, NOW, MINUTE);
        if (!lease) throw new Error('no lease');
        const longer = await stores.calendars.renewLease(lease, NOW + MINUTE - 1, MINUTE);
        const now = NOW + MINUTE + 1;
        await stores.calendars.commitRound(longer, { cursor: 'c', window: { start: 1, end: 2 }, now });
        await stores.calendars.commitRound(longer, { cursor: 'd', now });
        expect(await stores.calendars.find(calendar.id)).toMatchObject({ cursor: 'd', window: { start: 1, end: 2 } });
        world.clock.time = now;
        await stores.calendars.forgetCursor(longer);
        expect((await stores.calendars.find(calendar.id))?.cursor).toBeUndefined();
      });

      it('of a calendar that does not exist is not given', async () => {
        expect(await stores.calendars.lease('nothing', NOW, MINUTE)).toBeUndefined();
      });
    });

    describe('what is due', () => {
      it('is taken once when two timers run at once, and moves to its next time', async () => {
        const { calendar } = await source(stores);
        const now = later();
        const next = () => now + MINUTE;
        const takes = await Promise.all([
          stores.calendars.takeDuePolls(now, 1000, next),
          world.other.calendars.takeDuePolls(now, 1000, next),
        ]);
        expect(takes.flat().filter((taken) => taken === calendar.id)).toHaveLength(1);
        expect(await stores.calendars.takeDuePolls(now + MINUTE - 1, 1000, next)).not.toContain(calendar.id);
        expect(await stores.calendars.takeDuePolls(now + MINUTE, 1000, next)).toContain(calendar.id);
      });

      it('is counted apart for polls, slides and verifications, and no more than asked for are taken', async () => {
        for (let count = 0; count < 3; count += 1) await source(stores);
        const now = later();
        for (const take of ['takeDueSlides', 'takeDueVerifications'] as const) {
          expect(await stores.calendars[take](now, 2, () => now + 1)).toHaveLength(2);
        }
      });

      it('leaves alone targets, and sources whose pair is paused, being removed or gone', async () => {
        const now = later();
        const due = async () => {
          await stores.calendars.takeDuePolls(now, 1000, () => now - 1);
          return await stores.calendars.takeDuePolls(now, 1000, () => now - 1);
        };
        const one = await source(stores);
        expect(await due()).toContain(one.calendar.id);
        expect(await due()).not.toContain(one.target.id);
        await stores.pairs.setPaused(one.pair.id, true);
        expect(await due()).not.toContain(one.calendar.id);
        await stores.pairs.setPaused(one.pair.id, false);
        expect(await due()).toContain(one.calendar.id);
        await stores.pairs.setRemoving(one.pair.id);
        expect(await due()).not.toContain(one.calendar.id);
        await stores.pairs.remove(one.pair.id);
        expect(await stores.pairs.find(one.pair.id)).toBeUndefined();
        expect(await due()).not.toContain(one.calendar.id);
      });

      it('leaves alone sources whose account needs reconnecting or that are no longer listed', async () => {
        const now = later();
        const due = () => stores.calendars.takeDuePolls(now, 1000, () => now - 1);
        const { calendar, account, target } = await source(stores);
        await stores.accounts.setStatus(account.id, 'reconnect', 'grant-revoked');
        expect(await due()).not.toContain(calendar.id);
        await stores.accounts.setStatus(account.id, 'active');
        expect(await due()).toContain(calendar.id);
        await stores.calendars.takeListing(account, [remote(target.remoteId)], NOW, id);
        expect(await due()).not.toContain(calendar.id);
      });

      it('stays known when one of two pairs pauses while the other resumes', async () => {
        const { calendar, account, pair } = await source(stores);
        await stores.calendars.takeListing(account, [remote('AAMk/=0'), remote('AAMk/=1'), remote('x')], NOW, id);
        const third = (await stores.calendars.ofAccount(account.id)).find(({ remoteId }) => remoteId === 'x');
        if (!third) throw new Error('no calendar');
        const second = { ...pairOf(calendar, third), paused: true };
        await stores.pairs.add(second);
        await Promise.all([stores.pairs.setPaused(pair.id, true), world.other.pairs.setPaused(second.id, false)]);
        const now = later();
        expect(await stores.calendars.takeDuePolls(now, 1000, () => now + 1)).toContain(calendar.id);
      });

      it('finds calendars whose worker died or left a mark, once', async () => {
        const [dead, marked, well] = [await source(stores), await source(stores), await source(stores)];
        await stores.calendars.lease(dead.calendar.id, NOW, MINUTE);
        const lease = await stores.calendars.lease(marked.calendar.id, NOW, MINUTE);
        await stores.calendars.lease(marked.calendar.id, NOW, MINUTE);
        if (lease) await stores.calendars.release(lease);
        await stores.calendars.lease(well.calendar.id, NOW, 10 * MINUTE);
        const now = NOW + 2 * MINUTE;
        const takes = await Promise.all([
          stores.calendars.takeAbandoned(now, 1000),
          world.other.calendars.takeAbandoned(now, 1000),
        ]);
        const mine = [dead, marked, well].map(({ calendar }) => calendar.id);
        expect(
          takes
            .flat()
            .filter(({ calendarId }) => mine.includes(calendarId))
            .sort((a, b) => Number(b.died) - Number(a.died)),
        ).toEqual([
          { calendarId: dead.calendar.id, died: true },
          { calendarId: marked.calendar.id, died: false },
        ]);
      });
    });

    describe('pairs', () => {
      it('come back with both routes, options and problems as they were added', async () => {
        const { calendars, account } = await person(stores);
        const [a, b] = calendars;
        if (!a || !b) throw new Error('no calendars');
        const options = { markPrivate: true, showAs: 'oof', skipFree: true, transformIdentity: true } as const;
        const problem = { code: 'brake', message: 'Stopped.', action: 'confirm-deletions' };
        const pair = twoWayPairOf(a, b, { options }, { problem, lastSyncedAt: 7 });
        const [there, back] = pair.routes;
        await stores.pairs.add(pair);
        expect(await stores.pairs.find(pair.id)).toEqual(pair);
        expect(await stores.pairs.ofUser(account.userId)).toEqual([pair]);
        expect(await stores.pairs.ofAccount(account.id)).toEqual([pair]);
        expect(await stores.pairs.routesFrom(a.id)).toEqual([there]);
        expect(await stores.pairs.routesInto(a.id)).toEqual([back]);
        expect(await stores.pairs.route(back?.id ?? '')).toEqual(back);
      });

      it('have the way there before the way back, whatever their ids, and keep twins and order through every change', async () => {
        for (const [first, second] of [
          ['A', 'B'],
          ['B', 'A'],
        ]) {
          const { calendars, account } = await person(stores);
          const [a, b] = calendars;
          if (!a || !b) throw new Error('no calendars');
          const [thereId, backId] = [`${first}${id()}`, `${second}${id()}`];
          const pair = twoWayPairOf(a, b, { id: thereId, twinId: backId }, { id: backId, twinId: thereId });
          await stores.pairs.add(pair);
          await stores.pairs.setPaused(pair.id, true);
          await stores.pairs.setState(thereId, 'stale');
          await stores.pairs.setOptions(backId, { ...plainOptions, markPrivate: true });
          await stores.pairs.setProgress(thereId, 1, 2);
          await stores.pairs.setPaused(pair.id, false);
          const found = await world.other.pairs.find(pair.id);
          expect(found?.routes).toMatchObject([
            { id: thereId, twinId: backId, sourceCalendarId: a.id, targetCalendarId: b.id, state: 'stale' },
            { id: backId, twinId: thereId, sourceCalendarId: b.id, targetCalendarId: a.id, state: 'active' },
          ]);
          expect(found?.direction).toBe('two-way');
          expect(await stores.pairs.ofUser(account.userId)).toEqual([found]);
          expect(await stores.pairs.ofAccount(account.id)).toEqual([found]);
        }
      });

      it('that are one-way have no twin', async () => {
        const { pair } = await source(stores);
        const [route] = (await stores.pairs.find(pair.id))?.routes ?? [];
        expect(route).toEqual(pair.routes[0]);
        expect(route).not.toHaveProperty('twinId');
      });

      it('that are two-way are refused when either direction is taken, and take both', async () => {
        const { calendar, target, pair } = await source(stores);
        const both = twoWayPairOf(target, calendar);
        await expect(stores.pairs.add(both)).rejects.toThrow(DuplicatePair);
        expect(await stores.pairs.find(both.id)).toBeUndefined();
        expect(await stores.pairs.routesFrom(target.id)).toEqual([]);
        await stores.pairs.remove(pair.id);
        await stores.pairs.add(both);
        await expect(stores.pairs.add(pairOf(calendar, target))).rejects.toThrow(DuplicatePair);
        await expect(stores.pairs.add(pairOf(target, calendar))).rejects.toThrow(DuplicatePair);
      });

      it('that are two-way make sources of both calendars, and of neither when they are paused or gone', async () => {
        const { calendars } = await person(stores);
        const [a, b] = calendars;
        if (!a || !b) throw new Error('no calendars');
        const pair = twoWayPairOf(a, b);
        const now = later();
        const due = async () => {
          const taken = await stores.calendars.takeDuePolls(now, 1000, () => now);
          return [a.id, b.id].filter((calendarId) => taken.includes(calendarId));
        };
        await stores.pairs.add(pair);
        expect(await due()).toEqual([a.id, b.id]);
        await stores.pairs.setPaused(pair.id, true);
        expect(await due()).toEqual([]);
        await stores.pairs.setPaused(pair.id, false);
        expect(await due()).toEqual([a.id, b.id]);
        await stores.pairs.remove(pair.id);
        expect(await due()).toEqual([]);
        for (const { id: routeId } of pair.routes) expect(await stores.pairs.route(routeId)).toBeUndefined();
      });

      it('are refused when one leads from the same source to the same target, and nothing of them stays', async () => {
        const { calendar, target } = await source(stores);
        const twin = pairOf(calendar, target);
        await expect(stores.pairs.add(twin)).rejects.toThrow(DuplicatePair);
        expect(await stores.pairs.find(twin.id)).toBeUndefined();
      });

      it('that are paused or being removed have no routes to run, but their routes still lead into the target', async () => {
        const { calendar, target, pair } = await source(stores);
        await stores.pairs.setPaused(pair.id, true);
        expect(await stores.pairs.routesFrom(calendar.id)).toEqual([]);
        expect(await stores.pairs.routesInto(target.id)).toHaveLength(1);
        await stores.pairs.setPaused(pair.id, false);
        expect(await stores.pairs.routesFrom(calendar.id)).toHaveLength(1);
        await stores.pairs.setRemoving(pair.id);
        expect(await stores.pairs.routesFrom(calendar.id)).toEqual([]);
        expect((await stores.pairs.find(pair.id))?.removing).toBe(true);
      });

      it('keep what happened to their routes; a route being removed does not come back to life', async () => {
        const { pair } = await source(stores);
        const routeId = pair.routes[0]?.id ?? '';
        const options = { markPrivate: true, showAs: 'busy' as const, skipFree: false, transformIdentity: true };
        const problem = { code: 'target-revoked', message: 'Connect it again.', action: 'reconnect' };
        await stores.pairs.setOptions(routeId, options);
        await stores.pairs.setState(routeId, 'stale', problem);
        await stores.pairs.setProgress(routeId, 3, 9);
        await stores.pairs.setSynced(routeId, NOW);
        await stores.pairs.confirmDeletions(routeId, NOW + 1);
        expect(await stores.pairs.route(routeId)).toMatchObject({
          options,
          state: 'stale',
          problem,
          progressDone: 3,
          progressTotal: 9,
          lastSyncedAt: NOW,
          deletionsConfirmedUntil: NOW + 1,
        });
        await stores.pairs.setState(routeId, 'active');
        expect((await stores.pairs.route(routeId))?.problem).toBeUndefined();
        await stores.pairs.setRemoving(pair.id);
        await stores.pairs.setState(routeId, 'active');
        expect((await stores.pairs.route(routeId))?.state).toBe('removing');
      });

      it('waiting on an account are those stale, starting or allowed to delete, in either role', async () => {
        world.clock.time = NOW;
        const { account, calendar, target, pair } = await source(stores);
        const stranger = await person(stores, 'google', 1);
        const [elsewhere] = stranger.calendars;
        if (!elsewhere) throw new Error('no calendar');
        const routeId = pair.routes[0]?.id ?? '';
        expect(await stores.pairs.waitingOn(account.id)).toEqual([]);
        await stores.pairs.setState(routeId, 'braked');
        expect(await stores.pairs.waitingOn(account.id)).toEqual([]);
        await stores.pairs.confirmDeletions(routeId, NOW + 1);
        expect(await stores.pairs.waitingOn(account.id)).toEqual([calendar.id]);
        await stores.pairs.add(pairOf(elsewhere, target, { state: 'stale' }));
        expect((await stores.pairs.waitingOn(account.id)).sort()).toEqual([calendar.id, elsewhere.id].sort());
        expect(await stores.pairs.waitingOn(stranger.account.id)).toEqual([elsewhere.id]);
      });
    });

    describe('subscriptions', () => {
      it('come back as they were put, and are replaced by id', async () => {
        const { calendar } = await source(stores);
        const subscription = { id: id(), calendarId: calendar.id, remoteId: 'R', expiresAt: NOW + DAY, renewAt: NOW };
        await stores.subscriptions.put({ ...subscription, resourceId: 'res' });
        await stores.subscriptions.put(subscription);
        expect(await stores.subscriptions.find(subscription.id)).toEqual(subscription);
        expect(await stores.subscriptions.ofCalendar(calendar.id)).toEqual([subscription]);
      });

      it('are due when a live source has none, when the newest ends soon, and again when it is gone', async () => {
        const { calendar } = await source(stores);
        const due = (now: number) => stores.subscriptions.takeDueRenewals(now, 1000, MINUTE);
        world.clock.time = NOW;
        expect(await due(NOW + 1)).toContain(calendar.id);
        expect(await due(NOW + 2)).not.toContain(calendar.id);
        expect(await due(NOW + 1 + MINUTE)).toContain(calendar.id);
        const one = { id: id(), calendarId: calendar.id, remoteId: 'R', expiresAt: NOW + 2 * DAY, renewAt: NOW + DAY };
        await stores.subscriptions.put(one);
        expect(await due(NOW + DAY - 1)).not.toContain(calendar.id);
        expect(await due(NOW + DAY)).toContain(calendar.id);
        const two = { ...one, id: id(), renewAt: NOW + 5 * DAY };
        await stores.subscriptions.put(two);
        await stores.subscriptions.remove(one.id);
        expect(await due(NOW + 5 * DAY - 1)).not.toContain(calendar.id);
        world.clock.time = NOW + 2 * DAY;
        await stores.subscriptions.remove(two.id);
        expect(await due(NOW + 2 * DAY)).toContain(calendar.id);
      });

      it('are not asked for where only polling works, nor for iCloud, nor for a paused pair', async () => {
        const due = (now: number) => stores.subscriptions.takeDueRenewals(now, 1000, 1);
        const pollOnly = await source(stores);
        await stores.subscriptions.setPollOnly(pollOnly.calendar.id, NOW + 7 * DAY);
        const paused = await source(stores);
        await stores.pairs.setPaused(paused.pair.id, true);
        const apple = await person(stores, 'icloud');
        const [from, into] = apple.calendars;
        if (!from || !into) throw new Error('no calendars');
        await stores.pairs.add(pairOf(from, into));
        const taken = await due(NOW + 7 * DAY - 1);
        for (const calendar of [pollOnly.calendar, paused.calendar, from]) expect(taken).not.toContain(calendar.id);
        expect(await due(NOW + 7 * DAY)).toContain(pollOnly.calendar.id);
      });
    });
  });
}
