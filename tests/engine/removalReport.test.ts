import { describe, expect, it } from '@jest/globals';
import { NEVER } from '../../shared/stores/never.ts';
import { DAY, HOUR, inWorld, MINUTE, SECOND, seen } from './inWorld.ts';
import { appointment, type TestWorld } from './testWorld.ts';

const { world: startWorld } = inWorld();

async function synced() {
  const world = await startWorld();
  const source = await world.connect('microsoft', 'ann@work.example');
  const target = await world.connect('google', 'ann@home.example');
  for (let hour = 8; hour < 18; hour += 1) {
    world.insert(source, appointment(`Slot ${hour}`, `2026-12-01T${String(hour).padStart(2, '0')}:00`));
  }
  const pair = await world.pair(source, target);
  await world.advance(30 * SECOND);
  expect(seen(world, target)).toHaveLength(10);
  return { world, source, target, pair };
}

async function report(world: TestWorld, kind: 'pair' | 'user', subject: string, userId: string) {
  const asked = { id: `report-of-${kind}`, userId, kind, subject, copies: 'remove', total: 10 } as const;
  const never = { checkedAt: 0, unreached: false, doneAt: 0, endsAt: NEVER };
  await world.stores.removals.add({ ...asked, ...never, askedAt: world.now() });
  return { report: asked.id, copies: 'remove' } as const;
}

describe('the report of a removal', () => {
  it('ends with the proof that the target shows no copy any more, and when it was looked at', async () => {
    const { world, target, pair } = await synced();
    const ask = await report(world, 'pair', pair.id, pair.userId);
    const began = world.now();
    await world.needs.queues.bulk({ kind: 'remove-pair', pairId: pair.id, ...ask });
    await world.advance(MINUTE);
    expect(seen(world, target)).toEqual([]);
    const done = await world.stores.removals.find(ask.report);
    expect(done).toMatchObject({ left: 0, unreached: false });
    expect(done?.checkedAt).toBeGreaterThan(began);
    expect(done?.doneAt).toBeGreaterThanOrEqual(done?.checkedAt ?? Number.NaN);
    await world.live(8 * DAY, 6 * HOUR);
    expect(await world.stores.removals.find(ask.report)).toBeUndefined();
  });

  it('proves nothing about a target that could not be read', async () => {
    const { world, target, pair } = await synced();
    const ask = await report(world, 'pair', pair.id, pair.userId);
    await world.stores.credentials.remove(target.account.id);
    await world.advance(2 * HOUR);
    await world.needs.queues.bulk({ kind: 'remove-pair', pairId: pair.id, ...ask });
    await world.advance(MINUTE);
    expect(await world.stores.pairs.find(pair.id)).toBeUndefined();
    expect(seen(world, target)).toHaveLength(10);
    expect(await world.stores.removals.find(ask.report)).toMatchObject({ unreached: true });
  });

  it('of a person names nobody once they are gone, and goes too, a day later', async () => {
    const { world, pair } = await synced();
    const ask = await report(world, 'user', pair.userId, pair.userId);
    await world.needs.queues.bulk({ kind: 'remove-user', userId: pair.userId, ...ask });
    await world.advance(MINUTE);
    expect(await world.stores.users.exists(pair.userId)).toBe(false);
    const done = await world.stores.removals.find(ask.report);
    expect(done).toMatchObject({ left: 0, subject: '' });
    expect(done?.userId).toBeUndefined();
    await world.live(DAY + HOUR, HOUR);
    expect(await world.stores.removals.find(ask.report)).toBeUndefined();
  });
});
