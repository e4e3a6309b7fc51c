import { describe, expect, it } from '@jest/globals';
import { calendar, failure, type Reply, recorded, root, type Seen } from './recordedGraph.ts';

const request = {
  id: 'ours',
  notificationUrl: 'https://hetk.example/webhooks/graph',
  lifecycleUrl: 'https://hetk.example/webhooks/graph/lifecycle',
  token: 'k1.cal.sub.mac',
  until: Date.parse('2026-11-25T10:00:00Z'),
};
const created = { status: 201, body: { id: 'SUB', expirationDateTime: '2026-11-25T09:30:00Z' } };
const inOrder =
  (...replies: Reply[]) =>
  (_request: Seen, index: number) =>
    replies[index];

describe('a subscription of a Microsoft calendar', () => {
  it('is made for that one calendar with immutable ids, and lasts as long as Graph says', async () => {
    const { provider, seen } = recorded(() => created);
    expect(await provider.subscribe(calendar, request)).toEqual({
      remoteId: 'SUB',
      expiresAt: Date.parse('2026-11-25T09:30:00Z'),
    });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      path: '/subscriptions',
      body: {
        changeType: 'created,updated,deleted',
        resource: 'me/calendars/AAMk%3Dcal/events',
        notificationUrl: request.notificationUrl,
        lifecycleNotificationUrl: request.lifecycleUrl,
        clientState: request.token,
        expirationDateTime: '2026-11-25T10:00:00.000Z',
      },
    });
    expect(seen[0]?.headers.get('prefer')).toContain('IdType="ImmutableId"');
  });

  it('takes the place of a forgotten one of ours, and of no other', async () => {
    const { provider, seen } = recorded(
      inOrder(
        failure(409, 'Conflict'),
        {
          body: {
            value: [
              { id: 'MINE', resource: '/me/calendars/AAMk=cal/events', notificationUrl: request.notificationUrl },
              {
                id: 'OTHER-CALENDAR',
                resource: 'me/calendars/aamk=cal/events',
                notificationUrl: request.notificationUrl,
              },
            ],
            '@odata.nextLink': `${root}/v1.0/subscriptions?$skiptoken=2`,
          },
        },
        {
          body: {
            value: [
              {
                id: 'OTHER-APP',
                resource: 'me/calendars/AAMk=cal/events',
                notificationUrl: 'https://other.example/hook',
              },
              { id: 'ODD', resource: 'me/calendars/100%/events', notificationUrl: request.notificationUrl },
            ],
          },
        },
        { status: 204 },
        created,
      ),
    );
    expect(await provider.subscribe(calendar, request)).toMatchObject({ remoteId: 'SUB' });
    expect(seen.filter((each) => each.method === 'DELETE').map((each) => each.path)).toEqual(['/subscriptions/MINE']);
  });

  it.each<[Reply, string]>([
    [failure(400, 'InvalidRequest'), 'push-unsupported'],
    [failure(403, 'ErrorAccessDenied'), 'push-unsupported'],
    [failure(400, 'ValidationError'), 'unavailable'],
    [failure(404, 'ErrorItemNotFound'), 'calendar-gone'],
    [{ status: 403, body: '<html>Blocked</html>' }, 'malformed'],
    [failure(503, ''), 'unavailable'],
    [failure(429, 'TooManyRequests'), 'throttled'],
    [{ status: 201, body: {} }, 'malformed'],
  ])('that is not made says why: %j is %s', async (reply, kind) => {
    const { provider } = recorded(() => reply);
    await expect(provider.subscribe(calendar, request)).rejects.toMatchObject({ kind });
  });

  it('is renewed in place, and reported as gone when Graph has forgotten it', async () => {
    const { provider, seen } = recorded(() => ({ body: created.body }));
    const old = { remoteId: 'SUB', expiresAt: 0 };
    expect(await provider.renew(calendar, old, request.until)).toEqual({
      remoteId: 'SUB',
      expiresAt: Date.parse('2026-11-25T09:30:00Z'),
    });
    expect(seen[0]).toMatchObject({
      method: 'PATCH',
      path: '/subscriptions/SUB',
      body: { expirationDateTime: '2026-11-25T10:00:00.000Z' },
    });
    const forgotten = recorded(() => failure(404, 'ResourceNotFound'));
    await expect(forgotten.provider.renew(calendar, old, request.until)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('ends, also when it has ended already, but not when the service is ill', async () => {
    const old = { remoteId: 'SUB', expiresAt: 0 };
    await recorded(() => ({ status: 204 })).provider.unsubscribe(calendar, old);
    await recorded(() => failure(404, 'ResourceNotFound')).provider.unsubscribe(calendar, old);
    await expect(recorded(() => failure(500, '')).provider.unsubscribe(calendar, old)).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });
});
