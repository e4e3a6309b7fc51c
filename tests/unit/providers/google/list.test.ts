import { describe, expect, it } from '@jest/globals';
import type { Change } from '../../../../shared/providers/provider.ts';
import { calendar, drained, failure, item, page, scriptedGoogle } from './scriptedGoogle.ts';

const window = { start: Date.parse('2026-08-23T00:00:00Z'), end: Date.parse('2027-11-25T00:00:00Z') };
const eventsPath = '/api/calendar/v3/calendars/ada%40example.com/events';

async function cursorOf(): Promise<string> {
  const google = scriptedGoogle(({ url }) =>
    url.pathname === eventsPath ? page([], { nextSyncToken: 'sync-1' }) : undefined,
  );
  return (await drained(google.provider.pull(calendar, { window }))).end.cursor;
}

function ids(changes: readonly Change[]): string[] {
  return changes.map((change) => {
    if (change.kind === 'event') return `event ${change.event.id}`;
    if (change.kind === 'series') return `series ${change.seriesId}: ${change.instanceIds.join()}`;
    return 'id' in change ? `${change.kind} ${change.id}` : change.kind;
  });
}

describe('a full round', () => {
  it('asks for the window a day wider on each side, page by page, and ends with a cursor', async () => {
    const google = scriptedGoogle(({ url }) => {
      if (url.pathname !== eventsPath) return undefined;
      if (!url.searchParams.has('pageToken')) return page([item('one')], { nextPageToken: 'p2' });
      return url.searchParams.get('pageToken') === 'p2'
        ? page([], { nextPageToken: 'p3' })
        : page([item('two')], { nextSyncToken: 'sync-1' });
    });
    const { all, end } = await drained(google.provider.pull(calendar, { window }));
    expect(ids(all)).toEqual(['event one', 'event two']);
    expect(end.full).toBe(true);
    const queries = google.arrived.map(({ url }) => Object.fromEntries(url.searchParams));
    expect(queries).toHaveLength(3);
    for (const query of queries) {
      expect(query).toMatchObject({
        singleEvents: 'true',
        timeMin: '2026-08-22T00:00:00.000Z',
        timeMax: '2027-11-26T00:00:00.000Z',
      });
      expect(query).not.toHaveProperty('orderBy');
    }
    expect(google.arrived[0]?.headers.get('authorization')).toBe('Bearer token-1');
  });

  it('says that an event makes no sense, and reads the others', async () => {
    const broken = { ...item('broken'), start: { dateTime: 'soon' } };
    const google = scriptedGoogle(({ url }) =>
      url.pathname === eventsPath ? page([item('one'), broken, item('two')], { nextSyncToken: 'sync-1' }) : undefined,
    );
    const { all } = await drained(google.provider.pull(calendar, { window }));
    expect(ids(all)).toEqual(['event one', 'unreadable broken', 'event two']);
  });

  it('is not believed when the last page has no sync token', async () => {
    const google = scriptedGoogle(({ url }) => (url.pathname === eventsPath ? page([item('one')], {}) : undefined));
    await expect(drained(google.provider.pull(calendar, { window }))).rejects.toMatchObject({ kind: 'malformed' });
  });

  it('is not believed when the account may only see free and busy any more', async () => {
    const google = scriptedGoogle(({ url }) =>
      url.pathname === eventsPath ? page([], { nextSyncToken: 's', accessRole: 'freeBusyReader' }) : undefined,
    );
    await expect(drained(google.provider.pull(calendar, { window }))).rejects.toMatchObject({ kind: 'calendar-gone' });
  });

  it('stops when the pages go round in circles', async () => {
    const google = scriptedGoogle(({ url }) =>
      url.pathname === eventsPath ? page([], { nextPageToken: 'p' }) : undefined,
    );
    await expect(drained(google.provider.pull(calendar, { window }))).rejects.toMatchObject({
      kind: 'malformed',
      code: 'endless-pages',
    });
    expect(google.arrived.length).toBeLessThan(4);
  });
});

