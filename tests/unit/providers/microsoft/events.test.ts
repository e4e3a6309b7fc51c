import { describe, expect, it } from '@jest/globals';
import type { CalendarEvent } from '../../../../shared/calendar/event.ts';
import { ProviderError } from '../../../../shared/providers/errors.ts';
import { calendar, drained, failure, graphEvent, type Reply, recorded, type Seen } from './recordedGraph.ts';

const window = { start: Date.parse('2026-11-01T00:00:00Z'), end: Date.parse('2027-02-01T00:00:00Z') };
const inOrder =
  (...replies: Reply[]) =>
  (_request: Seen, index: number) =>
    replies[index];
const propertyId = 'String {6F4A0D52-3C0B-4E0E-9D63-8F3F5F0B7C11} Name Hetk';

async function read(fields: object): Promise<CalendarEvent | undefined> {
  const { provider } = recorded(() => ({ body: graphEvent('A', fields) }));
  return provider.get(calendar, 'A');
}

describe('an event read from Microsoft', () => {
  it('has all that a copy is made of', async () => {
    expect(await read({})).toEqual({
      id: 'A',
      kind: 'default',
      title: 'Dentist',
      description: '<p>Bring the card</p>',
      location: 'High Street 1',
      span: {
        kind: 'timed',
        start: Date.parse('2026-12-01T09:00:00Z'),
        end: Date.parse('2026-12-01T10:00:00Z'),
        zone: 'Europe/Berlin',
      },
      showAs: 'busy',
      sensitivity: 'normal',
      isOrganizer: true,
      organizer: { email: 'anna@contoso.example', name: 'Anna' },
      attendees: [],
      response: 'organizer',
      cancelled: false,
      modifiedAt: Date.parse('2026-11-20T10:00:00.123Z'),
      etag: 'W/"A-1"',
      iCalUId: 'uid-A',
    });
  });

  it('keeps the dates of an all-day event whatever zone it is given in', async () => {
    const time = (date: string) => ({ dateTime: `${date}T00:00:00.0000000`, timeZone: 'Tokyo Standard Time' });
    const event = await read({ isAllDay: true, start: time('2026-12-24'), end: time('2026-12-27') });
    expect(event?.span).toEqual({ kind: 'all-day', start: '2026-12-24', end: '2026-12-27' });
  });

  it('reads times in whatever zone the answer names, never in that of the machine', async () => {
    const time = (hour: string) => ({ dateTime: `2026-07-01T${hour}:00:00`, timeZone: 'Eastern Standard Time' });
    const event = await read({ start: time('09'), end: time('10'), originalStartTimeZone: 'tzone://Microsoft/Custom' });
    expect(event?.span).toEqual({
      kind: 'timed',
      start: Date.parse('2026-07-01T13:00:00Z'),
      end: Date.parse('2026-07-01T14:00:00Z'),
      zone: 'UTC',
    });
  });

  it.each([
    [
      'a date that is none',
      { isAllDay: true, start: { dateTime: 'tomorrow' }, end: { dateTime: '2026-12-27T00:00:00' } },
    ],
    ['a day that no month has', { isAllDay: true, start: { dateTime: '2026-02-30T00:00:00' } }],
    ['a time that is none', { start: { dateTime: 'noon', timeZone: 'UTC' } }],
    ['a zone that nobody knows', { start: { dateTime: '2026-12-01T09:00:00', timeZone: 'Customized Time Zone' } }],
  ])('is malformed with %s', async (_what, more) => {
    await expect(read(more)).rejects.toMatchObject({ kind: 'malformed' });
  });

  it('takes what it does not know for busy and private', async () => {
    expect(await read({ showAs: 'levitating', sensitivity: null })).toMatchObject({
      showAs: 'busy',
      sensitivity: 'private',
    });
    expect(await read({ showAs: 'unknown', sensitivity: 'secret' })).toMatchObject({
      showAs: 'busy',
      sensitivity: 'private',
    });
  });

  it.each([
    ['accepted', 'accepted'],
    ['tentativelyAccepted', 'tentative'],
    ['declined', 'declined'],
    ['notResponded', 'none'],
  ])('of somebody else tells who is invited but the owner, and the answer %s', async (response, expected) => {
    const person = (address: string) => ({ emailAddress: { address, name: address }, type: 'required' });
    const event = await read({
      isOrganizer: false,
      organizer: person('bob@fabrikam.example'),
      attendees: [person('Anna@Contoso.example'), person('carl@fabrikam.example')],
      responseStatus: { response, time: '2026-11-20T10:00:00Z' },
    });
    expect(event).toMatchObject({
      isOrganizer: false,
      response: expected,
      attendees: [{ email: 'carl@fabrikam.example' }],
    });
  });

  it('is recognised as a copy by the extended property, and as a genuine one by the transactionId beside it', async () => {
    const marker = { routeId: 'route', origin: 'origin', generation: 1, showAs: 'oof', iCalUId: 'uid' };
    const singleValueExtendedProperties = [{ id: propertyId, value: JSON.stringify(marker) }];
    expect((await read({ singleValueExtendedProperties, transactionId: 'hetk1:route:origin:1' }))?.marker).toEqual({
      ...marker,
      genuine: true,
    });
    expect((await read({ singleValueExtendedProperties }))?.marker).toEqual({ ...marker, genuine: false });
    expect((await read({ singleValueExtendedProperties, transactionId: 'hetk1:route:other:1' }))?.marker?.genuine).toBe(
      false,
    );
  });

  it("is nobody's original even when its mark cannot be read", async () => {
    expect((await read({ transactionId: 'hetk1:odd' }))?.marker).toMatchObject({ genuine: false });
    expect((await read({ singleValueExtendedProperties: [{ id: propertyId, value: '{' }] }))?.marker).toMatchObject({
      genuine: false,
    });
    expect((await read({ transactionId: 'a-phone-app-42' }))?.marker).toBeUndefined();
  });

  it('is undefined when it is not there or cancelled, and an error when the mailbox is out of reach', async () => {
    expect(await read({ isCancelled: true })).toBeUndefined();
    const missing = recorded(inOrder(failure(404, 'ErrorItemNotFound'), { body: { id: calendar.remoteId } }));
    expect(await missing.provider.get(calendar, 'A')).toBeUndefined();
    const gone = recorded(() => failure(404, 'ErrorItemNotFound'));
    await expect(gone.provider.get(calendar, 'A')).rejects.toMatchObject({ kind: 'calendar-gone' });
    const away = recorded(() => failure(404, 'MailboxNotEnabledForRESTAPI'));
    await expect(away.provider.get(calendar, 'A')).rejects.toMatchObject({ kind: 'calendar-gone' });
  });
});

