import { describe, expect, it } from '@jest/globals';
import { caller, events, lunch, start } from './googleFixture.ts';

const window = 'singleEvents=true&timeMin=2026-11-01T00:00:00Z&timeMax=2026-12-31T00:00:00Z';
const reasonOf = (json: Record<string, unknown>) => JSON.stringify(json).match(/"reason":"(\w+)"/)?.[1];
const idsOf = (json: Record<string, unknown>) =>
  Array.isArray(json.items) ? json.items.map((item: { id: string }) => item.id) : [];

type Call = Awaited<ReturnType<typeof caller>>;

async function tokenOf(call: Call): Promise<string> {
  return (await call('GET', `${events}?${window}`)).json.nextSyncToken;
}

const changesSince = (call: Call, token: string, more = '') =>
  call('GET', `${events}?singleEvents=true&syncToken=${token}${more}`);

describe('listing the simulated Google', () => {
  it('gives the sync token on the last page only, and page by page all there is in the window', async () => {
    const call = await caller(start());
    await call('POST', events, { ...lunch, id: 'morning', recurrence: ['RRULE:FREQ=DAILY;COUNT=5'] });
    await call('POST', events, { ...lunch, id: 'later', start: { date: '2027-03-01' }, end: { date: '2027-03-02' } });
    const first = (await call('GET', `${events}?${window}&maxResults=3`)).json;
    expect([idsOf(first).length, first.nextSyncToken]).toEqual([3, undefined]);
    const second = (await call('GET', `${events}?${window}&maxResults=3&pageToken=${first.nextPageToken}`)).json;
    expect([idsOf(second).length, second.nextPageToken]).toEqual([2, undefined]);
    expect(second.nextSyncToken).toBeTruthy();
    const other = await call('GET', `${events}?${window}&maxResults=9&pageToken=${first.nextPageToken}`);
    expect(other.status).toBe(400);
    expect((await call('GET', `${events}?${window}&orderBy=startTime`)).json.nextSyncToken).toBeUndefined();
  });

  it('lists masters and exceptions without singleEvents', async () => {
    const call = await caller(start());
    const series = { ...lunch, id: 'morning', recurrence: ['RRULE:FREQ=DAILY;COUNT=5'] };
    await call('POST', events, series);
    await call('PATCH', `${events}/morning_20261125T110000Z`, { summary: 'Other' });
    await call('DELETE', `${events}/morning_20261126T110000Z`);
    const { json } = await call('GET', events);
    expect(idsOf(json).sort()).toEqual(['morning', 'morning_20261125T110000Z', 'morning_20261126T110000Z']);
    expect(json.items.find((item: { id: string }) => item.id === 'morning').recurrence).toEqual(series.recurrence);
  });

  it('tells what changed since the token, and a deletion by its id alone', async () => {
    const google = start();
    const call = await caller(google);
    await call('POST', events, { ...lunch, id: 'lunch1' });
    const token = await tokenOf(call);
    expect(idsOf((await changesSince(call, token)).json)).toEqual([]);
    await call('POST', events, { ...lunch, id: 'lunch2' });
    google.world.remove(google.calendar.id, 'lunch1');
    const { json } = await changesSince(call, token);
    expect(idsOf(json)).toEqual(['lunch2', 'lunch1']);
    expect(json.items[1]).toEqual({
      kind: 'calendar#event',
      etag: expect.any(String),
      id: 'lunch1',
      status: 'cancelled',
    });
    expect(idsOf((await changesSince(call, json.nextSyncToken)).json)).toEqual([]);
  });

  it('brings the occurrences of a touched series for years, whatever the window was', async () => {
    const google = start();
    const call = await caller(google);
    await call('POST', events, { ...lunch, id: 'seria', recurrence: ['RRULE:FREQ=WEEKLY'] });
    const token = await tokenOf(call);
    google.world.change(google.calendar.id, 'seria', { title: 'Still lunch' });
    const { json } = await changesSince(call, token, '&maxResults=2500');
    expect(idsOf(json).length).toBeGreaterThan(250);
    expect(idsOf(json).at(-1)).toContain('seria_2031');
  });

  it('brings one changed or cancelled occurrence alone', async () => {
    const google = start();
    const call = await caller(google);
    await call('POST', events, { ...lunch, id: 'seria', recurrence: ['RRULE:FREQ=WEEKLY'] });
    const token = await tokenOf(call);
    google.world.change(google.calendar.id, 'seria', { title: 'Special' }, '2026-12-01T12:00:00');
    google.world.remove(google.calendar.id, 'seria', '2026-12-08T12:00:00');
    const { json } = await changesSince(call, token);
    expect(idsOf(json)).toEqual(['seria_20261201T110000Z', 'seria_20261208T110000Z']);
    expect(json.items[1]).toMatchObject({ status: 'cancelled', recurringEventId: 'seria' });
    expect(json.items[1].start).toBeUndefined();
  });

  it('cancels the occurrences that a moved or deleted series no longer has', async () => {
    const google = start();
    const call = await caller(google);
    await call('POST', events, { ...lunch, id: 'morning', recurrence: ['RRULE:FREQ=DAILY;COUNT=2'] });
    const token = await tokenOf(call);
    await call('PATCH', `${events}/morning`, {
      start: { dateTime: '2026-11-24T14:00:00+01:00' },
      end: { dateTime: '2026-11-24T15:00:00+01:00' },
    });
    const moved = (await changesSince(call, token)).json;
    const states = moved.items.map((item: { id: string; status: string }) => `${item.id} ${item.status}`).sort();
    expect(states).toEqual([
      'morning_20261124T110000Z cancelled',
      'morning_20261124T130000Z confirmed',
      'morning_20261125T110000Z cancelled',
      'morning_20261125T130000Z confirmed',
    ]);
    await call('DELETE', `${events}/morning`);
    const gone = (await changesSince(call, moved.nextSyncToken)).json;
    expect(idsOf(gone).sort()).toEqual(['morning_20261124T130000Z', 'morning_20261125T130000Z']);
  });

  it('refuses restrictions beside a sync token', async () => {
    const call = await caller(start());
    const token = await tokenOf(call);
    for (const wrong of ['&timeMin=2026-11-01T00:00:00Z', '&orderBy=updated', '&iCalUID=x', '&showDeleted=false']) {
      const answer = await changesSince(call, token, wrong);
      expect([answer.status, reasonOf(answer.json)]).toEqual([400, 'syncTokenWithRequestRestrictions']);
    }
    expect((await call('GET', `${events}?syncToken=${token}`)).status).toBe(400);
    expect((await call('GET', `${events}?syncToken=nonsense`)).status).toBe(400);
  });

  it('wants a full listing when the token is old or access changed', async () => {
    const google = start();
    const old = await tokenOf(await caller(google));
    google.pass(31 * 86_400_000);
    const call = await caller(google);
    const answer = await changesSince(call, old);
    expect([answer.status, reasonOf(answer.json)]).toEqual([410, 'fullSyncRequired']);
    const token = await tokenOf(call);
    google.calendar.access = 'writer';
    expect((await changesSince(call, token)).status).toBe(410);
  });

  it('finds events by private property and by iCalUID', async () => {
    const call = await caller(start());
    await call('POST', events, { ...lunch, id: 'kopie', extendedProperties: { private: { route: 'r1' } } });
    await call('POST', events, { ...lunch, id: 'other' });
    const byProperty = await call('GET', `${events}?${window}&privateExtendedProperty=route%3Dr1`);
    expect(idsOf(byProperty.json)).toEqual(['kopie']);
    expect(idsOf((await call('GET', `${events}?${window}&iCalUID=other@google.com`)).json)).toEqual(['other']);
  });

  it('judges all-day events in the zone of the calendar', async () => {
    const call = await caller(start());
    await call('POST', events, { ...lunch, id: 'event', start: { date: '2026-12-01' }, end: { date: '2026-12-02' } });
    const until = (timeMax: string) => call('GET', `${events}?singleEvents=true&timeMax=${timeMax}`);
    expect(idsOf((await until('2026-11-30T22:59:00Z')).json)).toEqual([]);
    expect(idsOf((await until('2026-11-30T23:01:00Z')).json)).toEqual(['event']);
  });
});

