import { expect, it } from '@jest/globals';
import type { CalendarEvent, EventContent, NewMarker, Span } from '../../../shared/calendar/event.ts';
import { startOf } from '../../../shared/calendar/window.ts';
import type { Change, RoundEnd, RoundStart, WriteOperation } from '../../../shared/providers/provider.ts';
import { type DavWorld, hour, ics } from './worlds.ts';

export const window = { start: Date.parse('2026-08-23T00:00:00Z'), end: Date.parse('2027-11-25T00:00:00Z') };

export async function pull(
  { provider, ref }: DavWorld,
  start: RoundStart,
): Promise<{ changes: Change[]; end: RoundEnd }> {
  const changes: Change[] = [];
  const round = provider.pull(ref, start);
  for (;;) {
    const step = await round.next();
    if (step.done) return { changes, end: step.value };
    changes.push(...step.value);
  }
}

export async function listed({ provider, ref }: DavWorld): Promise<CalendarEvent[]> {
  const events: CalendarEvent[] = [];
  for await (const page of provider.list(ref, window)) events.push(...page);
  return events.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** What a reader of rounds knows in the end: titles by id. */
export function applied(changes: readonly Change[], known: Record<string, { title: string; seriesId?: string }> = {}) {
  const now = { ...known };
  for (const change of changes) {
    if (change.kind === 'event') {
      const { id, title, seriesId } = change.event;
      now[id] = { title, ...(seriesId && { seriesId }) };
    } else if (change.kind === 'removed') {
      for (const [id, { seriesId }] of Object.entries(now))
        if (id === change.id || seriesId === change.id) delete now[id];
    } else if (change.kind === 'series') {
      for (const [id, { seriesId }] of Object.entries(now)) {
        const member = seriesId === change.seriesId || id === change.seriesId;
        if (member && !change.instanceIds.includes(id)) delete now[id];
      }
    }
  }
  return now;
}

export function titles(known: Record<string, { title: string }>): string[] {
  return Object.values(known)
    .map(({ title }) => title)
    .toSorted();
}

export const content: EventContent = {
  title: 'Dentist, urgent; "now"',
  description: 'Bring papers<br>and a \\ backslash',
  location: 'Graben 1',
  span: {
    kind: 'timed',
    start: Date.parse('2026-12-01T09:00:00Z'),
    end: Date.parse('2026-12-01T10:00:00Z'),
    zone: 'UTC',
  },
  showAs: 'oof',
  sensitivity: 'private',
};

export function create(
  origin: string,
  changes: Partial<EventContent> = {},
  generation = 0,
): WriteOperation & { kind: 'create' } {
  const marker: NewMarker = { routeId: 'route', origin, generation, version: 'v'.repeat(256) };
  return {
    kind: 'create',
    identity: `hetk1:route:${origin}:${generation}`,
    content: { ...content, ...changes },
    marker,
  };
}

export async function written({ provider, ref }: DavWorld, operation: WriteOperation): Promise<CalendarEvent> {
  const [result] = await provider.write(ref, [operation]);
  if (!result?.ok || !result.event) throw new Error(`The write failed: ${JSON.stringify(result)}`);
  return result.event;
}

export async function outcome({ provider, ref }: DavWorld, operation: WriteOperation): Promise<string> {
  const [result] = await provider.write(ref, [operation]);
  return result?.ok ? (result.adopted ? 'adopted' : 'done') : (result?.error.kind ?? 'nothing');
}

/** What holds at every CalDAV server. Each test begins with an empty calendar. */
export function contract(begin: () => Promise<DavWorld>): void {
  it('lists calendars for events that can be written, and nothing else', async () => {
    const { provider, ref } = await begin();
    const calendars = await provider.listCalendars('account', ref.ownerEmail);
    expect(calendars).toContainEqual(
      expect.objectContaining({ remoteId: ref.remoteId, readable: true, writable: true }),
    );
    expect(calendars.every(({ remoteId }) => !/inbox|outbox|notification|tasks|contacts/.test(remoteId))).toBe(true);
  });

  it('tells in one small request whether anything changed in an account', async () => {
    const dav = await begin();
    const { cursor } = (await pull(dav, { window })).end;
    const known = [{ remoteId: dav.ref.remoteId, cursor }];
    dav.asked();
    dav.received();
    expect(await dav.provider.changedCalendars?.('account', known)).toEqual([]);
    expect(dav.asked()).toHaveLength(1);
    expect(dav.received()).toBeLessThan(2000);
    await dav.put('lunch.ics', ics('lunch', ...[hour('Lunch', '2026-11-24T12:00:00Z')]));
    expect(await dav.provider.changedCalendars?.('account', known)).toEqual([dav.ref.remoteId]);
    const after = (await pull(dav, { cursor })).end.cursor;
    const now = [{ remoteId: dav.ref.remoteId, cursor: after }];
    expect(await dav.provider.changedCalendars?.('account', now)).toEqual([]);
  });

  it('brings the window first, then each change in two requests, each deletion in one, and nothing in a small one', async () => {
    const dav = await begin();
    await dav.put('lunch.ics', ics('lunch', hour('Lunch', '2026-11-24T12:00:00Z')));
    await dav.put('old.ics', ics('old', hour('Long ago', '2020-01-01T12:00:00Z')));
    dav.asked();
    const first = await pull(dav, { window });
    expect(first.end.full).toBe(true);
    expect(dav.asked()).toHaveLength(dav.firstRound);
    expect(titles(applied(first.changes))).toEqual(['Lunch']);

    dav.asked();
    await dav.put('lunch.ics', ics('lunch', hour('Late lunch', '2026-11-24T13:00:00Z', 'SEQUENCE:1')));
    const second = await pull(dav, { cursor: first.end.cursor });
    expect(titles(applied(second.changes, applied(first.changes)))).toEqual(['Late lunch']);
    expect(dav.asked()).toHaveLength(2);

    await dav.remove('lunch.ics');
    const third = await pull(dav, { cursor: second.end.cursor });
    expect(third.changes).toEqual([{ kind: 'removed', id: dav.idOf('lunch.ics') }]);
    expect(dav.asked()).toHaveLength(1);

    dav.asked();
    dav.received();
    const rest = await pull(dav, { cursor: third.end.cursor });
    expect(rest).toMatchObject({ changes: [], end: { full: false } });
    expect(dav.asked()).toHaveLength(1);
    expect(dav.received()).toBeLessThan(2000);
  });

  it('brings the occurrences in the window of a series that began years before it', async () => {
    const dav = await begin();
    await dav.put('standup.ics', ics('standup', hour('Standup', '2019-01-01T09:00:00Z', 'RRULE:FREQ=WEEKLY')));
    const { changes } = await pull(dav, { window });
    const events = changes.flatMap((change) => (change.kind === 'event' ? [change.event] : []));
    expect(events.length).toBeGreaterThan(60);
    expect(events.length).toBeLessThan(70);
    expect(events[0]).toMatchObject({ seriesId: dav.idOf('standup.ics'), iCalUId: 'standup' });
    expect((await listed(dav)).map(({ id }) => id)).toEqual(events.map(({ id }) => id).toSorted());
  });

  it('tells which occurrences of a series are left', async () => {
    const dav = await begin();
    const rule = 'RRULE:FREQ=WEEKLY;COUNT=4';
    await dav.put('standup.ics', ics('standup', hour('Standup', '2026-11-24T09:00:00Z', rule)));
    const first = await pull(dav, { window });
    expect(titles(applied(first.changes))).toEqual(Array(4).fill('Standup'));
    const moved = ['RECURRENCE-ID:20261201T090000Z', ...hour('Moved', '2026-12-02T09:00:00Z')];
    await dav.put(
      'standup.ics',
      ics('standup', hour('Standup', '2026-11-24T09:00:00Z', rule, 'EXDATE:20261208T090000Z'), moved),
    );
    const second = await pull(dav, { cursor: first.end.cursor });
    const known = applied(second.changes, applied(first.changes));
    expect(titles(known)).toEqual(['Moved', 'Standup', 'Standup']);
    expect(known[`${dav.idOf('standup.ics')}#2026-12-01T09:00:00.000Z`]?.title).toBe('Moved');

    await dav.put('standup.ics', ics('standup', hour('Once', '2026-11-24T09:00:00Z')));
    const third = await pull(dav, { cursor: second.end.cursor });
    expect(applied(third.changes, known)).toEqual({ [dav.idOf('standup.ics')]: { title: 'Once' } });
  });

  it('says of a cancelled event that it is', async () => {
    const dav = await begin();
    await dav.put('lunch.ics', ics('lunch', hour('Lunch', '2026-11-24T12:00:00Z', 'STATUS:CANCELLED')));
    const { changes } = await pull(dav, { window });
    expect(changes).toMatchObject([{ kind: 'event', event: { cancelled: true } }]);
    expect(await listed(dav)).toEqual([]);
    expect(await dav.provider.get(dav.ref, dav.idOf('lunch.ics'))).toBeUndefined();
    expect(await dav.provider.getMany(dav.ref, [dav.idOf('lunch.ics')])).toEqual(['gone']);
  });

  it('takes away what moved out of the window', async () => {
    const dav = await begin();
    await dav.put('lunch.ics', ics('lunch', hour('Lunch', '2026-11-24T12:00:00Z')));
    const first = await pull(dav, { window });
    await dav.put('lunch.ics', ics('lunch', hour('Lunch', '2031-11-24T12:00:00Z')));
    const second = await pull(dav, { cursor: first.end.cursor });
    expect(second.changes).toEqual([{ kind: 'series', seriesId: dav.idOf('lunch.ics'), instanceIds: [] }]);
  });

  it('begins anew when the token is not known any more, and ends with the calendar', async () => {
    const dav = await begin();
    const { cursor } = (await pull(dav, { window })).end;
    const spoiled = JSON.stringify({ ...JSON.parse(cursor), token: 'never-was' });
    await expect(pull(dav, { cursor: spoiled })).rejects.toMatchObject({ kind: 'expired-cursor' });
    const foreign = JSON.stringify({ ...JSON.parse(cursor), version: 2 });
    await expect(pull(dav, { cursor: foreign })).rejects.toMatchObject({ kind: 'expired-cursor' });
    await expect(pull(dav, { cursor: 'nonsense' })).rejects.toMatchObject({ kind: 'expired-cursor' });
    await dav.removeCalendar();
    await expect(pull(dav, { cursor })).rejects.toMatchObject({ kind: 'calendar-gone' });
    await expect(pull(dav, { window })).rejects.toMatchObject({ kind: 'calendar-gone' });
    await expect(listed(dav)).rejects.toMatchObject({ kind: 'calendar-gone' });
    const id = dav.idOf('lunch.ics');
    await expect(dav.provider.get(dav.ref, id)).rejects.toMatchObject({ kind: 'calendar-gone' });
    await expect(dav.provider.getMany(dav.ref, [id])).rejects.toMatchObject({ kind: 'calendar-gone' });
    await expect(dav.provider.write(dav.ref, [{ kind: 'delete', id }])).rejects.toMatchObject({
      kind: 'calendar-gone',
    });
  });

  it('reads a copy back as it was written, in every listing', async () => {
    const dav = await begin();
    const { end } = await pull(dav, { window });
    const event = await written(dav, create('one'));
    const expected = { ...content, marker: { ...create('one').marker, genuine: true } };
    expect(event).toMatchObject(expected);
    expect(event.etag).toBeTruthy();
    expect(await dav.provider.get(dav.ref, event.id)).toMatchObject(expected);
    const { changes } = await pull(dav, { cursor: end.cursor });
    expect(changes[0]).toMatchObject({ kind: 'event', event: { ...expected, etag: event.etag } });
    expect(await listed(dav)).toMatchObject([expected]);
  });

  it.each(['free', 'tentative', 'busy', 'oof', 'workingElsewhere'] as const)(
    'keeps a copy that shows as %s',
    async (showAs) => {
      expect((await written(await begin(), create('one', { showAs }))).showAs).toBe(showAs);
    },
  );

  it.each(['normal', 'personal', 'private', 'confidential'] as const)(
    'keeps a copy that is %s',
    async (sensitivity) => {
      expect((await written(await begin(), create('one', { sensitivity }))).sensitivity).toBe(sensitivity);
    },
  );

  it.each(['Europe/Vienna', 'America/New_York', 'Asia/Kolkata', 'UTC'])(
    'keeps instants and the zone %s',
    async (zone) => {
      const dav = await begin();
      const spans = ['2026-10-25T00:30:00Z', '2027-03-28T00:30:00Z', '2027-07-01T12:00:00Z'].map((start) => {
        return { kind: 'timed', start: Date.parse(start), end: Date.parse(start) + 5_400_000, zone } as const;
      });
      await dav.provider.write(
        dav.ref,
        spans.map((span, index) => create(String(index), { span })),
      );
      const found = (await listed(dav)).map(({ span }) => span);
      const instants = (some: readonly Span[]) => some.map(startOf).toSorted((a, b) => a - b);
      expect(instants(found)).toEqual(instants(spans));
      expect(found).toContainEqual(spans[2]);
    },
  );

  it('keeps texts letter by letter', async () => {
    const dav = await begin();
    // Xandikos makes something else of a backslash before an `n` or a comma.
    const title = `Ünïcode 🎉, "quotes"; back\\slash ${'long '.repeat(60)}end`;
    const description = 'One<br>Two &amp; &lt;three&gt;<br><br>https: no link, 100%; done';
    const event = await written(dav, create('one', { title, description, location: 'A, B; C' }));
    expect(event).toMatchObject({ title, description, location: 'A, B; C' });
    expect(await dav.provider.get(dav.ref, event.id)).toMatchObject({ title, description, location: 'A, B; C' });
  });

  it('changes one occurrence of a series in a zone, which keeps its hour over the change of clocks', async () => {
    const dav = await begin();
    const zoned = ['DTSTART;TZID=Europe/Vienna:20261012T090000', 'DTEND;TZID=Europe/Vienna:20261012T100000'];
    await dav.put('weekly.ics', ics('weekly', [...zoned, 'SUMMARY:Weekly', 'RRULE:FREQ=WEEKLY;COUNT=4']));
    const events = await listed(dav);
    expect(events.map(({ recurrenceId }) => recurrenceId)).toEqual([
      '2026-10-12T07:00:00.000Z',
      '2026-10-19T07:00:00.000Z',
      '2026-10-26T08:00:00.000Z',
      '2026-11-02T08:00:00.000Z',
    ]);
    const third = events[2];
    const event = await written(dav, {
      kind: 'write-back',
      id: third?.id ?? '',
      etag: third?.etag ?? '',
      changes: { title: 'Special' },
    });
    expect(event).toMatchObject({ id: third?.id, title: 'Special', span: third?.span });
    expect((await listed(dav)).map(({ title }) => title)).toEqual(['Weekly', 'Weekly', 'Special', 'Weekly']);
    expect(await outcome(dav, { kind: 'delete', id: events[3]?.id ?? '' })).toBe('done');
    expect((await listed(dav)).map(({ id }) => id)).toEqual(events.slice(0, 3).map(({ id }) => id));
  });

  it('keeps all-day dates', async () => {
    const span = { kind: 'all-day', start: '2026-12-24', end: '2026-12-27' } as const;
    expect((await written(await begin(), create('one', { span }))).span).toEqual(span);
  });

  it('finds a copy that was made before, and makes one anew where it was deleted', async () => {
    const dav = await begin();
    const { id } = await written(dav, create('one'));
    expect(await outcome(dav, create('one', { title: 'Later' }))).toBe('adopted');
    expect(await listed(dav)).toHaveLength(1);
    expect(await outcome(dav, { kind: 'delete', id })).toBe('done');
    expect(await outcome(dav, create('one', {}, 1))).toBe('done');
    expect((await listed(dav))[0]?.id).not.toBe(id);
  });

  it('does not take a foreign event at its path for its own', async () => {
    const dav = await begin();
    const { id } = await written(dav, create('one'));
    const name = id.slice(dav.ref.remoteId.length);
    await dav.remove(name);
    await dav.put(name, ics('somebody-elses', hour('Theirs', '2026-12-01T09:00:00Z')));
    expect(await outcome(dav, create('one'))).toBe('identity-spent');
    const restore = { kind: 'restore', identity: 'hetkr1:route:one:0', content } as const;
    const anew = (await written(dav, restore)).id.slice(dav.ref.remoteId.length);
    await dav.remove(anew);
    await dav.put(anew, ics('another-of-theirs', hour('Theirs too', '2026-12-01T09:00:00Z')));
    expect(await outcome(dav, restore)).toBe('identity-spent');
    expect((await listed(dav)).map(({ title }) => title).toSorted()).toEqual(['Theirs', 'Theirs too']);
  });

  it('gives up an identity whose UID lies at another path', async () => {
    const dav = await begin();
    const { id } = await written(dav, create('one'));
    const name = id.slice(dav.ref.remoteId.length);
    const text = await dav.read(name);
    await dav.remove(name);
    await dav.put('moved.ics', text);
    expect(await outcome(dav, create('one'))).toBe('identity-spent');
  });

  it('changes a copy only as it was last seen', async () => {
    const dav = await begin();
    const { id, etag = '' } = await written(dav, create('one'));
    const { marker } = create('one');
    const update = {
      kind: 'update',
      id,
      etag,
      content: { ...content, title: 'Surgeon', location: '' },
      marker,
    } as const;
    expect(await written(dav, update)).toMatchObject({ title: 'Surgeon', location: '', marker });
    // The same once more: whoever did not hear the answer asks again.
    expect(await outcome(dav, update)).toBe('done');
    expect(await outcome(dav, { ...update, content: { ...content, title: 'Other' } })).toBe('conflict');
    expect((await listed(dav)).map(({ title }) => title)).toEqual(['Surgeon']);
    expect(await outcome(dav, { kind: 'update', id, content, marker })).toBe('done');
    expect(await outcome(dav, { ...update, id: dav.idOf('neverwas.ics') })).toBe('not-found');
  });

  it('counts up what a copy that is written over says of its version', async () => {
    const dav = await begin();
    const { id, etag = '' } = await written(dav, create('one'));
    const name = id.slice(dav.ref.remoteId.length);
    const sequence = async () => Number(/^SEQUENCE:(\d+)\r?$/m.exec(await dav.read(name))?.[1]);
    const before = await sequence();
    await written(dav, {
      kind: 'update',
      id,
      etag,
      content: { ...content, title: 'Surgeon' },
      marker: create('one').marker,
    });
    expect(await sequence()).toBeGreaterThan(before);
  });

  it('deletes a copy once, and a second time without harm', async () => {
    const dav = await begin();
    const { id, etag = '' } = await written(dav, create('one'));
    expect(await outcome(dav, { kind: 'delete', id, etag: '"old"' })).toBe('conflict');
    expect(await outcome(dav, { kind: 'delete', id, etag })).toBe('done');
    expect(await outcome(dav, { kind: 'delete', id, etag })).toBe('done');
    expect(await outcome(dav, { kind: 'delete', id })).toBe('done');
    expect(await dav.provider.get(dav.ref, id)).toBeUndefined();
  });

  it('writes a hundred copies at once, each answered in its place, and reads them back in one request', async () => {
    const dav = await begin();
    const operations = Array.from({ length: 100 }, (_, index) => create(String(index), { title: `Event ${index}` }));
    dav.asked();
    const results = await dav.provider.write(dav.ref, operations);
    expect(results.map((result) => (result.ok ? result.event?.title : result.error.kind))).toEqual(
      operations.map((_, index) => `Event ${index}`),
    );
    expect(dav.asked()).toHaveLength(101);
  });

  it('reads many events at once, each answered in its place', async () => {
    const dav = await begin();
    await dav.put('lunch.ics', ics('lunch', hour('Lunch', '2026-11-24T12:00:00Z')));
    await dav.put('weekly.ics', ics('weekly', hour('Weekly', '2026-11-24T09:00:00Z', 'RRULE:FREQ=WEEKLY;COUNT=2')));
    const copy = await written(dav, create('one'));
    const weekly = dav.idOf('weekly.ics');
    const ids = [
      dav.idOf('lunch.ics'),
      dav.idOf('neverwas.ics'),
      weekly,
      `${weekly}#2026-12-01T09:00:00.000Z`,
      `${weekly}#2026-12-02T09:00:00.000Z`,
      copy.id,
    ];
    const found = await dav.provider.getMany(dav.ref, ids);
    expect(found.map((event) => (typeof event === 'string' ? event : event.title))).toEqual([
      'Lunch',
      'gone',
      'unreadable',
      'Weekly',
      'gone',
      content.title,
    ]);
    expect(await dav.provider.getMany(dav.ref, [])).toEqual([]);
  });

  it('takes back to an original what is written back, and keeps everything else', async () => {
    const dav = await begin();
    const more = ['LOCATION:Here', 'X-FOREIGN;X-PARAM=a:kept', 'CATEGORIES:Food', 'URL:https://example.com/menu'];
    await dav.put('lunch.ics', ics('lunch', hour('Lunch', '2026-11-24T12:00:00Z', ...more)));
    const before = await dav.provider.get(dav.ref, dav.idOf('lunch.ics'));
    if (!before) throw new Error('It is not there.');
    const back = {
      kind: 'write-back',
      id: before.id,
      etag: before.etag ?? '',
      changes: { title: 'Dinner', location: '' },
    } as const;
    const event = await written(dav, back);
    expect(event).toMatchObject({
      ...before,
      title: 'Dinner',
      location: '',
      etag: event.etag,
      modifiedAt: event.modifiedAt,
    });
    expect(event.etag).not.toBe(before.etag);
    const text = await dav.read('lunch.ics');
    for (const part of ['X-FOREIGN;X-PARAM=a:kept', 'CATEGORIES:Food', 'URL:https://example.com/menu', 'UID:lunch']) {
      expect(text).toContain(part);
    }
    expect(await outcome(dav, { ...back, changes: { title: 'Supper' } })).toBe('conflict');
    expect(await outcome(dav, { ...back, id: dav.idOf('neverwas.ics') })).toBe('not-found');
  });

  it('changes one occurrence and keeps the others, with their own exceptions', async () => {
    const dav = await begin();
    const special = ['RECURRENCE-ID:20261124T090000Z', ...hour('First', '2026-11-24T10:00:00Z', 'X-FOREIGN:kept')];
    const master = hour('Standup', '2026-11-24T09:00:00Z', 'RRULE:FREQ=WEEKLY;COUNT=3');
    await dav.put('standup.ics', ics('standup', master, special));
    const [first, second, third] = await listed(dav);
    const span = {
      kind: 'timed',
      start: Date.parse('2026-12-02T15:00:00Z'),
      end: Date.parse('2026-12-02T16:00:00Z'),
      zone: 'UTC',
    } as const;
    const event = await written(dav, {
      kind: 'write-back',
      id: second?.id ?? '',
      etag: second?.etag ?? '',
      changes: { title: 'Special', span },
    });
    expect(event).toMatchObject({ id: second?.id, recurrenceId: second?.recurrenceId, title: 'Special', span });
    const now = await listed(dav);
    expect(now.map(({ id, title }) => [id, title])).toEqual([
      [first?.id, 'First'],
      [second?.id, 'Special'],
      [third?.id, 'Standup'],
    ]);
    expect(await dav.read('standup.ics')).toContain('X-FOREIGN:kept');
  });

  it('does not write back to a single event that became a series, or to an occurrence that is gone', async () => {
    const dav = await begin();
    await dav.put('standup.ics', ics('standup', hour('Standup', '2026-11-24T09:00:00Z', 'RRULE:FREQ=WEEKLY;COUNT=3')));
    const id = dav.idOf('standup.ics');
    const changes = { title: 'Special' };
    expect(await outcome(dav, { kind: 'write-back', id, changes })).toBe('conflict');
    const never = `${id}#2026-11-25T09:00:00.000Z`;
    expect(await outcome(dav, { kind: 'write-back', id: never, changes })).toBe('not-found');
    expect((await listed(dav)).map(({ title }) => title)).toEqual(Array(3).fill('Standup'));
  });

  it('changes two occurrences of one series in one call', async () => {
    const dav = await begin();
    await dav.put('standup.ics', ics('standup', hour('Standup', '2026-11-24T09:00:00Z', 'RRULE:FREQ=WEEKLY;COUNT=3')));
    const [first, second] = await listed(dav);
    const results = await dav.provider.write(
      dav.ref,
      [first, second].map((event, index) => ({
        kind: 'write-back',
        id: event?.id ?? '',
        etag: event?.etag ?? '',
        changes: { title: `Special ${index}` },
      })),
    );
    expect(results.map(({ ok }) => ok)).toEqual([true, true]);
    expect((await listed(dav)).map(({ title }) => title)).toEqual(['Special 0', 'Special 1', 'Standup']);
  });

  it('loses the one occurrence that is deleted', async () => {
    const dav = await begin();
    await dav.put('standup.ics', ics('standup', hour('Standup', '2026-11-24T09:00:00Z', 'RRULE:FREQ=WEEKLY;COUNT=3')));
    const [first, second, third] = await listed(dav);
    const deletion = { kind: 'delete', id: second?.id ?? '' } as const;
    expect(await outcome(dav, { ...deletion, etag: '"old"' })).toBe('conflict');
    expect(await outcome(dav, { ...deletion, etag: second?.etag ?? '' })).toBe('done');
    expect(await outcome(dav, deletion)).toBe('done');
    expect((await listed(dav)).map(({ id }) => id)).toEqual([first?.id, third?.id]);
  });

  it('makes an original anew once, as an original like any other', async () => {
    const dav = await begin();
    const restore = { kind: 'restore', identity: 'hetkr1:route:one:0', content } as const;
    const event = await written(dav, restore);
    expect(event).toMatchObject({
      ...content,
      restores: { routeId: 'route', origin: 'one' },
      isOrganizer: true,
      attendees: [],
    });
    expect(event.marker).toBeUndefined();
    expect(await outcome(dav, restore)).toBe('adopted');
    expect(await listed(dav)).toHaveLength(1);
  });

  it('recognises the same meeting by UID and instance', async () => {
    const dav = await begin();
    await dav.put('board.ics', ics('board@example.com', hour('Board', '2026-11-24T15:00:00Z')));
    await dav.put(
      'weekly.ics',
      ics('weekly@example.com', hour('Weekly', '2026-11-24T09:00:00Z', 'RRULE:FREQ=WEEKLY;COUNT=2')),
    );
    const originals = await listed(dav);
    expect(originals).toHaveLength(3);
    expect(await dav.provider.hasMeetings(dav.ref, originals)).toEqual([true, true, true]);
    const others = originals.map((event) => ({ ...event, iCalUId: 'other@example.com' }));
    expect(await dav.provider.hasMeetings(dav.ref, others)).toEqual([false, false, false]);
    expect(await dav.provider.hasMeetings(dav.ref, [])).toEqual([]);
  });
}
