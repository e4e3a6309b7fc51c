import { describe, expect, it } from '@jest/globals';
import { refOf } from '../../shared/sync/needs.ts';
import { link } from '../unit/sync/builders.ts';
import { HOUR, inWorld, MINUTE, SECOND, seen } from './inWorld.ts';
import { appointment, type Service } from './testWorld.ts';

const { world: startWorld } = inWorld();

async function synced(from: Service, to: Service) {
  const world = await startWorld();
  const source = await world.connect(from, 'ann@work.example');
  const target = await world.connect(to, 'ann@home.example');
  for (let hour = 8; hour < 18; hour += 1) {
    world.insert(source, appointment(`Slot ${hour}`, `2026-12-01T${String(hour).padStart(2, '0')}:00`));
  }
  world.insert(target, appointment('My own', '2026-12-05T09:00'));
  const pair = await world.pair(source, target);
  await world.advance(30 * SECOND);
  expect(seen(world, target)).toHaveLength(11);
  return { world, source, target, pair };
}

describe.each<[Service, Service]>([
  ['microsoft', 'google'],
  ['google', 'microsoft'],
])('leaving, from %s to %s', (from, to) => {
  it('an account that is disconnected takes its pairs, copies, subscriptions and credentials along', async () => {
    const { world, source, target, pair } = await synced(from, to);
    // As the page does it: everything is marked before the work begins.
    await world.stores.pairs.setRemoving(pair.id);
    await world.stores.accounts.setStatus(source.account.id, 'removing');
    await world.needs.queues.bulk({ kind: 'remove-account', accountId: source.account.id, copies: 'remove' });
    await world.advance(MINUTE);
    expect(seen(world, target).map((line) => line.slice(20))).toEqual(['My own']);
    expect(await world.stores.accounts.find(source.account.id)).toBeUndefined();
    expect(await world.stores.credentials.read(source.account.id)).toBeUndefined();
    expect(await world.stores.calendars.ofAccount(source.account.id)).toEqual([]);
    expect(await world.stores.pairs.find(pair.id)).toBeUndefined();
    // A quarter of an hour later the target is looked at once more.
    await world.advance(20 * MINUTE);
    const before = world.requests.length;
    world.insert(source, appointment('Later', '2026-12-06T09:00'));
    await world.advance(2 * HOUR);
    expect(world.requests.slice(before)).toEqual([]);
  });

  it('a copy that its user moved beyond the window goes with its pair', async () => {
    const { world, target, pair } = await synced(from, to);
    const [copy] = world.shown(target);
    if (!copy) throw new Error('There is no copy.');
    const time = { allDay: false, start: '2028-01-10T09:00:00', end: '2028-01-10T10:00:00', zone: 'Europe/Vienna' };
    world.worlds[to].change(target.remote.id, copy.event.id, { time });
    await world.needs.queues.bulk({ kind: 'remove-pair', pairId: pair.id, copies: 'remove' });
    await world.advance(MINUTE);
    expect(seen(world, target).map((line) => line.slice(20))).toEqual(['My own']);
  });

  it('a person who removes themselves leaves no row behind', async () => {
    const { world, source, target, pair } = await synced(from, to);
    await world.needs.queues.bulk({ kind: 'remove-user', userId: pair.userId, copies: 'keep' });
    await world.advance(MINUTE);
    expect(seen(world, target)).toHaveLength(11);
    expect(await world.stores.users.exists(pair.userId)).toBe(false);
    for (const { account } of [source, target]) {
      expect(await world.stores.accounts.find(account.id)).toBeUndefined();
    }
    await world.advance(20 * MINUTE);
    expect(world.queue).toEqual([]);
  });

  it.each([true, false])(
    'what a worker that was held up writes after the removal goes too (noted: %s)',
    async (noted) => {
      const { world, target, pair } = await synced(from, to);
      const [route] = pair.routes;
      if (!route) throw new Error('The pair has no route.');
      await world.needs.queues.bulk({ kind: 'remove-pair', pairId: pair.id, copies: 'remove' });
      await world.advance(MINUTE);
      const provider = world.needs.providers[to];
      const content = {
        title: 'Late',
        description: '',
        location: '',
        span: { kind: 'all-day', start: '2026-12-24', end: '2026-12-25' },
        showAs: 'busy',
        sensitivity: 'normal',
      } as const;
      const marker = { routeId: route.id, origin: 'o'.repeat(22), generation: 0 };
      const identity = `hetk1:${route.id}:${marker.origin}:0`;
      const [late] =
        (await provider?.write(refOf(target.calendar), [{ kind: 'create', identity, content, marker }])) ?? [];
      if (!late?.ok || !late.event) throw new Error('The late copy could not be written.');
      if (noted) await world.stores.links.put([link({ routeId: route.id, copyId: late.event.id })]);
      expect(seen(world, target)).toHaveLength(2);
      await world.advance(20 * MINUTE);
      expect(seen(world, target).map((line) => line.slice(20))).toEqual(['My own']);
      expect(await world.stores.links.find(route.id, 'original-1')).toBeUndefined();
    },
  );

  it('a target that is throttled while copies are deleted delays the removal and does not lose it', async () => {
    const { world, target, pair } = await synced(from, to);
    world.fault(to, { name: to === 'google' ? 'too-many-requests' : 'throttled', times: 2 });
    await world.needs.queues.bulk({ kind: 'remove-pair', pairId: pair.id, copies: 'remove' });
    await world.advance(HOUR);
    expect(seen(world, target).map((line) => line.slice(20))).toEqual(['My own']);
    expect(await world.stores.pairs.find(pair.id)).toBeUndefined();
  });
});