describe('a round of changes', () => {
  it('sends the sync token with the same query and without any time', async () => {
    const google = scriptedGoogle(({ url }) =>
      url.pathname === eventsPath ? page([], { nextSyncToken: 'sync-2' }) : undefined,
    );
    const { end } = await drained(google.provider.pull(calendar, { cursor: await cursorOf() }));
    expect(end.full).toBe(false);
    expect(Object.fromEntries(google.arrived[0]?.url.searchParams ?? [])).toEqual({
      singleEvents: 'true',
      maxResults: '2500',
      syncToken: 'sync-1',
    });
  });

  it('states events outside the window as removed, and cancelled ones by their id alone', async () => {
    const later = { dateTime: '2031-01-01T09:00:00Z', timeZone: 'UTC' };
    const google = scriptedGoogle(({ url }) =>
      url.pathname === eventsPath
        ? page(
            [
              item('in'),
              item('out', { start: later, end: later }),
              { kind: 'calendar#event', id: 'gone', status: 'cancelled' },
            ],
            {
              nextSyncToken: 'sync-2',
            },
          )
        : undefined,
    );
    const { all } = await drained(google.provider.pull(calendar, { cursor: await cursorOf() }));
    expect(ids(all)).toEqual(['event in', 'removed out', 'removed gone']);
  });

  it('keeps the newest state of an event that comes twice', async () => {
    const google = scriptedGoogle(({ url }) => {
      if (url.pathname !== eventsPath) return undefined;
      return url.searchParams.has('pageToken')
        ? page([item('a', { summary: 'old', updated: '2026-11-20T09:00:00.000Z' })], { nextSyncToken: 'sync-2' })
        : page([item('a', { summary: 'new', updated: '2026-11-20T11:00:00.000Z' })], { nextPageToken: 'p2' });
    });
    const { all } = await drained(google.provider.pull(calendar, { cursor: await cursorOf() }));
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ event: { title: 'new' } });
  });

  const cancelled = (day: string) => ({
    kind: 'calendar#event',
    id: `weekly_202611${day}T080000Z`,
    status: 'cancelled',
    recurringEventId: 'weekly',
    originalStartTime: { dateTime: `2026-11-${day}T09:00:00+01:00` },
  });

  it('asks nothing more when one occurrence was deleted', async () => {
    const google = scriptedGoogle(({ url }) =>
      url.pathname === eventsPath ? page([cancelled('24')], { nextSyncToken: 'sync-2' }) : undefined,
    );
    const { all } = await drained(google.provider.pull(calendar, { cursor: await cursorOf() }));
    expect(ids(all)).toEqual(['removed weekly_20261124T080000Z']);
    expect(google.arrived).toHaveLength(1);
  });

  it('asks what is left of a series that lost several occurrences', async () => {
    const google = scriptedGoogle(({ url }) => {
      if (url.pathname === eventsPath) return page([cancelled('24'), cancelled('25')], { nextSyncToken: 'sync-2' });
      if (url.pathname === `${eventsPath}/weekly/instances`)
        return page([item('weekly_20261126T080000Z'), cancelled('24')], { nextSyncToken: 's' });
      return undefined;
    });
    const { all } = await drained(google.provider.pull(calendar, { cursor: await cursorOf() }));
    expect(ids(all)).toEqual([
      'removed weekly_20261124T080000Z',
      'removed weekly_20261125T080000Z',
      'series weekly: weekly_20261126T080000Z',
    ]);
  });

  it('does so also when only the ids of the cancelled occurrences are told', async () => {
    const bare = (day: string) => ({ id: `weekly_202611${day}T080000Z`, status: 'cancelled' });
    const google = scriptedGoogle(({ url }) => {
      if (url.pathname === eventsPath) return page([bare('24'), bare('25')], { nextSyncToken: 'sync-2' });
      return url.pathname === `${eventsPath}/weekly/instances` ? failure(410, 'deleted') : undefined;
    });
    const { all } = await drained(google.provider.pull(calendar, { cursor: await cursorOf() }));
    expect(ids(all)).toContain('removed weekly');
  });

  it('takes away a whole series that is no longer there', async () => {
    const google = scriptedGoogle(({ url }) => {
      if (url.pathname === eventsPath) return page([cancelled('24'), cancelled('25')], { nextSyncToken: 'sync-2' });
      return url.pathname.endsWith('/instances') ? failure(404, 'notFound') : undefined;
    });
    const { all } = await drained(google.provider.pull(calendar, { cursor: await cursorOf() }));
    expect(ids(all)).toContain('removed weekly');
  });

  it.each([
    [410, 'fullSyncRequired'],
    [410, 'updatedMinTooLongAgo'],
    [400, 'invalid'],
  ])('begins anew when Google answers %i %s', async (status, reason) => {
    const google = scriptedGoogle(({ url }) => (url.pathname === eventsPath ? failure(status, reason) : undefined));
    const round = drained(google.provider.pull(calendar, { cursor: await cursorOf() }));
    await expect(round).rejects.toMatchObject({ kind: 'expired-cursor' });
  });

  it.each(['', 'not json', '{"version":1,"query":"other","syncToken":"s","window":{"start":0,"end":1}}'])(
    'begins anew from a cursor that is not its own: %s',
    async (cursor) => {
      const google = scriptedGoogle(() => undefined);
      await expect(drained(google.provider.pull(calendar, { cursor }))).rejects.toMatchObject({
        kind: 'expired-cursor',
      });
      expect(google.arrived).toHaveLength(0);
    },
  );

  it('gives way to a full round when it goes on without end', async () => {
    let count = 0;
    const google = scriptedGoogle(({ url }) => {
      if (url.pathname !== eventsPath) return undefined;
      count += 1;
      return page([], { nextPageToken: `p${count}` });
    });
    await expect(drained(google.provider.pull(calendar, { cursor: await cursorOf() }))).rejects.toMatchObject({
      kind: 'expired-cursor',
    });
    expect(count).toBeLessThan(100);
  });
});

