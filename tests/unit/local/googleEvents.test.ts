import { describe, expect, it } from '@jest/globals';
import { caller, events, lunch, start } from './googleFixture.ts';

const query = '?sendUpdates=none';
const reasonOf = (json: Record<string, unknown>) => JSON.stringify(json).match(/"reason":"(\w+)"/)?.[1];

describe('events of the simulated Google', () => {
  it('keeps an event under the id that the caller chose, and never takes that id again', async () => {
    const call = await caller(start());
    const first = await call('POST', events + query, { ...lunch, id: '0c4e3f' });
    expect([first.status, first.json.id]).toEqual([200, '0c4e3f']);
    const second = await call('POST', events + query, { ...lunch, id: '0c4e3f' });
    expect([second.status, reasonOf(second.json)]).toEqual([409, 'duplicate']);
    expect((await call('DELETE', `${events}/0c4e3f${query}`)).status).toBe(204);
    const deleted = await call('GET', `${events}/0c4e3f`);
    expect([deleted.status, deleted.json.status, deleted.json.summary]).toEqual([200, 'cancelled', undefined]);
    expect((await call('POST', events + query, { ...lunch, id: '0c4e3f' })).status).toBe(409);
    const again = await call('DELETE', `${events}/0c4e3f${query}`);
    expect([again.status, reasonOf(again.json)]).toEqual([410, 'deleted']);
  });

  it('refuses what Google refuses, with its reason', async () => {
    const call = await caller(start());
    const refused = async (change: object) => {
      const answer = await call('POST', events + query, { ...lunch, ...change });
      return [answer.status, reasonOf(answer.json)];
    };
    expect(await refused({ id: 'WXYZ1' })).toEqual([400, 'invalid']);
    expect(await refused({ id: 'abc' })).toEqual([400, 'invalid']);
    expect(await refused({ end: lunch.start })).toEqual([400, 'timeRangeEmpty']);
    expect(await refused({ end: undefined })).toEqual([400, 'required']);
    expect(await refused({ end: { date: '2026-11-25' } })).toEqual([400, 'invalid']);
    expect(await refused({ start: { dateTime: '2026-11-24T12:00:00' } })).toEqual([400, 'required']);
    expect(await refused({ start: { ...lunch.start, timeZone: 'W. Europe Standard Time' } })).toEqual([400, 'invalid']);
    expect(await refused({ visibility: 'secret' })).toEqual([400, 'invalid']);
    expect(await refused({ recurrence: ['RRULE:FREQ=SOMETIMES'] })).toEqual([400, 'invalid']);
    expect(await refused({ reminders: { useDefault: true, overrides: [{ method: 'popup', minutes: 5 }] } })).toEqual([
      400,
      'cannotUseDefaultRemindersAndSpecifyOverride',
    ]);
  });

  it('does not let a reader write', async () => {
    const google = start();
    google.calendar.access = 'reader';
    const call = await caller(google);
    const answer = await call('POST', events + query, lunch);
    expect([answer.status, reasonOf(answer.json)]).toEqual([403, 'requiredAccessLevel']);
  });

  it('rings by the calendar’s default when reminders are left out, and not when they are off', async () => {
    const call = await caller(start());
    const { reminders, ...without } = lunch;
    expect((await call('POST', events + query, without)).json.reminders).toEqual({ useDefault: true });
    expect((await call('POST', events + query, { ...without, reminders })).json.reminders).toEqual({
      useDefault: false,
    });
  });

  it('replaces the whole event by PUT, and only what is named by PATCH', async () => {
    const call = await caller(start());
    const written = (await call('POST', events + query, { ...lunch, location: 'Here', visibility: 'private' })).json;
    const patched = (await call('PATCH', `${events}/${written.id}${query}`, { summary: 'Dinner' })).json;
    expect(patched).toMatchObject({ summary: 'Dinner', location: 'Here', visibility: 'private' });
    const put = (await call('PUT', `${events}/${written.id}${query}`, lunch)).json;
    expect([put.summary, put.location, put.visibility]).toEqual(['Lunch', undefined, undefined]);
  });

  it('writes only over the version that the caller saw', async () => {
    const call = await caller(start());
    const written = (await call('POST', events + query, lunch)).json;
    const path = `${events}/${written.id}${query}`;
    const changed = await call('PUT', path, { ...lunch, summary: 'Two' }, { 'if-match': written.etag });
    expect(changed.status).toBe(200);
    const late = await call('PUT', path, { ...lunch, summary: 'Three' }, { 'if-match': written.etag });
    expect([late.status, reasonOf(late.json)]).toEqual([412, 'conditionNotMet']);
    expect((await call('DELETE', path, undefined, { 'if-match': written.etag })).status).toBe(412);
    expect((await call('DELETE', path, undefined, { 'if-match': changed.json.etag })).status).toBe(204);
  });

  it('counts the mails of a write with guests, unless told to send none', async () => {
    const google = start();
    const call = await caller(google);
    const meeting = { ...lunch, attendees: [{ email: 'bob@example.com' }, { email: 'anna@example.com' }] };
    const quiet = await call('POST', events + query, meeting);
    expect(google.google.requests.snapshot().mails).toBe(0);
    expect(quiet.json.attendees).toContainEqual({
      email: 'anna@example.com',
      responseStatus: 'needsAction',
      organizer: true,
      self: true,
    });
    await call('POST', events, meeting);
    expect(google.google.requests.snapshot().mails).toBe(1);
    await call('DELETE', `${events}/${quiet.json.id}`);
    expect(google.google.requests.snapshot().mails).toBe(2);
  });

  it('counts the mails of a change to an event with guests, whatever it was told to send', async () => {
    const google = start();
    const call = await caller(google);
    const { id } = (await call('POST', events + query, { ...lunch, attendees: [{ email: 'bob@example.com' }] })).json;
    await call('PATCH', `${events}/${id}${query}`, { summary: 'Dinner' });
    expect(google.google.requests.snapshot().mails).toBe(1);
    await call('DELETE', `${events}/${id}${query}`);
    expect(google.google.requests.snapshot().mails).toBe(2);
  });

  it('ignores fields it does not know, and counts them', async () => {
    const google = start();
    const call = await caller(google);
    const answer = await call('POST', events + query, {
      ...lunch,
      showAs: 'busy',
      start: { ...lunch.start, zone: 'x' },
    });
    expect(answer.status).toBe(200);
    expect(answer.json.showAs).toBeUndefined();
    expect(google.google.requests.snapshot()).toMatchObject({ unknownFields: 2 });
  });

  it('drops a property whose key is too long and cuts a value that is', async () => {
    const call = await caller(start());
    const properties = { ['k'.repeat(45)]: 'gone', kept: 'v'.repeat(2000) };
    const written = await call('POST', events + query, { ...lunch, extendedProperties: { private: properties } });
    expect(written.json.extendedProperties.private).toEqual({ kept: 'v'.repeat(1024) });
    const path = `${events}/${written.json.id}${query}`;
    const patched = await call('PATCH', path, { extendedProperties: { private: { kept: null, other: 'x' } } });
    expect(patched.json.extendedProperties.private).toEqual({ other: 'x' });
    expect((await call('PUT', path, lunch)).json.extendedProperties).toBeUndefined();
  });

  it('takes its own conference block out of a description', async () => {
    const call = await caller(start());
    const block = '-::~:~::~:~:~::-\nJoin with Meet\n-::~:~::~:~:~::-';
    const written = await call('POST', events + query, { ...lunch, description: `Agenda\n\n${block}` });
    expect(written.json.description).toBe('Agenda');
  });

  it('names an occurrence by its first planned start, and cancels one alone', async () => {
    const call = await caller(start());
    const series = await call('POST', events + query, { ...lunch, recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] });
    const instances = await call('GET', `${events}/${series.json.id}/instances`);
    const ids = instances.json.items.map((item: { id: string }) => item.id);
    expect(ids).toEqual(['24', '25', '26'].map((day) => `${series.json.id}_202611${day}T110000Z`));
    const moved = await call('PATCH', `${events}/${ids[1]}${query}`, {
      start: { dateTime: '2026-11-25T15:00:00+01:00' },
      end: { dateTime: '2026-11-25T16:00:00+01:00' },
    });
    expect(moved.json).toMatchObject({
      id: ids[1],
      originalStartTime: { dateTime: '2026-11-25T12:00:00+01:00' },
      start: { dateTime: '2026-11-25T15:00:00+01:00' },
    });
    const untouched = await call('GET', `${events}/${ids[2]}`);
    expect(untouched.json.etag).toBe(instances.json.items[2].etag);
    expect((await call('DELETE', `${events}/${ids[0]}${query}`)).status).toBe(204);
    const left = await call('GET', `${events}/${series.json.id}/instances`);
    expect(left.json.items.map((item: { id: string }) => item.id)).toEqual([ids[2], ids[1]].sort());
    expect((await call('GET', `${events}/${ids[0]}`)).json.status).toBe('cancelled');
  });

  it('refuses the full update of somebody else’s meeting', async () => {
    const google = start();
    const call = await caller(google);
    const { json } = await call('POST', events + query, lunch);
    google.world.change(google.calendar.id, json.id, { organizer: { email: 'boss@example.com' } });
    const answer = await call('PUT', `${events}/${json.id}${query}`, lunch);
    expect([answer.status, reasonOf(answer.json)]).toEqual([403, 'forbiddenForNonOrganizer']);
  });

  it('lets a person spend 600 units in a minute, a PATCH being three', async () => {
    const google = start({ quotaPerMinute: 5 });
    const call = await caller(google);
    const { json } = await call('POST', events + query, lunch);
    expect((await call('PATCH', `${events}/${json.id}`, { summary: 'x' })).status).toBe(200);
    const refused = await call('PATCH', `${events}/${json.id}`, { summary: 'y' });
    expect([refused.status, reasonOf(refused.json)]).toEqual([403, 'userRateLimitExceeded']);
    google.pass(60_000);
    expect((await call('PATCH', `${events}/${json.id}`, { summary: 'y' })).status).toBe(200);
  });

  it('answers 404 for calendars and events that are not there or not within reach', async () => {
    const google = start();
    google.world.addPerson({ email: 'bob@example.com', name: 'Bob' });
    google.world.addCalendar({
      owner: 'bob@example.com',
      name: 'Bob',
      color: '#000000',
      zone: 'UTC',
      primary: true,
      access: 'owner',
    });
    const call = await caller(google);
    expect((await call('GET', '/calendars/bob%40example.com/events')).status).toBe(404);
    expect((await call('GET', `${events}/nothing`)).status).toBe(404);
    expect((await call('GET', `${events}/nothing_20261124T110000Z`)).status).toBe(404);
    const listed = await call('GET', '/users/me/calendarList');
    expect(listed.json.items).toMatchObject([{ id: 'anna@example.com', primary: true, accessRole: 'owner' }]);
  });

  it('shows what a person did through the control routes, in Google’s terms', async () => {
    const google = start();
    const call = await caller(google);
    const control = '/sim/calendars/anna@example.com/events';
    const office = { title: 'Office', start: '2026-11-24', allDay: true, showAs: 'free' };
    const made = await google.post(control, JSON.stringify({ ...office, extra: { eventType: 'workingLocation' } }));
    expect(made.status).toBe(201);
    const { id } = await made.json();
    expect((await call('GET', `${events}/${id}`)).json).toMatchObject({
      eventType: 'workingLocation',
      transparency: 'transparent',
      start: { date: '2026-11-24' },
      end: { date: '2026-11-25' },
    });
    expect(await (await google.get('/')).text()).toContain('Office');
    expect((await google.post('/sim/faults', JSON.stringify({ name: 'not-a-fault' }))).status).toBe(400);
    await google.post('/sim/people/anna@example.com/revoke', '');
    expect((await call('GET', `${events}/${id}`)).status).toBe(401);
  });

  it('can change an etag once more after a write, with nothing else changed', async () => {
    const google = start();
    const call = await caller(google);
    google.faults.arm({ name: 'etag-change' });
    const { json } = await call('POST', events + query, lunch);
    const { etag, ...now } = (await call('GET', `${events}/${json.id}`)).json;
    expect(etag).not.toBe(json.etag);
    expect({ ...now, etag: json.etag }).toEqual(json);
  });

  it('can spell the texts otherwise after a write, and they still say the same', async () => {
    const google = start();
    const call = await caller(google);
    google.faults.arm({ name: 'bodies-rewritten' });
    const { json } = await call('POST', events + query, { ...lunch, description: 'One<br>two' });
    const now = (await call('GET', `${events}/${json.id}`)).json;
    expect(now.etag).not.toBe(json.etag);
    expect(now.description).toBe('One<br />two ');
  });
});
