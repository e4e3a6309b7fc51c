import { describe, expect, it } from '@jest/globals';
import { calendar, drained, failure, graphEvent, type Reply, recorded, root, type Seen } from './recordedGraph.ts';

const window = { start: Date.parse('2026-11-01T00:00:00Z'), end: Date.parse('2027-02-01T00:00:00Z') };
const link = (name: string) => `${root}/v1.0/me/calendars/AAMk%3Dcal/calendarView/delta?$deltatoken=${name}`;
const more = (name: string) => `${root}/v1.0/me/calendars/AAMk%3Dcal/calendarView/delta?$skiptoken=${name}`;
const last = (value: unknown[], name = 'd1'): Reply => ({ body: { value, '@odata.deltaLink': link(name) } });
const page = (value: unknown[], name: string): Reply => ({ body: { value, '@odata.nextLink': more(name) } });
const cursor = (name = 'd0') => JSON.stringify({ kind: 'delta', link: link(name), window, pageSize: 100 });

const stub = (id: string, day: number, seriesMasterId = 'M') => ({
  '@odata.etag': `W/"${id}"`,
  id,
  type: 'occurrence',
  seriesMasterId,
  subject: null,
  start: { dateTime: `2026-12-0${day}T09:00:00.0000000`, timeZone: 'UTC' },
  end: { dateTime: `2026-12-0${day}T09:30:00.0000000`, timeZone: 'UTC' },
});
const master = (id = 'M', fields: object = {}) =>
  graphEvent(id, {
    type: 'seriesMaster',
    subject: 'Salary talk',
    sensitivity: 'private',
    showAs: 'oof',
    recurrence: { pattern: {}, range: {} },
    start: { dateTime: '2019-01-02T09:00:00.0000000', timeZone: 'UTC' },
    end: { dateTime: '2019-01-02T09:30:00.0000000', timeZone: 'UTC' },
    ...fields,
  });
const removed = (id: string) => ({ id, '@removed': { reason: 'deleted' } });

const inOrder =
  (...replies: Reply[]) =>
  (_request: Seen, index: number) =>
    replies[index];
const titles = (items: readonly { kind: string; event?: { id: string; title: string } }[]) =>
  items.flatMap((item) => (item.event ? [[item.event.id, item.event.title]] : []));