describe('a calendar that cannot be read', () => {
  it.each([
    [404, 'notFound', 'calendar-gone'],
    [403, 'rateLimitExceeded', 'throttled'],
    [403, 'quotaExceeded', 'throttled'],
    [429, 'rateLimitExceeded', 'throttled'],
    [403, 'insufficientPermissions', 'revoked'],
    [403, 'ACCESS_TOKEN_SCOPE_INSUFFICIENT', 'revoked'],
    [403, 'accessNotConfigured', 'misconfigured'],
    [500, 'backendError', 'unavailable'],
    [503, 'backendError', 'unavailable'],
  ])('%i %s is %s, and no content is in the message', async (status, reason, kind) => {
    const google = scriptedGoogle(({ url }) => (url.pathname === eventsPath ? failure(status, reason) : undefined));
    const error: unknown = await drained(google.provider.pull(calendar, { window })).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind, code: reason, status });
    expect(String(error)).not.toContain('Secret');
  });

  it.each([403, 404])("takes a gateway's page (%i) for no word about the calendar", async (status) => {
    const google = scriptedGoogle(({ url }) =>
      url.pathname === eventsPath ? new Response('<html>Blocked</html>', { status }) : undefined,
    );
    await expect(drained(google.provider.list(calendar, window))).rejects.toMatchObject({ kind: 'malformed' });
  });

  it('waits as long as Google says, where it says so', async () => {
    const google = scriptedGoogle(({ url }) =>
      url.pathname === eventsPath ? new Response('{}', { status: 429, headers: { 'retry-after': '17' } }) : undefined,
    );
    await expect(drained(google.provider.list(calendar, window))).rejects.toMatchObject({
      kind: 'throttled',
      retryAfterMs: 17_000,
    });
  });

  it.each(['<html>Sorry</html>', '', '{"items":[]}', '{"kind":"calendar#events","items":[{"status":"confirmed"}]}'])(
    'an answer that is not a listing is malformed: %s',
    async (text) => {
      const google = scriptedGoogle(({ url }) => (url.pathname === eventsPath ? new Response(text) : undefined));
      await expect(drained(google.provider.pull(calendar, { window }))).rejects.toMatchObject({ kind: 'malformed' });
    },
  );

  it('says so when Google cannot be reached', async () => {
    const google = scriptedGoogle(() => undefined);
    await expect(drained(google.provider.pull(calendar, { window }))).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
