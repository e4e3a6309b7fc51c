import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SimCalendar, SimFields } from '../../local/core/core.ts';
import { createFaults } from '../../local/core/faults.ts';
import { createWorld } from '../../local/core/world.ts';
import { localClient, createMicrosoft as simulate } from '../../local/microsoft/microsoft.ts';
import type { CalendarEvent, EventContent, NewMarker } from '../../shared/calendar/event.ts';
import { normalForm } from '../../shared/calendar/fingerprint.ts';
import { createMicrosoftIdentity } from '../../shared/providers/microsoft/identity.ts';
import { createMicrosoft } from '../../shared/providers/microsoft/microsoft.ts';
import type { CalendarRef, Change, RoundEnd, RoundStart, WriteOperation } from '../../shared/providers/provider.ts';
import { signInWith } from '../signIn.ts';

/** The provider against the simulated Graph, in one process: the same requests, the service's own awkwardness. */

const origin = 'http://localhost:7072';
const email = 'ada@contoso.example';
const window = { start: Date.parse('2026-09-01T00:00:00Z'), end: Date.parse('2027-09-01T00:00:00Z') };
const marker: NewMarker = {
  routeId: 'r'.repeat(22),
  origin: 'o'.repeat(22),
  generation: 0,
  iCalUId: 'uid@source',
  version: 'v'.repeat(256),
};
const identity = (generation = 0) => `hetk1:${marker.routeId}:${marker.origin}:${generation}`;

const content: EventContent = {
  title: 'Dentist',
  description: '<p>Bring the card</p><p>See <a href="https://example.org/a?b=1&amp;c=2">the map</a></p>',
  location: 'High Street 1',
  span: {
    kind: 'timed',
    start: Date.parse('2026-12-01T09:00:00Z'),
    end: Date.parse('2026-12-01T10:00:00Z'),
    zone: 'Europe/Berlin',
  },
  showAs: 'oof',
  sensitivity: 'private',
};
const create: WriteOperation = { kind: 'create', identity: identity(), content, marker };
const restores = { routeId: marker.routeId, origin: marker.origin };
const restore = {
  kind: 'restore',
  identity: `hetkr1:${restores.routeId}:${restores.origin}:0`,
  content,
} as const;

function seeded(): { bytes(count: number): Uint8Array } {
  let counter = 0;
  return {
    bytes(count) {
      const parts: Buffer[] = [];
      for (let size = 0; size < count; size += 32)
        parts.push(createHash('sha256').update(`contract:${counter++}`).digest());
      return new Uint8Array(Buffer.concat(parts).subarray(0, count));
    },
  };
}

async function start() {
  const clock = { time: Date.parse('2026-11-23T08:00:00Z'), now: () => clock.time };
  const random = seeded();
  const world = createWorld({ clock, random });
  const faults = createFaults({ random });
  const deliveries: string[] = [];
  const service = simulate({
    world,
    clock,
    random,
    faults,
    origin,
    deliver: async (input, init) => {
      const url = new URL(String(input instanceof Request ? input.url : input));
      deliveries.push(`${init?.method ?? 'POST'} ${url.pathname}`);
      const token = url.searchParams.get('validationToken');
      return new Response(token, { status: token === null ? 202 : 200, headers: { 'content-type': 'text/plain' } });
    },
    schedule: () => {},
  });
  world.addPerson({ email, name: 'Ada Adler' });
  const remote = world.addCalendar({
    owner: email,
    name: 'Calendar',
    color: '#0f6cbd',
    zone: 'Europe/Berlin',
    primary: true,
    access: 'owner',
  });

  const requests: { method: string; path: string; body: string }[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    requests.push({ method: request.method, path: `${url.pathname}${url.search}`, body: await request.clone().text() });
    return service.fetch(request);
  };
  const settings = {
    authority: origin,
    graphRoot: origin,
    clientId: localClient.id,
    clientSecret: () => localClient.secret,
  };
  const signIn = createMicrosoftIdentity({ settings, clock, fetch });
  const connected = await signInWith(signIn, 'microsoft', email, service.fetch);

  const credentials = new Map([['account', connected.credential]]);
  const provider = createMicrosoft({
    settings,
    credentials: {
      read: async (id) => credentials.get(id),
      write: async (id, value) => void credentials.set(id, value),
    },
    clock,
    fetch,
    log: () => {},
  });
  const [listed] = await provider.listCalendars('account', email);
  const calendar: CalendarRef = {
    accountId: 'account',
    calendarId: 'calendar',
    remoteId: listed?.remoteId ?? '',
    ownerEmail: email,
  };
  requests.length = 0;
  return { clock, world, faults, provider, remote, calendar, connected, listed, requests, deliveries, service };
}