describe('a round of a Microsoft calendar', () => {
  it('says that an event makes no sense, and reads the others', async () => {
    const broken = graphEvent('B', { start: { dateTime: 'soon', timeZone: 'UTC' } });
    const { provider } = recorded(inOrder(last([graphEvent('A'), broken, graphEvent('C')])));
    const { items } = await drained(provider.pull(calendar, { window }));
    expect(items.map((item) => item.kind)).toEqual(['event', 'unreadable', 'event']);
  });

  it('begins with the window a day wider on each side and asks for immutable ids, UTC and a page size on every page', async () => {
    const { provider, seen } = recorded(inOrder(page([], 's1'), last([graphEvent('A')])));
    const { items, end } = await drained(provider.pull(calendar, { window }));

    expect(seen.map((request) => request.path)).toEqual([
      '/me/calendars/AAMk=cal/calendarView/delta?startDateTime=2026-10-31T00:00:00Z&endDateTime=2027-02-02T00:00:00Z',
      '/me/calendars/AAMk=cal/calendarView/delta?$skiptoken=s1',
    ]);
    for (const request of seen) {
      expect(request.headers.get('prefer')).toBe('IdType="ImmutableId", outlook.timezone="UTC", odata.maxpagesize=100');
      expect(request.headers.get('authorization')).toBe('Bearer access-1');
    }
    expect(titles(items)).toEqual([['A', 'Dentist']]);
    expect(end.full).toBe(true);
  });

  it('tells the single events of a full round by the hundred, the last row of each as the last, and keeps none of them', async () => {
    const hundred = Array.from({ length: 100 }, (_, at) => graphEvent(`A${at}`));
    const { provider } = recorded(
      inOrder(
        page(hundred.slice(0, 60), 's1'),
        page([...hundred.slice(60), graphEvent('B'), master('S')], 's2'),
        last([graphEvent('A0', { subject: 'Later' }), graphEvent('B', { subject: 'New' }), stub('o1', 2, 'S')]),
      ),
    );
    const told: string[][] = [];
    for await (const changes of provider.pull(calendar, { window }))
      told.push(changes.map((change) => (change.kind === 'event' ? change.event.title : change.kind)));
    expect(told).toEqual([[], hundred.map(() => 'Dentist'), ['New', 'Later', 'Salary talk'], ['series']]);
  });

  it('tells an event once that a page of a full round holds twice', async () => {
    const rows = [graphEvent('A', { subject: 'Old' }), graphEvent('B'), graphEvent('A', { subject: 'New' })];
    const { provider } = recorded(inOrder(last(rows)));
    const { items } = await drained(provider.pull(calendar, { window }));
    expect(titles(items)).toEqual([
      ['A', 'New'],
      ['B', 'Dentist'],
    ]);
  });

  it('does not take an event for gone that came back later in the same round', async () => {
    const { provider } = recorded(inOrder(page([removed('A')], 's1'), last([graphEvent('A')])));
    const { items } = await drained(provider.pull(calendar, { window }));
    expect(items.map(({ kind }) => kind)).toEqual(['event']);
  });

  it('goes on from its own cursor, which costs one request when nothing changed', async () => {
    const { provider, seen } = recorded(inOrder(last([graphEvent('A')]), last([], 'd2')));
    const first = await drained(provider.pull(calendar, { window }));
    const second = await drained(provider.pull(calendar, { cursor: first.end.cursor }));

    expect(seen).toHaveLength(2);
    expect(seen[1]?.path).toBe('/me/calendars/AAMk=cal/calendarView/delta?$deltatoken=d1');
    expect(second.items).toEqual([]);
    expect(second.end.full).toBe(false);
    expect(second.end.cursor).toContain('d2');
  });

  it('gives an occurrence what its master says, above all how private it is, and never the master itself', async () => {
    const { provider } = recorded(inOrder(page([stub('o1', 2)], 's1'), last([master(), stub('o2', 3)])));
    const { items } = await drained(provider.pull(calendar, { window }));

    const events = items.flatMap((item) => (item.kind === 'event' ? [item.event] : []));
    expect(events.map((event) => [event.id, event.title, event.sensitivity, event.showAs, event.seriesId])).toEqual([
      ['o1', 'Salary talk', 'private', 'oof', 'M'],
      ['o2', 'Salary talk', 'private', 'oof', 'M'],
    ]);
    expect(events[0]?.span).toEqual({
      kind: 'timed',
      start: Date.parse('2026-12-02T09:00:00Z'),
      end: Date.parse('2026-12-02T09:30:00Z'),
      zone: 'Europe/Berlin',
    });
    expect(events[0]?.recurrenceId).toBe('2026-12-02T09:00:00.000Z');
  });

  it('lets an exception say otherwise than its master, and fills only what it leaves out', async () => {
    const exception = {
      ...stub('o1', 2),
      type: 'exception',
      subject: 'Salary talk, moved',
      showAs: 'free',
      sensitivity: null,
      originalStart: '2026-12-02T08:00:00Z',
    };
    const { provider } = recorded(inOrder(last([exception, master()])));
    const { items } = await drained(provider.pull(calendar, { window }));

    expect(items[0]).toMatchObject({
      kind: 'event',
      event: {
        title: 'Salary talk, moved',
        showAs: 'free',
        sensitivity: 'private',
        recurrenceId: '2026-12-02T08:00:00.000Z',
      },
    });
  });

  it('fetches masters that did not come along, all in one batch', async () => {
    const { provider, seen } = recorded(
      inOrder(last([stub('o1', 2, 'M1'), stub('o2', 3, 'M2')]), {
        body: {
          responses: [
            { id: '1', status: 404, body: { error: { code: 'ErrorItemNotFound', message: '' } } },
            { id: '0', status: 200, body: master('M1') },
          ],
        },
      }),
    );
    const { items } = await drained(provider.pull(calendar, { cursor: cursor() }));

    expect(seen).toHaveLength(2);
    expect(seen[1]?.path).toBe('/$batch');
    expect(titles(items)).toEqual([['o1', 'Salary talk']]);
    expect(items).toContainEqual({ kind: 'removed', id: 'M2' });
    expect(items.filter((item) => item.kind === 'series')).toEqual([]);
  });

  it('is given up when a master cannot be had, instead of leaving its occurrences out', async () => {
    const throttled = {
      id: '0',
      status: 429,
      headers: { 'Retry-After': '7' },
      body: { error: { code: 'ApplicationThrottled' } },
    };
    const { provider } = recorded(inOrder(last([stub('o1', 2, 'M1')]), { body: { responses: [throttled] } }));
    await expect(drained(provider.pull(calendar, { cursor: cursor() }))).rejects.toMatchObject({
      kind: 'throttled',
      retryAfterMs: 7000,
    });
  });

  it('says which instances a series has left when its master came', async () => {
    const { provider } = recorded(
      inOrder(page([master(), stub('o1', 2)], 's1'), last([stub('o3', 4), graphEvent('A')])),
    );
    const { items } = await drained(provider.pull(calendar, { cursor: cursor() }));
    expect(items).toContainEqual({ kind: 'series', seriesId: 'M', instanceIds: ['o1', 'o3'] });
  });

  it('looks once more before it believes that a series has no instance left', async () => {
    const left = graphEvent('o1', { type: 'occurrence', seriesMasterId: 'M', subject: 'Salary talk' });
    const { provider, seen } = recorded(inOrder(last([master()]), { body: { value: [left] } }));
    const { items } = await drained(provider.pull(calendar, { cursor: cursor() }));
    expect(seen[1]?.path).toContain('/events/M/instances?');
    expect(items).toContainEqual({ kind: 'series', seriesId: 'M', instanceIds: ['o1'] });
  });

  it('counts the last row of an id and passes removals on, known or not', async () => {
    const { provider } = recorded(
      inOrder(
        page([graphEvent('A', { subject: 'Old' }), graphEvent('B'), removed('C')], 's1'),
        last([graphEvent('A', { subject: 'New' }), removed('B'), graphEvent('C')]),
      ),
    );
    const { items } = await drained(provider.pull(calendar, { cursor: cursor() }));
    expect(titles(items)).toEqual([
      ['A', 'New'],
      ['C', 'Dentist'],
    ]);
    expect(items).toContainEqual({ kind: 'removed', id: 'B' });
    expect(items).not.toContainEqual({ kind: 'removed', id: 'C' });
  });

  it('takes the occurrences of a removed series for gone', async () => {
    const { provider } = recorded(inOrder(last([stub('o1', 2), removed('M')])));
    const { items } = await drained(provider.pull(calendar, { cursor: cursor() }));
    expect(items).toEqual([{ kind: 'removed', id: 'M' }]);
  });

  it('marks a copy by its transactionId, and the occurrences of a series that a person made of a copy', async () => {
    const transactionId = 'hetk1:route:origin:2';
    const { provider } = recorded(
      inOrder(last([graphEvent('A', { transactionId }), stub('o1', 2), master('M', { transactionId })])),
    );
    const { items } = await drained(provider.pull(calendar, { window }));
    const markers = items.flatMap((item) => (item.kind === 'event' ? [item.event.marker] : []));
    expect(markers).toEqual([
      { routeId: 'route', origin: 'origin', generation: 2, genuine: true },
      { routeId: 'route', origin: 'origin', generation: 2, genuine: false },
    ]);
  });
});

