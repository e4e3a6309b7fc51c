import { describe, expect, it } from '@jest/globals';
import type { EventContent } from '../../../../shared/calendar/event.ts';
import type { WriteOperation } from '../../../../shared/providers/provider.ts';
import { calendar, multistatus, on, path, resource, scripted } from './scriptedDav.ts';

const content: EventContent = {
  title: 'Dentist',
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
};
const marker = { routeId: 'route', origin: 'one', generation: 0 };
const create: WriteOperation = { kind: 'create', identity: 'hetk1:route:one:0', content, marker };
const text = (uid: string) =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:20261201T090000Z\r\nDTEND:20261201T100000Z\r\nSUMMARY:${uid}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
const hrefsIn = (body: string) => [...body.matchAll(/<d:href>([^<]+)<\/d:href>/g)].map(([, href]) => href ?? '');

describe('half an answer', () => {
  const whole = text('one').replace('SUMMARY:one', 'SUMMARY:one\r\nATTENDEE:mailto:bob@example.org');
  const half = whole.slice(0, whole.indexOf('ATTENDEE'));
  const cut = on('GET', () => new Response(half, { status: 200, headers: { etag: '"1"' } }));

  it('is asked for in another way: what is missing may be those who were invited', async () => {
    const { provider } = scripted(
      cut,
      on('REPORT', () => multistatus(resource(`${path}one.ics`, '"1"', whole))),
    );
    expect(await provider.get(calendar, `${path}one.ics`)).toMatchObject({ attendees: [{ email: 'bob@example.org' }] });
  });

  it('is not believed where there is no other', async () => {
    const { provider } = scripted(
      cut,
      on('REPORT', () => multistatus()),
    );
    const event = provider.get(calendar, `${path}one.ics`);
    await expect(event).rejects.toMatchObject({ kind: 'unavailable', code: 'cut-short' });
  });
});

