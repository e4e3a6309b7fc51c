import { describe, expect, it } from '@jest/globals';
import type { SimFields } from '../../local/core/core.ts';
import type { RouteOptions } from '../../shared/stores/stores.ts';
import { DAY, HOUR, inWorld, MINUTE, SECOND, seen, writes } from './inWorld.ts';
import { appointment, type Service, type Side, type TestWorld } from './testWorld.ts';

const { world: startWorld } = inWorld();

const pairings: [Service, Service][] = [
  ['microsoft', 'google'],
  ['google', 'microsoft'],
  ['microsoft', 'microsoft'],
  ['google', 'google'],
];

interface Twins {
  readonly world: TestWorld;
  readonly here: Side;
  readonly there: Side;
}

async function synced(
  from: Service,
  to: Service,
  fill: (world: TestWorld, here: Side, there: Side) => void,
  options: Partial<RouteOptions> = {},
): Promise<Twins> {
  const world = await startWorld();
  const here = await world.connect(from, 'ann@work.example');
  const there = await world.connect(to, 'ann@home.example');
  fill(world, here, there);
  await world.twoWay(here, there, options);
  await world.advance(30 * SECOND);
  return { world, here, there };
}

/** What a person sees of one event: its whole content. */
function shown(world: TestWorld, side: Side, index = 0): SimFields {
  const fields = world.shown(side)[index]?.fields;
  if (!fields) throw new Error('There is no such event.');
  return fields;
}

function eventId(world: TestWorld, side: Side, index = 0): string {
  return world.shown(side)[index]?.event.id ?? '';
}

/** A person edits the event, or that occurrence of a series, that a calendar shows at this place. */
function edit(world: TestWorld, side: Side, patch: Partial<SimFields>, index = 0): void {
  const instance = world.shown(side)[index];
  if (!instance) throw new Error('There is no such event.');
  world.worlds[side.service].change(side.remote.id, instance.event.id, patch, instance.originalStart);
}

function remove(world: TestWorld, side: Side, index = 0): void {
  const instance = world.shown(side)[index];
  if (!instance) throw new Error('There is no such event.');
  world.worlds[side.service].remove(side.remote.id, instance.event.id, instance.originalStart);
}

function titles(world: TestWorld, side: Side): string[] {
  return world
    .shown(side)
    .filter(({ fields }) => !fields.cancelled)
    .map(({ fields }) => fields.title);
}

/** The instants of an event, whatever zone they are shown in. */
function times(world: TestWorld, side: Side, index = 0): [number, number] {
  const instance = world.shown(side)[index];
  return [instance?.startMs ?? 0, instance?.endMs ?? 0];
}

const bob = { email: 'bob@rival.example', response: 'accepted' as const };

