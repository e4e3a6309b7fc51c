import { describe, expect, it } from '@jest/globals';
import { calendar, failure, json, scriptedGoogle } from './scriptedGoogle.ts';

const calendars = json({ kind: 'calendar#calendarList', items: [{ id: 'ada@example.com', accessRole: 'owner' }] });
const isToken = (url: URL) => url.pathname === '/oauth/token';

describe('access to an account', () => {
  it('asks for a token once and uses it until shortly before it ends', async () => {
    const google = scriptedGoogle(({ url }) => (isToken(url) ? undefined : calendars.clone()));
    const bearer = () => google.arrived.at(-1)?.headers.get('authorization');
    await Promise.all([1, 2, 3].map(() => google.provider.listCalendars(calendar.accountId, '')));
    expect(bearer()).toBe('Bearer token-1');
    google.now += 50 * 60_000;
    await google.provider.listCalendars(calendar.accountId, '');
    expect(bearer()).toBe('Bearer token-1');
    google.now += 6 * 60_000;
    await google.provider.listCalendars(calendar.accountId, '');
    expect(bearer()).toBe('Bearer token-2');
  });

  it('tries once more with a fresh token when one is refused, and then believes that the grant is gone', async () => {
    const once = scriptedGoogle(({ url, headers }) => {
      if (isToken(url)) return undefined;
      return headers.get('authorization') === 'Bearer token-1' ? failure(401, 'authError') : calendars.clone();
    });
    expect(await once.provider.listCalendars(calendar.accountId, '')).toHaveLength(1);
    const always = scriptedGoogle(({ url }) => (isToken(url) ? undefined : failure(401, 'unnamed')));
    await expect(always.provider.listCalendars(calendar.accountId, '')).rejects.toMatchObject({ kind: 'revoked' });
    expect(always.arrived).toHaveLength(2);
  });

  it.each([
    [400, { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }, 'revoked'],
    [400, { error: 'admin_policy_enforced' }, 'revoked'],
    [401, { error: 'invalid_client' }, 'misconfigured'],
    [401, { error: 'deleted_client' }, 'misconfigured'],
    [500, { error: 'internal_failure' }, 'unavailable'],
    [503, { error: 'invalid_grant' }, 'unavailable'],
    [429, { error: 'rate_limit_exceeded' }, 'throttled'],
    [400, 'what?', 'malformed'],
    [200, {}, 'malformed'],
  ])('a refresh answered %i %j is %s', async (status, body, kind) => {
    const google = scriptedGoogle(({ url }) => (isToken(url) ? json(body, status) : undefined));
    await expect(google.provider.listCalendars(calendar.accountId, '')).rejects.toMatchObject({ kind });
    expect(google.arrived).toHaveLength(0);
  });

  it('keeps the refresh token where no new one comes, and a new one where it comes', async () => {
    let rotated = false;
    const google = scriptedGoogle(({ url }) => {
      if (!isToken(url)) return calendars.clone();
      return rotated ? json({ access_token: 'x', expires_in: 3600, refresh_token: 'refresh-2' }) : undefined;
    });
    await google.provider.listCalendars(calendar.accountId, '');
    expect(google.credentials.get(calendar.accountId)).toContain('refresh-1');
    rotated = true;
    google.now += 3_600_000;
    await google.provider.listCalendars(calendar.accountId, '');
    expect(google.credentials.get(calendar.accountId)).toContain('refresh-2');
  });

  it('does not undo a reconnection that happened while a rotated refresh token was under way', async () => {
    const newer = JSON.stringify({ version: 1, refreshToken: 'of-the-reconnection' });
    const google = scriptedGoogle(({ url }) => {
      if (!isToken(url)) return calendars.clone();
      google.credentials.set(calendar.accountId, newer);
      return json({ access_token: 'x', expires_in: 3600, refresh_token: 'refresh-2' });
    });
    await google.provider.listCalendars(calendar.accountId, '');
    expect(google.credentials.get(calendar.accountId)).toBe(newer);
  });

  it('takes the grant of a reconnection when the one before it turns out to be gone', async () => {
    const sent: string[] = [];
    const google = scriptedGoogle(({ url, body }) => {
      if (!isToken(url)) return calendars.clone();
      sent.push(new URLSearchParams(body).get('refresh_token') ?? '');
      if (sent.length > 1) return undefined;
      google.credentials.set(calendar.accountId, JSON.stringify({ version: 1, refreshToken: 'of-the-reconnection' }));
      return json({ error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }, 400);
    });
    await google.provider.listCalendars(calendar.accountId, '');
    expect(sent).toEqual(['refresh-1', 'of-the-reconnection']);
  });

  it('an account without a credential needs reconnecting', async () => {
    const google = scriptedGoogle(() => undefined);
    await expect(google.provider.listCalendars('nobody', '')).rejects.toMatchObject({ kind: 'revoked' });
  });

  it('takes the grant back, also one that is already gone', async () => {
    for (const status of [200, 400]) {
      const sent: string[] = [];
      const google = scriptedGoogle(({ url, body }) => {
        if (url.pathname !== '/oauth/revoke') return undefined;
        sent.push(body);
        return json({}, status);
      });
      await google.provider.revoke(calendar.accountId);
      expect(sent).toEqual(['token=refresh-1']);
    }
  });
});