describe('a request', () => {
  it('goes to the configured origin with the password, whatever slashes a path begins with', async () => {
    const { provider, asked } = scripted();
    await provider.get(calendar, '//evil.example/a.ics').catch(() => undefined);
    expect(asked[0]?.url).toBe('https://caldav.icloud.com//evil.example/a.ics');
    expect(asked[0]?.headers.get('authorization')).toBe(`Basic ${btoa('anna@icloud.example:abcd-efgh-ijkl-mnop')}`);
  });

  it('is sent on to a partition of iCloud as it was, and nowhere else', async () => {
    const hosts: string[] = [];
    const { provider, asked } = scripted(({ url }) => {
      hosts.push(new URL(url).host);
      if (hosts.length === 1)
        return new Response(null, { status: 307, headers: { location: `https://p42-caldav.icloud.com${path}` } });
      return new Response(null, { status: 307, headers: { location: `https://evil.example${path}` } });
    });
    await expect(provider.listCalendars('account', '')).rejects.toMatchObject({
      kind: 'malformed',
      code: 'foreign-host',
    });
    expect(hosts).toEqual(['caldav.icloud.com', 'p42-caldav.icloud.com']);
    expect(asked[1]).toMatchObject({ method: 'PROPFIND', body: asked[0]?.body });
  });

  it('gives up on redirects without end, and on answers without end', async () => {
    const endless = scripted(() => new Response(null, { status: 301, headers: { location: path } }));
    await expect(endless.provider.listCalendars('account', '')).rejects.toMatchObject({ code: 'endless-redirects' });
    const long = scripted(() => {
      const chunk = new Uint8Array(1024 * 1024).fill(0x20);
      return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }), { status: 207 });
    });
    await expect(long.provider.listCalendars('account', '')).rejects.toMatchObject({
      kind: 'malformed',
      code: 'too-long',
    });
  });

  it('that gets no answer says nothing about what happened', async () => {
    const { provider } = scripted(() => Promise.reject(new TypeError('fetch failed')));
    await expect(provider.listCalendars('account', '')).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('a PUT', () => {
  it.each([
    ['hides a refusal in a 207', 412, 'no-uid-conflict', 'identity-spent'],
    ['hides a bad body in a 207', 403, 'valid-calendar-data', 'refused'],
    ['hides a failure in a 207', 500, '', 'unavailable'],
  ])('that %s failed', async (_, status, condition, kind) => {
    const error = condition && `<error><${condition} xmlns="urn:ietf:params:xml:ns:caldav"/></error>`;
    const { provider } = scripted(
      on('PUT', () =>
        multistatus(`<response><href>${path}x.ics</href><status>HTTP/1.1 ${status} No</status>${error}</response>`),
      ),
      on('PROPFIND', () =>
        multistatus(
          `<response><href>${path}</href><propstat><prop/><status>HTTP/1.1 200 OK</status></propstat></response>`,
        ),
      ),
    );
    expect(await provider.write(calendar, [create])).toMatchObject([{ ok: false, error: { kind } }]);
  });

  it.each([
    [400, 'refused'],
    [403, 'refused'],
    [413, 'refused'],
    [415, 'refused'],
    [500, 'unavailable'],
    [502, 'unavailable'],
    [503, 'throttled'],
    [507, 'refused'],
    [401, 'revoked'],
  ])('that is answered with %i is %s', async (status, kind) => {
    const { provider } = scripted(
      on('PUT', () => new Response(null, { status })),
      on('PROPFIND', () =>
        multistatus(
          `<response><href>${path}</href><propstat><prop/><status>HTTP/1.1 200 OK</status></propstat></response>`,
        ),
      ),
    );
    expect(await provider.write(calendar, [create])).toMatchObject([{ ok: false, error: { kind } }]);
  });

  it('of a batch that is throttled keeps the rest from being sent', async () => {
    const { provider, asked } = scripted(on('PUT', () => new Response(null, { status: 503 })));
    const operations = Array.from({ length: 10 }, (_, index): WriteOperation => {
      return { ...create, identity: `hetk1:route:${index}:0` };
    });
    const results = await provider.write(calendar, operations);
    expect(results.every((result) => !result.ok && result.error.kind === 'throttled')).toBe(true);
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('is never sent without a condition, also where the server gives no etag', async () => {
    const { provider, asked } = scripted(
      on('GET', () => new Response(text('one'))),
      on('REPORT', () => multistatus(resource(`${path}one.ics`, '', text('one')))),
    );
    const update: WriteOperation = { kind: 'update', id: `${path}one.ics`, content, marker };
    const back: WriteOperation = { kind: 'write-back', id: `${path}one.ics`, changes: { title: 'x' } };
    const results = await provider.write(calendar, [update, back, { kind: 'delete', id: `${path}one.ics` }]);
    expect(results.map((result) => (result.ok ? 'done' : result.error.code))).toEqual([
      'no-etag',
      'no-etag',
      'no-etag',
    ]);
    expect(asked.some(({ method }) => method === 'PUT' || method === 'DELETE')).toBe(false);
  });
});

describe('an etag', () => {
  it('that a GET does not give is asked for otherwise', async () => {
    const { provider, asked } = scripted(
      on('GET', () => new Response(text('one'))),
      on('REPORT', () => multistatus(resource(`${path}one.ics`, '"7"', text('one')))),
      on('PUT', () => new Response(null, { status: 204 })),
    );
    await provider.write(calendar, [{ kind: 'write-back', id: `${path}one.ics`, changes: { title: 'x' } }]);
    expect(asked.find(({ method }) => method === 'PUT')?.headers.get('if-match')).toBe('"7"');
  });
});

describe('what is read back after a write', () => {
  const stored = (etag: string, summary: string) =>
    on('REPORT', ({ body }) =>
      multistatus(
        ...hrefsIn(body).map((href) => resource(href, etag, text('one').replace('SUMMARY:one', `SUMMARY:${summary}`))),
      ),
    );
  const put = (etag?: string) => on('PUT', () => new Response(null, { status: 201, headers: etag ? { etag } : {} }));
  const back: WriteOperation = { kind: 'write-back', id: `${path}one.ics`, changes: { title: 'sent' } };
  const before = on('GET', () => new Response(text('one'), { headers: { etag: '"0"' } }));
  const title = async (...script: Parameters<typeof scripted>) => {
    const [result] = await scripted(before, ...script).provider.write(calendar, [back]);
    return result?.ok ? [result.event?.title, result.event?.etag] : result?.error.kind;
  };

  it('is what the server made of it', async () => {
    expect(await title(put('"1"'), stored('"1"', 'rewritten'))).toEqual(['rewritten', '"1"']);
    expect(await title(put(), stored('"1"', 'rewritten'))).toEqual(['rewritten', '"1"']);
    expect(await title(put('"1"'), stored('"2"', 'sent'))).toEqual(['sent', '"2"']);
  });

  it('is not what somebody else made of it since, nor what was there before', async () => {
    expect(await title(put('"1"'), stored('"2"', 'edited'))).toEqual(['sent', '"1"']);
    expect(await title(put('"1"'), stored('"0"', 'one'))).toEqual(['sent', '"1"']);
    expect(await title(put(), stored('"0"', 'one'))).toEqual(['sent', undefined]);
  });
});

describe('a calendar', () => {
  const home = (...paths: string[]) =>
    on('PROPFIND', () =>
      multistatus(...paths.map((each) => `<response><href>${each}</href><propstat><prop/></propstat></response>`)),
    );

  it('that is 404 while the home lists it is not gone', async () => {
    const listed = scripted(home('/1/calendars/', path)).provider.getMany(calendar, [`${path}a.ics`]);
    await expect(listed).rejects.toMatchObject({ kind: 'unavailable', code: 'listed-and-silent' });
    const gone = scripted(home('/1/calendars/')).provider.getMany(calendar, [`${path}a.ics`]);
    await expect(gone).rejects.toMatchObject({ kind: 'calendar-gone' });
  });

  it('is asked for its zone only by times that have none', async () => {
    const zone =
      'BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:20001029T030000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n';
    for (const [start, requests] of [
      ['DTSTART;TZID=Europe/Vienna:20261201T090000', 1],
      ['DTSTART:20261201T090000', 2],
    ] as const) {
      const body = text('one')
        .replace('BEGIN:VEVENT', `${zone}BEGIN:VEVENT`)
        .replace('DTSTART:20261201T090000Z', start);
      const { provider, asked } = scripted(
        on('GET', () => new Response(body, { headers: { etag: '"1"' } })),
        home(path),
      );
      await provider.get(calendar, `${path}one.ics`);
      expect(asked).toHaveLength(requests);
    }
  });
});

describe('a DELETE', () => {
  it('that names an etag is not tried again with another', async () => {
    const { provider, asked } = scripted(
      on('DELETE', () => new Response(null, { status: 412 })),
      on('GET', () => new Response(text('one'), { headers: { etag: '"2"' } })),
    );
    const id = `${path}one.ics`;
    expect(await provider.write(calendar, [{ kind: 'delete', id, etag: '"1"' }])).toMatchObject([
      { error: { kind: 'conflict' } },
    ]);
    expect(asked.map(({ method }) => method)).toEqual(['DELETE', 'GET']);
  });
});

describe('many resources', () => {
  it('are asked for in smaller parts where one answer would be too long, and one that is too long by itself harms no other', async () => {
    const { provider, logged } = scripted(
      on('REPORT', ({ body }) => {
        if (body.includes('sync-collection')) {
          const member = (name: string) =>
            `<response><href>${path}${name}.ics</href><propstat><prop><getetag>"1"</getetag></prop><status>HTTP/1.1 200 OK</status></propstat></response>`;
          return multistatus(...['a', 'big', 'b', 'c'].map(member), '<sync-token>2</sync-token>');
        }
        const hrefs = hrefsIn(body);
        if (hrefs.some((href) => href.includes('big'))) return new Response(null, { status: 507 });
        return multistatus(...hrefs.map((href) => resource(href, '"1"', text(href))));
      }),
      on('GET', ({ url }) => new Response(null, { status: url.includes('big') ? 403 : 404 })),
    );
    const cursor = JSON.stringify({
      version: 1,
      token: '1',
      window: { start: 0, end: Date.parse('2027-01-01T00:00:00Z') },
    });
    const kinds: string[] = [];
    for await (const page of provider.pull(calendar, { cursor })) kinds.push(...page.map(({ kind }) => kind));
    expect(kinds.filter((kind) => kind === 'event')).toHaveLength(3);
    expect(kinds.filter((kind) => kind === 'unreadable')).toHaveLength(1);
    expect(logged.some((line) => line.includes('big.ics') && line.includes('withheld'))).toBe(true);
  });

  it('are asked for a hundred at a time', async () => {
    const chunks: number[] = [];
    const { provider } = scripted(
      on('REPORT', ({ body }) => {
        const hrefs = hrefsIn(body);
        chunks.push(hrefs.length);
        return multistatus(...hrefs.map((href) => resource(href, '"1"', text(href))));
      }),
    );
    const ids = Array.from({ length: 250 }, (_, index) => `${path}${index}.ics`);
    const found = await provider.getMany(calendar, ids);
    expect(found.map((event) => (typeof event === 'object' ? event.title : event))).toEqual(ids);
    expect(chunks).toEqual([100, 100, 50]);
  });

  it('are not taken for deleted where one is forbidden, and none is where one answer fails', async () => {
    const forbidden = scripted(
      on('REPORT', () =>
        multistatus(`<response><href>${path}a.ics</href><status>HTTP/1.1 403 Forbidden</status></response>`),
      ),
      on('GET', () => new Response(null, { status: 403 })),
    );
    expect(await forbidden.provider.getMany(calendar, [`${path}a.ics`])).toEqual(['unreadable']);
    const ill = scripted(
      on('REPORT', ({ body }) =>
        multistatus(
          ...hrefsIn(body)
            .slice(1)
            .map((href) => resource(href, '"1"', text('b'))),
        ),
      ),
      on('GET', () => new Response(null, { status: 500 })),
    );
    await expect(ill.provider.getMany(calendar, [`${path}a.ics`, `${path}b.ics`])).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });
});

describe('a round', () => {
  it('does not go round in circles when the server says without end that there is more', async () => {
    const more = `<response><href>${path}</href><status>HTTP/1.1 507 Insufficient Storage</status></response>`;
    const { provider, asked } = scripted(on('REPORT', () => multistatus(more, '<sync-token>1</sync-token>')));
    const cursor = JSON.stringify({ version: 1, token: '1', window: { start: 0, end: 1 } });
    await expect(provider.pull(calendar, { cursor }).next()).rejects.toMatchObject({ code: 'endless-pages' });
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  it('is not believed without a token', async () => {
    const { provider } = scripted(on('REPORT', () => multistatus()));
    const cursor = JSON.stringify({ version: 1, token: '1', window: { start: 0, end: 1 } });
    await expect(provider.pull(calendar, { cursor }).next()).rejects.toMatchObject({ code: 'no-sync-token' });
  });

  it('takes what was changed and then removed for removed', async () => {
    const pages = [
      multistatus(
        `<response><href>${path}a.ics</href><propstat><prop/><status>HTTP/1.1 200 OK</status></propstat></response>`,
        `<response><href>${path}</href><status>HTTP/1.1 507 Insufficient Storage</status></response><sync-token>2</sync-token>`,
      ),
      multistatus(
        `<response><href>${path}a.ics</href><status>HTTP/1.1 404 Not Found</status></response><sync-token>3</sync-token>`,
      ),
    ];
    const { provider } = scripted(on('REPORT', () => pages.shift() ?? multistatus()));
    const cursor = JSON.stringify({ version: 1, token: '1', window: { start: 0, end: 1 } });
    const round = provider.pull(calendar, { cursor });
    expect((await round.next()).value).toEqual([{ kind: 'removed', id: `${path}a.ics` }]);
    expect(await round.next()).toMatchObject({ done: true, value: { full: false } });
  });
});
