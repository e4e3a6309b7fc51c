import { describe, expect, it } from '@jest/globals';
import { caller, events, lunch, start } from './googleFixture.ts';

const hook = 'http://localhost:7071/webhooks/google';
const watch = { id: 'channel-1', type: 'web_hook', address: hook, token: 'secret' };
const reasonOf = (json: Record<string, unknown>) => JSON.stringify(json).match(/"reason":"([\w.]+)"/)?.[1];

describe('push channels of the simulated Google', () => {
  it('sends a sync message and then one for every change, with the documented headers and no body', async () => {
    const google = start();
    const call = await caller(google);
    const { json } = await call('POST', `${events}/watch`, { ...watch, params: { ttl: '3600' } });
    expect(json).toMatchObject({
      id: 'channel-1',
      token: 'secret',
      expiration: String(Date.parse('2026-11-23T09:00:00Z')),
    });
    await call('POST', events, lunch);
    await call('POST', events, lunch);
    await google.settle();
    const states = google.deliveries.map(({ headers }) => headers.get('x-goog-resource-state'));
    expect(states.sort()).toEqual(['exists', 'exists', 'sync']);
    const last = google.deliveries.at(-1);
    expect(last?.url).toBe(hook);
    expect(last?.body).toBe('');
    expect(last?.headers.get('x-goog-channel-token')).toBe('secret');
    expect(last?.headers.get('x-goog-resource-id')).toBe(json.resourceId);
    expect(last?.headers.get('x-goog-channel-expiration')).toBe('Mon, 23 Nov 2026 09:00:00 GMT');
    const numbers = google.deliveries.map(({ headers }) => Number(headers.get('x-goog-message-number')));
    expect(new Set(numbers).size).toBe(3);
    expect(Math.min(...numbers)).toBe(1);
  });

  it('refuses addresses without https, ids that were used, and tokens that are too long', async () => {
    const call = await caller(start());
    const refused = async (change: object) => {
      const answer = await call('POST', `${events}/watch`, { ...watch, ...change });
      return [answer.status, reasonOf(answer.json)];
    };
    expect(await refused({ address: 'http://example.com/hook' })).toEqual([400, 'push.webhookUrlNotHttps']);
    expect(await refused({ token: 't'.repeat(257) })).toEqual([400, 'invalid']);
    expect(await refused({ id: 'i'.repeat(65) })).toEqual([400, 'invalid']);
    expect(await refused({})).toEqual([200, undefined]);
    expect(await refused({})).toEqual([400, 'channelIdNotUnique']);
  });

  it('ends a channel after seven days at the latest', async () => {
    const google = start();
    const call = await caller(google);
    const far = String(Date.parse('2027-06-01T00:00:00Z'));
    const { json } = await call('POST', `${events}/watch`, { ...watch, expiration: far });
    expect(json.expiration).toBe(String(Date.parse('2026-11-30T08:00:00Z')));
    await google.settle(7 * 86_400_000);
    google.deliveries.length = 0;
    google.world.touch(google.calendar.id, (await (await caller(google))('POST', events, lunch)).json.id);
    await google.settle();
    expect(google.deliveries).toEqual([]);
  });

  it('stops a channel only by its id and resource together', async () => {
    const google = start();
    const call = await caller(google);
    const { json } = await call('POST', `${events}/watch`, watch);
    expect((await call('POST', '/channels/stop', { id: json.id, resourceId: 'other' })).status).toBe(404);
    expect((await call('POST', '/channels/stop', { id: json.id, resourceId: json.resourceId })).status).toBe(204);
    await google.settle();
    google.deliveries.length = 0;
    await call('POST', events, lunch);
    await google.settle();
    expect(google.deliveries).toEqual([]);
  });

  it('tries again after a 503 and gives up after a 400', async () => {
    for (const [status, tries] of [
      [503, 6],
      [400, 1],
    ] as const) {
      const google = start({ answer: () => new Response(null, { status }) });
      await (await caller(google))('POST', `${events}/watch`, watch);
      await google.settle(3600_000);
      expect(google.deliveries).toHaveLength(tries);
    }
  });

  it('loses, doubles, delays and forges notifications when told to', async () => {
    const google = start();
    const call = await caller(google);
    await call('POST', `${events}/watch`, watch);
    await google.settle();
    const heard = async (name: string, withinMs = 0) => {
      google.faults.arm({ name });
      google.deliveries.length = 0;
      await call('POST', events, lunch);
      await google.settle(withinMs);
      return google.deliveries.map(({ headers }) => headers.get('x-goog-channel-token'));
    };
    expect(await heard('notification-lost')).toEqual([]);
    expect(await heard('notification-doubled')).toEqual(['secret', 'secret']);
    expect(await heard('notification-late')).toEqual([]);
    await google.settle(300_000);
    expect(google.deliveries).toHaveLength(1);
    expect(await heard('notification-forged')).toEqual(['forged']);
  });

  it('refuses push for a calendar that has none, and can lose a channel without a word', async () => {
    const google = start();
    const call = await caller(google);
    google.faults.arm({ name: 'push-unsupported' });
    const refused = await call('POST', `${events}/watch`, watch);
    expect([refused.status, reasonOf(refused.json)]).toEqual([400, 'pushNotSupportedForRequestedResource']);
    google.faults.arm({ name: 'channel-lost' });
    expect((await call('POST', `${events}/watch`, watch)).status).toBe(200);
    await google.settle();
    google.deliveries.length = 0;
    await call('POST', events, lunch);
    await google.settle();
    expect(google.deliveries).toEqual([]);
  });
});