describe('a listing that goes wrong', () => {
  it('shows each fault as often as it was armed, and loses nothing by those that only delay', async () => {
    const google = start();
    const call = await caller(google);
    await call('POST', events, { ...lunch, id: 'lunch1' });
    const list = () => call('GET', `${events}?${window}`);
    const statuses: [string, number, string | undefined][] = [
      ['rate-limit', 403, 'rateLimitExceeded'],
      ['too-many-requests', 429, 'rateLimitExceeded'],
      ['quota', 403, 'quotaExceeded'],
      ['server-error', 500, 'backendError'],
      ['unauthorized', 401, 'authError'],
    ];
    for (const [name, status, reason] of statuses) {
      google.faults.arm({ name });
      const answer = await list();
      expect([answer.status, reasonOf(answer.json)]).toEqual([status, reason]);
      expect((await list()).status).toBe(200);
    }
    google.faults.arm({ name: 'not-json' });
    expect((await list()).text).toContain('<html');
    google.faults.arm({ name: 'empty-list' });
    expect(idsOf((await list()).json)).toEqual([]);
    google.faults.arm({ name: 'empty-page' });
    const empty = (await list()).json;
    expect(idsOf(empty)).toEqual([]);
    const next = await call('GET', `${events}?${window}&pageToken=${empty.nextPageToken}`);
    expect(idsOf(next.json)).toEqual(['lunch1']);
  });

  it('hides the last write for once when reads are stale, and delivers it with the next token', async () => {
    const google = start();
    const call = await caller(google);
    await call('POST', events, { ...lunch, id: 'lunch1' });
    const token = await tokenOf(call);
    await call('POST', events, { ...lunch, id: 'lunch2' });
    google.faults.arm({ name: 'stale-read' });
    const stale = (await changesSince(call, token)).json;
    expect(idsOf(stale)).toEqual([]);
    expect(idsOf((await changesSince(call, stale.nextSyncToken)).json)).toEqual(['lunch2']);
  });

  it('hides of a series only the occurrence that was changed last when a full listing is stale', async () => {
    const google = start();
    const call = await caller(google);
    await call('POST', events, { ...lunch, id: 'series1', recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'] });
    const ids = idsOf((await call('GET', `${events}?${window}`)).json);
    expect(ids).toHaveLength(3);
    await call('PATCH', `${events}/${ids[1]}`, { summary: 'Later' });
    google.faults.arm({ name: 'stale-read' });
    const stale = (await call('GET', `${events}?${window}`)).json;
    expect(idsOf(stale)).toEqual([ids[0], ids[2]]);
    const next = await call('GET', `${events}?singleEvents=true&syncToken=${stale.nextSyncToken}`);
    expect(idsOf(next.json)).toEqual([ids[1]]);
  });

  it('leaves out the second half of a page, and gives changes on pages without end, when so told', async () => {
    const google = start();
    const call = await caller(google);
    for (const id of ['lunch1', 'lunch2', 'lunch3', 'lunch4']) await call('POST', events, { ...lunch, id });
    const token = await tokenOf(call);
    google.faults.arm({ name: 'truncated-page' });
    const short = (await call('GET', `${events}?${window}`)).json;
    expect(idsOf(short)).toHaveLength(2);
    expect(short.nextSyncToken).toBeDefined();
    await call('POST', events, { ...lunch, id: 'lunch5' });
    google.faults.arm({ name: 'endless-pages' });
    const seen = new Set<unknown>();
    let page = (await changesSince(call, token)).json;
    for (let count = 0; count < 5; count += 1) {
      expect(idsOf(page)).toEqual(['lunch5']);
      expect(seen.has(page.nextPageToken)).toBe(false);
      seen.add(page.nextPageToken);
      page = (await changesSince(call, token, `&pageToken=${page.nextPageToken}`)).json;
    }
  });

  it('tells only half a year of a deleted series’ occurrences when so told', async () => {
    const google = start();
    const call = await caller(google);
    await call('POST', events, { ...lunch, id: 'seria', recurrence: ['RRULE:FREQ=MONTHLY;COUNT=12'] });
    const token = await tokenOf(call);
    await call('DELETE', `${events}/seria`);
    expect(idsOf((await changesSince(call, token)).json)).toHaveLength(12);
    google.faults.arm({ name: 'series-deletion-cut' });
    const { json } = await changesSince(call, token);
    expect(idsOf(json)).toHaveLength(7);
    expect(json.items[0].recurringEventId).toBe('seria');
  });

  it('answers 410 at any page', async () => {
    const google = start();
    const call = await caller(google);
    const token = await tokenOf(call);
    for (const id of ['aaaaa', 'bbbbb']) await call('POST', events, { ...lunch, id });
    const first = (await changesSince(call, token, '&maxResults=1')).json;
    google.faults.arm({ name: 'full-sync-required' });
    expect((await changesSince(call, token, `&maxResults=1&pageToken=${first.nextPageToken}`)).status).toBe(410);
  });

  it('can lose the answer of a write that was carried out', async () => {
    const google = start();
    const call = await caller(google);
    google.faults.arm({ name: 'response-lost' });
    expect((await call('POST', events, { ...lunch, id: 'lunch1' })).status).toBe(503);
    expect((await call('POST', events, { ...lunch, id: 'lunch1' })).status).toBe(409);
  });
});