describe('the list of calendars', () => {
  it('says of each what the account may do there', async () => {
    const roles = ['owner', 'writer', 'writerWithoutPrivateAccess', 'reader', 'freeBusyReader', 'somethingNew'];
    const google = scriptedGoogle(({ url }) => {
      if (isToken(url)) return undefined;
      const second = url.searchParams.has('pageToken');
      const items = second
        ? roles.map((accessRole) => ({ id: accessRole, summary: accessRole, accessRole }))
        : [
            {
              id: 'ada@example.com',
              summary: 'Ada',
              summaryOverride: 'Mine',
              accessRole: 'owner',
              primary: true,
              timeZone: 'Europe/Vienna',
              backgroundColor: '#9FE1E7',
            },
            { id: 'x', accessRole: 'owner', deleted: true },
          ];
      return json({ kind: 'calendar#calendarList', items, ...(!second && { nextPageToken: 'p' }) });
    });
    const [primary, ...rest] = await google.provider.listCalendars(calendar.accountId, '');
    expect(primary).toEqual({
      remoteId: 'ada@example.com',
      name: 'Mine',
      color: '#9fe1e7',
      zone: 'Europe/Vienna',
      primary: true,
      readable: true,
      writable: true,
    });
    expect(
      rest.map(({ remoteId, readable, writable, reason }) => [remoteId, readable, writable, reason !== undefined]),
    ).toEqual([
      ['owner', true, true, false],
      ['writer', true, true, false],
      ['writerWithoutPrivateAccess', true, false, true],
      ['reader', true, false, true],
      ['freeBusyReader', false, false, true],
      ['somethingNew', false, false, true],
    ]);
  });
});

describe('a list of calendars that names none', () => {
  it('is not believed: every account has its primary calendar', async () => {
    const google = scriptedGoogle(({ url }) =>
      isToken(url) ? undefined : json({ kind: 'calendar#calendarList', items: [] }),
    );
    await expect(google.provider.listCalendars(calendar.accountId, '')).rejects.toMatchObject({
      kind: 'malformed',
      code: 'no-calendars',
    });
  });
});

describe('a channel', () => {
  const wanted = {
    id: 'subscription-1',
    notificationUrl: 'https://hetk.test/webhooks/google',
    lifecycleUrl: '',
    token: 'k1.calendar.subscription.mac',
    until: Date.parse('2026-11-29T12:00:00Z'),
  };

  it('is opened for as long as wanted, and lasts as long as Google says', async () => {
    const google = scriptedGoogle(({ url }) =>
      url.pathname.endsWith('/events/watch')
        ? json({ id: 'subscription-1', resourceId: 'res-1', expiration: '1764000000000' })
        : undefined,
    );
    expect(await google.provider.subscribe(calendar, wanted)).toEqual({
      remoteId: 'subscription-1',
      resourceId: 'res-1',
      expiresAt: 1_764_000_000_000,
    });
    expect(JSON.parse(google.arrived[0]?.body ?? '')).toEqual({
      id: 'subscription-1',
      type: 'web_hook',
      address: 'https://hetk.test/webhooks/google',
      token: 'k1.calendar.subscription.mac',
      params: { ttl: '518400' },
    });
  });

  it.each([
    [400, 'pushNotSupportedForRequestedResource', 'push-unsupported'],
    [400, 'channelIdNotUnique', 'conflict'],
    [400, 'push.webhookUrlNotHttps', 'misconfigured'],
    [404, 'notFound', 'calendar-gone'],
    [403, 'rateLimitExceeded', 'throttled'],
  ])('that Google answers with %i %s is %s', async (status, reason, kind) => {
    const google = scriptedGoogle(({ url }) =>
      url.pathname.endsWith('/events/watch') ? failure(status, reason) : undefined,
    );
    await expect(google.provider.subscribe(calendar, wanted)).rejects.toMatchObject({ kind });
  });

  it.each([
    [204, true],
    [404, true],
    [400, true],
    [503, false],
  ])('is closed when Google answers %i: %s', async (status, closed) => {
    const google = scriptedGoogle(({ url }) =>
      url.pathname === '/api/calendar/v3/channels/stop' ? new Response(null, { status }) : undefined,
    );
    const closing = google.provider.unsubscribe(calendar, { remoteId: 's', resourceId: 'r', expiresAt: 0 });
    await (closed
      ? expect(closing).resolves.toBeUndefined()
      : expect(closing).rejects.toMatchObject({ kind: 'unavailable' }));
    expect(JSON.parse(google.arrived[0]?.body ?? '')).toEqual({ id: 's', resourceId: 'r' });
  });

  it('cannot be renewed', async () => {
    const google = scriptedGoogle(() => undefined);
    await expect(google.provider.renew(calendar, { remoteId: 's', expiresAt: 0 }, 1)).rejects.toMatchObject({
      kind: 'not-found',
    });
  });
});