describe('a round that Graph does not let end well', () => {
  it.each([
    [410, 'SyncStateNotFound'],
    [410, ''],
    [400, 'resyncRequired'],
    [404, 'syncStateNotFound'],
    [409, 'SyncStateInvalid'],
    [400, 'fullSyncRequired'],
    [400, 'ErrorInvalidUrlQuery'],
  ])('asks for a full round after %i %s', async (status, code) => {
    const { provider } = recorded(() => failure(status, code));
    await expect(drained(provider.pull(calendar, { cursor: cursor() }))).rejects.toMatchObject({
      kind: 'expired-cursor',
    });
  });

  it('asks for a full round when the token expires in the middle, and says nothing of the pages before', async () => {
    const { provider } = recorded(inOrder(page([removed('A')], 's1'), failure(410, 'SyncStateNotFound')));
    const yielded: unknown[] = [];
    await expect(
      (async () => {
        for await (const changes of provider.pull(calendar, { cursor: cursor() })) yielded.push(...changes);
      })(),
    ).rejects.toMatchObject({ kind: 'expired-cursor' });
    expect(yielded).toEqual([]);
  });

  it('tells a vanished calendar from a lost token by asking for the calendar', async () => {
    const gone = recorded(() => failure(404, 'ErrorItemNotFound'));
    await expect(drained(gone.provider.pull(calendar, { cursor: cursor() }))).rejects.toMatchObject({
      kind: 'calendar-gone',
    });
    const there = recorded(inOrder(failure(404, 'ErrorItemNotFound'), { body: { id: 'AAMk=cal' } }));
    await expect(drained(there.provider.pull(calendar, { cursor: cursor() }))).rejects.toMatchObject({
      kind: 'expired-cursor',
    });
  });

  it.each([
    ['an empty body', { body: '' }],
    ['an answer that is not JSON', { body: '<html>Bad gateway</html>' }],
    ['rows without ids', { body: { value: [{}], '@odata.deltaLink': link('d1') } }],
    ['a page without any link', { body: { value: [] } }],
  ])('believes nothing of %s', async (_what, reply: Reply) => {
    const { provider } = recorded(() => reply);
    await expect(drained(provider.pull(calendar, { window }))).rejects.toMatchObject({ kind: 'malformed' });
  });

  it.each([
    [503, { 'retry-after': '12' }, 'throttled', 12_000],
    [503, {}, 'unavailable', undefined],
    [429, {}, 'throttled', undefined],
  ])('comes back later after %i %o', async (status, headers, kind, retryAfterMs) => {
    const { provider, seen } = recorded(() => failure(status, '', headers));
    await expect(drained(provider.pull(calendar, { window }))).rejects.toMatchObject({ kind, retryAfterMs });
    expect(seen).toHaveLength(1);
  });

  it('leaves pages that repeat for ever: another page size first, then the plain listing, and stays with it', async () => {
    let pages = 0;
    const { provider, seen } = recorded((request) => {
      if (!request.path.includes('/delta')) return { body: { value: [graphEvent('A')] } };
      pages += 1;
      return page([graphEvent('A')], `s${pages}`);
    });
    const { items, end } = await drained(provider.pull(calendar, { window }));
    // What was told before each new beginning proves nothing about what is there.
    const since = items.map(({ kind }) => kind).lastIndexOf('anew') + 1;
    expect(items.filter(({ kind }) => kind === 'anew')).toHaveLength(2);
    expect(titles(items.slice(since))).toEqual([['A', 'Dentist']]);
    expect(end.full).toBe(true);
    const sizes = seen.map((request) => /maxpagesize=(\d+)/.exec(request.headers.get('prefer') ?? '')?.[1]);
    expect(sizes).toEqual(['100', '100', '37', '37', '100']);

    const before = seen.length;
    const next = await drained(provider.pull(calendar, { cursor: end.cursor }));
    expect(next.end.full).toBe(true);
    expect(seen.slice(before).every((request) => !request.path.includes('/delta'))).toBe(true);
  });

  it('never sends its token to the host that a link names', async () => {
    const elsewhere = {
      body: { value: [], '@odata.nextLink': 'https://evil.example/v1.0/me/calendars/x?$skiptoken=1' },
    };
    const { provider, seen } = recorded(inOrder(elsewhere, last([])));
    await drained(provider.pull(calendar, { window }));
    expect(seen.map((request) => request.path)).toContain('/me/calendars/x?$skiptoken=1');
  });

  it('names status and code of a failure, and nothing that came with it', async () => {
    const { provider } = recorded(() => failure(500, 'InternalServerError'));
    const error: Error = await drained(provider.pull(calendar, { window })).then(
      () => new Error('no failure'),
      (reason) => reason,
    );
    expect(error.message).toContain('500 (InternalServerError)');
    expect(error.message).not.toContain('Dentist');
  });
});