describe('the listing of a Microsoft window', () => {
  it('follows the pages and asks for the markers', async () => {
    const nextLink = 'https://graph.example/v1.0/me/calendars/AAMk%3Dcal/calendarView?$skip=1';
    const { provider, seen } = recorded(
      inOrder(
        { body: { value: [graphEvent('A')], '@odata.nextLink': nextLink } },
        { body: { value: [graphEvent('B')] } },
      ),
    );
    const { items } = await drained(provider.list(calendar, window));
    expect(items.map((event) => event.id)).toEqual(['A', 'B']);
    expect(seen[0]?.path).toMatch(
      /\/calendarView\?startDateTime=2026-10-31T00:00:00Z&endDateTime=2027-02-02T00:00:00Z&\$expand=singleValueExtendedProperties\(\$filter=id eq 'String \{[0-9a-f-]+\} Name Hetk'\)$/,
    );
  });

  it('does without the expansion where Graph turns it down', async () => {
    const { provider } = recorded(({ path }) =>
      path.includes('$expand')
        ? failure(400, 'ErrorInvalidRequest')
        : { body: { value: [graphEvent('A', { transactionId: 'hetk1:route:origin:0' })] } },
    );
    const { items } = await drained(provider.list(calendar, window));
    expect(items[0]?.marker).toMatchObject({ routeId: 'route', genuine: true });
  });

  it('throws, and does not begin again, when a later page is turned down', async () => {
    const nextLink = 'https://graph.example/v1.0/me/calendars/AAMk%3Dcal/calendarView?$skip=1';
    const { provider, seen } = recorded(
      inOrder(
        { body: { value: [graphEvent('A')], '@odata.nextLink': nextLink } },
        failure(400, 'ErrorInvalidRequest'),
        { body: { value: [graphEvent('A')] } },
      ),
    );
    await expect(drained(provider.list(calendar, window))).rejects.toMatchObject({ kind: 'refused' });
    expect(seen).toHaveLength(2);
  });

  it.each([403, 404])("takes a gateway's page (%i) for no word about the calendar", async (status) => {
    const { provider } = recorded(() => ({ status, body: '<html>Blocked</html>' }));
    await expect(drained(provider.list(calendar, window))).rejects.toMatchObject({ kind: 'malformed' });
    await expect(provider.get(calendar, 'A')).rejects.toMatchObject({ kind: 'malformed' });
  });

  it('throws instead of ending early', async () => {
    const nextLink = 'https://graph.example/v1.0/me/calendars/AAMk%3Dcal/calendarView?$skip=1';
    const { provider } = recorded(
      inOrder({ body: { value: [graphEvent('A')], '@odata.nextLink': nextLink } }, failure(504, '')),
    );
    await expect(drained(provider.list(calendar, window))).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('says that the calendar is gone only when the calendar itself is', async () => {
    const { provider } = recorded(() => failure(404, 'ErrorItemNotFound'));
    await expect(drained(provider.list(calendar, window))).rejects.toMatchObject({ kind: 'calendar-gone' });
  });
});

describe('the same meeting in a Microsoft calendar', () => {
  const outlookUid = (date: string) =>
    `040000008200E00074C5B7101A82E008${date}00000000000000000000000010000000AABBCCDD`;
  const meeting = (more: Partial<CalendarEvent>): CalendarEvent => ({
    id: 'other',
    kind: 'default',
    title: '',
    description: '',
    location: '',
    span: {
      kind: 'timed',
      start: Date.parse('2026-12-01T09:00:00Z'),
      end: Date.parse('2026-12-01T10:00:00Z'),
      zone: 'UTC',
    },
    showAs: 'busy',
    sensitivity: 'normal',
    isOrganizer: false,
    attendees: [],
    response: 'accepted',
    cancelled: false,
    modifiedAt: 0,
    ...more,
  });

  it('is found by its iCalUId, in one request for meetings of the same days', async () => {
    const { provider, seen } = recorded(() => ({
      body: { value: [graphEvent('A', { iCalUId: outlookUid('00000000') })] },
    }));
    const answers = await provider.hasMeetings(calendar, [
      meeting({ iCalUId: outlookUid('07EA0C01') }),
      meeting({ iCalUId: 'another@fabrikam.example' }),
      meeting({}),
    ]);
    expect(answers).toEqual([true, false, false]);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.path).toContain('startDateTime=2026-11-30T00:00:00Z&endDateTime=2026-12-03T00:00:00Z');
  });

  it('is another one when the instance differs, a copy of ours or a cancelled one', async () => {
    const uid = 'series@fabrikam.example';
    const instance = { seriesId: 'S', recurrenceId: '2026-12-01T09:00:00Z' };
    const holding = async (row: object) => {
      const { provider } = recorded(() => ({ body: { value: [graphEvent('A', { iCalUId: uid, ...row })] } }));
      return provider.hasMeetings(calendar, [meeting({ iCalUId: uid, ...instance })]);
    };
    const occurrence = { type: 'occurrence', seriesMasterId: 'M' };
    expect(await holding(occurrence)).toEqual([true]);
    expect(await holding({ ...occurrence, originalStart: '2026-12-02T09:00:00Z' })).toEqual([false]);
    expect(await holding({ ...occurrence, transactionId: 'hetk1:route:origin:0' })).toEqual([false]);
    expect(await holding({ ...occurrence, isCancelled: true })).toEqual([false]);
  });

  it('is not looked for without end', async () => {
    const nextLink = 'https://graph.example/v1.0/me/calendars/AAMk%3Dcal/calendarView?$skip=1';
    const { provider } = recorded(() => ({ body: { value: [graphEvent('A')], '@odata.nextLink': nextLink } }));
    const error: unknown = await provider.hasMeetings(calendar, [meeting({ iCalUId: 'one' })]).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ kind: 'malformed', code: 'endless-pages' });
  });

  it('costs one batch for meetings of several days, and nothing where none has an iCalUId', async () => {
    const later = {
      kind: 'timed',
      start: Date.parse('2026-12-20T09:00:00Z'),
      end: Date.parse('2026-12-20T10:00:00Z'),
      zone: 'UTC',
    } as const;
    const { provider, seen } = recorded(() => ({
      body: {
        responses: [
          { id: '1', status: 200, body: { value: [graphEvent('A', { iCalUId: 'two' })] } },
          { id: '0', status: 200, body: { value: [] } },
        ],
      },
    }));
    expect(
      await provider.hasMeetings(calendar, [meeting({ iCalUId: 'one' }), meeting({ iCalUId: 'two', span: later })]),
    ).toEqual([false, true]);
    expect(seen.map((request) => request.path)).toEqual(['/$batch']);
    expect(await provider.hasMeetings(calendar, [meeting({})])).toEqual([false]);
    expect(seen).toHaveLength(1);
  });
});

