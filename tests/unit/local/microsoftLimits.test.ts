import { beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { body, calendarPath, codeOf, type Started, start } from './microsoftFixture.ts';

const batchAnswer = z.object({
  responses: z.array(
    z.looseObject({
      id: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown(),
    }),
  ),
});

let s: Started;
beforeEach(() => {
  s = start();
});

const headers = { 'Content-Type': 'application/json' };
async function batch(requests: readonly unknown[]) {
  const answer = await s.graph('POST', '/$batch', { requests });
  if (answer.status !== 200) return { status: answer.status, responses: [] };
  const { responses } = batchAnswer.parse(await answer.json());
  return { status: 200, responses: responses.sort((a, b) => Number(a.id) - Number(b.id)) };
}

describe('a mailbox of the simulated Graph', () => {
  it('takes four requests at once, and turns the fifth down', async () => {
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    s = start({ pause: () => gate });
    await s.signedIn();
    const five = [1, 2, 3, 4, 5].map(() => s.graph('GET', '/me/calendars'));
    const turnedDown = await Promise.race(five);
    expect(turnedDown.headers.get('retry-after')).toBe('10');
    expect(await codeOf(turnedDown)).toBe('429 ApplicationThrottled');
    open();
    expect((await Promise.all(five)).map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 429]);
    expect((await s.graph('GET', '/me/calendars')).status).toBe(200);
  });

  it('takes only so many requests in ten minutes', async () => {
    s = start({ requestsPerTenMinutes: 2 });
    const statuses = [];
    for (let turn = 0; turn < 3; turn += 1) statuses.push((await s.graph('GET', '/me/calendars')).status);
    expect(statuses).toEqual([200, 200, 429]);
    s.clock.time += 600_000;
    expect((await s.graph('GET', '/me/calendars')).status).toBe(200);
  });

  it('is closed without a good token, and after its token expired', async () => {
    const bare = await s.send('GET', '/v1.0/me/calendars', { headers: { authorization: 'Bearer nonsense' } });
    expect(await codeOf(bare)).toBe('401 InvalidAuthenticationToken');
    expect((await s.graph('GET', '/me/calendars')).status).toBe(200);
    s.clock.time += 2 * 3_600_000;
    expect(await codeOf(await s.graph('GET', '/me/calendars'))).toBe('401 InvalidAuthenticationToken');
  });

  it('does not say who its owner is to who only asked for calendars', async () => {
    expect(await codeOf(await s.graph('GET', '/me'))).toBe('403 ErrorAccessDenied');
  });

  it.each(['IdType=ImmutableId"', 'a b c', 'odata.maxpagesize=many'])('refuses the preference %s', async (prefer) => {
    expect((await s.graph('GET', '/me/calendars', undefined, { prefer })).status).toBe(400);
  });

  it('refuses a zone that nobody knows', async () => {
    const answer = await s.graph('GET', '/me/calendars', undefined, { prefer: 'outlook.timezone="Mars/Base"' });
    expect(await codeOf(answer)).toBe('400 TimeZoneNotSupportedException');
  });
});

describe('a batch of the simulated Graph', () => {
  it('judges each item by itself, inside an envelope that is fine', async () => {
    const events = `${await calendarPath(s)}/events`;
    s.faults.arm({ name: 'throttled', method: 'POST', value: 7 });
    const { status, responses } = await batch([
      { id: '1', method: 'POST', url: events, headers, body: body('One') },
      { id: '2', method: 'POST', url: events, headers, body: body('Two') },
      { id: '3', method: 'GET', url: '/me/events/nothing' },
      { id: '4', method: 'GET', url: `/v1.0${events}` },
      { id: '5', method: 'POST', url: events, body: body('Untyped') },
      { id: '6', method: 'GET', url: events, dependsOn: ['3'] },
    ]);
    expect(status).toBe(200);
    expect(responses.map((each) => each.status)).toEqual([429, 201, 404, 400, 400, 424]);
    expect(responses[0]?.headers).toMatchObject({ 'Retry-After': '7' });
    expect(s.world.events(s.calendar.id).map(({ title }) => title)).toEqual(['Two']);
  });

  it('is refused with 21 items, with an id twice, and empty', async () => {
    const get = (id: number) => ({ id: String(id), method: 'GET', url: '/me/calendars' });
    expect((await batch(Array.from({ length: 21 }, (_, index) => get(index)))).status).toBe(400);
    expect((await batch([get(1), get(1)])).status).toBe(400);
    expect((await batch([])).status).toBe(400);
    expect((await batch(Array.from({ length: 20 }, (_, index) => get(index)))).responses).toHaveLength(20);
  });

  it('counts as one request and tells how many it held', async () => {
    await s.signedIn();
    s.microsoft.requests.reset();
    await batch([{ id: '1', method: 'GET', url: '/me/calendars' }]);
    const { counts, last } = s.microsoft.requests.snapshot();
    expect(counts).toEqual({ 'part-calendars': 1, batch: 1 });
    expect(last.at(-1)).toMatchObject({ kind: 'batch', batchSize: 1 });
  });

  it('may lose an answer although the write was done', async () => {
    const events = `${await calendarPath(s)}/events`;
    s.faults.arm({ name: 'response-lost' });
    const { responses } = await batch([{ id: '1', method: 'POST', url: events, headers, body: body('One') }]);
    expect(responses[0]?.status).toBe(504);
    expect(s.world.events(s.calendar.id)).toHaveLength(1);
  });
});
