import { describe, expect, it } from '@jest/globals';
import type { EventContent } from '../../../../shared/calendar/event.ts';
import type { WriteOperation } from '../../../../shared/providers/provider.ts';
import { calendar, failure, graphEvent, type Reply, recorded, type Seen } from './recordedGraph.ts';

const identity = 'hetkr1:route:origin:0';
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
const back = (changes: Partial<EventContent>): WriteOperation => ({
  kind: 'write-back',
  id: 'A',
  etag: 'W/"1"',
  changes,
});
const byMethod = (replies: Readonly<Record<string, Reply>>) => (request: Seen) => replies[request.method];

describe('what is written back to an original at Microsoft', () => {
  it.each<[Partial<EventContent>, object]>([
    [{ title: `${'x'.repeat(254)}😀` }, { subject: 'x'.repeat(254) }],
    [{ title: '' }, { subject: '' }],
    [{ location: '' }, { location: { displayName: '' } }],
    [{ showAs: 'oof' }, { showAs: 'oof' }],
    [{ sensitivity: 'personal' }, { sensitivity: 'personal' }],
    [
      { span: { kind: 'all-day', start: '2026-12-24', end: '2026-12-27' } },
      {
        isAllDay: true,
        start: { dateTime: '2026-12-24T00:00:00', timeZone: 'UTC' },
        end: { dateTime: '2026-12-27T00:00:00', timeZone: 'UTC' },
      },
    ],
    [
      { span: content.span },
      {
        isAllDay: false,
        start: { dateTime: '2026-12-01T10:00:00', timeZone: 'W. Europe Standard Time' },
        end: { dateTime: '2026-12-01T11:00:00', timeZone: 'W. Europe Standard Time' },
      },
    ],
  ])('names what changed and nothing else: %o', async (changes, body) => {
    const { provider, seen } = recorded(() => ({ body: graphEvent('A') }));
    expect(await provider.write(calendar, [back(changes)])).toMatchObject([{ ok: true, event: { id: 'A' } }]);
    expect(seen).toMatchObject([{ method: 'PATCH', path: '/me/calendars/AAMk=cal/events/A' }]);
    expect(seen[0]?.body).toEqual(body);
    expect(seen[0]?.headers.get('if-match')).toBe('W/"1"');
  });

  it('leaves the reminder to whom it belongs', async () => {
    const { provider, seen } = recorded(() => ({ body: graphEvent('A', { isReminderOn: true }) }));
    await provider.write(calendar, [back({ title: 'Surgeon' })]);
    expect(seen).toHaveLength(1);
  });

  it.each<[string, Reply, string]>([
    ['is not known', failure(429, 'ApplicationThrottled'), 'throttled'],
    ['was lost to a gateway', { body: '<html>' }, 'malformed'],
  ])('does not write a description where it %s whether the event is an online meeting', async (_how, look, kind) => {
    const { provider, seen } = recorded(byMethod({ GET: look, PATCH: { body: graphEvent('A') } }));
    const results = await provider.write(calendar, [back({ description: '<p>New</p>' })]);
    expect(results).toMatchObject([{ ok: false, error: { kind } }]);
    expect(seen.map(({ method }) => method)).toEqual(['GET']);
  });

  it('keeps the way into an online meeting', async () => {
    const online = { body: graphEvent('A', { isOnlineMeeting: true }) };
    const { provider, seen } = recorded(byMethod({ GET: online, PATCH: online }));
    await provider.write(calendar, [back({ title: 'Surgeon', description: '<p>New</p>' })]);
    expect(seen[1]?.body).toEqual({ subject: 'Surgeon' });
    await provider.write(calendar, [back({ description: '<p>New</p>' })]);
    expect(seen.map(({ method }) => method)).toEqual(['GET', 'PATCH', 'GET']);
  });

  it.each<[Reply, string]>([
    [failure(412, 'ErrorIrresolvableConflict'), 'conflict'],
    [failure(409, 'ErrorIrresolvableConflict'), 'conflict'],
    [failure(400, 'ErrorOccurrenceCrossingBoundary'), 'refused'],
    [failure(404, 'ErrorItemNotFound'), 'not-found'],
    [failure(404, 'MailboxNotEnabledForRESTAPI'), 'calendar-gone'],
  ])('fails as a copy does: %o is %s', async (reply, kind) => {
    const { provider } = recorded(byMethod({ PATCH: reply, GET: { body: { id: 'AAMk=cal' } } }));
    expect(await provider.write(calendar, [back({ title: 'b' })])).toMatchObject([{ ok: false, error: { kind } }]);
  });
});

describe('an original made anew at Microsoft', () => {
  it('is sent without marker and attendees, and with its reminder off', async () => {
    const { provider, seen } = recorded(() => ({ status: 201, body: graphEvent('A', { transactionId: identity }) }));
    const [result] = await provider.write(calendar, [{ kind: 'restore', identity, content }]);
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
    });
    expect(result).toMatchObject({ ok: true, event: { restores: { routeId: 'route', origin: 'origin' } } });
    expect(result?.ok && result.event?.marker).toBeUndefined();
  });

  it.each([
    ['an identity of another shape', { transactionId: 'hetkr1:route:origin' }],
    ["somebody else's identity", { transactionId: '1234' }],
    ['an occurrence', { transactionId: identity, seriesMasterId: 'M', type: 'occurrence' }],
  ])('is not seen in %s', async (_what, more) => {
    const { provider } = recorded(() => ({ body: graphEvent('A', more) }));
    const event = await provider.get(calendar, 'A');
    expect([event?.restores, event?.marker]).toEqual([undefined, undefined]);
  });
});

describe('an event that is asked for at Microsoft', () => {
  it.each([
    ['gone', { isCancelled: true, start: null }],
    ['unreadable', { start: null }],
    ['unreadable', { start: { dateTime: '2026-12-01T09:00:00', timeZone: 'Mars' } }],
    ['unreadable', { type: 'seriesMaster', recurrence: {} }],
  ])('is %s when it says %o', async (found, more) => {
    const { provider } = recorded(() => ({ body: graphEvent('A', more) }));
    expect(await provider.getMany(calendar, ['A'])).toEqual([found]);
  });

  it.each([
    ['2026-12-07T08:00:00.000Z', { originalStart: '2026-12-07T08:00:00Z' }],
    ['2026-12-07', { originalStart: '2026-12-07T00:00:00Z' }],
    ['2026-12-08', { originalStart: '2026-12-07T23:00:00Z' }],
  ])('is the occurrence of %s, all-day now, when it was planned at %o', async (recurrenceId, more) => {
    const midnight = (day: string) => ({ dateTime: `${day}T00:00:00.0000000`, timeZone: 'UTC' });
    const days = { isAllDay: true, start: midnight('2026-12-09'), end: midnight('2026-12-10') };
    const exception = { seriesMasterId: 'M', type: 'exception', ...days, ...more };
    const { provider } = recorded(() => ({ body: graphEvent('A', exception) }));
    expect(await provider.getMany(calendar, ['A'])).toMatchObject([{ recurrenceId }]);
  });
});
