import { describe, expect, it } from '@jest/globals';
import type { EventContent, NewMarker } from '../../../../shared/calendar/event.ts';
import type { WriteOperation } from '../../../../shared/providers/provider.ts';
import { type Arrived, calendar, failure, item, json, page, scriptedGoogle } from './scriptedGoogle.ts';

const content: EventContent = {
  title: 'Dentist',
  description: '<p>Bring <b>papers</b></p>',
  location: 'Graben 1',
  span: {
    kind: 'timed',
    start: Date.parse('2026-12-01T09:00:00Z'),
    end: Date.parse('2026-12-01T10:00:00Z'),
    zone: 'Europe/Vienna',
  },
  showAs: 'tentative',
  sensitivity: 'personal',
};
const marker: NewMarker = { routeId: 'route-1', origin: 'origin-1', generation: 2, iCalUId: 'abc@outlook.com' };

function create(generation = 2, changes: Partial<EventContent> = {}): WriteOperation {
  return {
    kind: 'create',
    identity: `hetk1:route-1:origin-1:${generation}`,
    content: { ...content, ...changes },
    marker: { ...marker, generation },
  };
}

/** Answers an insert or an update with what was sent, as Google does. */
function echo(request: Arrived, id?: string): Record<string, unknown> {
  const sent: Record<string, unknown> = JSON.parse(request.body);
  return { kind: 'calendar#event', etag: '"1"', status: 'confirmed', ...(id && { id }), ...sent };
}

function isEvents(request: Arrived): boolean {
  return request.url.pathname.startsWith('/api/calendar/v3/calendars/');
}

describe('writing a copy', () => {
  it('sends nobody mail and takes nothing along that would ring, meet or attach', async () => {
    const google = scriptedGoogle((request) => (isEvents(request) ? json(echo(request)) : undefined));
    const [result] = await google.provider.write(calendar, [create()]);
    expect(result?.ok).toBe(true);
    const [request] = google.arrived;
    expect(request?.method).toBe('POST');
    expect(Object.fromEntries(request?.url.searchParams ?? [])).toEqual({ sendUpdates: 'none' });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      id: expect.stringMatching(/^[0-9a-v]{57}$/),
      summary: 'Dentist',
      description: '<p>Bring <b>papers</b></p>',
      location: 'Graben 1',
      start: { dateTime: '2026-12-01T09:00:00Z', timeZone: 'Europe/Vienna' },
      end: { dateTime: '2026-12-01T10:00:00Z', timeZone: 'Europe/Vienna' },
      transparency: 'opaque',
      visibility: 'private',
      reminders: { useDefault: false, overrides: [] },
      extendedProperties: {
        private: {
          hetkRoute: 'route-1',
          hetkOrigin: 'origin-1',
          hetkGen: '2',
          hetkShowAs: 'tentative',
          hetkSensitivity: 'personal',
          hetkUid: 'abc@outlook.com',
        },
      },
    });
  });

  it('reads back what it wrote, marker included', async () => {
    const google = scriptedGoogle((request) => (isEvents(request) ? json(echo(request)) : undefined));
    const [result] = await google.provider.write(calendar, [create()]);
    expect(result).toMatchObject({
      ok: true,
      event: { ...content, marker: { ...marker, genuine: true, showAs: 'tentative', sensitivity: 'personal' } },
    });
  });

  it('gives a copy the same id each time, and another one for the next generation', async () => {
    const google = scriptedGoogle((request) => (isEvents(request) ? json(echo(request)) : undefined));
    for (const generation of [0, 0, 1]) await google.provider.write(calendar, [create(generation)]);
    const [first, second, third] = google.arrived.map(({ body }) => JSON.parse(body).id);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('gives an event of no length a minute, and an all-day event its own dates', async () => {
    const google = scriptedGoogle((request) => (isEvents(request) ? json(echo(request)) : undefined));
    const at = Date.parse('2026-12-01T09:00:00Z');
    await google.provider.write(calendar, [
      create(0, { span: { kind: 'timed', start: at, end: at, zone: 'Mars/Base' } }),
    ]);
    await google.provider.write(calendar, [
      create(0, { span: { kind: 'all-day', start: '2026-12-24', end: '2026-12-27' } }),
    ]);
    const [timed, allDay] = google.arrived.map(({ body }) => JSON.parse(body));
    expect(timed).toMatchObject({
      start: { dateTime: '2026-12-01T09:00:00Z', timeZone: 'UTC' },
      end: { dateTime: '2026-12-01T09:01:00Z' },
    });
    expect(allDay).toMatchObject({ start: { date: '2026-12-24' }, end: { date: '2026-12-27' } });
  });

  it('shortens text that is too long without breaking its markup', async () => {
    const google = scriptedGoogle((request) => (isEvents(request) ? json(echo(request)) : undefined));
    const description = `<p>${'<b>a &amp; b</b> '.repeat(2000)}</p>`;
    await google.provider.write(calendar, [create(0, { title: 'x'.repeat(3000), description })]);
    const sent = JSON.parse(google.arrived[0]?.body ?? '');
    expect(sent.summary).toHaveLength(1000);
    expect(sent.description.length).toBeLessThanOrEqual(8000);
    expect(sent.description).not.toContain('<b>');
    expect(sent.description).toMatch(/…$/);
  });

  it('leaves out an iCalUId that Google would cut', async () => {
    const google = scriptedGoogle((request) => (isEvents(request) ? json(echo(request)) : undefined));
    const iCalUId = 'x'.repeat(1025);
    await google.provider.write(calendar, [{ kind: 'create', identity: 'i', content, marker: { ...marker, iCalUId } }]);
    expect(google.arrived[0]?.body).not.toContain('hetkUid');
  });
});

