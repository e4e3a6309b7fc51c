import { describe, expect, it } from '@jest/globals';
import { policyFor } from '../../shared/sync/policy.ts';
import { DAY, HOUR, inWorld, MINUTE, SECOND, seen } from './inWorld.ts';
import { appointment } from './testWorld.ts';

const { world: startWorld } = inWorld();
const record = '_hetk.work.example';

async function synced() {
  const world = await startWorld();
  const source = await world.connect('microsoft', 'ann@work.example');
  const target = await world.connect('google', 'ann@home.example');
  await policyFor(world.needs, 'ann@work.example');
  world.insert(source, appointment('Merger', '2026-12-01T09:00'));
  await world.twoWay(source, target);
  world.insert(target, appointment('Dentist', '2026-12-02T09:00'));
  await world.advance(30 * SECOND);
  expect(seen(world, target).map((line) => line.slice(20))).toEqual(['Merger', 'Dentist']);
  return { world, source, target };
}

const titles = (lines: string[]) => lines.map((line) => line.slice(20));

describe('a domain that begins to demand privacy', () => {
  it('has the copies rewritten that told more, within hours, and those of the other direction left alone', async () => {
    const { world, source, target } = await synced();
    world.zone.set(record, ['v=hetk1; policy=private']);
    await world.live(9 * HOUR, 10 * MINUTE);
    expect(titles(seen(world, target))).toEqual(['Busy', 'Dentist']);
    expect(titles(seen(world, source))).toEqual(['Merger', 'Dentist']);
    world.insert(source, appointment('Layoffs', '2026-12-03T09:00'));
    await world.advance(MINUTE);
    expect(titles(seen(world, target))).toEqual(['Busy', 'Dentist', 'Busy']);
  });

  it('is obeyed although DNS fails from then on, for days', async () => {
    const { world, target } = await synced();
    world.zone.set(record, ['v=hetk1; policy=private']);
    await world.live(9 * HOUR, 10 * MINUTE);
    world.zone.failing = true;
    await world.live(2 * DAY, 30 * MINUTE);
    expect((await world.stores.policies.find('work.example'))?.policy).toBe('private');
    expect(await policyFor(world.needs, 'ann@work.example')).toBe('private');
    expect(titles(seen(world, target))[0]).toBe('Busy');
  });

  it('loses its say only when it says so, and nobody’s choice is undone by that', async () => {
    const { world, target } = await synced();
    world.zone.set(record, ['v=hetk1; policy=private']);
    await world.live(9 * HOUR, 10 * MINUTE);
    world.zone.delete(record);
    await world.live(9 * HOUR, 10 * MINUTE);
    expect((await world.stores.policies.find('work.example'))?.policy).toBe('none');
    expect(titles(seen(world, target))[0]).toBe('Busy');
  });

  it('is forgotten when nobody of it is left', async () => {
    const { world, source } = await synced();
    for (const pair of await world.stores.pairs.ofAccount(source.account.id)) {
      await world.needs.queues.bulk({ kind: 'remove-pair', pairId: pair.id, copies: 'keep' });
    }
    await world.advance(MINUTE);
    await world.stores.accounts.remove(source.account.id);
    await world.live(9 * HOUR, 10 * MINUTE);
    expect(await world.stores.policies.find('work.example')).toBeUndefined();
  });
});
