import { describe, expect, it } from '@jest/globals';
import type { CalendarProvider } from '../../shared/providers/provider.ts';
import { inWorld, MINUTE, SECOND, seen } from './inWorld.ts';
import { appointment } from './testWorld.ts';

const { world: startWorld } = inWorld();

const DENTIST = '2026-11-25T09:00:00 Dentist';
const CHOIR = '2026-11-26T09:00:00 Choir';

/** A service whose readings lag behind its writes: the simulated Google, which for a while shows some events in no listing and to no question. */
async function lagging(pair: 'out of it' | 'out of it and back' | 'into it and back' = 'out of it') {
  const world = await startWorld();
  const { google } = world.needs.providers;
  if (!google) throw new Error('The world has no Google.');
  const hidden = new Set<string>();
  const behind: CalendarProvider = {
    ...google,
    settlesMs: 5 * MINUTE,
    async *pull(calendar, start) {
      const round = google.pull(calendar, start);
      for (;;) {
        const step = await round.next();
        if (step.done) return step.value;
        yield step.value.filter((change) => change.kind !== 'event' || !hidden.has(change.event.id));
      }
    },
    async *list(calendar, window) {
      for await (const page of google.list(calendar, window)) yield page.filter(({ id }) => !hidden.has(id));
    },
    get: async (calendar, id) => (hidden.has(id) ? undefined : google.get(calendar, id)),
    getMany: async (calendar, ids) => {
      const found = await google.getMany(calendar, ids);
      return found.map((event, index) => (hidden.has(ids[index] ?? '') ? 'gone' : event));
    },
  };
  Object.assign(world.needs.providers, { google: behind });
  const source = await world.connect('google', 'ann@work.example');
  const target = await world.connect('microsoft', 'ann@home.example');
  const dentist = world.insert(source, appointment('Dentist', '2026-11-25T09:00'));
  world.insert(source, appointment('Choir', '2026-11-26T09:00'));
  if (pair === 'out of it') await world.pair(source, target);
  else await (pair === 'into it and back' ? world.twoWay(target, source) : world.twoWay(source, target));
  await world.advance(30 * SECOND);
  expect(seen(world, target)).toEqual([DENTIST, CHOIR]);
  const list = () =>
    world.needs.queues.bulk({ kind: 'full', calendarId: source.calendar.id, at: world.now(), verify: true });
  return { world, source, target, dentist, hidden, list };
}