describe('a creation whose id is taken', () => {
  const taken = (found: (id: string) => Response) =>
    scriptedGoogle((request) => {
      if (!isEvents(request)) return undefined;
      return request.method === 'POST'
        ? failure(409, 'duplicate')
        : found(request.url.pathname.split('/').at(-1) ?? '');
    });
  const properties = { private: { hetkRoute: 'route-1', hetkOrigin: 'origin-1', hetkGen: '2' } };

  it('adopts the copy that an earlier, unrecorded creation made', async () => {
    const google = taken((id) => json(item(id, { extendedProperties: properties })));
    const [result] = await google.provider.write(calendar, [create()]);
    expect(result).toMatchObject({ ok: true, adopted: true, event: { title: 'Standup', marker: { genuine: true } } });
  });

  it.each([
    ['was deleted', (id: string) => json({ id, status: 'cancelled' })],
    ['was purged', () => failure(404, 'notFound')],
    ['belongs to somebody else', (id: string) => json(item(id))],
  ])('asks for another identity when the event under it %s', async (_case, found) => {
    const google = taken(found);
    const [result] = await google.provider.write(calendar, [create()]);
    expect(result).toMatchObject({ ok: false, error: { kind: 'identity-spent' } });
  });
});

describe('changing and deleting a copy', () => {
  it('changes it only if it is still as it was last seen', async () => {
    const google = scriptedGoogle((request) => (isEvents(request) ? json(echo(request, 'copy-1')) : undefined));
    await google.provider.write(calendar, [{ kind: 'update', id: 'copy-1', etag: '"318"', content, marker }]);
    const [request] = google.arrived;
    expect(request?.method).toBe('PUT');
    expect(request?.headers.get('if-match')).toBe('"318"');
    expect(JSON.parse(request?.body ?? '').reminders).toEqual({ useDefault: false, overrides: [] });
  });

  it.each([
    [412, 'conditionNotMet', 'conflict'],
    [410, 'deleted', 'not-found'],
    [400, 'invalid', 'refused'],
    [403, 'forbiddenForNonOrganizer', 'refused'],
    [403, 'requiredAccessLevel', 'calendar-gone'],
    [403, 'userRateLimitExceeded', 'throttled'],
  ])('answers %i %s as %s', async (status, reason, kind) => {
    const google = scriptedGoogle((request) => (isEvents(request) ? failure(status, reason) : undefined));
    const [result] = await google.provider.write(calendar, [{ kind: 'update', id: 'copy-1', content, marker }]);
    expect(result).toMatchObject({ ok: false, error: { kind, code: reason } });
  });

  it.each([204, 410])('a deletion answered %i is done', async (status) => {
    const google = scriptedGoogle((request) => (isEvents(request) ? new Response(null, { status }) : undefined));
    expect(await google.provider.write(calendar, [{ kind: 'delete', id: 'copy-1' }])).toEqual([{ ok: true }]);
    expect(google.arrived[0]?.url.searchParams.get('sendUpdates')).toBe('none');
  });

  it.each([
    ['a deletion answered by a page of HTML', { kind: 'delete', id: 'copy-1' }, 200],
    ["a gateway's 400", create(), 400],
    ["a gateway's 403", { kind: 'update', id: 'copy-1', content, marker }, 403],
    ["a gateway's 404", { kind: 'delete', id: 'copy-1' }, 404],
  ] satisfies [string, WriteOperation, number][])('%s proves nothing', async (_what, operation, status) => {
    const google = scriptedGoogle((request) =>
      isEvents(request) ? new Response('<html>Sign in to the network</html>', { status }) : undefined,
    );
    const [result] = await google.provider.write(calendar, [operation]);
    expect(result).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });

  const missing = (listing: () => Response) =>
    scriptedGoogle((request) => {
      if (!isEvents(request)) return undefined;
      return request.url.pathname.endsWith('/events') ? listing() : failure(404, 'notFound');
    });

  it('a missing copy is missing while its calendar is there', async () => {
    const google = missing(() => page([], { nextSyncToken: 's' }));
    const [result] = await google.provider.write(calendar, [{ kind: 'update', id: 'copy-1', content, marker }]);
    expect(result).toMatchObject({ ok: false, error: { kind: 'not-found' } });
    expect(await google.provider.get(calendar, 'copy-1')).toBeUndefined();
  });

  it('a calendar that is out of reach does not look like missing copies', async () => {
    const google = missing(() => failure(404, 'notFound'));
    const update = google.provider.write(calendar, [{ kind: 'update', id: 'copy-1', content, marker }]);
    await expect(update).rejects.toMatchObject({ kind: 'calendar-gone' });
    await expect(google.provider.get(calendar, 'copy-1')).rejects.toMatchObject({ kind: 'calendar-gone' });
  });
});

