import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { EventContent, NewMarker } from '../../../../shared/calendar/event.ts';
import type { WriteOperation } from '../../../../shared/providers/provider.ts';
import { calendar, failure, graphEvent, type Reply, recorded, type Seen } from './recordedGraph.ts';

const content: EventContent = {
  title: 'Dentist',
  description: '<p>Bring the card</p>',
  location: 'High Street 1',
  span: {
    kind: 'timed',
    start: Date.parse('2026-12-01T09:00:00Z'),
    end: Date.parse('2026-12-01T10:00:00Z'),
    zone: 'Europe/Berlin',
  },
  showAs: 'tentative',
  sensitivity: 'confidential',
};
const marker: NewMarker = { routeId: 'route', origin: 'origin', generation: 0, iCalUId: 'uid' };
const identity = 'hetk1:route:origin:0';
const create: WriteOperation = { kind: 'create', identity, content, marker };
const update: WriteOperation = { kind: 'update', id: 'A/+=', etag: 'W/"1"', content, marker };
const remove: WriteOperation = { kind: 'delete', id: 'B' };
const stored = (id: string, more: object = {}) => graphEvent(id, { transactionId: identity, ...more });
const inOrder =
  (...replies: Reply[]) =>
  (_request: Seen, index: number) =>
    replies[index];

