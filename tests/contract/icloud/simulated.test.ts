import { describe, expect, it } from '@jest/globals';
import type { SimFields, SimTime } from '../../../local/core/core.ts';
import { endOf, startOf } from '../../../shared/calendar/window.ts';
import { applied, contract, listed, pull, titles, window } from './suite.ts';
import { simulatedWorld } from './worlds.ts';

describe('the simulated iCloud', () => contract(simulatedWorld));

describe('what a person enters at the simulated iCloud', () => {
  const vienna = { allDay: false, zone: 'Europe/Vienna' } as const;

  it('is what is read of it: series with exceptions, over the change of clocks, and days', async () => {
    const dav = await simulatedWorld();
    const { world, calendar } = dav;
    const weekly = world.insert(
      calendar.id,
      fields({ ...vienna, start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00' }),
      {
        recurrence: 'FREQ=WEEKLY;BYDAY=MO',
      },
    );
    const moved = { ...vienna, start: '2026-12-08T14:00:00', end: '2026-12-08T15:30:00' };
    world.change(calendar.id, weekly.id, { title: 'Moved', time: moved }, '2026-12-07T09:00:00');
    world.remove(calendar.id, weekly.id, '2026-12-14T09:00:00');
    world.insert(calendar.id, fields({ allDay: true, zone: 'Europe/Vienna', start: '2026-12-24', end: '2026-12-27' }));
    world.insert(calendar.id, fields({ allDay: true, zone: 'UTC', start: '2026-11-30', end: '2026-12-01' }), {
      recurrence: 'FREQ=MONTHLY;COUNT=3',
    });
    world.insert(
      calendar.id,
      fields({ allDay: false, zone: 'America/New_York', start: '2027-03-20T23:00:00', end: '2027-03-21T01:00:00' }),
    );
    const expected = world
      .instances(calendar.id, window.start, window.end)
      .map(({ fields: { title }, startMs, endMs }) => {
        return `${title} ${new Date(startMs).toISOString()} ${new Date(endMs).toISOString()}`;
      });
    const found = (await listed(dav)).map(({ title, span }) => {
      return `${title} ${new Date(startOf(span)).toISOString()} ${new Date(endOf(span)).toISOString()}`;
    });
    expect(found.length).toBeGreaterThan(60);
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it('is told change by change', async () => {
    const dav = await simulatedWorld();
    const { world, calendar } = dav;
    const first = await pull(dav, { window });
    const time = { ...vienna, start: '2026-11-24T09:00:00', end: '2026-11-24T10:00:00' };
    const event = world.insert(calendar.id, fields(time), { recurrence: 'FREQ=WEEKLY;COUNT=3' });
    const second = await pull(dav, { cursor: first.end.cursor });
    let known = applied(second.changes);
    expect(titles(known)).toEqual(['Event', 'Event', 'Event']);
    world.change(calendar.id, event.id, { title: 'Other' }, '2026-12-01T09:00:00');
    world.remove(calendar.id, event.id, '2026-12-08T09:00:00');
    const third = await pull(dav, { cursor: second.end.cursor });
    known = applied(third.changes, known);
    expect(titles(known)).toEqual(['Event', 'Other']);
    world.change(calendar.id, event.id, { recurrence: undefined });
    const fourth = await pull(dav, { cursor: third.end.cursor });
    known = applied(fourth.changes, known);
    expect(Object.keys(known)).toEqual([dav.idOf(`${event.id}.ics`)]);
    world.remove(calendar.id, event.id);
    const fifth = await pull(dav, { cursor: fourth.end.cursor });
    expect(applied(fifth.changes, known)).toEqual({});
  });

  function fields(time: SimTime): SimFields {
    return {
      title: 'Event',
      description: '',
      descriptionType: 'text',
      location: '',
      time,
      showAs: 'busy',
      sensitivity: 'normal',
      attendees: [],
      cancelled: false,
      extra: {},
    };
  }
});