type Started = Awaited<ReturnType<typeof start>>;
let s: Started;
beforeEach(async () => {
  s = await start();
});

function appointment(title: string, day: string, more: Partial<SimFields> = {}): SimFields {
  return {
    title,
    description: '',
    descriptionType: 'text',
    location: '',
    time: { allDay: false, start: `${day}T09:00:00`, end: `${day}T10:00:00`, zone: 'Europe/Berlin' },
    showAs: 'busy',
    sensitivity: 'normal',
    attendees: [],
    cancelled: false,
    extra: {},
    ...more,
  };
}

const insert = (calendar: SimCalendar, fields: SimFields, recurrence?: string) =>
  s.world.insert(calendar.id, fields, recurrence ? { recurrence } : {});

async function round(
  from: RoundStart = { window },
): Promise<{ changes: Change[]; events: CalendarEvent[]; end: RoundEnd }> {
  const changes: Change[] = [];
  const rounds = s.provider.pull(s.calendar, from);
  for (;;) {
    const step = await rounds.next();
    if (step.done)
      return {
        changes,
        events: changes.flatMap((change) => (change.kind === 'event' ? [change.event] : [])),
        end: step.value,
      };
    changes.push(...step.value);
  }
}

async function written(operation: WriteOperation = create): Promise<CalendarEvent> {
  const [result] = await s.provider.write(s.calendar, [operation]);
  if (!result?.ok || !result.event) throw new Error(`Not written: ${JSON.stringify(result)}`);
  return result.event;
}

async function listing(): Promise<CalendarEvent[]> {
  const events: CalendarEvent[] = [];
  for await (const page of s.provider.list(s.calendar, window)) events.push(...page);
  return events;
}

describe('the simulated Microsoft, signed in to', () => {
  it('names the person and lists the calendar', () => {
    expect(s.connected).toMatchObject({ email, missingScopes: [] });
    expect(s.listed).toMatchObject({ name: 'Calendar', primary: true, writable: true, readable: true });
  });
});

describe('a round of the simulated Microsoft', () => {
  it('brings singles and the occurrences of a series, complete, and nothing when nothing changed', async () => {
    insert(s.remote, appointment('Dentist', '2026-12-01'));
    insert(
      s.remote,
      appointment('Standup', '2026-12-07', { sensitivity: 'private', location: 'Room 1' }),
      'FREQ=DAILY;COUNT=3',
    );
    const first = await round();
    expect(first.end.full).toBe(true);
    expect(first.events.map((event) => [event.title, event.sensitivity, event.location]).sort()).toEqual([
      ['Dentist', 'normal', ''],
      ['Standup', 'private', 'Room 1'],
      ['Standup', 'private', 'Room 1'],
      ['Standup', 'private', 'Room 1'],
    ]);
    const before = s.requests.length;
    const second = await round({ cursor: first.end.cursor });
    expect(second.changes).toEqual([]);
    expect(second.end.full).toBe(false);
    expect(s.requests.length - before).toBe(1);
  });

  it('tells a deleted occurrence by the instances that are left', async () => {
    const series = insert(s.remote, appointment('Standup', '2026-12-07'), 'FREQ=DAILY;COUNT=3');
    const first = await round();
    const gone = first.events.find((event) => event.recurrenceId?.startsWith('2026-12-08'));
    s.world.remove(s.remote.id, series.id, '2026-12-08T09:00:00');
    const { changes } = await round({ cursor: first.end.cursor });
    const told = changes.find((change) => change.kind === 'series');
    expect(gone).toBeDefined();
    expect(told?.kind === 'series' && told.instanceIds).toHaveLength(2);
    expect(told?.kind === 'series' && told.instanceIds.includes(gone?.id ?? '')).toBe(false);
  });

  it('keeps which occurrence it is when one is moved', async () => {
    const series = insert(s.remote, appointment('Standup', '2026-12-07'), 'FREQ=DAILY;COUNT=3');
    const first = await round();
    s.world.change(
      s.remote.id,
      series.id,
      { time: { allDay: false, start: '2026-12-08T15:00:00', end: '2026-12-08T16:00:00', zone: 'Europe/Berlin' } },
      '2026-12-08T09:00:00',
    );
    const { events } = await round({ cursor: first.end.cursor });
    const moved = events.find((event) => event.recurrenceId?.startsWith('2026-12-08'));
    expect(moved?.recurrenceId).toBe('2026-12-08T08:00:00.000Z');
    expect(moved?.span).toMatchObject({ start: Date.parse('2026-12-08T14:00:00Z') });
    expect(moved?.title).toBe('Standup');
  });

  it('says that a deleted event is gone', async () => {
    const event = insert(s.remote, appointment('Dentist', '2026-12-01'));
    const first = await round();
    s.world.remove(s.remote.id, event.id);
    const { changes } = await round({ cursor: first.end.cursor });
    expect(changes).toEqual([{ kind: 'removed', id: first.events[0]?.id }]);
  });

  it('keeps all-day dates and recognises our own copies', async () => {
    insert(
      s.remote,
      appointment('Leave', '2026-12-24', {
        time: { allDay: true, start: '2026-12-24', end: '2026-12-27', zone: 'Europe/Berlin' },
      }),
    );
    await written();
    const { events } = await round();
    expect(events.find((event) => event.title === 'Leave')?.span).toEqual({
      kind: 'all-day',
      start: '2026-12-24',
      end: '2026-12-27',
    });
    expect(events.find((event) => event.title === 'Dentist')?.marker).toMatchObject({
      origin: marker.origin,
      genuine: true,
    });
  });
});