describe('where readings lag behind writes', () => {
  it('an event that one listing lacks is not gone; one that is lacking again five minutes later is', async () => {
    const { world, target, dentist, hidden, list } = await lagging();
    hidden.add(dentist.id);
    await list();
    await world.advance(4 * MINUTE);
    expect(seen(world, target)).toEqual([DENTIST, CHOIR]);
    await list();
    await world.advance(30 * SECOND);
    expect(seen(world, target)).toEqual([DENTIST, CHOIR]);
    // The second look comes by itself.
    await world.advance(2 * MINUTE);
    expect(seen(world, target)).toEqual([CHOIR]);
  });

  it('an event that is shown again in between is not counted as lacking before', async () => {
    const { world, target, dentist, hidden, list } = await lagging();
    hidden.add(dentist.id);
    await list();
    await world.advance(MINUTE);
    hidden.clear();
    await list();
    await world.advance(MINUTE);
    hidden.add(dentist.id);
    await world.advance(4 * MINUTE);
    expect(seen(world, target)).toEqual([DENTIST, CHOIR]);
    hidden.clear();
    await world.advance(30 * MINUTE);
    expect(seen(world, target)).toEqual([DENTIST, CHOIR]);
  });

  it('an event of which the service says that it is gone is gone at once', async () => {
    const { world, source, target, dentist } = await lagging();
    world.worlds.google.remove(source.remote.id, dentist.id);
    await world.advance(30 * SECOND);
    expect(seen(world, target)).toEqual([CHOIR]);
  });

  it('a copy that one reading lacks is neither made anew nor takes its original along; its edit is not lost either', async () => {
    const { world, source, target, hidden } = await lagging('into it and back');
    const original = world.insert(target, appointment('Tennis', '2026-11-27T09:00'));
    await world.advance(30 * SECOND);
    const copy = world.shown(source).find(({ fields }) => fields.title === 'Tennis');
    if (!copy) throw new Error('There is no copy.');
    const tennis = () => [...seen(world, source), ...seen(world, target)].filter((line) => line.includes('Tennis'));
    hidden.add(copy.event.id);
    world.worlds.google.change(source.remote.id, copy.event.id, { location: 'Court 2' });
    world.worlds.microsoft.change(target.remote.id, original.id, { title: 'Tennis, double' });
    await world.advance(4 * MINUTE);
    expect(tennis()).toHaveLength(2);
    hidden.clear();
    await world.advance(10 * MINUTE);
    expect(tennis()).toEqual(Array(2).fill('2026-11-27T09:00:00 Tennis, double'));
    const places = [source, target].map((side) =>
      world.shown(side).find(({ fields }) => fields.title.includes('Tennis')),
    );
    expect(places.map((each) => each?.fields.location)).toEqual(['Court 2', 'Court 2']);
  });

  it('a copy that somebody edits whose clock is behind seems older than it is, and is believed once readings have settled', async () => {
    const { world, source, target } = await lagging('into it and back');
    const original = world.insert(target, appointment('Tennis', '2026-11-27T09:00'));
    await world.advance(30 * SECOND);
    const copy = world.shown(source).find(({ fields }) => fields.title === 'Tennis');
    const { google } = world.needs.providers;
    if (!copy || !google) throw new Error('There is no copy.');
    const byTheirClock = <T>(event: T): T =>
      typeof event === 'object' && event !== null ? { ...event, modifiedAt: world.now() - 60 * MINUTE } : event;
    Object.assign(world.needs.providers, {
      google: {
        ...google,
        getMany: async (...asked: Parameters<typeof google.getMany>) =>
          (await google.getMany(...asked)).map(byTheirClock),
      },
    });
    world.worlds.google.change(source.remote.id, copy.event.id, { title: 'Tennis, double' });
    await world.advance(MINUTE);
    const title = () => world.worlds.microsoft.event(target.remote.id, original.id)?.title;
    expect(title()).toBe('Tennis');
    await world.advance(5 * MINUTE);
    await world.needs.queues.bulk({ kind: 'full', calendarId: target.calendar.id, at: world.now(), verify: true });
    await world.advance(MINUTE);
    expect(title()).toBe('Tennis, double');
  });

  it('a copy that is lacking minutes later too is gone, and takes its original along', async () => {
    const { world, source, target, hidden } = await lagging('into it and back');
    world.insert(target, appointment('Tennis', '2026-11-27T09:00'));
    await world.advance(30 * SECOND);
    const copy = world.shown(source).find(({ fields }) => fields.title === 'Tennis');
    if (!copy) throw new Error('There is no copy.');
    hidden.add(copy.event.id);
    await world.needs.queues.bulk({ kind: 'full', calendarId: target.calendar.id, at: world.now(), verify: true });
    await world.advance(4 * MINUTE);
    expect(seen(world, target).join()).toContain('Tennis');
    await world.advance(2 * MINUTE);
    expect(seen(world, target).join()).not.toContain('Tennis');
  });

  it('an original that one reading lacks while its copy is deleted goes when it is shown again', async () => {
    const { world, source, target, dentist, hidden } = await lagging('out of it and back');
    const copy = world.shown(target).find(({ fields }) => fields.title === 'Dentist');
    if (!copy) throw new Error('There is no copy.');
    hidden.add(dentist.id);
    world.worlds.microsoft.remove(target.remote.id, copy.event.id);
    await world.advance(MINUTE);
    expect(seen(world, source)).toEqual([DENTIST, CHOIR]);
    hidden.clear();
    await world.advance(10 * MINUTE);
    expect([seen(world, source), seen(world, target)]).toEqual([[CHOIR], [CHOIR]]);
  });
});
