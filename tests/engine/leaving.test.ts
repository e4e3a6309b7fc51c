import { describe, expect, it } from '@jest/globals';
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
    const before = world.requests.length;
    world.insert(source, appointment('Later', '2026-12-06T09:00'));
    await world.advance(2 * HOUR);
    expect(world.requests.slice(before)).toEqual([]);
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
    expect(world.queue).toEqual([]);
  });

  it('a target that is throttled while copies are deleted delays the removal and does not lose it', async () => {
    const { world, target, pair } = await synced(from, to);
    world.fault(to, { name: to === 'google' ? 'too-many-requests' : 'throttled', times: 2 });
    await world.needs.queues.bulk({ kind: 'remove-pair', pairId: pair.id, copies: 'remove' });
    await world.advance(HOUR);
    expect(seen(world, target).map((line) => line.slice(20))).toEqual(['My own']);
    expect(await world.stores.pairs.find(pair.id)).toBeUndefined();
  });
});