describe('a copy in the simulated Microsoft', () => {
  it('comes back in the same normal form, with its marker, and rings nobody', async () => {
    const event = await written();
    expect(normalForm(event)).toBe(normalForm(content));
    const [listed] = await listing();
    expect(listed && normalForm(listed)).toBe(normalForm(content));
    expect(listed?.marker).toEqual({ ...marker, genuine: true });
    expect((await s.provider.get(s.calendar, event.id))?.marker).toEqual({ ...marker, genuine: true });
    const [instance] = s.world.instances(s.remote.id, window.start, window.end);
    expect(instance?.fields).toMatchObject({ attendees: [], title: 'Dentist', showAs: 'oof', sensitivity: 'private' });
    expect(instance?.fields.reminderMinutes).toBeUndefined();
  });

  it('is made once, however often it is asked for', async () => {
    const first = await written();
    const again = await written();
    const other = await s.provider.write(s.calendar, [{ ...create, content: { ...content, title: 'Dentist, later' } }]);
    expect(again.id).toBe(first.id);
    expect(other).toMatchObject([{ ok: true, adopted: true, event: { id: first.id, title: 'Dentist' } }]);
    expect(s.world.instances(s.remote.id, window.start, window.end)).toHaveLength(1);
  });

  it('is changed under its etag only, and is gone once deleted', async () => {
    const event = await written();
    const span = { kind: 'all-day', start: '2026-12-03', end: '2026-12-05' } as const;
    const update = { kind: 'update', id: event.id, content: { ...content, span, title: 'Off' }, marker } as const;
    const [changed] = await s.provider.write(s.calendar, [{ ...update, ...(event.etag ? { etag: event.etag } : {}) }]);
    expect(changed).toMatchObject({ ok: true, event: { title: 'Off', span, marker: { genuine: true } } });
    const [late] = await s.provider.write(s.calendar, [{ ...update, ...(event.etag ? { etag: event.etag } : {}) }]);
    expect(late).toMatchObject({ ok: false, error: { kind: 'conflict' } });

    expect(await s.provider.write(s.calendar, [{ kind: 'delete', id: event.id }])).toEqual([{ ok: true }]);
    expect(await s.provider.write(s.calendar, [{ kind: 'delete', id: event.id }])).toEqual([{ ok: true }]);
    expect(await s.provider.get(s.calendar, event.id)).toBeUndefined();
    expect(await s.provider.write(s.calendar, [{ kind: 'update', id: event.id, content, marker }])).toMatchObject([
      { ok: false, error: { kind: 'not-found' } },
    ]);
  });

  it('goes in batches of twenty, one request each', async () => {
    const many = Array.from({ length: 20 }, (_, index): WriteOperation => {
      const origin = String(index).padStart(22, 'o');
      return { ...create, identity: `hetk1:${marker.routeId}:${origin}:0`, marker: { ...marker, origin } };
    });
    const results = await s.provider.write(s.calendar, many);
    expect(results.every((result) => result.ok)).toBe(true);
    expect(s.requests.filter((request) => !request.path.includes('/oauth2/'))).toHaveLength(1);
    expect(new Set((await listing()).map((event) => event.marker?.origin)).size).toBe(20);
  });

  it('sends no attendee, ever', async () => {
    const event = await written();
    await s.provider.write(s.calendar, [{ kind: 'update', id: event.id, content, marker }]);
    await s.provider.write(s.calendar, [{ kind: 'delete', id: event.id }]);
    expect(s.requests.some((request) => request.body.includes('attendees'))).toBe(false);
  });
});

