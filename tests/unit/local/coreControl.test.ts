import { beforeEach, describe, expect, it } from '@jest/globals';
import { weekView } from '../../../local/core/week.ts';
import { meeting } from './coreFixture.ts';
import { type Started, start } from './microsoftFixture.ts';

let s: Started;
let at: string;
beforeEach(() => {
  s = start();
  at = `/sim/calendars/${s.calendar.id}`;
});

type Json = Record<string, unknown>;
const json = async (answer: Response) => (await answer.json()) as Json;
async function titles(): Promise<unknown[]> {
  const answer = await s.send('GET', `${at}/instances?from=2026-01-01&to=2028-01-01`);
  return ((await answer.json()) as Json[]).map(({ start: from, title }) => [from, title]);
}

describe('whoever stands in for a person', () => {
  it('creates, moves and deletes an event', async () => {
    const { id } = await json(
      await s.send('POST', `${at}/events`, { body: { title: 'Dentist', start: '2026-12-01T09:00' } }),
    );
    expect(await titles()).toEqual([['2026-12-01T08:00:00.000Z', 'Dentist']]);
    await s.send('PATCH', `${at}/events/${id}`, { body: { start: '2026-12-02T09:30' } });
    const [instance] = s.world.instances(s.calendar.id, 0, 1e13);
    expect(instance?.fields.time).toMatchObject({ start: '2026-12-02T09:30:00', end: '2026-12-02T10:30:00' });
    expect((await s.send('DELETE', `${at}/events/${id}`)).status).toBe(204);
    expect(await titles()).toEqual([]);
  });

  it('changes and deletes one occurrence', async () => {
    const body = { title: 'Standup', start: '2026-12-01T09:00', recurrence: 'FREQ=DAILY;COUNT=3' };
    const { id } = await json(await s.send('POST', `${at}/events`, { body }));
    const one = (start: string) => `${at}/events/${id}?originalStart=${start}T09:00:00`;
    await s.send('PATCH', one('2026-12-02'), { body: { title: 'Special' } });
    await s.send('DELETE', one('2026-12-03'));
    expect((await titles()).map((each) => (each as unknown[])[1])).toEqual(['Standup', 'Special']);
    expect((await s.send('PATCH', one('2026-12-09'), { body: { title: 'x' } })).status).toBe(400);
  });

  it('keeps all-day dates, also when a timed event becomes one', async () => {
    const { id } = await json(
      await s.send('POST', `${at}/events`, { body: { title: 'Leave', start: '2026-12-24', end: '2026-12-27' } }),
    );
    expect(await titles()).toEqual([['2026-12-24', 'Leave']]);
    await s.send('PATCH', `${at}/events/${id}`, { body: { allDay: false, start: '2026-12-24T12:00' } });
    expect(await titles()).toEqual([['2026-12-24T11:00:00.000Z', 'Leave']]);
  });

  it.each([
    ['a calendar that is none', 'POST', '/sim/calendars/none/events', { title: 'x', start: '2026-12-01' }, 404],
    ['an event without a start', 'POST', '/events', { title: 'x' }, 400],
    ['an end before the start', 'POST', '/events', { start: '2026-12-02T09:00', end: '2026-12-01T09:00' }, 400],
    ['a misspelled field', 'POST', '/events', { start: '2026-12-01', titel: 'x' }, 400],
    ['a zone that nobody knows', 'POST', '/events', { start: '2026-12-01T09:00', zone: 'Mars' }, 400],
    ['a rule that names no day', 'POST', '/events', { start: '2026-12-01', recurrence: 'FREQ=HOURLY' }, 400],
    ['an event that is none', 'PATCH', '/events/none', { title: 'x' }, 400],
    ['a fault that is none', 'POST', '/sim/faults', { name: 'bad-mood' }, 400],
  ])('is told about %s', async (_what, method, path, body, status) => {
    const answer = await s.send(method, path.startsWith('/sim') ? path : `${at}${path}`, { body });
    expect(answer.status).toBe(status);
    expect(await json(answer)).toHaveProperty('error');
    expect(s.world.events(s.calendar.id)).toEqual([]);
  });

  it('seeds a calendar from a file and hears what could not be read', async () => {
    const ics =
      'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Seeded\r\nDTSTART:20261201T090000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:b\r\nEND:VEVENT\r\nEND:VCALENDAR';
    const answer = await s.microsoft.fetch(
      new Request(`http://localhost:7072${at}/ics`, {
        method: 'POST',
        body: ics,
        headers: { 'content-type': 'text/calendar' },
      }),
    );
    expect(await json(answer)).toMatchObject({ inserted: 1, problems: [expect.stringContaining('b')] });
    expect(await titles()).toEqual([['2026-12-01T09:00:00.000Z', 'Seeded']]);
  });

  it('takes back the grants of a person, and sees which requests came', async () => {
    await s.graph('GET', '/me/calendars');
    expect(await json(await s.send('GET', '/sim/requests'))).toMatchObject({
      counts: { calendars: 1, token: 1 },
      mails: 0,
    });
    await s.send('DELETE', '/sim/requests');
    expect(await json(await s.send('GET', '/sim/requests'))).toMatchObject({ counts: {}, last: [] });
    expect((await s.send('POST', '/sim/people/ada@contoso.example/revoke')).status).toBe(204);
  });
});

describe('the week view', () => {
  it('shows the week of a date with its events, escaped, and says what they are', async () => {
    s.world.insert(s.calendar.id, meeting('<b>Dentist</b>', '2026-12-01', { sensitivity: 'private', showAs: 'free' }));
    const text = await (await s.send('GET', `/?calendar=${s.calendar.id}&week=2026-12-03`)).text();
    expect(text).toContain('&lt;b&gt;Dentist');
    expect(text).not.toContain('<b>Dentist');
    expect(text).toContain('<em>private</em>');
    expect(text).toContain('09:00–10:00');
    const other = await (await s.send('GET', `/?calendar=${s.calendar.id}&week=2026-12-10`)).text();
    expect(other).not.toContain('Dentist');
  });

  it('answers with a new grid only when something changed', async () => {
    const app = weekView(s.world, { service: 'Test', clock: s.clock });
    const state = async (revision: string) =>
      json(await app.request(`/state?calendar=${s.calendar.id}&week=2026-12-01&revision=${revision}`));
    const first = await state('');
    expect(first).toHaveProperty('grid');
    expect(await state(String(first.revision))).not.toHaveProperty('grid');
    s.world.insert(s.calendar.id, meeting('Dentist', '2026-12-01'));
    expect((await state(String(first.revision))).grid).toContain('Dentist');
  });

  it('lets a person act', async () => {
    const path = `/events?calendar=${s.calendar.id}`;
    await s.send('POST', path, { body: { title: 'Walk', start: '2026-12-01T12:00' } });
    const [event] = s.world.events(s.calendar.id);
    expect(event?.title).toBe('Walk');
    await s.send('DELETE', `/events/${event?.id}?calendar=${s.calendar.id}`);
    expect(s.world.instances(s.calendar.id, 0, 1e13)).toEqual([]);
  });
});
