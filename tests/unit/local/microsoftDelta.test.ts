import { beforeEach, describe, expect, it } from '@jest/globals';
import { meeting } from './coreFixture.ts';
import { calendarPath, codeOf, round, type Started, start, window } from './microsoftFixture.ts';

let s: Started;
let delta: string;
beforeEach(async () => {
  s = start();
  delta = `${await calendarPath(s)}/calendarView/delta`;
});

const insert = (title: string, day: string, recurrence?: string) =>
  s.world.insert(s.calendar.id, meeting(title, day, { sensitivity: 'private' }), { recurrence });

describe('a round of the simulated Graph', () => {
  it('brings occurrences as stubs, and a master that starts with the first occurrence of all', async () => {
    insert('Standup', '2026-10-30', 'FREQ=DAILY;COUNT=4');
    const { rows } = await round(s, `${delta}?${window}`);
    const stubs = rows.filter((row) => row.type === 'occurrence');
    expect(stubs).toHaveLength(2);
    expect(Object.keys(stubs[0] ?? {}).sort()).toEqual(
      ['@odata.type', '@odata.etag', 'id', 'seriesMasterId', 'type', 'start', 'end'].sort(),
    );
    expect(rows.find((row) => row.type === 'seriesMaster')).toMatchObject({
      subject: 'Standup',
      start: { dateTime: '2026-10-30T08:00:00.0000000', timeZone: 'UTC' },
    });
  });

  it('tells a deleted occurrence by master and the occurrences that are left', async () => {
    const { id } = insert('Standup', '2026-12-01', 'FREQ=DAILY;COUNT=3');
    const first = await round(s, `${delta}?${window}`);
    s.world.remove(s.calendar.id, id, '2026-12-02T09:00:00');
    const { rows } = await round(s, first.deltaLink);
    expect(rows.map((row) => row.type).sort()).toEqual(['occurrence', 'occurrence', 'seriesMaster']);
    expect(rows.some((row) => '@removed' in row)).toBe(false);
  });

  it('tells what lies outside of the window as removed, also when nobody knew it', async () => {
    const { deltaLink } = await round(s, `${delta}?${window}`);
    const event = insert('Far away', '2028-12-01');
    const { rows } = await round(s, deltaLink);
    expect(rows).toMatchObject([{ '@removed': { reason: 'deleted' } }]);
    s.world.change(s.calendar.id, event.id, { time: meeting('', '2026-12-01').time });
    expect((await round(s, deltaLink)).rows).toMatchObject([{ subject: 'Far away' }]);
  });

  it('leaves out the second half of a page when so told, and tells deletions also when it brings everything again', async () => {
    for (const title of ['One', 'Two', 'Three', 'Four']) insert(title, '2026-12-01');
    s.faults.arm({ name: 'truncated-page' });
    const short = await round(s, `${delta}?${window}`);
    expect(short.rows).toHaveLength(2);
    s.world.remove(s.calendar.id, s.world.events(s.calendar.id)[0]?.id ?? '');
    s.faults.arm({ name: 'replayed-rows' });
    const { rows } = await round(s, short.deltaLink);
    expect(rows.filter((row) => '@removed' in row)).toHaveLength(1);
    expect(rows).toHaveLength(4);
  });

  it('never splits a series, however small the page should be', async () => {
    insert('Standup', '2026-12-01', 'FREQ=DAILY;COUNT=30');
    insert('Dentist', '2026-12-01');
    const { rows, pages } = await round(s, `${delta}?${window}`, 'odata.maxpagesize=1');
    expect([rows.length, pages]).toEqual([32, 2]);
  });

  it('gives other ids without the immutable preference, and takes both', async () => {
    insert('Dentist', '2026-12-01');
    const [one] = (await round(s, `${delta}?${window}`)).rows;
    const [other] = (await round(s, `${delta}?${window}`, 'outlook.timezone="UTC"')).rows;
    expect(one?.id).not.toBe(other?.id);
    for (const id of [one?.id, other?.id]) {
      expect((await s.graph('GET', `/me/events/${encodeURIComponent(id ?? '')}`)).status).toBe(200);
    }
  });

  it('forgets a link after a few newer rounds', async () => {
    const { deltaLink: old } = await round(s, `${delta}?${window}`);
    let newest = old;
    for (let turn = 0; turn < 5; turn += 1) newest = (await round(s, newest)).deltaLink;
    expect((await round(s, newest)).rows).toEqual([]);
    expect(await codeOf(await s.graph('GET', old))).toBe('410 SyncStateNotFound');
  });

  it('says 410 in mid-round too', async () => {
    for (const day of ['2026-12-01', '2026-12-02']) insert('Dentist', day);
    s.faults.arm({ name: 'sync-state-not-found', path: 'skiptoken' });
    const first = await s.graph('GET', `${delta}?${window}`, undefined, { prefer: 'odata.maxpagesize=1' });
    const { '@odata.nextLink': next = '' } = (await first.json()) as { '@odata.nextLink'?: string };
    expect(await codeOf(await s.graph('GET', next))).toBe('410 SyncStateNotFound');
  });

  it.each([
    '$select=subject',
    '$expand=singleValueExtendedProperties',
    "$filter=subject eq 'a'",
    '$orderby=id',
    '$search=a',
  ])('refuses %s', async (option) => {
    expect(await codeOf(await s.graph('GET', `${delta}?${window}&${option}`))).toBe('400 ErrorInvalidUrlQuery');
  });

  it('refuses a window beside a token, a window of ten years, and none', async () => {
    const { deltaLink } = await round(s, `${delta}?${window}`);
    expect((await s.graph('GET', `${deltaLink}&${window}`)).status).toBe(400);
    const decade = 'startDateTime=2020-01-01T00:00:00Z&endDateTime=2030-01-01T00:00:00Z';
    expect((await s.graph('GET', `${delta}?${decade}`)).status).toBe(400);
    expect((await s.graph('GET', delta)).status).toBe(400);
  });

  it('matches all-day events by UTC midnights and never converts them', async () => {
    const time = { allDay: true, start: '2026-12-01', end: '2026-12-02', zone: 'Asia/Tokyo' };
    s.world.insert(s.calendar.id, meeting('Leave', '2026-12-01', { time }));
    const day = 'startDateTime=2026-11-30T15:00:00Z&endDateTime=2026-12-01T15:00:00Z';
    const prefer = 'outlook.timezone="Asia/Tokyo"';
    const { rows } = await round(s, `${delta}?${day}`, prefer);
    expect(rows).toMatchObject([{ start: { dateTime: '2026-12-01T00:00:00.0000000', timeZone: 'Asia/Tokyo' } }]);
  });
});
