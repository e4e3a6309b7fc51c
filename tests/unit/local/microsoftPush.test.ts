import { beforeEach, describe, expect, it } from '@jest/globals';
import { meeting } from './coreFixture.ts';
import { calendarPath, codeOf, type Started, start } from './microsoftFixture.ts';

const notificationUrl = 'https://hetk.example/webhooks/graph?s=1';
const lifecycleNotificationUrl = 'https://hetk.example/webhooks/graph/lifecycle';
const day = 86_400_000;

let s: Started;
let resource: string;
beforeEach(async () => {
  s = start();
  resource = `${(await calendarPath(s)).slice(1)}/events`;
});

type Json = Record<string, unknown>;
const json = async (answer: Response) => (await answer.json()) as Json & { id: string };
const wanted = (more: Json = {}) => ({
  changeType: 'created,updated,deleted',
  resource,
  notificationUrl,
  lifecycleNotificationUrl,
  expirationDateTime: new Date(s.clock.time + 2 * day).toISOString(),
  clientState: 'secret',
  ...more,
});
const subscribe = (more: Json = {}) => s.graph('POST', '/subscriptions', wanted(more));
function items(): Json[] {
  return s.deliveries.flatMap(({ body }) => (body === '' ? [] : (JSON.parse(body) as { value: Json[] }).value));
}
const insert = () => s.world.insert(s.calendar.id, meeting('Dentist', '2026-12-01'));

describe('a subscription of the simulated Graph', () => {
  it('is granted once both addresses echo a token that needs decoding', async () => {
    const answer = await subscribe();
    expect(answer.status).toBe(201);
    expect(s.deliveries.map(({ url }) => new URL(url).pathname)).toEqual([
      '/webhooks/graph',
      '/webhooks/graph/lifecycle',
    ]);
    expect(new URL(s.deliveries[0]?.url ?? '').searchParams.get('s')).toBe('1');
    expect(s.deliveries[0]?.url).toMatch(/validationToken=.*%26/);
  });

  it.each<[string, (url: URL) => Response]>([
    [
      'still encoded',
      (url) =>
        new Response(url.search.split('validationToken=')[1] ?? '', { headers: { 'content-type': 'text/plain' } }),
    ],
    [
      'as HTML',
      (url) => new Response(url.searchParams.get('validationToken'), { headers: { 'content-type': 'text/html' } }),
    ],
    [
      'with 202',
      (url) =>
        new Response(url.searchParams.get('validationToken'), {
          status: 202,
          headers: { 'content-type': 'text/plain' },
        }),
    ],
  ])('is refused when the token comes back %s', async (_how, answer) => {
    s = start({ answer });
    resource = `${(await calendarPath(s)).slice(1)}/events`;
    expect(await codeOf(await subscribe())).toBe('400 ValidationError');
    expect(s.microsoft.subscriptions.live()).toEqual([]);
  });

  it.each<[string, (now: number) => Json]>([
    ['eight days', (now) => ({ expirationDateTime: new Date(now + 8 * day).toISOString() })],
    ['the past', (now) => ({ expirationDateTime: new Date(now - 1).toISOString() })],
    ['a clientState of 129 characters', () => ({ clientState: 'x'.repeat(129) })],
    ['an address without TLS', () => ({ notificationUrl: 'http://hetk.example/' })],
    ['a single event', () => ({ resource: 'me/events/AAMk1' })],
    ['a property that nobody knows', () => ({ colour: 'red' })],
  ])('is refused for %s', async (_what, more) => {
    expect((await subscribe(more(s.clock.time))).status).toBe(400);
  });

  it('is one per resource, renewed until it is gone, and ends without a word', async () => {
    const { id } = await json(await subscribe());
    expect((await subscribe()).status).toBe(409);
    const renewal = { expirationDateTime: new Date(s.clock.time + 60_000).toISOString() };
    const renewed = await json(await s.graph('PATCH', `/subscriptions/${id}`, renewal));
    expect(renewed.expirationDateTime).toBe(new Date(s.clock.time + 45 * 60_000).toISOString());
    s.clock.time += 46 * 60_000;
    expect((await s.graph('PATCH', `/subscriptions/${id}`, renewal)).status).toBe(404);
    s.deliveries.length = 0;
    insert();
    await s.settle();
    expect(s.deliveries).toEqual([]);
  });
});

describe('notifications of the simulated Graph', () => {
  it('come in bursts that carry the client state', async () => {
    const { id } = await json(await subscribe());
    insert();
    await s.settle();
    expect(items().map(({ changeType }) => changeType)).toEqual(['created', 'updated', 'updated']);
    expect(items()[0]).toMatchObject({ subscriptionId: id, clientState: 'secret' });
  });

  it('tell a deleted occurrence as a change of its series', async () => {
    const { id } = s.world.insert(s.calendar.id, meeting('Standup', '2026-12-01'), {
      recurrence: 'FREQ=DAILY;COUNT=2',
    });
    await subscribe();
    s.world.remove(s.calendar.id, id, '2026-12-01T09:00:00');
    await s.settle();
    expect(new Set(items().map(({ changeType }) => changeType))).toEqual(new Set(['updated']));
  });

  it('are repeated until they are taken', async () => {
    let up = false;
    s = start({
      answer: (url) => {
        const token = url.searchParams.get('validationToken');
        return new Response(token, { status: token ? 200 : up ? 202 : 500, headers: { 'content-type': 'text/plain' } });
      },
    });
    resource = `${(await calendarPath(s)).slice(1)}/events`;
    await subscribe();
    insert();
    await s.settle();
    expect(s.microsoft.notifications.snapshot()).toMatchObject({ delivered: 0, failed: 3 });
    up = true;
    await s.settle(60_000);
    expect(s.microsoft.notifications.snapshot()).toMatchObject({ delivered: 3, failed: 3 });
  });

  it.each([
    ['notification-lost', 0, 2],
    ['notification-doubled', 4, 0],
    ['notification-late', 0, 0],
  ])('can be %s', async (name, delivered, lost) => {
    const event = insert();
    await subscribe();
    s.faults.arm({ name });
    s.world.change(s.calendar.id, event.id, { title: 'Doctor' });
    await s.settle();
    expect(s.microsoft.notifications.snapshot()).toMatchObject({ delivered, lost });
    await s.settle(200_000);
    expect(s.microsoft.notifications.snapshot().delivered).toBe(name === 'notification-late' ? 2 : delivered);
  });

  it('include lifecycle events, and a removed subscription is gone', async () => {
    const { id } = await json(await subscribe());
    s.deliveries.length = 0;
    expect(s.microsoft.lifecycle(s.calendar.id, 'reauthorizationRequired')).toBe(1);
    await s.settle();
    expect(s.deliveries[0]?.url).toBe(lifecycleNotificationUrl);
    expect(items()).toMatchObject([
      { subscriptionId: id, lifecycleEvent: 'reauthorizationRequired', clientState: 'secret' },
    ]);
    s.microsoft.lifecycle(s.calendar.id, 'subscriptionRemoved');
    expect((await s.graph('GET', `/subscriptions/${id}`)).status).toBe(404);
  });
});
