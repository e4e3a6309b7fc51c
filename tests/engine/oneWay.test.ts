import { describe, expect, it } from '@jest/globals';
import { DAY, HOUR, inWorld, MINUTE, SECOND, seen, writes } from './inWorld.ts';
import { appointment, type Service, type Side, type TestWorld } from './testWorld.ts';

const { world: startWorld } = inWorld();

const pairings: [Service, Service][] = [
  ['microsoft', 'google'],
  ['google', 'microsoft'],
  ['microsoft', 'microsoft'],
  ['google', 'google'],
];

async function synced(from: Service, to: Service, fill: (world: TestWorld, source: Side) => void = () => {}) {
  const world = await startWorld();
  const source = await world.connect(from, 'ann@work.example');
  const target = await world.connect(to, 'ann@home.example');
  fill(world, source);
  const pair = await world.pair(source, target);
  await world.advance(30 * SECOND);
  return { world, source, target, pair };
}

function title(world: TestWorld, side: Side): string {
  return world.shown(side)[0]?.fields.title ?? '';
}

describe.each(pairings)('one way from %s to %s', (from, to) => {
  it('copies what is there, then each change as it happens', async () => {
    const { world, source, target } = await synced(from, to, (world, source) => {
      world.insert(source, appointment('Dentist', '2026-12-01T09:00'));
      world.insert(source, appointment('Course', '2026-12-02T18:00'), 'FREQ=WEEKLY;COUNT=4');
      world.insert(source, appointment('Long past', '2025-12-02T18:00'));
      world.insert(source, appointment('Far ahead', '2028-12-02T18:00'));
    });
    const first = [
      '2026-12-01T09:00:00 Dentist',
      ...[2, 9, 16, 23].map((day) => `2026-12-${String(day).padStart(2, '0')}T18:00:00 Course`),
    ];
    expect(seen(world, target).map((line) => line.slice(20))).toEqual(first.map((line) => line.slice(20)));

    const added = world.insert(source, appointment('Lunch', '2026-12-03T12:00'));
    await world.advance(5 * SECOND);
    expect(seen(world, target).join()).toContain('Lunch');

    world.worlds[from].change(source.remote.id, added.id, { title: 'Late lunch' });
    await world.advance(5 * SECOND);
    expect(seen(world, target).join()).toContain('Late lunch');

    world.worlds[from].remove(source.remote.id, added.id);
    await world.advance(5 * SECOND);
    expect(seen(world, target).join()).not.toContain('unch');
  });

  it('follows an occurrence that is moved and one that is deleted', async () => {
    const { world, source, target } = await synced(from, to, (world, source) => {
      world.insert(source, appointment('Course', '2026-12-02T18:00'), 'FREQ=WEEKLY;COUNT=4');
    });
    const series = world.shown(source)[0]?.event;
    if (!series) throw new Error('The series is missing.');
    const moved = { ...series.time, start: '2026-12-10T10:00:00', end: '2026-12-10T11:00:00' };
    world.worlds[from].change(
      source.remote.id,
      series.id,
      { time: moved, title: 'Course, moved' },
      '2026-12-09T18:00:00',
    );
    await world.advance(5 * SECOND);
    world.worlds[from].remove(source.remote.id, series.id, '2026-12-16T18:00:00');
    await world.advance(5 * SECOND);
    const instants = world
      .shown(target)
      .map(({ startMs, fields }) => `${new Date(startMs).toISOString()} ${fields.title}`);
    expect(instants).toEqual([
      '2026-12-02T17:00:00.000Z Course',
      '2026-12-10T09:00:00.000Z Course, moved',
      '2026-12-23T17:00:00.000Z Course',
    ]);
  });

  it('deletes all copies of a deleted series', async () => {
    const { world, source, target } = await synced(from, to, (world, source) => {
      world.insert(source, appointment('Course', '2026-12-02T18:00'), 'FREQ=WEEKLY;COUNT=4');
      world.insert(source, appointment('Dentist', '2026-12-01T09:00'));
    });
    const series = world.shown(source).find(({ fields }) => fields.title === 'Course')?.event;
    world.worlds[from].remove(source.remote.id, series?.id ?? '');
    await world.advance(5 * SECOND);
    expect(world.shown(target).map(({ fields }) => fields.title)).toEqual(['Dentist']);
  });

  it('keeps all-day events on their dates', async () => {
    const time = { allDay: true, start: '2026-12-24', end: '2026-12-27', zone: 'Asia/Tokyo' };
    const { world, target } = await synced(from, to, (world, source) => {
      world.insert(source, appointment('Holidays', '2026-12-24T00:00', { time }));
    });
    expect(world.shown(target).map(({ fields }) => fields.time)).toEqual([
      expect.objectContaining({ allDay: true, start: '2026-12-24', end: '2026-12-27' }),
    ]);
  });

  it('writes nothing more when nothing changes, however often it is told', async () => {
    const { world, source, target } = await synced(from, to, (world, source) => {
      world.insert(
        source,
        appointment('Dentist', '2026-12-01T09:00', {
          description: '<p>A &amp; B</p><ul><li>c</li></ul>',
          descriptionType: 'html',
        }),
      );
    });
    const before = world.requests.length;
    for (let turn = 0; turn < 3; turn += 1) {
      for (const event of world.worlds[from].events(source.remote.id))
        world.worlds[from].touch(source.remote.id, event.id);
      await world.advance(MINUTE);
      await world.needs.queues.bulk({
        kind: 'full',
        calendarId: source.calendar.id,
        at: world.needs.clock.now(),
        verify: true,
      });
      await world.advance(MINUTE);
    }
    expect(writes(world, target, before)).toEqual([]);
  });

  it('reminds nobody, invites nobody, and says who was invited', async () => {
    const { world, source, target } = await synced(from, to, (world, source) => {
      const attendees = [{ email: 'kim@other.example', name: 'Kim', response: 'accepted' as const }];
      world.insert(source, appointment('Meeting', '2026-12-01T09:00', { attendees, reminderMinutes: 10 }));
    });
    const [copy] = world.shown(target);
    expect(copy?.fields.attendees).toEqual([]);
    expect(copy?.fields.reminderMinutes).toBeUndefined();
    expect(copy?.fields.description).toContain('kim@other.example');
    expect(source.email).not.toBe(target.email);
  });

  it('lets nothing of a private route out but the time', async () => {
    const world = await startWorld();
    const source = await world.connect(from, 'ann@work.example');
    const target = await world.connect(to, 'ann@home.example');
    const mark = 'Zanzibar';
    const attendees = [{ email: `${mark}@other.example`, response: 'none' as const }];
    world.insert(source, appointment(mark, '2026-12-01T09:00', { description: mark, location: mark, attendees }));
    await world.pair(source, target, { markPrivate: true });
    await world.advance(30 * SECOND);
    expect(
      world
        .shown(target)
        .map(({ fields }) => [
          fields.title,
          fields.description.replace(/<[^>]*>|\s/g, ''),
          fields.location,
          fields.sensitivity,
        ]),
    ).toEqual([['Busy', '', '', 'private']]);
    const sent = world.requests.map(({ path, body }) => path + body).join('\n');
    expect([sent, ...world.logs, JSON.stringify(world.queue)].join('\n')).not.toMatch(new RegExp(mark, 'i'));
  });

  it('rewrites the copies when the options change', async () => {
    const { world, source, target, pair } = await synced(from, to, (world, source) => {
      world.insert(source, appointment('Dentist', '2026-12-01T09:00'));
    });
    const [route] = pair.routes;
    if (!route) throw new Error('The pair has no route.');
    await world.stores.pairs.setOptions(route.id, { ...route.options, markPrivate: true });
    await world.needs.queues.bulk({
      kind: 'full',
      calendarId: source.calendar.id,
      at: world.needs.clock.now(),
      verify: true,
    });
    await world.advance(MINUTE);
    expect(title(world, target)).toBe('Busy');
  });

  it('leaves a copy away that its user deleted, until the original moves', async () => {
    const { world, source, target } = await synced(from, to, (world, source) => {
      world.insert(source, appointment('Dentist', '2026-12-01T09:00'));
    });
    const original = world.worlds[from].events(source.remote.id)[0];
    const copy = world.worlds[to].events(target.remote.id)[0];
    if (!original || !copy) throw new Error('Original or copy is missing.');
    world.worlds[to].remove(target.remote.id, copy.id);
    world.worlds[from].change(source.remote.id, original.id, { title: 'Dentist!' });
    await world.advance(MINUTE);
    expect(seen(world, target)).toEqual([]);
    await world.needs.queues.bulk({
      kind: 'full',
      calendarId: source.calendar.id,
      at: world.needs.clock.now(),
      verify: true,
    });
    await world.advance(MINUTE);
    expect(seen(world, target)).toEqual([]);
    world.worlds[from].change(source.remote.id, original.id, { time: appointment('', '2026-12-01T11:00').time });
    await world.advance(MINUTE);
    expect(world.shown(target).map(({ startMs }) => new Date(startMs).toISOString())).toEqual([
      '2026-12-01T10:00:00.000Z',
    ]);
  });

  it('puts a copy back that was changed, at the daily verification', async () => {
    const { world, source, target } = await synced(from, to, (world, source) => {
      world.insert(source, appointment('Dentist', '2026-12-01T09:00'));
    });
    const copy = world.worlds[to].events(target.remote.id)[0];
    world.worlds[to].change(target.remote.id, copy?.id ?? '', { title: 'Scribble' });
    await world.needs.queues.bulk({
      kind: 'full',
      calendarId: source.calendar.id,
      at: world.needs.clock.now(),
      verify: true,
    });
    await world.advance(MINUTE);
    expect(title(world, target)).toBe('Dentist');
  });

  it('keeps copies as history when the window slides past them', async () => {
    const { world, source, target } = await synced(from, to, (world, source) => {
      world.insert(source, appointment('Old', '2026-08-25T09:00'));
      world.insert(source, appointment('Dentist', '2026-12-01T09:00'));
    });
    expect(seen(world, target)).toHaveLength(2);
    await world.advance(3 * DAY);
    await world.needs.queues.bulk({
      kind: 'full',
      calendarId: source.calendar.id,
      at: world.needs.clock.now(),
      verify: true,
    });
    await world.advance(HOUR);
    expect(seen(world, target)).toHaveLength(2);
    const old = world.worlds[from].events(source.remote.id).find((event) => event.title === 'Old');
    world.worlds[from].remove(source.remote.id, old?.id ?? '');
    await world.advance(HOUR);
    expect(seen(world, target)).toHaveLength(2);
  });

  it('does not copy a meeting that the target holds itself', async () => {
    const world = await startWorld();
    const source = await world.connect(from, 'ann@work.example');
    const target = await world.connect(to, 'ann@home.example');
    const organizer = { email: 'kim@other.example' };
    const attendees = [
      { email: 'ann@work.example', response: 'accepted' as const },
      { email: 'ann@home.example', response: 'accepted' as const },
    ];
    const invitation = appointment('Board', '2026-12-01T09:00', { organizer, attendees });
    world.worlds[from].insert(source.remote.id, invitation, { iCalUId: 'board@other.example' });
    world.worlds[to].insert(target.remote.id, invitation, { iCalUId: 'board@other.example' });
    await world.pair(source, target);
    await world.advance(MINUTE);
    expect(seen(world, target)).toHaveLength(1);
    world.worlds[from].insert(
      source.remote.id,
      { ...invitation, title: 'Second' },
      { iCalUId: 'second@other.example' },
    );
    world.worlds[to].insert(target.remote.id, { ...invitation, title: 'Second' }, { iCalUId: 'second@other.example' });
    await world.advance(MINUTE);
    expect(seen(world, target)).toHaveLength(2);
  });

  it('removes every copy with the pair and touches nothing else', async () => {
    const { world, target, pair } = await synced(from, to, (world, source) => {
      for (let hour = 8; hour < 18; hour += 1)
        world.insert(source, appointment(`Slot ${hour}`, `2026-12-01T${String(hour).padStart(2, '0')}:00`));
    });
    world.insert(target, appointment('My own', '2026-12-05T09:00'));
    await world.needs.queues.bulk({ kind: 'remove-pair', pairId: pair.id, copies: 'remove' });
    await world.advance(MINUTE);
    expect(seen(world, target)).toEqual(['2026-12-05T09:00:00 My own']);
    expect(await world.stores.pairs.find(pair.id)).toBeUndefined();
    expect(await world.stores.links.countLive(pair.routes[0]?.id ?? '')).toBe(0);
  });

  it('leaves the copies when the pair goes without them', async () => {
    const { world, target, pair } = await synced(from, to, (world, source) => {
      world.insert(source, appointment('Dentist', '2026-12-01T09:00'));
    });
    await world.needs.queues.bulk({ kind: 'remove-pair', pairId: pair.id, copies: 'keep' });
    await world.advance(MINUTE);
    expect(title(world, target)).toBe('Dentist');
    expect(await world.stores.pairs.find(pair.id)).toBeUndefined();
  });
});
