import { beforeEach, describe, expect, it } from '@jest/globals';
import { meeting } from './coreFixture.ts';
import { body, calendarPath, codeOf, failure, type Started, start } from './microsoftFixture.ts';

let s: Started;
let events: string;
beforeEach(async () => {
  s = start();
  events = `${await calendarPath(s)}/events`;
});

const property = { id: 'String {6f4a0d52-3c0b-4e0e-9d63-8f3f5f0b7c11} Name Test', value: 'Mark' };
type Json = Record<string, unknown>;
const json = async (answer: Response) => (await answer.json()) as Json & { id: string };
const one = (id: string) => `${events}/${encodeURIComponent(id)}`;

describe('an event written to the simulated Graph', () => {
  it('rings fifteen minutes before unless it is told not to', async () => {
    expect(await json(await s.graph('POST', events, body('Dentist')))).toMatchObject({
      isReminderOn: true,
      reminderMinutesBeforeStart: 15,
    });
    expect(
      await json(await s.graph('POST', events, body('Quiet', '2026-12-01', { isReminderOn: false }))),
    ).toMatchObject({
      isReminderOn: false,
    });
  });

  it('comes back wrapped in a page, with other zone names and seven digits', async () => {
    const time = (hour: string) => ({ dateTime: `2026-12-01T${hour}:00:00`, timeZone: 'Europe/Berlin' });
    const written = { start: time('09'), end: time('10'), body: { contentType: 'text', content: 'a < b\nc' } };
    const row = await json(await s.graph('POST', events, body('Dentist', '2026-12-01', written)));
    expect(row).toMatchObject({
      start: { dateTime: '2026-12-01T08:00:00.0000000', timeZone: 'UTC' },
      originalStartTimeZone: 'W. Europe Standard Time',
      body: { contentType: 'html', content: expect.stringContaining('a &lt; b<br>') },
    });
    const prefer = 'outlook.body-content-type="text", outlook.timezone="Europe/Berlin"';
    expect(await json(await s.graph('GET', one(row.id), undefined, { prefer }))).toMatchObject({
      start: { dateTime: '2026-12-01T09:00:00.0000000', timeZone: 'Europe/Berlin' },
      body: { contentType: 'text', content: 'a < b\nc' },
    });
  });

  it('may be stored in other words of markup than it was sent, saying the same', async () => {
    s.faults.arm({ name: 'bodies-rewritten' });
    const written = { body: { contentType: 'html', content: '<p>One<br>two</p>' } };
    const row = await json(await s.graph('POST', events, body('Dentist', '2026-12-01', written)));
    const now = await json(await s.graph('GET', one(row.id)));
    expect(now['@odata.etag']).not.toBe(row['@odata.etag']);
    expect(now).toMatchObject({ subject: 'Dentist ', body: { content: expect.stringContaining('PlainText') } });
  });

  it('is made once for one transactionId, and refused with another body', async () => {
    const first = await json(await s.graph('POST', events, body('Dentist', '2026-12-01', { transactionId: 't1' })));
    const again = await s.graph('POST', events, body('Dentist', '2026-12-01', { transactionId: 't1' }));
    expect([again.status, (await json(again)).id]).toEqual([201, first.id]);
    const other = await s.graph('POST', events, body('Doctor', '2026-12-01', { transactionId: 't1' }));
    expect(other.status).toBe(400);
    expect(failure.parse(await other.json()).error).toMatchObject({
      code: 'ErrorDuplicateTransactionId',
      '@event.existingEventId': first.id,
    });
    await s.graph('DELETE', one(first.id));
    const late = await s.graph('POST', events, body('Dentist', '2026-12-01', { transactionId: 't1' }));
    expect(await codeOf(late)).toBe('400 ErrorDuplicateTransactionId');
    expect(s.world.instances(s.calendar.id, 0, 1e13)).toHaveLength(0);
  });

  const midnight = (day: string, timeZone = 'UTC') => ({ dateTime: `${day}T00:00:00.0000000`, timeZone });
  it.each<[string, Json, string]>([
    ['a property that nobody knows', { subjet: 'x' }, '400 RequestBodyRead'],
    ['a property that Graph only answers', { iCalUId: 'x' }, '400 RequestBodyRead'],
    [
      'an end before the start',
      { end: { dateTime: '2026-11-01T00:00:00', timeZone: 'UTC' } },
      '400 ErrorPropertyValidationFailure',
    ],
    [
      'a time with an offset',
      { start: { dateTime: '2026-12-01T09:00:00Z', timeZone: 'UTC' } },
      '400 ErrorPropertyValidationFailure',
    ],
    [
      'a zone that nobody knows',
      { start: { dateTime: '2026-12-01T09:00:00', timeZone: 'Mars' } },
      '400 TimeZoneNotSupportedException',
    ],
    ['an all-day event off midnight', { isAllDay: true }, '400 ErrorInvalidRequest'],
    [
      'an all-day event across zones',
      { isAllDay: true, start: midnight('2026-12-01'), end: midnight('2026-12-02', 'Asia/Tokyo') },
      '400 ErrorInvalidRequest',
    ],
    [
      'an all-day event without length',
      { isAllDay: true, start: midnight('2026-12-01'), end: midnight('2026-12-01') },
      '400 ErrorInvalidRequest',
    ],
  ])('is refused with %s', async (_what, more, expected) => {
    expect(await codeOf(await s.graph('POST', events, body('Dentist', '2026-12-01', more)))).toBe(expected);
    expect(s.world.events(s.calendar.id)).toEqual([]);
  });

  it('hides its extended property until that is asked for, and is found by it', async () => {
    const { id, ...rest } = await json(
      await s.graph('POST', events, body('Copy', '2026-12-01', { singleValueExtendedProperties: [property] })),
    );
    expect(rest).not.toHaveProperty('singleValueExtendedProperties');
    expect(await json(await s.graph('GET', one(id)))).not.toHaveProperty('singleValueExtendedProperties');
    const expand = `$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${property.id}')`)}`;
    expect(await json(await s.graph('GET', `${one(id)}?${expand}`))).toMatchObject({
      singleValueExtendedProperties: [property],
    });
    const any = (value: string) =>
      `$filter=${encodeURIComponent(`singleValueExtendedProperties/Any(ep: ep/id eq '${property.id}' and ep/value eq '${value}')`)}`;
    expect(await json(await s.graph('GET', `${events}?${any('mark')}`))).toMatchObject({ value: [{ id }] });
    expect(await json(await s.graph('GET', `${events}?${any('other')}`))).toMatchObject({ value: [] });
    const guess = `$filter=${encodeURIComponent("startswith(subject,'C')")}`;
    expect((await s.graph('GET', `${events}?${guess}`)).status).toBe(400);
  });

  it('changes under its etag only, and a second deletion finds nothing', async () => {
    const row = await json(await s.graph('POST', events, body('Dentist')));
    const etag = { 'if-match': String(row['@odata.etag']) };
    expect((await s.graph('PATCH', one(row.id), { subject: 'Doctor' }, etag)).status).toBe(200);
    expect(await codeOf(await s.graph('PATCH', one(row.id), { subject: 'Late' }, etag))).toBe(
      '412 ErrorIrresolvableConflict',
    );
    expect((await s.graph('DELETE', one(row.id))).status).toBe(204);
    expect(await codeOf(await s.graph('DELETE', one(row.id)))).toBe('404 ErrorItemNotFound');
  });

  it('counts the mails that attendees cost', async () => {
    const attendees = [{ emailAddress: { address: 'cy@example.com' }, type: 'required' }];
    await s.graph('POST', events, body('Alone'));
    expect(s.microsoft.requests.snapshot().mails).toBe(0);
    const { id } = await json(await s.graph('POST', events, body('Together', '2026-12-01', { attendees })));
    await s.graph('DELETE', one(id));
    expect(s.microsoft.requests.snapshot().mails).toBe(2);
  });

  it('is no online meeting any more once its body was written without the way in', async () => {
    const online = body('Call', '2026-12-01', { isOnlineMeeting: true });
    const { id } = await json(await s.graph('POST', events, online));
    const link = '<a href="https://teams.microsoft.com/l/meetup-join/19">Join</a>';
    const written = (content: string) => s.graph('PATCH', one(id), { body: { contentType: 'html', content } });
    expect(await json(await written(`<p>Agenda</p>${link}`))).toMatchObject({ isOnlineMeeting: true });
    expect(await json(await s.graph('PATCH', one(id), { subject: 'Late' }))).toMatchObject({ isOnlineMeeting: true });
    expect(await json(await written('<p>Agenda</p>'))).toMatchObject({ isOnlineMeeting: false });
  });

  it('may be one occurrence, which does not pass its neighbours', async () => {
    const event = s.world.insert(s.calendar.id, meeting('Standup', '2026-12-01'), { recurrence: 'FREQ=DAILY;COUNT=3' });
    const view = 'startDateTime=2026-12-02T00:00:00Z&endDateTime=2026-12-03T00:00:00Z';
    const listed = await json(await s.graph('GET', `${events.replace(/events$/, 'calendarView')}?${view}`));
    const [row] = listed.value as { id: string; type: string }[];
    expect(row?.type).toBe('occurrence');
    const { start: from, end: until } = body('', '2026-12-04');
    expect(await codeOf(await s.graph('PATCH', one(row?.id ?? ''), { start: from, end: until }))).toBe(
      '400 ErrorOccurrenceCrossingBoundary',
    );
    const moved = await json(await s.graph('PATCH', one(row?.id ?? ''), { subject: 'Special' }));
    expect(moved).toMatchObject({ type: 'exception', id: row?.id, originalStart: '2026-12-02T08:00:00Z' });
    expect((await s.graph('DELETE', one(row?.id ?? ''))).status).toBe(204);
    expect(event.overrides.get('2026-12-02T09:00:00')?.cancelledInstance).toBe(true);
  });
});

describe('a calendar of the simulated Graph', () => {
  it('that is somebody else’s is listed and out of reach; a read-only one takes no event', async () => {
    const { world } = s;
    const common = { owner: 'ada@contoso.example', color: '#107c10', zone: 'UTC', primary: false };
    const sharedBy = { email: 'bob@contoso.example', name: 'Bob' };
    world.addCalendar({ ...common, name: 'Bob', access: 'writer', sharedBy });
    world.addCalendar({ ...common, name: 'Holidays', access: 'reader' });
    const { value } = await json(await s.graph('GET', '/me/calendars'));
    const listed = value as { id: string; name: string; owner: { address: string }; canEdit: boolean }[];
    expect(listed.map(({ name, owner, canEdit }) => [name, owner.address, canEdit])).toEqual([
      ['Calendar', 'ada@contoso.example', true],
      ['Bob', 'bob@contoso.example', true],
      ['Holidays', 'ada@contoso.example', false],
    ]);
    const path = (index: number) => `/me/calendars/${encodeURIComponent(listed[index]?.id ?? '')}/events`;
    expect(await codeOf(await s.graph('GET', path(1)))).toBe('403 ErrorAccessDenied');
    expect(await codeOf(await s.graph('POST', path(2), body('Dentist')))).toBe('403 ErrorAccessDenied');
    expect((await s.graph('GET', path(2))).status).toBe(200);
  });
});
