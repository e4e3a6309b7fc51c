import { describe, expect, it } from '@jest/globals';
import { createFaults } from '../../../local/core/faults.ts';
import type { WorldChange } from '../../../local/core/world.ts';
import { line, meeting, seeded, startWorld } from './coreFixture.ts';

const from = Date.parse('2026-01-01T00:00:00Z');
const to = Date.parse('2028-01-01T00:00:00Z');

describe('a series in the calendar core', () => {
  it('stays at nine on the wall when the clocks change', () => {
    const { world, calendar } = startWorld();
    world.insert(calendar.id, meeting('Standup', '2026-10-24'), { recurrence: 'FREQ=DAILY;COUNT=3' });
    expect(world.instances(calendar.id, from, to).map(line)).toEqual([
      '2026-10-24T07:00Z Standup',
      '2026-10-25T08:00Z Standup',
      '2026-10-26T08:00Z Standup',
    ]);
  });

  it('ends with the occurrence that UNTIL names in UTC', () => {
    const { world, calendar } = startWorld();
    world.insert(calendar.id, meeting('Standup', '2026-12-01'), { recurrence: 'FREQ=DAILY;UNTIL=20261203T080000Z' });
    expect(world.instances(calendar.id, from, to)).toHaveLength(3);
  });

  it('shows a moved occurrence where it is now, also outside of the stretch it came from', () => {
    const { world, calendar } = startWorld();
    const { id } = world.insert(calendar.id, meeting('Standup', '2026-12-01'), { recurrence: 'FREQ=DAILY;COUNT=3' });
    const time = { ...meeting('', '2027-03-01').time };
    world.change(calendar.id, id, { time }, '2026-12-02T09:00:00');
    const lines = (a: string, b: string) => world.instances(calendar.id, Date.parse(a), Date.parse(b)).map(line);
    expect(lines('2026-12-01', '2026-12-10')).toEqual(['2026-12-01T08:00Z Standup', '2026-12-03T08:00Z Standup']);
    expect(lines('2027-03-01', '2027-03-02')).toEqual(['2027-03-01T08:00Z Standup']);
  });

  it('keeps its exceptions when its title changes and loses them when its time does', () => {
    const { world, calendar } = startWorld();
    const { id } = world.insert(calendar.id, meeting('Standup', '2026-12-01'), { recurrence: 'FREQ=DAILY;COUNT=3' });
    world.remove(calendar.id, id, '2026-12-02T09:00:00');
    world.change(calendar.id, id, { ...meeting('Daily', '2026-12-01') });
    expect(world.instances(calendar.id, from, to).map(line)).toEqual([
      '2026-12-01T08:00Z Daily',
      '2026-12-03T08:00Z Daily',
    ]);
    world.change(calendar.id, id, { time: { ...meeting('', '2026-12-01').time, end: '2026-12-01T11:00:00' } });
    expect(world.instances(calendar.id, from, to)).toHaveLength(3);
  });

  it('includes extra dates, and a rule without end ends nobody’s patience', () => {
    const { world, calendar } = startWorld();
    world.insert(calendar.id, meeting('Standup', '2026-12-01'), {
      recurrence: 'FREQ=YEARLY',
      rdates: ['2026-12-24T09:00:00'],
    });
    expect(world.instances(calendar.id, from, to).map(line)).toEqual([
      '2026-12-01T08:00Z Standup',
      '2026-12-24T08:00Z Standup',
      '2027-12-01T08:00Z Standup',
    ]);
  });

  it.each(['FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30', 'FREQ=SECONDLY', 'nonsense'])(
    'is its first occurrence alone where the rule cannot be used: %s',
    (recurrence) => {
      const { world, calendar } = startWorld();
      world.insert(calendar.id, meeting('Odd', '2026-12-01'), { recurrence });
      expect(world.instances(calendar.id, from, to).map(line)).toEqual(['2026-12-01T08:00Z Odd']);
    },
  );

  it('skips years without its day', () => {
    const { world, calendar } = startWorld();
    world.insert(calendar.id, meeting('Leap', '2024-02-29'), { recurrence: 'FREQ=YEARLY' });
    const until = Date.parse('2033-01-01');
    expect(world.instances(calendar.id, 0, until).map(line)).toEqual([
      '2024-02-29T08:00Z Leap',
      '2028-02-29T08:00Z Leap',
      '2032-02-29T08:00Z Leap',
    ]);
  });

  it('keeps all-day dates and gives each occurrence the length of the first', () => {
    const { world, calendar } = startWorld();
    const time = { allDay: true, start: '2026-12-24', end: '2026-12-27', zone: 'Europe/Berlin' };
    world.insert(calendar.id, meeting('Leave', '2026-12-24', { time }), { recurrence: 'FREQ=YEARLY;COUNT=2' });
    expect(world.instances(calendar.id, from, to).map(({ fields }) => [fields.time.start, fields.time.end])).toEqual([
      ['2026-12-24', '2026-12-27'],
      ['2027-12-24', '2027-12-27'],
    ]);
  });
});

describe('changes in the calendar core', () => {
  it('are told one by one, and each counts', () => {
    const { world, calendar } = startWorld();
    const told: WorldChange[] = [];
    const stop = world.onChange((change) => told.push(change));
    const { id } = world.insert(calendar.id, meeting('Standup', '2026-12-01'), { recurrence: 'FREQ=DAILY;COUNT=3' });
    world.change(calendar.id, id, { title: 'Daily' });
    world.remove(calendar.id, id, '2026-12-02T09:00:00');
    world.touch(calendar.id, id);
    world.remove(calendar.id, id);
    stop();
    world.insert(calendar.id, meeting('Unheard', '2026-12-01'));
    expect(told.map(({ kind, originalStart }) => [kind, originalStart])).toEqual([
      ['created', undefined],
      ['updated', undefined],
      ['deleted', '2026-12-02T09:00:00'],
      ['updated', undefined],
      ['deleted', undefined],
    ]);
    expect([world.event(calendar.id, id)?.version, calendar.sequence]).toEqual([5, 6]);
    expect(world.event(calendar.id, id)?.deleted).toBe(true);
  });

  it('without content leave the time of modification alone', () => {
    const { clock, world, calendar } = startWorld();
    const event = world.insert(calendar.id, meeting('Standup', '2026-12-01'));
    const before = event.modifiedAt;
    clock.time += 60_000;
    world.touch(calendar.id, event.id);
    expect(event.modifiedAt).toBe(before);
    world.change(calendar.id, event.id, { title: 'Daily' });
    expect(event.modifiedAt).toBe(before + 60_000);
  });
});

describe('a fault', () => {
  it('hits as often as asked, from the request on that was named, and is counted', () => {
    const faults = createFaults({ random: seeded('faults') });
    faults.arm({ name: 'throttled', times: 2, after: 1, method: 'POST', path: '/events' });
    const post = { method: 'POST', path: '/me/events' };
    expect(faults.hit('throttled', { method: 'GET', path: '/me/events' })).toBeUndefined();
    expect([1, 2, 3, 4].map(() => faults.hit('throttled', post) !== undefined)).toEqual([false, true, true, false]);
    expect(faults.fired()).toEqual({ throttled: 2 });
    expect(faults.armed()).toEqual([]);
  });
});
