import { describe, expect, it } from '@jest/globals';
import { newId } from '../../shared/platform/random.ts';
import { ProviderError } from '../../shared/providers/errors.ts';
import type { CalendarProvider } from '../../shared/providers/provider.ts';
import { pollDue } from '../../shared/sync/due.ts';
import type { SyncNeeds } from '../../shared/sync/needs.ts';
import { pollAccount } from '../../shared/sync/pollAccount.ts';
import { inWorld, MINUTE, SECOND, seen } from './inWorld.ts';
import { appointment, type Side, type TestWorld } from './testWorld.ts';

const { world: startWorld } = inWorld();

/** What the account's service says instead of what the simulated one would. */
type Answers = Partial<Pick<CalendarProvider, 'changedCalendars' | 'pull'>>;

/** An account of the simulated Google, asked as if it had no push: the pace and what follows from an answer are the same for every service. */
async function polled(calendars: 1 | 2, answers: (google: CalendarProvider) => Answers = () => ({})) {
  const world = await startWorld();
  const source = await world.connect('google', 'ann@work.example');
  const target = await world.connect('microsoft', 'ann@home.example');
  await world.pair(source, target);
  const other = calendars === 2 ? await anotherCalendar(world, source) : undefined;
  if (other) await world.pair(other, target);
  await world.advance(30 * SECOND);
  let asked = 0;
  const google = world.needs.providers.google;
  if (!google) throw new Error('The world has no Google.');
  const { changedCalendars = async () => [], pull = google.pull } = answers(google);
  const provider: CalendarProvider = {
    ...google,
    changedCalendars: async (...args) => {
      asked += 1;
      return changedCalendars(...args);
    },
    pull: (...args) => {
      asked += 1;
      return pull(...args);
    },
  };
  const needs: SyncNeeds = { ...world.needs, providers: { ...world.needs.providers, google: provider } };
  const { id } = source.account;
  const poll = () => pollAccount(needs, { kind: 'poll', accountId: id, at: world.now() });
  const account = async () => world.stores.accounts.find(id);
  /** Is the account's poll due after so long? Asks without taking it. */
  const dueAfter = async (ms: number) =>
    (await world.stores.accounts.takeDuePolls(world.now() + ms, 10, () => 9e15)).includes(id);
  return { world, needs, source, other, target, poll, account, dueAfter, asked: () => asked };
}

const otherCalendar = {
  name: 'Other',
  color: '#1a57c9',
  zone: 'Europe/Vienna',
  primary: false,
  access: 'owner',
} as const;

async function anotherCalendar({ needs, stores, worlds, now }: TestWorld, side: Side): Promise<Side> {
  const remote = worlds.google.addCalendar({ ...otherCalendar, owner: side.email });
  const listing = (await needs.providers.google?.listCalendars(side.account.id, side.email)) ?? [];
  await stores.calendars.takeListing(side.account, listing, now(), () => newId(needs.random));
  const calendar = (await stores.calendars.ofAccount(side.account.id)).find(({ name }) => name === 'Other');
  if (!calendar) throw new Error('The simulated service does not list the other calendar.');
  return { ...side, remote, calendar };
}

function failing(error: ProviderError): (google: CalendarProvider) => Answers {
  return () => ({
    changedCalendars: () => Promise.reject(error),
    // biome-ignore lint/correctness/useYield: it fails before it says anything.
    async *pull() {
      throw error;
    },
  });
}

