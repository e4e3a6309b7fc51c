import { describe, expect, it } from '@jest/globals';
import type { BulkMessage } from '../../shared/platform/queues.ts';
import { signPushToken } from '../../shared/platform/signedToken.ts';
import type { CalendarProvider } from '../../shared/providers/provider.ts';
import { refOf, type SyncNeeds } from '../../shared/sync/needs.ts';
import { googlePush, graphPush } from '../../shared/sync/notifications.ts';
import { fullRound as runFullRound } from '../../shared/sync/round.ts';
import { DAY, HOUR, inWorld, MINUTE, SECOND, seen, writes } from './inWorld.ts';
import { appointment, type Service, type TestWorld } from './testWorld.ts';

const { world: startWorld } = inWorld();

async function synced(from: Service = 'microsoft', to: Service = 'google', events = 5) {
  const world = await startWorld();
  const source = await world.connect(from, 'ann@work.example');
  const target = await world.connect(to, 'ann@home.example');
  for (let count = 0; count < events; count += 1) world.insert(source, appointment(`Event ${count}`, day(count)));
  const pair = await world.pair(source, target);
  await world.advance(30 * SECOND);
  const route = pair.routes[0];
  if (!route) throw new Error('The pair has no route.');
  expect(seen(world, target)).toHaveLength(events);
  return { world, source, target, pair, route };
}

function day(count: number): string {
  return `${new Date(Date.parse('2026-12-01') + count * DAY).toISOString().slice(0, 10)}T09:00`;
}

async function fullRound(world: TestWorld, calendarId: string, verify = true): Promise<void> {
  await world.needs.queues.bulk({ kind: 'full', calendarId, at: world.needs.clock.now(), verify });
  await world.advance(MINUTE);
}

const unnoted = {
  title: 'Unnoted',
  description: '',
  location: '',
  span: { kind: 'all-day', start: '2026-12-24', end: '2026-12-25' },
  showAs: 'busy',
  sensitivity: 'normal',
} as const;

/** Pulls of which the first that tells the occurrences of a series lacks two of them. */
function cutting(provider: CalendarProvider): CalendarProvider['pull'] {
  let cut: readonly string[] = [];
  return async function* (calendar, start) {
    const round = provider.pull(calendar, start);
    for (;;) {
      const step = await round.next();
      if (step.done) return step.value;
      const told = step.value.find((change) => change.kind === 'series');
      if (!told || cut.length > 0) yield step.value;
      else {
        cut = told.instanceIds.slice(0, 2);
        const rest = step.value.filter((change) => change.kind !== 'event' || !cut.includes(change.event.id));
        const instanceIds = told.instanceIds.slice(2);
        yield rest.map((change) => (change.kind === 'series' ? { ...change, instanceIds } : change));
      }
    }
  };
}

/** The names of the faults by which each simulator says the same thing. */
const faultNames = {
  microsoft: { emptyList: 'empty-value', notJson: 'not-json', expired: 'sync-state-not-found', lost: 'response-lost' },
  google: { emptyList: 'empty-list', notJson: 'not-json', expired: 'full-sync-required', lost: 'response-lost' },
} as const;

