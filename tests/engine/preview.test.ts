import { describe, expect, it } from '@jest/globals';
import type { RouteOptions } from '../../shared/stores/stores.ts';
import { previewRoute } from '../../shared/sync/preview.ts';
import { inWorld, SECOND, writes } from './inWorld.ts';
import { appointment, type Service, type Side, type TestWorld } from './testWorld.ts';

const { world: startWorld } = inWorld();
const plain: RouteOptions = { markPrivate: false, showAs: 'keep', skipFree: false, transformIdentity: false };

/** Two calendars, the source with some of everything. */
async function twoCalendars(from: Service, to: Service) {
  const world = await startWorld();
  const source = await world.connect(from, 'ann@work.example');
  const target = await world.connect(to, 'ann@home.example');
  const invited = [
    { email: 'kim@example.com', response: 'accepted' as const },
    { email: source.email, response: 'declined' as const },
  ];
  world.insert(source, appointment('Course', '2026-11-26T18:00', { location: 'Room 5' }), 'FREQ=DAILY;COUNT=4');
  world.insert(source, appointment('Dentist', '2026-11-24T09:00', { sensitivity: 'private' }));
  world.insert(source, appointment('Lunch', '2026-11-25T12:00', { showAs: 'free' }));
  world.insert(source, appointment('Last week', '2026-11-16T12:00'));
  world.insert(
    source,
    appointment('Party', '2026-11-24T20:00', { organizer: { email: 'kim@example.com' }, attendees: invited }),
  );
  world.insert(source, appointment('Far ahead', '2028-12-02T18:00'));
  return { world, source, target };
}

const previewed = (world: TestWorld, source: Side, target: Side, options: Partial<RouteOptions> = {}) =>
  previewRoute(world.needs, source.calendar, target.calendar, { ...plain, ...options });

describe.each([
  ['microsoft', 'google'],
  ['google', 'microsoft'],
] as const)('the preview of a pair from %s to %s', (from, to) => {
  it('counts what the first sync then writes, says what it leaves out and why, and writes nothing itself', async () => {
    const { world, source, target } = await twoCalendars(from, to);
    const before = world.requests.length;
    const preview = await previewed(world, source, target, { skipFree: true });
    expect([writes(world, source, before), writes(world, target, before)]).toEqual([[], []]);
    expect(preview).toMatchObject({ originals: 8, copies: 6, skipped: { declined: 1, 'free-skipped': 1 } });

    await world.pair(source, target, { skipFree: true });
    await world.advance(30 * SECOND);
    expect(world.shown(target)).toHaveLength(preview.copies);
  });

  it('shows the next five as they then look on the other side', async () => {
    const { world, source, target } = await twoCalendars(from, to);
    const { examples } = await previewed(world, source, target);
    const line = (title: string, start: number, location: string, showAs: string, sensitivity: string) =>
      [new Date(start).toISOString(), title, location, showAs, sensitivity].join(' | ');
    await world.pair(source, target);
    await world.advance(30 * SECOND);
    const coming = world
      .shown(target)
      .filter(({ startMs }) => startMs >= world.now())
      .sort((a, b) => a.startMs - b.startMs)
      .slice(0, 5);
    expect(coming).toHaveLength(5);
    expect(
      examples.map(({ title, span, location, showAs, sensitivity }) =>
        line(title, span.kind === 'timed' ? span.start : 0, location, showAs, sensitivity),
      ),
    ).toEqual(
      coming.map(({ startMs, fields }) =>
        line(fields.title, startMs, fields.location, fields.showAs, fields.sensitivity),
      ),
    );
  });

  it('of a private route says “Busy” and nothing else', async () => {
    const { world, source, target } = await twoCalendars(from, to);
    const { examples } = await previewed(world, source, target, { markPrivate: true });
    expect(examples).toHaveLength(5);
    for (const { title, description, location, sensitivity } of examples) {
      expect([title, description, location, sensitivity]).toEqual(['Busy', '', '', 'private']);
    }
  });

  it('does not count what Hetk wrote, nor a meeting that the target has already', async () => {
    const { world, source, target } = await twoCalendars(from, to);
    await world.pair(target, source);
    world.insert(target, appointment('Choir', '2026-11-27T19:00'));
    await world.advance(30 * SECOND);
    const organizer = { email: 'kim@example.com' };
    for (const side of [source, target]) {
      const attendees = [
        { ...organizer, response: 'accepted' as const },
        { email: side.email, response: 'accepted' as const },
      ];
      const board = appointment('Board', '2026-12-01T10:00', { organizer, attendees });
      world.worlds[side.service].insert(side.remote.id, board, { iCalUId: 'board@other.example' });
    }
    const { skipped } = await previewed(world, source, target);
    expect(skipped).toEqual({ declined: 1, 'is-a-copy': 1, 'same-meeting': 1 });
  });
});
