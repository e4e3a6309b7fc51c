import { describe, expect, it } from '@jest/globals';
import type { Clock } from '../../shared/platform/clock.ts';
import { ProviderError } from '../../shared/providers/errors.ts';
import type { CalendarProvider } from '../../shared/providers/provider.ts';
import type { Links } from '../../shared/stores/stores.ts';
import { fullRound } from '../../shared/sync/round.ts';
import { inWorld, SECOND, seen } from './inWorld.ts';
import { appointment, type TestWorld } from './testWorld.ts';

const { world: startWorld } = inWorld();

const BATCH = 20;

/** A first sync of three batches into Microsoft, with something done to its parts. */
async function firstSync(
  parts: (
    world: TestWorld,
    microsoft: CalendarProvider,
  ) => { write?: CalendarProvider['write']; put?: Links['put']; clock?: Clock },
) {
  const world = await startWorld();
  const source = await world.connect('google', 'ann@work.example');
  const target = await world.connect('microsoft', 'ann@home.example');
  for (let index = 0; index < 3 * BATCH; index += 1) {
    const day = `2026-12-${String((index % 28) + 1).padStart(2, '0')}`;
    world.insert(
      source,
      appointment(`Event ${index}`, `${day}T${String(6 + Math.floor(index / 28)).padStart(2, '0')}:00`),
    );
  }
  const pair = await world.pair(source, target);
  world.queue.length = 0;
  const { microsoft } = world.needs.providers;
  if (!microsoft) throw new Error('The world has no Microsoft.');
  const { write = microsoft.write, put = world.stores.links.put, clock = world.needs.clock } = parts(world, microsoft);
  const needs = {
    ...world.needs,
    clock,
    providers: { ...world.needs.providers, microsoft: { ...microsoft, write } },
    stores: { ...world.stores, links: { ...world.stores.links, put } },
  };
  const message = { kind: 'full', calendarId: source.calendar.id, at: world.now(), verify: false } as const;
  const [route] = pair.routes;
  const linked = () => world.stores.links.countLive(route?.id ?? '');
  return { world, target, linked, round: () => fullRound(needs, message) };
}

describe('batches of writes', () => {
  it('go out while the one before is noted, and not before every other is', async () => {
    let noted = 0;
    const notedAtWrite: number[] = [];
    const { round, linked } = await firstSync((world, microsoft) => ({
      write(calendar, operations) {
        notedAtWrite.push(noted);
        return microsoft.write(calendar, operations);
      },
      async put(links) {
        await world.stores.links.put(links);
        if (links.length > 0) noted += 1;
      },
    }));
    await round();
    expect(notedAtWrite).toEqual([0, 0, 1]);
    expect(await linked()).toBe(3 * BATCH);
  });

  it('may take longer than a lease where a service is written one by one: each write renews it', async () => {
    let passed = 0;
    const { round, linked } = await firstSync((world, microsoft) => ({
      clock: { now: () => world.now() + passed },
      async write(calendar, operations, permit) {
        for (const _ of operations) {
          await permit?.();
          passed += 10 * SECOND;
        }
        return microsoft.write(calendar, operations);
      },
    }));
    await round();
    expect(await linked()).toBe(3 * BATCH);
  });

  it('that were written are noted also when the next one fails as a whole', async () => {
    let calls = 0;
    const { round, linked, world, target } = await firstSync((_, microsoft) => ({
      async write(calendar, operations) {
        calls += 1;
        if (calls === 3) throw new ProviderError('unavailable', 'The service is ill.');
        return microsoft.write(calendar, operations);
      },
    }));
    await round();
    expect(calls).toBe(3);
    expect(await linked()).toBe(2 * BATCH);
    await world.advance(120 * SECOND);
    expect(seen(world, target)).toHaveLength(3 * BATCH);
    expect(await linked()).toBe(3 * BATCH);
  });

  it('of which one is refused for now are noted, and no other is begun', async () => {
    let calls = 0;
    const { round, linked } = await firstSync((_, microsoft) => ({
      async write(calendar, operations) {
        calls += 1;
        const results = await microsoft.write(calendar, operations);
        const busy = new ProviderError('throttled', 'The service asks for a pause.');
        return calls === 2 ? [{ ok: false, error: busy }, ...results.slice(1)] : results;
      },
    }));
    await round();
    expect(calls).toBe(2);
    expect(await linked()).toBe(2 * BATCH - 1);
  });

  it('are found again, two at most, when noting one fails', async () => {
    let writes = 0;
    let underWay = 0;
    let broken = true;
    const { round, linked, world, target } = await firstSync((world, microsoft) => ({
      write(calendar, operations) {
        writes += 1;
        underWay += 1;
        return microsoft.write(calendar, operations).finally(() => {
          underWay -= 1;
        });
      },
      async put(links) {
        if (broken && links.length > 0) throw new Error('The table cannot be reached.');
        await world.stores.links.put(links);
      },
    }));
    await expect(round()).rejects.toThrow('The table cannot be reached.');
    expect([writes, underWay]).toEqual([2, 0]);
    expect(await linked()).toBe(0);
    broken = false;
    await round();
    expect(seen(world, target)).toHaveLength(3 * BATCH);
    expect(await linked()).toBe(3 * BATCH);
  });
});