describe.each<[Service, Service]>([
  ['microsoft', 'google'],
  ['google', 'microsoft'],
])('trouble between %s and %s', (from, to) => {
  it('an emptied source stops at the brake, and goes on when the user confirms', async () => {
    const { world, source, target, route } = await synced(from, to, 30);
    for (const event of world.worlds[from].events(source.remote.id))
      world.worlds[from].remove(source.remote.id, event.id);
    await world.advance(MINUTE);
    // Notifications of single deletions may let a few through before the rest stands out; most copies must stand.
    const braked = await world.stores.pairs.route(route.id);
    expect(braked?.state).toBe('braked');
    expect(braked?.problem).toMatchObject({ code: 'mass-deletion', action: 'confirm-deletions' });
    expect(seen(world, target)).toHaveLength(30);
    await fullRound(world, source.calendar.id);
    expect(seen(world, target)).toHaveLength(30);
    await world.stores.pairs.confirmDeletions(route.id, world.needs.clock.now() + HOUR);
    await fullRound(world, source.calendar.id);
    expect(seen(world, target)).toEqual([]);
    expect((await world.stores.pairs.route(route.id))?.state).toBe('active');
  });

  it('a 200 with an empty list deletes nothing', async () => {
    const { world, source, target, route } = await synced(from, to);
    world.fault(from, { name: faultNames[from].emptyList, times: 1 });
    await fullRound(world, source.calendar.id, false);
    expect(seen(world, target)).toHaveLength(5);
    await world.advance(HOUR);
    expect(seen(world, target)).toHaveLength(5);
    expect((await world.stores.pairs.route(route.id))?.state).toBe('active');
  });

  it('an answer that is not JSON loses and deletes nothing', async () => {
    const { world, source, target } = await synced(from, to);
    world.fault(from, { name: faultNames[from].notJson, times: 2 });
    world.insert(source, appointment('New', '2026-12-24T09:00'));
    await world.advance(HOUR);
    expect(seen(world, target)).toHaveLength(6);
  });

  it('an expired cursor ends in a full round that loses nothing and leaves no ghost', async () => {
    const { world, source, target } = await synced(from, to);
    world.fault(from, { name: faultNames[from].expired, times: 1 });
    const [first] = world.worlds[from].events(source.remote.id);
    world.worlds[from].remove(source.remote.id, first?.id ?? '');
    world.insert(source, appointment('New', '2026-12-24T09:00'));
    await world.advance(10 * MINUTE);
    expect(seen(world, target).map((line) => line.slice(20))).toEqual([
      'Event 1',
      'Event 2',
      'Event 3',
      'Event 4',
      'New',
    ]);
  });

  it('an answer lost after the commit makes no second copy', async () => {
    const { world, source, target } = await synced(from, to, 2);
    world.fault(to, { name: faultNames[to].lost, times: 1 });
    world.insert(source, appointment('New', '2026-12-24T09:00'));
    await world.advance(HOUR);
    expect(seen(world, target).filter((line) => line.endsWith('New'))).toHaveLength(1);
  });

  it('a first copy that is found again is brought up to date, also when that fails at first', async () => {
    const { world, source, target } = await synced(from, to, 2);
    world.fault(to, { name: faultNames[to].lost, times: 1 });
    const event = world.insert(source, appointment('New', '2026-12-24T09:00'));
    await world.advance(5 * SECOND);
    expect(seen(world, target).join()).toContain('New');
    world.fault(to, { name: 'unavailable', times: 1, method: to === 'google' ? 'PUT' : 'PATCH' });
    world.worlds[from].change(source.remote.id, event.id, { title: 'Newer' });
    await world.advance(3 * HOUR);
    expect(seen(world, target).filter((line) => line.includes('New'))).toEqual(['2026-12-24T09:00:00 Newer']);
  });

  it('a worker killed between write and link makes no second copy', async () => {
    const { world, source, target } = await synced(from, to, 2);
    const { links } = world.stores;
    const { put } = links;
    let killed = 0;
    Object.assign(links, {
      put: async () => {
        killed += 1;
        Object.assign(links, { put });
        throw new Error('killed');
      },
    });
    world.insert(source, appointment('New', '2026-12-24T09:00'));
    await expect(world.advance(10 * SECOND)).rejects.toThrow('killed');
    await world.advance(5 * MINUTE);
    await world.needs.queues.changes({ kind: 'pull', calendarId: source.calendar.id, at: world.needs.clock.now() });
    await world.advance(5 * MINUTE);
    expect(killed).toBe(1);
    expect(seen(world, target).filter((line) => line.endsWith('New'))).toHaveLength(1);
  });

  it('a revoked grant of the source asks for reconnecting once, deletes nothing, and is not tried again', async () => {
    const { world, source, target } = await synced(from, to);
    await revoke(world, from, source.email);
    // Access tokens live for an hour; the refresh is what fails.
    await world.advance(2 * HOUR);
    world.insert(source, appointment('New', '2026-12-24T09:00'));
    await world.needs.queues.changes({ kind: 'pull', calendarId: source.calendar.id, at: world.needs.clock.now() });
    await world.advance(MINUTE);
    expect((await world.stores.accounts.find(source.account.id))?.status).toBe('reconnect');
    const before = world.requests.length;
    for (let turn = 0; turn < 20; turn += 1) {
      await world.needs.queues.changes({ kind: 'pull', calendarId: source.calendar.id, at: world.needs.clock.now() });
      await world.advance(10 * MINUTE);
    }
    expect(world.requests.slice(before).filter(({ service }) => service === from)).toEqual([]);
    expect(seen(world, target)).toHaveLength(5);
  });

  it('a calendar that vanished stops its pair and leaves the copies', async () => {
    const { world, source, target, route } = await synced(from, to);
    world.worlds[from].removeCalendar(source.remote.id);
    await world.needs.queues.changes({ kind: 'pull', calendarId: source.calendar.id, at: world.needs.clock.now() });
    await world.advance(HOUR);
    expect((await world.stores.pairs.route(route.id))?.problem?.code).toBe('source-gone');
    expect(seen(world, target)).toHaveLength(5);
  });

  it('forged and truncated notifications cost no request', async () => {
    const { world, source } = await synced(from, to);
    const before = world.requests.length;
    const forged = signPushToken(
      { ...world.keyring, newest: () => ({ id: 'k1', bytes: new Uint8Array(32).fill(9) }) },
      { calendarId: source.calendar.id, subscriptionId: 's' },
    );
    await graphPush(world.push, JSON.stringify({ value: [{ clientState: forged }] }), null);
    await graphPush(world.push, '{"value":[{"clientState"', null);
    await googlePush(world.push, forged, 'exists');
    await world.advance(MINUTE);
    expect(world.requests.slice(before)).toEqual([]);
  });

  it('a throttled target is left alone as long as it asks, and catches up', async () => {
    const { world, source, target, route } = await synced(from, to, 2);
    world.fault(to, to === 'google' ? { name: 'too-many-requests', times: 1 } : { name: 'throttled', times: 1 });
    world.insert(source, appointment('New', '2026-12-24T09:00'));
    await world.advance(HOUR);
    expect(seen(world, target)).toHaveLength(3);
    expect((await world.stores.pairs.route(route.id))?.state).toBe('active');
  });

  it('a target that cannot be written does not hold up the other routes of the source', async () => {
    const { world, source, target } = await synced(from, to, 2);
    const other = await world.connect(to, 'ann@third.example');
    await world.pair(source, other);
    await world.advance(MINUTE);
    await revoke(world, to, target.email);
    await world.advance(2 * HOUR);
    world.insert(source, appointment('New', '2026-12-24T09:00'));
    await world.advance(MINUTE);
    expect(seen(world, other)).toHaveLength(3);
    expect(seen(world, target)).toHaveLength(2);
  });

  it('an event that makes no sense keeps its copy and does not stop the others', async () => {
    const { world, source, target, route } = await synced(from, to, 3);
    const provider = world.needs.providers[from];
    if (!provider) throw new Error('The provider is missing.');
    const { pull } = provider;
    // What a service may send some day: the first event of each round cannot be read.
    Object.assign(provider, {
      async *pull(...args: Parameters<typeof pull>) {
        const pages = pull(...args);
        for (let step = await pages.next(); ; step = await pages.next()) {
          if (step.done) return step.value;
          yield step.value.map((change, index) =>
            index === 0 && change.kind === 'event' ? { kind: 'unreadable', id: change.event.id } : change,
          );
        }
      },
    });
    await fullRound(world, source.calendar.id);
    await fullRound(world, source.calendar.id);
    expect(seen(world, target)).toHaveLength(3);
    expect(await world.stores.pairs.route(route.id)).toMatchObject({ state: 'active' });
  });

  it('a copy that its user invited people to is theirs from then on', async () => {
    const { world, source, target, pair } = await synced(from, to, 3);
    const attendees = [{ email: 'kim@other.example', response: 'none' as const }];
    const [first, second] = world.worlds[to].events(target.remote.id);
    for (const copy of [first, second]) world.worlds[to].change(target.remote.id, copy?.id ?? '', { attendees });
    const originals = world.worlds[from].events(source.remote.id);
    const original = (title = '') => originals.find((event) => event.title === title)?.id ?? '';
    world.worlds[from].change(source.remote.id, original(first?.title), { title: 'Changed' });
    world.worlds[from].remove(source.remote.id, original(second?.title));
    await world.advance(MINUTE);
    await fullRound(world, source.calendar.id);
    await world.needs.queues.bulk({ kind: 'remove-pair', pairId: pair.id, copies: 'remove' });
    await world.advance(MINUTE);
    expect(
      world
        .shown(target)
        .map(({ fields }) => fields.title)
        .sort(),
    ).toEqual([first?.title, second?.title].sort());
  });

  it('what is in a calendar besides our copies is never touched', async () => {
    const { world, source, target } = await synced(from, to, 3);
    const own = world.insert(target, appointment('My own', '2026-12-01T09:00'));
    const before = { ...world.worlds[to].event(target.remote.id, own.id) };
    for (const event of world.worlds[from].events(source.remote.id))
      world.worlds[from].remove(source.remote.id, event.id);
    await world.advance(MINUTE);
    await fullRound(world, source.calendar.id);
    expect(seen(world, target)).toEqual(['2026-12-01T09:00:00 My own']);
    expect({ ...world.worlds[to].event(target.remote.id, own.id) }).toEqual(before);
  });

  it('a calendar that copies of another route fill is not copied on, and a circle comes to rest', async () => {
    const { world, source, target } = await synced(from, to, 2);
    await world.pair(target, source);
    await world.advance(10 * MINUTE);
    expect(seen(world, source)).toHaveLength(2);
    expect(seen(world, target)).toHaveLength(2);
    const before = world.requests.length;
    await world.advance(HOUR);
    expect([...writes(world, source, before), ...writes(world, target, before)]).toEqual([]);
  });

  it('a worker that lost its lease commits nothing', async () => {
    const { world, source } = await synced(from, to, 2);
    const { calendars } = world.stores;
    const now = world.needs.clock.now();
    const first = await calendars.lease(source.calendar.id, now, MINUTE);
    const second = await calendars.lease(source.calendar.id, now + 2 * MINUTE, MINUTE);
    if (!first || !second) throw new Error('The leases were not given.');
    await expect(calendars.commitRound(first, { cursor: 'stale', now })).rejects.toThrow('taken over');
    expect((await calendars.find(source.calendar.id))?.cursor).not.toBe('stale');
  });

  it('occurrences that a cut page of a round lacks keep their copies', async () => {
    const { world, source, target } = await synced(from, to, 1);
    const series = world.insert(source, appointment('Choir', '2026-12-03T19:00'), 'FREQ=WEEKLY;COUNT=6');
    await world.advance(MINUTE);
    const copies = world.shown(target).map(({ event }) => event.id);
    expect(copies).toHaveLength(7);
    const provider = world.needs.providers[from];
    if (!provider) throw new Error('There is no provider.');
    Object.assign(world.needs.providers, { [from]: { ...provider, pull: cutting(provider) } });
    world.worlds[from].remove(source.remote.id, series.id, '2026-12-10T19:00:00');
    await world.advance(5 * MINUTE);
    const kept = world.shown(target).map(({ event }) => event.id);
    expect(copies).toEqual(expect.arrayContaining(kept));
    expect(kept).toHaveLength(6);
  });

  it('what a worker that died wrote without noting it is looked for as soon as another has the calendar', async () => {
    const { world, source, target, route } = await synced(from, to, 2);
    await world.stores.calendars.lease(source.calendar.id, world.needs.clock.now(), MINUTE);
    const marker = { routeId: route.id, origin: 'o'.repeat(22), generation: 0 };
    const identity = `hetk1:${route.id}:${marker.origin}:0`;
    const [written] =
      (await world.needs.providers[to]?.write(refOf(target.calendar), [
        { kind: 'create', identity, content: unnoted, marker },
      ])) ?? [];
    expect(written?.ok).toBe(true);
    expect(seen(world, target)).toHaveLength(3);
    await world.advance(2 * MINUTE);
    world.insert(source, appointment('Next', '2026-12-20T09:00'));
    await world.advance(MINUTE);
    expect(seen(world, target).map((line) => line.slice(20))).toEqual(['Event 0', 'Event 1', 'Next']);
  });

  it('a copy that nothing notes any more is left alone once its user has invited people to it', async () => {
    const { world, source, target, route } = await synced(from, to, 1);
    const [original] = world.worlds[from].events(source.remote.id);
    const [copy] = world.shown(target);
    if (!original || !copy) throw new Error('There is no copy.');
    for await (const links of world.stores.links.all(route.id)) {
      await world.stores.links.remove(
        route.id,
        links.map(({ originalId }) => originalId),
      );
    }
    const attendees = [{ email: 'guest@example.org', response: 'none' as const }];
    world.worlds[to].change(target.remote.id, copy.event.id, { attendees });
    world.worlds[from].change(source.remote.id, original.id, { title: 'Renamed' });
    await world.advance(MINUTE);
    await fullRound(world, source.calendar.id);
    expect(world.mails()).toBe(0);
    expect(seen(world, target).map((line) => line.slice(20))).toEqual(['Event 0']);
  });

  it('a full round whose lease another worker took is asked for again', async () => {
    const { world, source } = await synced(from, to, 2);
    const { needs } = world;
    const provider = needs.providers[from];
    if (!provider) throw new Error('There is no provider.');
    const asked: BulkMessage[] = [];
    const overtaken: SyncNeeds = {
      ...needs,
      queues: { ...needs.queues, bulk: async (message) => void asked.push(message) },
      providers: {
        ...needs.providers,
        [from]: {
          ...provider,
          async *pull(...given: Parameters<typeof provider.pull>) {
            await needs.stores.calendars.lease(source.calendar.id, needs.clock.now() + HOUR, MINUTE);
            return yield* provider.pull(...given);
          },
        },
      },
    };
    const message = { kind: 'full', calendarId: source.calendar.id, at: needs.clock.now(), verify: true } as const;
    await runFullRound(overtaken, message);
    expect(asked).toEqual([message]);
  });
});

async function revoke(world: TestWorld, service: Service, email: string): Promise<void> {
  const origin = service === 'microsoft' ? 'http://localhost:7072' : 'http://localhost:7073';
  const answer = await world.network(`${origin}/sim/people/${encodeURIComponent(email)}/revoke`, { method: 'POST' });
  expect(answer.status).toBe(204);
}