describe('the calendars of a Microsoft account', () => {
  const row = (id: string, more: object) => ({
    id,
    name: id,
    canEdit: true,
    hexColor: '',
    owner: { name: 'Anna', address: 'anna@contoso.example' },
    ...more,
  });
  const list = (value: object[]) =>
    recorded(() => ({ body: { value } })).provider.listCalendars('account', 'anna@contoso.example');

  it("can be read and written when they are one's own, under whatever alias", async () => {
    const alias = { name: 'Anna', address: 'Anna.Alias@contoso.example' };
    expect(
      await list([
        row('main', { isDefaultCalendar: true, hexColor: '#0078D4', owner: alias }),
        row('second', { owner: alias }),
      ]),
    ).toEqual([
      { remoteId: 'main', name: 'main', primary: true, color: '#0078d4', writable: true, readable: true },
      { remoteId: 'second', name: 'second', primary: false, writable: true, readable: true },
    ]);
  });

  it('are never none: a list without any is not believed', async () => {
    await expect(list([])).rejects.toMatchObject({ kind: 'malformed', code: 'no-calendars' });
  });

  it('are sources only when they cannot be edited, and neither when they belong to someone else', async () => {
    const [holidays, shared] = await list([
      row('holidays', { canEdit: false }),
      row('shared', { owner: { name: 'Bob', address: 'bob@contoso.example' } }),
    ]);
    expect(holidays).toMatchObject({ writable: false, readable: true, reason: expect.stringContaining('read-only') });
    expect(shared).toMatchObject({ writable: false, readable: false, reason: expect.stringContaining('someone else') });
  });
});