const batch = z.object({
  requests: z.array(
    z.object({
      id: z.string(),
      method: z.string(),
      url: z.string(),
      headers: z.record(z.string(), z.string()),
      body: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});

describe('a copy written to Microsoft', () => {
  it('goes as one plain request with times in its own zone, the reminder off, and neither attendees nor anything extra', async () => {
    const { provider, seen } = recorded(() => ({ status: 201, body: stored('A') }));
    const [result] = await provider.write(calendar, [create]);

    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/me/calendars/AAMk=cal/events' });
    expect(seen[0]?.body).toEqual({
      subject: 'Dentist',
      body: { contentType: 'html', content: '<p>Bring the card</p>' },
      location: { displayName: 'High Street 1' },
      start: { dateTime: '2026-12-01T10:00:00', timeZone: 'W. Europe Standard Time' },
      end: { dateTime: '2026-12-01T11:00:00', timeZone: 'W. Europe Standard Time' },
      isAllDay: false,
      showAs: 'tentative',
      sensitivity: 'confidential',
      isReminderOn: false,
      isOnlineMeeting: false,
      transactionId: identity,
      singleValueExtendedProperties: [
        { id: expect.stringMatching(/^String \{[0-9a-f-]{36}\} Name Hetk$/), value: JSON.stringify(marker) },
      ],
    });
    expect(result).toMatchObject({
      ok: true,
      event: { id: 'A', etag: 'W/"A-1"', marker: { ...marker, genuine: true } },
    });
  });

  it.each([
    ['in the second pass of an autumn hour', 'Europe/Berlin', '2026-10-25T01:30:00Z'],
    ['in a zone without a Windows name', 'Antarctica/Troll', '2026-12-01T09:00:00Z'],
    ['in UTC', 'UTC', '2026-12-01T09:00:00Z'],
    ['with fractions of a second', 'Europe/Berlin', '2026-12-01T09:00:00.250Z'],
  ])('keeps its instants by writing UTC %s', async (_where, zone, at) => {
    const { provider, seen } = recorded(() => ({ status: 201, body: stored('A') }));
    const start = Date.parse(at);
    await provider.write(calendar, [
      { ...create, content: { ...content, span: { kind: 'timed', start, end: start + 60_000, zone } } },
    ]);
    const { start: sent } = z
      .object({ start: z.object({ dateTime: z.string(), timeZone: z.string() }) })
      .parse(seen[0]?.body);
    expect(sent.timeZone).toBe('UTC');
    expect(Date.parse(`${sent.dateTime}Z`)).toBe(start);
  });

  it('stays all-day on its dates, and loses what is over 255 characters without halving one', async () => {
    const { provider, seen } = recorded(() => ({ status: 201, body: stored('A') }));
    const span = { kind: 'all-day', start: '2026-12-24', end: '2026-12-27' } as const;
    await provider.write(calendar, [{ ...create, content: { ...content, span, title: `${'x'.repeat(254)}😀` } }]);
    expect(seen[0]?.body).toMatchObject({
      isAllDay: true,
      start: { dateTime: '2026-12-24T00:00:00', timeZone: 'UTC' },
      end: { dateTime: '2026-12-27T00:00:00', timeZone: 'UTC' },
      subject: 'x'.repeat(254),
    });
  });

  it('is made quiet when Graph turned the reminder on all the same', async () => {
    const { provider, seen } = recorded(
      inOrder(
        { status: 201, body: stored('A', { isReminderOn: true }) },
        { body: stored('A', { '@odata.etag': 'W/"A-2"' }) },
      ),
    );
    const [result] = await provider.write(calendar, [create]);
    expect(seen[1]).toMatchObject({
      method: 'PATCH',
      path: '/me/calendars/AAMk=cal/events/A',
      body: { isReminderOn: false },
    });
    expect(result).toMatchObject({ ok: true, event: { etag: 'W/"A-2"', marker: { iCalUId: 'uid', genuine: true } } });
  });

  it('fails as throttled when the reminder could not be turned off, so that it is tried again', async () => {
    const { provider } = recorded(
      inOrder(
        { status: 201, body: stored('A', { isReminderOn: true }) },
        failure(429, 'ApplicationThrottled', { 'retry-after': '3' }),
      ),
    );
    const [result] = await provider.write(calendar, [create]);
    expect(result).toMatchObject({ ok: false, error: { kind: 'throttled', retryAfterMs: 3000 } });
  });
});

describe('several operations on Microsoft', () => {
  it('share one batch; each is answered by itself and in its own place', async () => {
    const { provider, seen } = recorded(() => ({
      body: {
        responses: [
          { id: '2', status: 204 },
          {
            id: '0',
            status: 429,
            headers: { 'Retry-After': '10' },
            body: { error: { code: 'ApplicationThrottled', message: '' } },
          },
          { id: '1', status: 200, body: stored('A/+=') },
        ],
      },
    }));
    const results = await provider.write(calendar, [create, update, remove]);

    const sent = batch.parse(seen[0]?.body).requests;
    expect(sent.map((each) => [each.id, each.method, each.url])).toEqual([
      ['0', 'POST', '/me/calendars/AAMk%3Dcal/events'],
      ['1', 'PATCH', '/me/calendars/AAMk%3Dcal/events/A%2F%2B%3D'],
      ['2', 'DELETE', '/me/calendars/AAMk%3Dcal/events/B'],
    ]);
    for (const each of sent) expect(each.headers.Prefer).toContain('IdType="ImmutableId"');
    expect(sent[1]?.headers).toMatchObject({ 'If-Match': 'W/"1"', 'Content-Type': 'application/json' });
    expect(sent[1]?.body).toMatchObject({ isReminderOn: false });
    expect(sent[1]?.body).not.toHaveProperty('attendees');
    expect(sent[2]?.body).toBeUndefined();
    expect(results).toMatchObject([
      { ok: false, error: { kind: 'throttled', retryAfterMs: 10_000 } },
      { ok: true, event: { id: 'A/+=' } },
      { ok: true },
    ]);
  });

  it('go once more by themselves, with a fresh token, where only they were refused one', async () => {
    const refusal = { status: 401, body: { error: { code: 'InvalidAuthenticationToken', message: '' } } };
    const { provider, seen } = recorded(({ path, headers }) => {
      if (path === '/$batch')
        return {
          body: {
            responses: [
              { id: '1', ...refusal },
              { id: '0', status: 204 },
            ],
          },
        };
      return headers.get('authorization') === 'Bearer access-1' ? failure(401, 'Unauthorized') : { status: 204 };
    });
    expect(await provider.write(calendar, [remove, { kind: 'delete', id: 'C' }])).toEqual([{ ok: true }, { ok: true }]);
    expect(seen.map(({ path }) => path.split('/').at(-1))).toEqual(['$batch', 'C', 'C']);
  });

  it('are unknown, not refused, where the batch left one without an answer', async () => {
    const { provider } = recorded(() => ({ body: { responses: [{ id: '0', status: 201, body: stored('A') }] } }));
    const results = await provider.write(calendar, [create, remove]);
    expect(results).toMatchObject([{ ok: true }, { ok: false, error: { kind: 'unavailable' } }]);
  });

  it('go one by one when Graph turns down the batch as a whole, so that only the guilty one is refused', async () => {
    const { provider } = recorded(
      inOrder(failure(413, 'RequestTooLarge'), failure(413, 'RequestTooLarge'), { body: stored('A') }, { status: 204 }),
    );
    const results = await provider.write(calendar, [create, update, remove]);
    expect(results).toMatchObject([{ ok: false, error: { kind: 'refused' } }, { ok: true }, { ok: true }]);
  });

  it('throw as a whole when the service is ill', async () => {
    const { provider } = recorded(() => failure(503, ''));
    await expect(provider.write(calendar, [create, remove])).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('a calendar of Microsoft that was deleted', () => {
  it('does not look like copies that their user deleted, one by one or in a batch', async () => {
    const alone = recorded(() => failure(404, 'ErrorItemNotFound'));
    await expect(alone.provider.write(calendar, [update])).rejects.toMatchObject({ kind: 'calendar-gone' });
    const gone = { status: 404, body: { error: { code: 'ErrorItemNotFound', message: '' } } };
    const both = recorded(({ path }) =>
      path === '/$batch'
        ? { body: { responses: [0, 1].map((id) => ({ id: String(id), ...gone })) } }
        : failure(404, 'ErrorItemNotFound'),
    );
    await expect(both.provider.write(calendar, [update, remove])).rejects.toMatchObject({ kind: 'calendar-gone' });
    expect(both.seen.map(({ path }) => path)).toEqual(['/$batch', '/me/calendars/AAMk=cal']);
  });
});

describe('a create that Graph has seen before', () => {
  const duplicate = (status: number, more: object = {}): Reply => ({
    status,
    body: { error: { code: 'ErrorDuplicateTransactionId', message: '', ...more } },
  });
  const named = { '@event.existingEventId': 'OLD' };

  it.each([400, 409])('finds its earlier copy after %i', async (status) => {
    const { provider, seen } = recorded(
      inOrder(duplicate(status, named), { body: stored('OLD', { subject: 'Older' }) }),
    );
    const [result] = await provider.write(calendar, [create]);
    expect(seen[1]?.path).toContain('/me/calendars/AAMk=cal/events/OLD?$expand=singleValueExtendedProperties');
    expect(result).toMatchObject({
      ok: true,
      adopted: true,
      event: { id: 'OLD', title: 'Older', marker: { genuine: true } },
    });
  });

  it('needs another identity when that copy is gone', async () => {
    const { provider } = recorded(inOrder(duplicate(400, named), failure(404, 'ErrorItemNotFound')));
    const [result] = await provider.write(calendar, [create]);
    expect(result).toMatchObject({ ok: false, error: { kind: 'identity-spent' } });
  });

  it('does not take a cancelled event for its copy', async () => {
    const { provider } = recorded(inOrder(duplicate(400, named), { body: stored('OLD', { isCancelled: true }) }));
    const [result] = await provider.write(calendar, [create]);
    expect(result).toMatchObject({ ok: false, error: { kind: 'identity-spent' } });
  });

  it('looks in its own days when Graph does not name the copy', async () => {
    const { provider, seen } = recorded(inOrder(duplicate(409), { body: { value: [graphEvent('X'), stored('OLD')] } }));
    const [result] = await provider.write(calendar, [create]);
    expect(seen[1]?.path).toContain(
      '/calendarView?startDateTime=2026-11-30T09:00:00Z&endDateTime=2026-12-02T10:00:00Z',
    );
    expect(result).toMatchObject({ ok: true, adopted: true, event: { id: 'OLD' } });
  });
});

describe('what a failed write means', () => {
  it.each<[string, WriteOperation, Reply, object]>([
    ['a delete of what is gone is done', remove, failure(404, 'ErrorItemNotFound'), { ok: true }],
    [
      'a delete in a mailbox out of reach is not',
      remove,
      failure(404, 'MailboxNotEnabledForRESTAPI'),
      { ok: false, error: { kind: 'calendar-gone', code: 'MailboxNotEnabledForRESTAPI' } },
    ],
    [
      'nor one in an unshared calendar',
      remove,
      failure(403, 'ErrorAccessDenied'),
      { ok: false, error: { kind: 'calendar-gone' } },
    ],
    [
      'an update of what is gone',
      update,
      failure(404, 'ErrorItemNotFound'),
      { ok: false, error: { kind: 'not-found' } },
    ],
    ['an older etag', update, failure(412, 'ErrorIrresolvableConflict'), { ok: false, error: { kind: 'conflict' } }],
    [
      'an older change key',
      update,
      failure(409, 'ErrorIrresolvableConflict'),
      { ok: false, error: { kind: 'conflict' } },
    ],
    [
      'an event Graph will not take',
      create,
      failure(400, 'ErrorInvalidRequest'),
      { ok: false, error: { kind: 'refused', code: 'ErrorInvalidRequest' } },
    ],
    [
      'a create in a calendar that is gone',
      create,
      failure(404, 'ErrorItemNotFound'),
      { ok: false, error: { kind: 'calendar-gone' } },
    ],
    [
      'an answer that is not JSON',
      create,
      { status: 201, body: 'created' },
      { ok: false, error: { kind: 'malformed' } },
    ],
  ])('%s', async (_what, operation, reply, expected) => {
    const { provider } = recorded(({ path }) => (path.endsWith('/AAMk=cal') ? { body: { id: 'AAMk=cal' } } : reply));
    const [result] = await provider.write(calendar, [operation]);
    expect(result).toMatchObject(expected);
  });

  it.each([
    ['a delete answered by a page of HTML', remove, { body: '<html>Sign in to the network</html>' }],
    ["a gateway's 400", create, { status: 400, body: '<html>Bad request</html>' }],
    ["a gateway's 403", update, { status: 403, body: '<html>Blocked</html>' }],
    ["a gateway's 404", remove, { status: 404, body: '<html>No such page</html>' }],
    ['a code that is a text', create, failure(400, 'Dentist on Tuesday')],
  ])('%s proves nothing', async (_what, operation, reply) => {
    const { provider } = recorded(() => reply);
    const [result] = await provider.write(calendar, [operation]);
    expect(result).toMatchObject({ ok: false, error: { kind: 'malformed' } });
    expect(JSON.stringify(result)).not.toContain('Dentist');
  });
});