describe('many operations', () => {
  function multipart(parts: readonly string[]): Response {
    const body = parts.map((part) => `--b_1\r\nContent-Type: application/http\r\n${part}`).join('\r\n');
    return new Response(`${body}\r\n--b_1--\r\n`, { headers: { 'content-type': 'multipart/mixed; boundary=b_1' } });
  }
  const part = (position: number, status: string, body: string) =>
    `Content-ID: <response-${position}>\r\n\r\nHTTP/1.1 ${status}\r\nContent-Type: application/json\r\n\r\n${body}`;
  const operations: WriteOperation[] = [
    create(0),
    { kind: 'update', id: 'copy-1', etag: '"318"', content, marker },
    { kind: 'delete', id: 'copy-2' },
    create(1),
  ];

  it('travel in one request and are answered each by its own part, in whatever order', async () => {
    const google = scriptedGoogle((request) =>
      request.url.pathname === '/api/batch/calendar/v3'
        ? multipart([
            part(2, '204 No Content', ''),
            part(1, '412 Precondition Failed', '{"error":{"errors":[{"reason":"conditionNotMet"}],"code":412}}'),
            part(0, '200 OK', JSON.stringify(item('copy-0', { summary: 'Zero\r\n\r\nlines' }))),
            part(3, '403 Forbidden', '{"error":{"errors":[{"reason":"rateLimitExceeded"}],"code":403}}'),
          ])
        : undefined,
    );
    const results = await google.provider.write(calendar, operations);
    expect(google.arrived).toHaveLength(1);
    expect(results).toMatchObject([
      { ok: true, event: { id: 'copy-0' } },
      { ok: false, error: { kind: 'conflict' } },
      { ok: true },
      { ok: false, error: { kind: 'throttled' } },
    ]);
    const sent = google.arrived[0]?.body ?? '';
    expect(sent).toContain(
      'PUT /calendar/v3/calendars/ada%40example.com/events/copy-1?sendUpdates=none HTTP/1.1\r\nIf-Match: "318"',
    );
    expect(sent.match(/sendUpdates=none/g)).toHaveLength(4);
  });

  it('a part whose token was refused goes once more by itself', async () => {
    const google = scriptedGoogle((request) => {
      if (isEvents(request)) return new Response(null, { status: 204 });
      if (request.url.pathname !== '/api/batch/calendar/v3') return undefined;
      return multipart([part(0, '204 No Content', ''), part(1, '401 Unauthorized', '')]);
    });
    const deletions: WriteOperation[] = ['a', 'b'].map((id) => ({ kind: 'delete', id }));
    expect(await google.provider.write(calendar, deletions)).toEqual([{ ok: true }, { ok: true }]);
    expect(google.arrived.map(({ url }) => url.pathname)).toEqual([
      '/api/batch/calendar/v3',
      '/api/calendar/v3/calendars/ada%40example.com/events/b',
    ]);
  });

  it('a part without an answer is unknown, not done', async () => {
    const google = scriptedGoogle((request) =>
      request.url.pathname === '/api/batch/calendar/v3' ? multipart([part(2, '204 No Content', '')]) : undefined,
    );
    const results = await google.provider.write(calendar, operations);
    expect(results.map((result) => (result.ok ? 'done' : result.error.kind))).toEqual([
      'unavailable',
      'unavailable',
      'done',
      'unavailable',
    ]);
  });

  it.each([
    [() => failure(403, 'rateLimitExceeded'), 'throttled'],
    [() => new Response('<html>', { status: 502 }), 'unavailable'],
    [() => new Response('<html>'), 'malformed'],
  ])('a batch that fails as a whole throws', async (answer, kind) => {
    const google = scriptedGoogle((request) =>
      request.url.pathname === '/api/batch/calendar/v3' ? answer() : undefined,
    );
    await expect(google.provider.write(calendar, operations)).rejects.toMatchObject({ kind });
  });
});