describe('many events of the simulated Microsoft at once', () => {
  const day = (index: number) => `2026-12-${String(index + 1).padStart(2, '0')}`;

  it('are read twenty in a request, each answered in its place', async () => {
    const inserted = Array.from({ length: 24 }, (_, index) => insert(s.remote, appointment(String(index), day(index))));
    const copy = await written();
    const listed = await listing();
    const ids = [...inserted.map(({ title }) => listed.find((event) => event.title === title)?.id ?? ''), copy.id];
    const at = (index: number) => inserted[index]?.id ?? '';
    s.world.remove(s.remote.id, at(3));
    s.world.change(s.remote.id, at(4), { cancelled: true });
    s.world.change(s.remote.id, at(5), { recurrence: 'FREQ=DAILY;COUNT=2' });
    s.requests.length = 0;
    const found = await s.provider.getMany(s.calendar, ids);
    const other: Record<number, string> = { 3: 'gone', 4: 'gone', 5: 'unreadable', 24: 'Dentist' };
    expect(found.map((event) => (typeof event === 'string' ? event : event.title))).toEqual(
      ids.map((_, index) => other[index] ?? String(index)),
    );
    expect(found[24]).toEqual(await s.provider.get(s.calendar, copy.id));
    expect(found[24]).toMatchObject({ marker: { ...marker, genuine: true } });
    expect(s.requests.slice(0, 3).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1.0/$batch',
      'POST /v1.0/$batch',
      `GET /v1.0/me/calendars/${encodeURIComponent(s.calendar.remoteId)}`,
    ]);
  });

  it('are read by a plain request where there is one, by none where there is none', async () => {
    const { id } = await written();
    s.requests.length = 0;
    expect(await s.provider.getMany(s.calendar, [id])).toMatchObject([{ id, marker: { genuine: true } }]);
    expect(await s.provider.getMany(s.calendar, [])).toEqual([]);
    expect(s.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('are not taken for deleted when it is the calendar that was', async () => {
    const { id } = await written();
    s.world.removeCalendar(s.remote.id);
    for (const ids of [[id], [id, id]]) {
      await expect(s.provider.getMany(s.calendar, ids)).rejects.toMatchObject({ kind: 'calendar-gone' });
    }
  });

  it.each([
    ['throttled', 'throttled', {}],
    ['server-error', 'unavailable', {}],
    ['claims-challenge', 'revoked', { times: 3 }],
    ['not-json', 'malformed', {}],
    ['not-json-error', 'malformed', { value: 404 }],
    ['resource-not-found', 'calendar-gone', {}],
  ])('are unknown, all of them, when one answer is %s: %s %o', async (name, kind, more) => {
    const { id } = await written();
    s.faults.arm({ name, path: '/events/', ...more });
    await expect(s.provider.getMany(s.calendar, [id, id])).rejects.toMatchObject({ kind });
  });
});

describe('an original in the simulated Microsoft', () => {
  const original = { description: 'Bring the card', location: 'High Street 1', reminderMinutes: 30 };
  const allDay = { kind: 'all-day', start: '2026-12-03', end: '2026-12-05' } as const;

  async function listed(title: string, more: Partial<SimFields> = {}): Promise<CalendarEvent> {
    insert(s.remote, appointment(title, '2026-12-01', { ...original, ...more }));
    const [event] = await listing();
    if (!event) throw new Error('Nothing is listed.');
    return event;
  }
  async function standups(): Promise<CalendarEvent[]> {
    insert(s.remote, appointment('Standup', '2026-12-07'), 'FREQ=DAILY;COUNT=3');
    return (await listing()).sort((a, b) => (a.recurrenceId ?? '').localeCompare(b.recurrenceId ?? ''));
  }
  const back = (event: CalendarEvent | undefined, changes: Partial<EventContent>): WriteOperation => ({
    kind: 'write-back',
    id: event?.id ?? '',
    ...(event?.etag ? { etag: event.etag } : {}),
    changes,
  });
  const kept = () => s.world.instances(s.remote.id, window.start, window.end).map(({ fields }) => fields);
  const refusal = async (operation: WriteOperation) => {
    const [result] = await s.provider.write(s.calendar, [operation]);
    return result?.ok ? 'done' : result?.error.kind;
  };

  it('takes what is written back to it and keeps everything else', async () => {
    const before = await listed('Dentist', { extra: { categories: ['Health'], importance: 'high' } });
    const [held] = kept();
    s.requests.length = 0;
    const event = await written(back(before, { title: 'Surgeon', location: '' }));
    expect(event).toEqual({ ...before, title: 'Surgeon', location: '', etag: event.etag });
    expect(event.etag).not.toBe(before.etag);
    expect(kept()).toEqual([{ ...held, title: 'Surgeon', location: '' }]);
    expect(s.requests.map(({ body }) => body)).toEqual([
      JSON.stringify({ subject: 'Surgeon', location: { displayName: '' } }),
    ]);
  });

  it('takes every field, and shows each in the next round', async () => {
    const before = await listed('Dentist');
    const { end } = await round();
    const event = await written(back(before, content));
    expect(normalForm(event)).toBe(normalForm(content));
    const { events } = await round({ cursor: end.cursor });
    expect(events).toEqual([event]);
    expect(events[0]?.marker).toBeUndefined();
    expect(kept()[0]?.reminderMinutes).toBe(30);
  });

  it('becomes all-day, and timed again', async () => {
    const days = await written(back(await listed('Dentist'), { span: allDay }));
    expect(days.span).toEqual(allDay);
    expect((await written(back(days, { span: content.span }))).span).toEqual(content.span);
  });

  it('is changed as it was last seen only, and not where it is gone', async () => {
    const before = await listed('Dentist');
    await written(back(before, { title: 'Surgeon' }));
    expect(await refusal(back(before, { title: 'Late' }))).toBe('conflict');
    expect(await refusal({ kind: 'delete', id: before.id, etag: before.etag ?? '' })).toBe('conflict');
    await s.provider.write(s.calendar, [{ kind: 'delete', id: before.id }]);
    expect(await refusal(back(before, { title: 'Late' }))).toBe('not-found');
    expect(await refusal(back(before, { description: 'Late' }))).toBe('not-found');
    s.world.removeCalendar(s.remote.id);
    await expect(refusal(back(before, { title: 'Late' }))).rejects.toMatchObject({ kind: 'calendar-gone' });
  });

  it('keeps the other occurrences when one is changed, which stays the one it was', async () => {
    const [first, second, third] = await standups();
    const { end } = await round();
    const start = Date.parse('2026-12-08T14:00:00Z');
    const span = { kind: 'timed', start, end: start + 3_600_000, zone: 'Europe/Berlin' } as const;
    const event = await written(back(second, { title: 'Special', span }));
    expect(event).toMatchObject({ id: second?.id, recurrenceId: '2026-12-08T08:00:00.000Z', title: 'Special', span });
    expect(event.etag).not.toBe(second?.etag);
    const { changes, events } = await round({ cursor: end.cursor });
    expect(events.find(({ id }) => id === second?.id)).toEqual(event);
    expect(events.map(({ title }) => title).sort()).toEqual(['Special', 'Standup', 'Standup']);
    const ids = [first?.id, second?.id, third?.id].sort();
    const series = changes.find((change) => change.kind === 'series');
    expect(series?.kind === 'series' && [...series.instanceIds].sort()).toEqual(ids);
  });

  it('may have one all-day occurrence, which stays the one it was', async () => {
    const [, second] = await standups();
    const span = { kind: 'all-day', start: '2026-12-08', end: '2026-12-09' } as const;
    const event = await written(back(second, { span }));
    expect(event).toMatchObject({ span, recurrenceId: '2026-12-08T08:00:00.000Z' });
  });

  it('does not let an occurrence pass its neighbour', async () => {
    const [, second] = await standups();
    expect(await refusal(back(second, { span: content.span }))).toBe('refused');
  });

  it('loses the one occurrence that is deleted', async () => {
    const [first, second, third] = await standups();
    const { end } = await round();
    const deletion = { kind: 'delete', id: second?.id ?? '' } as const;
    expect(await refusal({ ...deletion, etag: 'W/"old"' })).toBe('conflict');
    expect(await refusal({ ...deletion, etag: second?.etag ?? '' })).toBe('done');
    expect(await s.provider.getMany(s.calendar, [second?.id ?? ''])).toEqual(['gone']);
    const { changes } = await round({ cursor: end.cursor });
    const series = changes.find((change) => change.kind === 'series');
    expect(series?.kind === 'series' && [...series.instanceIds].sort()).toEqual([first?.id, third?.id].sort());
  });

  it('costs mail where people are invited', async () => {
    const attendees = [{ email: 'bob@fabrikam.example', response: 'none' as const }];
    await written(back(await listed('Review', { attendees }), { title: 'Retro' }));
    expect(s.service.requests.snapshot().mails).toBe(1);
    expect(kept()[0]?.attendees).toEqual(attendees);
  });

  it('stays an online meeting: its description is left alone, and nothing is written where nothing is left', async () => {
    const before = await listed('Call', { extra: { isOnlineMeeting: true } });
    const event = await written(back(before, { title: 'Late call', description: '<p>Agenda</p>' }));
    expect(event).toMatchObject({ title: 'Late call', description: before.description });
    expect(kept()[0]?.extra.isOnlineMeeting).toBe(true);
    s.requests.length = 0;
    expect(await written(back(event, { description: '<p>Agenda</p>' }))).toEqual(event);
    expect(s.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('may be written to in one request with copies and others', async () => {
    const [first] = await standups();
    insert(s.remote, appointment('Call', '2026-12-01', { extra: { isOnlineMeeting: true } }));
    insert(s.remote, appointment('Old', '2026-12-02'));
    const all = await listing();
    const [call, old] = ['Call', 'Old'].map((name) => all.find(({ title }) => title === name));
    const results = await s.provider.write(s.calendar, [
      create,
      back(first, { description: '<p>Notes</p>' }),
      back(call, { description: '<p>Agenda</p>' }),
      restore,
      { kind: 'delete', id: old?.id ?? '' },
    ]);
    expect(results).toMatchObject([
      { ok: true, event: { title: 'Dentist', marker: { genuine: true } } },
      { ok: true, event: { id: first?.id, description: '<p>Notes</p>' } },
      { ok: true, event: { id: call?.id, description: '' } },
      { ok: true, event: { title: 'Dentist', restores } },
      { ok: true },
    ]);
  });

  it.each([
    ['response-lost', 'unavailable', { method: 'PATCH' }],
    ['conflict-409', 'conflict', {}],
    ['event-refused', 'refused', {}],
    ['throttled', 'throttled', {}],
  ])('is written back to again after %s, which is %s', async (name, kind, more) => {
    const before = await listed('Dentist');
    s.faults.arm({ name, ...more });
    expect(await refusal(back(before, { title: 'Surgeon' }))).toBe(kind);
    const now = (await listing())[0];
    expect(now?.title).toBe(name === 'response-lost' ? 'Surgeon' : 'Dentist');
    expect(await refusal(back(now, { title: 'Surgeon' }))).toBe('done');
  });

  it('may be written over where Graph does not heed the condition', async () => {
    const before = await listed('Dentist');
    s.world.touch(s.remote.id, s.world.events(s.remote.id)[0]?.id ?? '');
    s.faults.arm({ name: 'if-match-ignored' });
    expect((await written(back(before, { title: 'Surgeon' }))).title).toBe('Surgeon');
  });
});

describe('an original made anew in the simulated Microsoft', () => {
  it('is an original like any other, rings nobody, and says which one it stands for, in rounds too', async () => {
    const { end } = await round();
    const event = await written(restore);
    expect(normalForm(event)).toBe(normalForm(content));
    expect(event).toMatchObject({ restores, isOrganizer: true, attendees: [] });
    const { events } = await round({ cursor: end.cursor });
    for (const each of [event, ...events, ...(await listing())]) {
      expect(each).toMatchObject({ id: event.id, restores });
      expect(each.marker).toBeUndefined();
    }
    expect(s.world.events(s.remote.id)[0]?.reminderMinutes).toBeUndefined();
  });

  it.each([undefined, 'response-lost', 'duplicate-409', 'duplicate-unnamed'])('is made once (%s)', async (name) => {
    if (name) s.faults.arm({ name });
    await s.provider.write(s.calendar, [restore]);
    const [same, other] = [restore, { ...restore, content: { ...content, title: 'Later' } }];
    expect(await s.provider.write(s.calendar, [same])).toMatchObject([{ ok: true, event: { title: 'Dentist' } }]);
    const [again] = await s.provider.write(s.calendar, [other]);
    expect(again).toMatchObject({ ok: true, adopted: true, event: { title: 'Dentist', restores } });
    expect(s.world.instances(s.remote.id, window.start, window.end)).toHaveLength(1);
  });

  it('needs another identity once it was deleted', async () => {
    const { id } = await written(restore);
    await s.provider.write(s.calendar, [{ kind: 'delete', id }]);
    const [spent] = await s.provider.write(s.calendar, [restore]);
    expect(spent).toMatchObject({ ok: false, error: { kind: 'identity-spent' } });
    expect(await written({ ...restore, identity: restore.identity.replace(/0$/, '1') })).toMatchObject({ restores });
  });

  it.each([
    ['event-refused', 'refused'],
    ['conflict-409', 'unavailable'],
  ])('is not made by %s, which is %s', async (name, kind) => {
    s.faults.arm({ name });
    expect(await s.provider.write(s.calendar, [restore])).toMatchObject([{ ok: false, error: { kind } }]);
    expect(await listing()).toEqual([]);
  });

  it('holds one copy also where the duplicate is not named and the original moved by months meanwhile', async () => {
    s.faults.arm({ name: 'duplicate-unnamed' });
    await s.provider.write(s.calendar, [create]);
    const span = { kind: 'all-day', start: '2027-03-01', end: '2027-03-02' } as const;
    const [again] = await s.provider.write(s.calendar, [{ ...create, content: { ...content, span } }]);
    expect(again).toMatchObject({ ok: true, adopted: true });
    expect(s.world.events(s.remote.id)).toHaveLength(1);
  });

  it('tells what its user changed since from what was written, when the same creation is repeated', async () => {
    await s.provider.write(s.calendar, [create]);
    const [event] = s.world.events(s.remote.id);
    s.clock.time += 60_000;
    s.world.change(s.remote.id, event?.id ?? '', { title: 'Edited' });
    const [again] = await s.provider.write(s.calendar, [create]);
    expect(again).toMatchObject({ ok: true, adopted: true, event: { title: 'Edited', marker: { genuine: true } } });
    expect(s.world.events(s.remote.id)).toHaveLength(1);
  });

  it('leaves an adopted event as it is to which people were invited, also where it rings', async () => {
    await s.provider.write(s.calendar, [create]);
    const [event] = s.world.events(s.remote.id);
    const attendees = [{ email: 'guest@example.org', response: 'none' as const }];
    s.world.change(s.remote.id, event?.id ?? '', { attendees, reminderMinutes: 15 });
    const [again] = await s.provider.write(s.calendar, [{ ...create, content: { ...content, title: 'Later' } }]);
    expect(again).toMatchObject({ ok: true, adopted: true, event: { attendees: [{ email: 'guest@example.org' }] } });
    expect(s.service.requests.snapshot().mails).toBe(0);
  });

  it('rings nobody although the reminder was not heeded', async () => {
    s.faults.arm({ name: 'reminder-ignored' });
    await written(restore);
    expect(s.world.events(s.remote.id)[0]?.reminderMinutes).toBeUndefined();
    expect(s.faults.fired()).toEqual({ 'reminder-ignored': 1 });
  });

  it('stands for nothing as the series that a person makes of it', async () => {
    await written(restore);
    const { end } = await round();
    s.world.change(s.remote.id, s.world.events(s.remote.id)[0]?.id ?? '', { recurrence: 'FREQ=DAILY;COUNT=2' });
    const { events } = await round({ cursor: end.cursor });
    expect(events.map((event) => event.restores)).toEqual([undefined, undefined]);
  });
});

describe('meetings and push in the simulated Microsoft', () => {
  it('finds the same meeting by its iCalUId', async () => {
    const organizer = { email: 'bob@fabrikam.example' };
    const attendees = [{ email, response: 'accepted' as const }];
    s.world.insert(s.remote.id, appointment('Review', '2026-12-01', { organizer, attendees }), {
      iCalUId: 'review@fabrikam.example',
    });
    const [review] = (await round()).events;
    if (!review) throw new Error('The meeting did not come.');
    expect(review.isOrganizer).toBe(false);
    expect(
      await s.provider.hasMeetings(s.calendar, [
        { ...review, id: 'elsewhere' },
        { ...review, iCalUId: 'another' },
      ]),
    ).toEqual([true, false]);
  });

  it('subscribes to the calendar, renews and ends it', async () => {
    const subscription = await s.provider.subscribe(s.calendar, {
      id: 'ours',
      notificationUrl: 'https://hetk.example/webhooks/graph',
      lifecycleUrl: 'https://hetk.example/webhooks/graph/lifecycle',
      token: 'token',
      until: s.clock.time + 2 * 86_400_000,
    });
    expect(subscription.expiresAt).toBe(s.clock.time + 2 * 86_400_000);
    expect(s.deliveries).not.toHaveLength(0);
    const renewed = await s.provider.renew(s.calendar, subscription, s.clock.time + 3 * 86_400_000);
    expect(renewed.expiresAt).toBe(s.clock.time + 3 * 86_400_000);
    await s.provider.unsubscribe(s.calendar, subscription);
    await s.provider.unsubscribe(s.calendar, subscription);
    await expect(s.provider.renew(s.calendar, subscription, s.clock.time)).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('the simulated Microsoft on a bad day', () => {
  it.each(['sync-state-not-found', 'sync-state-invalid', 'resync-required'])(
    'asks for a full round: %s',
    async (name) => {
      const first = await round();
      s.faults.arm({ name });
      await expect(round({ cursor: first.end.cursor })).rejects.toMatchObject({ kind: 'expired-cursor' });
    },
  );

  it.each([
    ['throttled', 'throttled', {}],
    ['too-many-requests', 'throttled', {}],
    ['gateway-timeout', 'unavailable', {}],
    ['claims-challenge', 'revoked', {}],
    ['mailbox-not-enabled', 'calendar-gone', {}],
    ['not-json', 'malformed', {}],
    ['not-json-error', 'unavailable', {}],
    ['not-json-error', 'malformed', { value: 403 }],
    ['not-json-error', 'malformed', { value: 404 }],
  ])('gives up the round and says why: %s is %s %o', async (name, kind, more) => {
    insert(s.remote, appointment('Dentist', '2026-12-01'));
    s.faults.arm({ name, ...more });
    await expect(round()).rejects.toMatchObject({ kind });
  });

  it.each([
    ['with another page size', { value: 100 }],
    ['by the plain listing', {}],
  ])('gets to the end of endless pages %s', async (_how, more) => {
    insert(s.remote, appointment('Standup', '2026-12-07'), 'FREQ=DAILY;COUNT=3');
    s.faults.arm({ name: 'endless-pages', times: 1000, ...more });
    const { events, end } = await round();
    expect(new Set(events.map((event) => event.id)).size).toBe(3);
    expect(end.full).toBe(true);
  });

  it.each(['repeated-rows', 'empty-page', 'unknown-removed'])('is not confused by %s', async (name) => {
    insert(s.remote, appointment('Dentist', '2026-12-01'));
    s.faults.arm({ name });
    expect((await round()).events.map((event) => event.title)).toEqual(['Dentist']);
  });

  it.each(['master-missing', 'null-stubs'])('knows how private an occurrence is in spite of %s', async (name) => {
    insert(s.remote, appointment('Salary', '2026-12-07', { sensitivity: 'private' }), 'FREQ=DAILY;COUNT=3');
    s.faults.arm({ name });
    const { events } = await round();
    expect(events.map(({ title, sensitivity }) => [title, sensitivity])).toEqual(Array(3).fill(['Salary', 'private']));
    expect(s.faults.fired()).toEqual({ [name]: 1 });
  });

  it('does not believe that a mailbox has no calendar', async () => {
    s.faults.arm({ name: 'no-calendars' });
    await expect(s.provider.listCalendars(s.calendar.accountId, email)).rejects.toMatchObject({ kind: 'malformed' });
  });

  it('does not take the deleted calendar of its copies for copies that were deleted', async () => {
    const { id } = await written();
    s.world.removeCalendar(s.remote.id);
    const update = { kind: 'update', id, content, marker } as const;
    await expect(s.provider.write(s.calendar, [update])).rejects.toMatchObject({ kind: 'calendar-gone' });
    await expect(s.provider.get(s.calendar, id)).rejects.toMatchObject({ kind: 'calendar-gone' });
  });

  it.each(['response-lost', 'duplicate-409', 'duplicate-unnamed'])('holds one copy after %s', async (name) => {
    s.faults.arm({ name });
    await s.provider.write(s.calendar, [create]);
    const [again] = await s.provider.write(s.calendar, [{ ...create, content: { ...content, title: 'Later' } }]);
    expect(again).toMatchObject({ ok: true, adopted: true });
    expect(s.faults.fired()).toEqual({ [name]: 1 });
    expect(s.world.instances(s.remote.id, window.start, window.end)).toHaveLength(1);
  });

  it('rings nobody although the reminder was not heeded', async () => {
    s.faults.arm({ name: 'reminder-ignored' });
    await written();
    const [instance] = s.world.instances(s.remote.id, window.start, window.end);
    expect(instance?.fields.reminderMinutes).toBeUndefined();
    expect(s.faults.fired()).toEqual({ 'reminder-ignored': 1 });
  });

  it('polls where push is refused', async () => {
    s.faults.arm({ name: 'per-calendar-refused' });
    const request = {
      id: 'ours',
      notificationUrl: 'https://hetk.example/a',
      lifecycleUrl: 'https://hetk.example/b',
      token: 't',
      until: s.clock.time + 86_400_000,
    };
    await expect(s.provider.subscribe(s.calendar, request)).rejects.toMatchObject({ kind: 'push-unsupported' });
    s.faults.arm({ name: 'validation-failed' });
    await expect(s.provider.subscribe(s.calendar, request)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
