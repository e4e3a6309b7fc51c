import { describe, expect, it } from '@jest/globals';
import { doBulk } from '../../shared/sync/bulk.ts';
import { DAY, HOUR, inWorld, MINUTE, SECOND, seen, writes } from './inWorld.ts';
import { appointment, type Service } from './testWorld.ts';

const { world: startWorld } = inWorld();

async function synced(from: Service, to: Service) {
  const world = await startWorld();
  const source = await world.connect(from, 'ann@work.example');
  const target = await world.connect(to, 'ann@home.example');
  world.insert(source, appointment('Dentist', '2026-12-01T09:00'));
  const pair = await world.pair(source, target);
  await world.advance(30 * SECOND);
  return { world, source, target, pair };
}

describe.each<[Service, Service]>([
  ['microsoft', 'google'],
  ['google', 'microsoft'],
])('timers, from %s to %s', (from, to) => {
  it('the fallback poll brings what no notification told', async () => {
    const { world, source, target } = await synced(from, to);
    world.fault(from, { name: 'notification-lost', times: 10 });
    world.insert(source, appointment('Unheard', '2026-12-02T09:00'));
    await world.advance(MINUTE);
    expect(seen(world, target).join()).not.toContain('Unheard');
    await world.live(HOUR, 5 * MINUTE);
    expect(seen(world, target).join()).toContain('Unheard');
  });

  it('subscriptions are kept alive for weeks, without a gap in which nothing is heard', async () => {
    const { world, source, target } = await synced(from, to);
    for (let week = 1; week <= 3; week += 1) {
      await world.live(7 * DAY, HOUR);
      const [subscription, ...others] = await world.stores.subscriptions.ofCalendar(source.calendar.id);
      expect(others).toEqual([]);
      expect(subscription?.expiresAt).toBeGreaterThan(world.needs.clock.now());
      world.insert(source, appointment(`Week ${week}`, '2026-12-20T09:00'));
      await world.advance(MINUTE);
      expect(seen(world, target).join()).toContain(`Week ${week}`);
    }
    // What operators see of it: Graph's last two days and Google's six, and each is renewed in its last day.
    const usual = from === 'microsoft' ? 24 : 120;
    const ages = world.logs
      .map((line): { event: string; ageMs?: number } => JSON.parse(line))
      .flatMap(({ event, ageMs }) => (event.startsWith('subscription-') && ageMs !== undefined ? [ageMs / HOUR] : []));
    expect(ages.length).toBeGreaterThan(2);
    for (const age of ages) expect(Math.abs(age - usual)).toBeLessThan(3);
  });

  it('events that age into the window are copied when it slides, and nothing else is written', async () => {
    const { world, source, target } = await synced(from, to);
    world.insert(source, appointment('Next year', '2027-11-27T09:00'));
    await world.advance(MINUTE);
    expect(seen(world, target)).toHaveLength(1);
    const before = world.requests.length;
    await world.live(6 * DAY, 30 * MINUTE);
    expect(seen(world, target).join()).toContain('Next year');
    expect(writes(world, target, before)).toHaveLength(1);
  });

  it('a subscription that the service lost is noticed and made anew', async () => {
    const { world, source, target } = await synced(from, to);
    if (from === 'microsoft') world.fault(from, { name: 'subscription-gone', times: 1 });
    await world.live(6 * DAY, HOUR);
    world.insert(source, appointment('Heard', '2026-12-20T09:00'));
    await world.advance(MINUTE);
    expect(seen(world, target).join()).toContain('Heard');
  });

  it('two workers that subscribe at the same moment leave one subscription', async () => {
    const { world, source } = await synced(from, to);
    const message = { kind: 'subscribe', calendarId: source.calendar.id, recreate: true } as const;
    await Promise.all([doBulk(world.needs, message), doBulk(world.needs, message)]);
    await world.advance(MINUTE);
    expect(await world.stores.subscriptions.ofCalendar(source.calendar.id)).toHaveLength(1);
  });

  it('a worker that died holding the lease does not keep its calendar from being synced', async () => {
    const { world, source, target } = await synced(from, to);
    await world.stores.calendars.lease(source.calendar.id, world.needs.clock.now(), 2 * MINUTE);
    world.insert(source, appointment('New', '2026-12-02T09:00'));
    await world.advance(MINUTE);
    expect(seen(world, target).join()).not.toContain('New');
    await world.live(10 * MINUTE, MINUTE);
    expect(seen(world, target).join()).toContain('New');
  });

  it('nothing polls or subscribes for a pair that is paused, and it catches up when it goes on', async () => {
    const { world, source, target, pair } = await synced(from, to);
    await world.stores.pairs.setPaused(pair.id, true);
    await world.live(HOUR, MINUTE);
    const before = world.requests.length;
    world.insert(source, appointment('New', '2026-12-02T09:00'));
    await world.live(DAY, HOUR);
    expect(writes(world, target, before)).toEqual([]);
    await world.stores.pairs.setPaused(pair.id, false);
    await world.needs.queues.bulk({
      kind: 'full',
      calendarId: source.calendar.id,
      at: world.needs.clock.now(),
      verify: true,
    });
    await world.advance(MINUTE);
    expect(seen(world, target).join()).toContain('New');
  });
});

it('an event that the target refuses for good is noted, skipped, and tried again when it changes', async () => {
  const { world, source, target, pair } = await synced('google', 'microsoft');
  world.fault('microsoft', { name: 'event-refused', times: 1 });
  const event = world.insert(source, appointment('Odd', '2026-12-02T09:00'));
  await world.advance(MINUTE);
  world.insert(source, appointment('Fine', '2026-12-03T09:00'));
  await world.advance(MINUTE);
  expect(seen(world, target).map((line) => line.slice(20))).toEqual(['Dentist', 'Fine']);
  const history = await world.stores.history.latest(pair.routes[0]?.id ?? '', 10);
  expect(history.map(({ action }) => action)).toContain('refused');
  const before = world.requests.length;
  await world.needs.queues.bulk({
    kind: 'full',
    calendarId: source.calendar.id,
    at: world.needs.clock.now(),
    verify: true,
  });
  await world.advance(MINUTE);
  expect(writes(world, target, before)).toEqual([]);
  world.worlds.google.change(source.remote.id, event.id, { title: 'Even' });
  await world.advance(MINUTE);
  expect(seen(world, target).map((line) => line.slice(20))).toEqual(['Dentist', 'Even', 'Fine']);
});