describe.each(pairings)('two ways between %s and %s', (from, to) => {
  it('events added on either side appear on the other, once', async () => {
    const { world, here, there } = await synced(from, to, (world, here, there) => {
      world.insert(here, appointment('From here', '2026-12-01T09:00'));
      world.insert(there, appointment('From there', '2026-12-02T09:00'));
    });
    world.insert(there, appointment('Later', '2026-12-03T09:00'));
    await world.advance(10 * SECOND);
    for (const side of [here, there]) expect(titles(world, side)).toEqual(['From here', 'From there', 'Later']);
    await world.live(2 * DAY, 6 * HOUR);
    for (const side of [here, there]) expect(titles(world, side)).toEqual(['From here', 'From there', 'Later']);
  });

  it('an edit of the copy arrives at its original, field by field, and rests', async () => {
    const { world, here, there } = await synced(from, to, (world, here) => {
      world.insert(
        here,
        appointment('Dentist', '2026-12-01T09:00', { location: 'Main street', description: 'Bring card' }),
      );
    });
    edit(world, there, { title: 'Dentist, moved' });
    await world.advance(10 * SECOND);
    expect(shown(world, here)).toMatchObject({ title: 'Dentist, moved', location: 'Main street' });
    expect(shown(world, here).description).toContain('Bring card');

    const time = { allDay: false, start: '2026-12-05T14:00:00', end: '2026-12-05T15:30:00', zone: 'Europe/Vienna' };
    edit(world, there, { time, showAs: 'free', location: 'Side street' });
    await world.advance(10 * SECOND);
    expect(times(world, here)).toEqual(times(world, there));
    expect(times(world, here)[0]).toBe(Date.parse('2026-12-05T13:00Z'));
    expect(shown(world, here)).toMatchObject({ title: 'Dentist, moved', location: 'Side street', showAs: 'free' });

    const before = world.requests.length;
    await world.live(DAY + HOUR, 6 * HOUR);
    expect([...writes(world, here, before), ...writes(world, there, before)]).toEqual([]);
  });

  it('an edit by a program that drops what it does not know arrives all the same', async () => {
    const { world, here, there } = await synced(from, to, (world, here) => {
      world.insert(here, appointment('Dentist', '2026-12-01T09:00'));
    });
    // Graph's creations are told by the transactionId, Google's by the id.
    const { transactionId } = shown(world, there).extra;
    edit(world, there, { title: 'Surgeon', extra: transactionId === undefined ? {} : { transactionId } });
    await world.advance(10 * SECOND);
    expect(titles(world, here)).toEqual(['Surgeon']);
  });

  it.each(['oof', 'tentative', 'workingElsewhere'] as const)(
    '%s set on the copy survives the way back',
    async (showAs) => {
      const { world, here, there } = await synced(from, to, (world, here) => {
        world.insert(here, appointment('Trip', '2026-12-01T09:00'));
      });
      // A person at Google cannot say it; whoever can, does.
      const side = to === 'microsoft' ? there : here;
      edit(world, side, { showAs });
      await world.advance(10 * SECOND);
      const before = world.requests.length;
      await world.live(DAY + HOUR, 6 * HOUR);
      expect([...writes(world, here, before), ...writes(world, there, before)]).toEqual([]);
      for (const each of [here, there].filter(() => side.service === 'microsoft')) {
        if (each.service === 'microsoft') expect(shown(world, each).showAs).toBe(showAs);
      }
    },
  );

  it('a copy that its user deletes takes its original along', async () => {
    const { world, here, there } = await synced(from, to, (world, here) => {
      world.insert(here, appointment('Dentist', '2026-12-01T09:00'));
      world.insert(here, appointment('Stays', '2026-12-02T09:00'));
    });
    remove(world, there);
    await world.advance(10 * SECOND);
    for (const side of [here, there]) expect(titles(world, side)).toEqual(['Stays']);
    await world.live(2 * DAY, 6 * HOUR);
    for (const side of [here, there]) expect(titles(world, side)).toEqual(['Stays']);
  });

  it('an edited copy of an occurrence makes an exception of the series, a deleted one a cancelled occurrence', async () => {
    const { world, here, there } = await synced(from, to, (world, here) => {
      world.insert(here, appointment('Course', '2026-12-02T18:00'), 'FREQ=WEEKLY;COUNT=4');
    });
    edit(world, there, { title: 'Course, outdoors' }, 1);
    await world.advance(10 * SECOND);
    for (const side of [here, there])
      expect(titles(world, side)).toEqual(['Course', 'Course, outdoors', 'Course', 'Course']);
    remove(world, there, 2);
    await world.advance(10 * SECOND);
    for (const side of [here, there]) expect(titles(world, side)).toEqual(['Course', 'Course, outdoors', 'Course']);
    expect(world.worlds[from].events(here.remote.id).filter(({ deleted }) => !deleted)).toHaveLength(1);
    await world.live(DAY + HOUR, 6 * HOUR);
    for (const side of [here, there]) expect(titles(world, side)).toEqual(['Course', 'Course, outdoors', 'Course']);
  });

  it('edits of many occurrences of one series all arrive', async () => {
    const { world, here, there } = await synced(from, to, (world, here) => {
      world.insert(here, appointment('Course', '2026-12-02T18:00'), 'FREQ=WEEKLY;COUNT=9');
    });
    for (let index = 0; index < 9; index += 1) edit(world, there, { title: `Course ${index}` }, index);
    await world.advance(MINUTE);
    for (const side of [here, there])
      expect(titles(world, side)).toEqual(Array.from({ length: 9 }, (_, index) => `Course ${index}`));
  });

  it('a copy that becomes all-day, and one that ceases to be, take their originals along', async () => {
    const { world, here, there } = await synced(from, to, (world, here) => {
      world.insert(here, appointment('Timed', '2026-12-01T09:00'));
      world.insert(
        here,
        appointment('Day', '2026-12-08T00:00', {
          time: { allDay: true, start: '2026-12-08', end: '2026-12-09', zone: 'Europe/Vienna' },
        }),
      );
    });
    edit(world, there, { time: { allDay: true, start: '2026-12-01', end: '2026-12-02', zone: 'Europe/Vienna' } });
    edit(
      world,
      there,
      { time: { allDay: false, start: '2026-12-08T10:00:00', end: '2026-12-08T11:00:00', zone: 'Europe/Vienna' } },
      1,
    );
    await world.advance(10 * SECOND);
    expect(shown(world, here, 0).time).toMatchObject({ allDay: true, start: '2026-12-01', end: '2026-12-02' });
    expect(shown(world, here, 1).time.allDay).toBe(false);
    expect(times(world, here, 1)).toEqual(times(world, there, 1));
    edit(
      world,
      there,
      { time: { allDay: false, start: '2026-12-01T10:00:00', end: '2026-12-01T11:00:00', zone: 'Europe/Vienna' } },
      0,
    );
    await world.advance(10 * SECOND);
    expect(shown(world, here, 0).time.allDay).toBe(false);
    expect(times(world, here)).toEqual(times(world, there));
  });

  it('edits of different fields on both sides are both kept; of the same field the later one', async () => {
    const { world, here, there } = await synced(from, to, (world, here) => {
      world.insert(here, appointment('Dentist', '2026-12-01T09:00', { location: 'Main street' }));
    });
    edit(world, here, { title: 'Here', location: 'Here too' });
    edit(world, there, { location: 'There' });
    await world.advance(10 * SECOND);
    // Within the same second the original wins.
    for (const side of [here, there]) expect(shown(world, side)).toMatchObject({ title: 'Here' });
    expect(shown(world, here).location).toBe(shown(world, there).location);

    for (const service of ['microsoft', 'google'] as const)
      world.fault(service, { name: 'notification-lost', times: 10 });
    edit(world, here, { title: 'Earlier' });
    await world.advance(3 * SECOND);
    edit(world, there, { title: 'Later', showAs: 'free' });
    await world.live(HOUR, 30 * MINUTE);
    for (const side of [here, there]) expect(shown(world, side)).toMatchObject({ title: 'Later', showAs: 'free' });

    for (const service of ['microsoft', 'google'] as const)
      world.fault(service, { name: 'notification-lost', times: 10 });
    edit(world, there, { title: 'Earlier' });
    await world.advance(3 * SECOND);
    edit(world, here, { title: 'Later still' });
    await world.live(HOUR, 30 * MINUTE);
    for (const side of [here, there]) expect(shown(world, side)).toMatchObject({ title: 'Later still' });
  });

  it('an edit of the original beats the deletion of its copy', async () => {
    const { world, here, there } = await synced(from, to, (world, here) => {
      world.insert(here, appointment('Dentist', '2026-12-01T09:00'));
    });
    remove(world, there);
    edit(world, here, { title: 'Dentist, urgent' });
    await world.live(HOUR, 30 * MINUTE);
    for (const side of [here, there]) expect(titles(world, side)).toEqual(['Dentist, urgent']);
  });

  it('an edit of the copy beats the deletion of its original, which is made anew', async () => {
    const { world, here, there } = await synced(from, to, (world, here) => {
      world.insert(here, appointment('Dentist', '2026-12-01T09:00'));
    });
    const old = eventId(world, here);
    edit(world, there, { title: 'Dentist, urgent' });
    remove(world, here);
    await world.live(HOUR, 30 * MINUTE);
    for (const side of [here, there]) expect(titles(world, side)).toEqual(['Dentist, urgent']);
    expect(eventId(world, here)).not.toBe(old);
    // It is an original like any other.
    edit(world, here, { title: 'Dentist, done' });
    await world.advance(10 * SECOND);
    for (const side of [here, there]) expect(titles(world, side)).toEqual(['Dentist, done']);
    edit(world, there, { location: 'Main street' });
    await world.advance(10 * SECOND);
    expect(shown(world, here).location).toBe('Main street');
    await world.live(DAY + HOUR, 6 * HOUR);
    for (const side of [here, there]) expect(titles(world, side)).toEqual(['Dentist, done']);
  });

  it('a private copy gives back its times, its state and its deletion, and nothing else', async () => {
    const { world, here, there } = await synced(
      from,
      to,
      (world, here) => {
        world.insert(here, appointment('Secret', '2026-12-01T09:00', { location: 'Vault', description: 'Plan' }));
        world.insert(here, appointment('Secret too', '2026-12-02T09:00'));
      },
      { markPrivate: true },
    );
    const time = { allDay: false, start: '2026-12-01T14:00:00', end: '2026-12-01T15:00:00', zone: 'Europe/Vienna' };
    edit(world, there, {
      title: 'Guess',
      location: 'Somewhere',
      description: 'What',
      sensitivity: 'normal',
      time,
      showAs: 'free',
    });
    await world.advance(10 * SECOND);
    expect(shown(world, here)).toMatchObject({
      title: 'Secret',
      location: 'Vault',
      sensitivity: 'normal',
      showAs: 'free',
    });
    expect(shown(world, here).description).toContain('Plan');
    expect(times(world, here)[0]).toBe(Date.parse('2026-12-01T13:00Z'));
    expect(shown(world, there)).toMatchObject({ title: 'Busy', location: '', sensitivity: 'private', showAs: 'free' });
    expect(times(world, there)).toEqual(times(world, here));
    remove(world, there, 1);
    await world.advance(10 * SECOND);
    expect(titles(world, here)).toEqual(['Secret']);
  });

  it('a state that the route forces is put back and leaves the original alone', async () => {
    const options: Partial<RouteOptions> = { showAs: 'busy' };
    const { world, here, there } = await synced(
      from,
      to,
      (world, here) => world.insert(here, appointment('Trip', '2026-12-01T09:00', { showAs: 'free' })),
      options,
    );
    edit(world, there, { showAs: 'free', title: 'Long trip' });
    await world.advance(10 * SECOND);
    expect(shown(world, here)).toMatchObject({ title: 'Long trip', showAs: 'free' });
    expect(shown(world, there)).toMatchObject({ title: 'Long trip', showAs: 'busy' });
  });

  it('a meeting is never changed through its copy: the copy is put back, or made anew', async () => {
    const { world, here, there } = await synced(from, to, (world, here) => {
      world.insert(here, appointment('Review', '2026-12-01T09:00', { attendees: [bob] }));
    });
    const before = world.shown(here)[0]?.event.version;
    edit(world, there, { title: 'Party' });
    await world.advance(10 * SECOND);
    for (const side of [here, there]) expect(titles(world, side)).toEqual(['Review']);
    remove(world, there);
    await world.advance(10 * SECOND);
    for (const side of [here, there]) expect(titles(world, side)).toEqual(['Review']);
    expect(world.shown(here)[0]?.event.version).toBe(before);
    expect(world.requests.filter(({ body }) => /"attendees":\s*\[\s*\{/.test(body))).toEqual([]);
  });

  it('a description that holds a join link stays as it is, whatever its copy says', async () => {
    const link = 'https://meet.google.com/abc-defg-hij';
    const { world, here, there } = await synced(from, to, (world, here) => {
      world.insert(here, appointment('Call', '2026-12-01T09:00', { description: `Agenda\n${link}` }));
    });
    edit(world, there, { title: 'Call, short', description: 'No agenda' });
    await world.advance(10 * SECOND);
    expect(shown(world, here).title).toBe('Call, short');
    expect(shown(world, here).description).toContain(link);
    expect(shown(world, there).description).toContain('Agenda');
  });

  it('what happened to copies while nobody could see it is found by the full round', async () => {
    const { world, here, there } = await synced(from, to, (world, here) => {
      for (const day of ['01', '02', '03', '04']) world.insert(here, appointment(`Day ${day}`, `2026-12-${day}T09:00`));
    });
    const [expired] = to === 'microsoft' ? ['sync-state-not-found'] : ['full-sync-required'];
    for (const service of ['microsoft', 'google'] as const)
      world.fault(service, { name: 'notification-lost', times: 10 });
    edit(world, there, { title: 'Edited' });
    remove(world, there, 1);
    world.fault(to, { name: expired ?? '', times: 1 });
    await world.live(2 * HOUR, 30 * MINUTE);
    for (const side of [here, there]) expect(titles(world, side)).toEqual(['Edited', 'Day 03', 'Day 04']);
  });

  it('a copy that is deleted soon after it was written, and missed until the next full round, takes its original along', async () => {
    const { world, here, there } = await synced(from, to, (world, here) => {
      world.insert(here, appointment('Dentist', '2026-12-01T09:00'));
    });
    await world.advance(MINUTE);
    for (const service of ['microsoft', 'google'] as const)
      world.fault(service, { name: 'notification-lost', times: 10 });
    remove(world, there);
    const calendarId = there.calendar.id;
    await world.needs.queues.bulk({ kind: 'full', calendarId, at: world.now(), verify: true });
    await world.advance(MINUTE);
    for (const side of [here, there]) expect(titles(world, side)).toEqual([]);
  });

  it('a first sync lists each calendar no more than a few times', async () => {
    const { world } = await synced(from, to, (world, here, there) => {
      for (let day = 1; day <= 28; day += 1) {
        const date = `2026-12-${String(day).padStart(2, '0')}`;
        world.insert(here, appointment(`Here ${day}`, `${date}T09:00`));
        world.insert(there, appointment(`There ${day}`, `${date}T12:00`));
      }
    });
    await world.advance(5 * MINUTE);
    const rounds = world.logs.map((line) => JSON.parse(line)).filter(({ event, full }) => event === 'round' && full);
    expect(rounds.length).toBeLessThanOrEqual(4);
  });

  it('an emptied calendar trips the brake before an original is deleted', async () => {
    const { world, here, there } = await synced(from, to, (world, here) => {
      for (let day = 1; day <= 28; day += 1)
        world.insert(here, appointment(`Day ${day}`, `2026-12-${String(day).padStart(2, '0')}T09:00`));
    });
    for (const { event } of world.shown(there)) world.worlds[to].remove(there.remote.id, event.id);
    await world.live(HOUR, 10 * MINUTE);
    expect(seen(world, here)).toHaveLength(28);
    const routes = await Promise.all(
      (await world.stores.pairs.routesFrom(here.calendar.id)).map(({ id }) => world.stores.pairs.route(id)),
    );
    expect(routes[0]).toMatchObject({ state: 'braked', problem: { code: 'mass-deletion' } });
    await world.stores.pairs.confirmDeletions(routes[0]?.id ?? '', world.now() + HOUR);
    await world.needs.queues.bulk({ kind: 'full', calendarId: here.calendar.id, at: world.now(), verify: true });
    await world.advance(MINUTE);
    expect(seen(world, here)).toEqual([]);
  });
});

describe('two-way in circles', () => {
  it('three calendars in a ring come to rest with one of each event, and an edit anywhere reaches all', async () => {
    const world = await startWorld();
    const sides = [
      await world.connect('microsoft', 'ann@work.example'),
      await world.connect('google', 'ann@home.example'),
      await world.connect('google', 'ann@club.example'),
    ];
    const [a, b, c] = sides as [Side, Side, Side];
    await world.twoWay(a, b);
    await world.twoWay(b, c);
    await world.twoWay(c, a);
    world.insert(a, appointment('One', '2026-12-01T09:00'));
    world.insert(b, appointment('Two', '2026-12-02T09:00'));
    world.insert(c, appointment('Three', '2026-12-03T09:00'));
    await world.advance(MINUTE);
    for (const side of sides) expect(titles(world, side)).toEqual(['One', 'Two', 'Three']);
    edit(world, b, { title: 'One, edited' }, 0);
    await world.advance(MINUTE);
    for (const side of sides) expect(titles(world, side)).toEqual(['One, edited', 'Two', 'Three']);
    remove(world, a, 1);
    await world.advance(MINUTE);
    for (const side of sides) expect(titles(world, side)).toEqual(['One, edited', 'Three']);
    const before = world.requests.length;
    await world.live(DAY + HOUR, 6 * HOUR);
    expect(sides.flatMap((side) => writes(world, side, before))).toEqual([]);
  });
});