describe('an account without push', () => {
  it('is asked by the timer once its time has come, and each calendar that changed is pulled', async () => {
    let changed: string[] = [];
    const { world, needs, source, other, asked } = await polled(2, () => ({ changedCalendars: async () => changed }));
    changed = [other?.calendar.remoteId ?? ''];
    await world.stores.accounts.setPoll(source.account.id, world.now(), 0);
    await pollDue(needs);
    const queued = world.queue.filter(({ message }) => message.kind === 'poll').map(({ message }) => message);
    expect(queued).toEqual([{ kind: 'poll', accountId: source.account.id, at: world.now() }]);
    world.queue.length = 0;
    await pollAccount(needs, { kind: 'poll', accountId: source.account.id, at: world.now() });
    expect(asked()).toBe(1);
    expect(world.queue.map(({ message }) => message)).toEqual([
      { kind: 'pull', calendarId: other?.calendar.id, at: world.now() },
    ]);
  });

  it('of which a single calendar is watched is asked for its changes at once, in one request where there are none', async () => {
    const { world, source, target, poll, asked } = await polled(1);
    const from = world.requests.length;
    await poll();
    expect(asked()).toBe(1);
    expect(world.requests.slice(from).map(({ service }) => service)).toEqual(['google']);
    world.insert(source, appointment('Dentist', '2026-11-25T09:00'));
    world.queue.length = 0;
    await poll();
    expect(asked()).toBe(2);
    expect(seen(world, target)).toEqual(['2026-11-25T09:00:00 Dentist']);
    expect(world.queue).toEqual([]);
  });

  it('of which a single calendar is watched waits for whoever works on it, who looks once more afterwards', async () => {
    const { world, source, poll, asked } = await polled(1);
    const lease = await world.stores.calendars.lease(source.calendar.id, world.now(), MINUTE);
    await poll();
    expect(asked()).toBe(0);
    expect(lease && (await world.stores.calendars.release(lease))).toBe(true);
  });

  it('of which a single calendar is watched begins it anew soon when its cursor is no longer known', async () => {
    const expired = new ProviderError('expired-cursor', 'The cursor is no longer known.');
    const { world, source, poll, account } = await polled(1, failing(expired));
    world.queue.length = 0;
    await poll();
    const { id } = source.calendar;
    expect(world.queue.map(({ message }) => message)).toMatchObject([{ kind: 'full', calendarId: id }]);
    expect((await world.stores.calendars.find(id))?.cursor).toBeUndefined();
    expect((await account())?.pollEveryMs).toBe(5 * MINUTE);
  });

  it('of which the single watched calendar vanished finds that out, leaves its copies and asks no more for it', async () => {
    const { world, source, target, poll, asked } = await polled(1);
    world.insert(source, appointment('Dentist', '2026-11-25T09:00'));
    await poll();
    world.worlds.google.removeCalendar(source.remote.id);
    world.worlds.google.addCalendar({ ...otherCalendar, owner: source.email });
    await poll();
    const [route] = await world.stores.pairs.routesFrom(source.calendar.id);
    expect(route).toMatchObject({ state: 'stale', problem: { code: 'source-gone' } });
    expect(seen(world, target)).toEqual(['2026-11-25T09:00:00 Dentist']);
    const before = asked();
    await poll();
    expect(asked()).toBe(before);
  });

  it.each([1, 2] as const)(
    'is asked ever less often while it is quiet, at the least every quarter of an hour, and soon again after a change (%i watched)',
    async (calendars) => {
      let changed: string[] = [];
      const { world, source, poll, account } = await polled(calendars, () => ({
        changedCalendars: async () => changed,
      }));
      await poll();
      expect((await account())?.pollEveryMs).toBe(375_000);
      for (let quiet = 0; quiet < 10; quiet += 1) await poll();
      expect((await account())?.pollEveryMs).toBe(15 * MINUTE);
      world.insert(source, appointment('Dentist', '2026-11-25T09:00'));
      changed = [source.calendar.remoteId];
      await poll();
      expect((await account())?.pollEveryMs).toBe(5 * MINUTE);
    },
  );

  it.each([1, 2] as const)('is left alone for as long as the service asks (%i watched)', async (calendars) => {
    const busy = new ProviderError('throttled', 'The service asks for a pause.', { retryAfterMs: 60 * MINUTE });
    const { world, poll, dueAfter } = await polled(calendars, failing(busy));
    world.queue.length = 0;
    await poll();
    expect(world.queue.every(({ at }) => at >= world.now() + 60 * MINUTE)).toBe(true);
    expect(await dueAfter(59 * MINUTE)).toBe(false);
    expect(await dueAfter(61 * MINUTE)).toBe(true);
  });

  it.each([1, 2] as const)('is not asked again once its grant is gone (%i watched)', async (calendars) => {
    const gone = new ProviderError('revoked', 'The password is no longer taken.');
    const { world, poll, account, asked, dueAfter } = await polled(calendars, failing(gone));
    world.queue.length = 0;
    await poll();
    expect((await account())?.status).toBe('reconnect');
    expect(world.queue).toEqual([]);
    await poll();
    expect(asked()).toBe(1);
    expect(await dueAfter(24 * 60 * MINUTE)).toBe(false);
  });
});
