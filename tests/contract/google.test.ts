import { describe, expect, it } from '@jest/globals';
import type { CalendarEvent, EventContent, NewMarker } from '../../shared/calendar/event.ts';
import type { Change, RoundEnd, RoundStart, WriteOperation } from '../../shared/providers/provider.ts';
import { fields, type GoogleWorld, googleWorld } from './googleWorld.ts';

const window = { start: Date.parse('2026-08-23T00:00:00Z'), end: Date.parse('2027-11-25T00:00:00Z') };

async function pull({ provider, ref }: GoogleWorld, start: RoundStart): Promise<{ changes: Change[]; end: RoundEnd }> {
  const changes: Change[] = [];
  const round = provider.pull(ref, start);
  for (;;) {
    const step = await round.next();
    if (step.done) return { changes, end: step.value };
    changes.push(...step.value);
  }
}

/** What the changes say of each id in the end: a title, or that it is gone. */
function told(changes: readonly Change[]): Record<string, string> {
  return Object.fromEntries(
    changes.flatMap((change) => {
      if (change.kind === 'event') return [[change.event.id, change.event.title]];
      return change.kind === 'removed' ? [[change.id, 'gone']] : [];
    }),
  );
}

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
  showAs: 'oof',
  sensitivity: 'personal',
};

function create(
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

async function written(google: GoogleWorld, operation: WriteOperation) {
  const [result] = await google.provider.write(google.ref, [operation]);
  if (!result?.ok || !result.event) throw new Error(`The write failed: ${JSON.stringify(result)}`);
  return result.event;
}

describe('a connected Google account', () => {
  it('lists its calendars', async () => {
    const google = await googleWorld();
    expect(await google.provider.listCalendars('account', 'anna@example.com')).toEqual([
      {
        remoteId: 'anna@example.com',
        name: 'Anna',
        color: '#1a57c9',
        zone: 'Europe/Vienna',
        primary: true,
        readable: true,
        writable: true,
      },
    ]);
  });

  it('needs reconnecting once the person takes the grant back', async () => {
    const google = await googleWorld();
    google.sim.revoke('anna@example.com');
    await expect(pull(google, { window })).rejects.toMatchObject({ kind: 'revoked' });
  });

  it('goes on when access tokens end early', async () => {
    const google = await googleWorld();
    google.faults.arm({ name: 'unauthorized' });
    expect((await pull(google, { window })).end.full).toBe(true);
  });

  it('is not believed to have no calendar', async () => {
    const google = await googleWorld();
    google.faults.arm({ name: 'no-calendars' });
    await expect(google.provider.listCalendars('account', 'anna@example.com')).rejects.toMatchObject({
      kind: 'malformed',
    });
  });

  it.each([
    ['free-busy-only', 'calendar-gone', {}],
    ['not-json-error', 'unavailable', {}],
    ['not-json-error', 'malformed', { value: 403 }],
    ['not-json-error', 'malformed', { value: 404 }],
  ])('gives up a round and says why: %s is %s %o', async (name, kind, more) => {
    const google = await googleWorld();
    google.faults.arm({ name, ...more });
    await expect(pull(google, { window })).rejects.toMatchObject({ kind });
  });

  it('begins anew after a 410 that gives no reason', async () => {
    const google = await googleWorld();
    const { end } = await pull(google, { window });
    google.faults.arm({ name: 'gone-unreasoned' });
    await expect(pull(google, { cursor: end.cursor })).rejects.toMatchObject({ kind: 'expired-cursor' });
  });

  it('gives its grant back', async () => {
    const google = await googleWorld();
    await google.provider.revoke('account');
    await google.provider.revoke('account');
    await expect(pull(google, { window })).rejects.toMatchObject({ kind: 'revoked' });
  });
});

describe('rounds', () => {
  it('bring the window first, and then each change in one request', async () => {
    const google = await googleWorld();
    const { world, calendar } = google;
    const lunch = world.insert(calendar.id, fields('Lunch', '2026-11-24T12:00:00'));
    world.insert(calendar.id, fields('Long ago', '2020-01-01T12:00:00'));
    const first = await pull(google, { window });
    expect(told(first.changes)).toEqual({ [lunch.id]: 'Lunch' });

    google.asked();
    world.change(calendar.id, lunch.id, { title: 'Late lunch' });
    const second = await pull(google, { cursor: first.end.cursor });
    expect(told(second.changes)).toEqual({ [lunch.id]: 'Late lunch' });
    expect(google.asked()).toHaveLength(1);

    world.remove(calendar.id, lunch.id);
    const third = await pull(google, { cursor: second.end.cursor });
    expect(told(third.changes)).toEqual({ [lunch.id]: 'gone' });

    const rest = await pull(google, { cursor: third.end.cursor });
    expect(rest).toMatchObject({ changes: [], end: { full: false } });
  });

  it('bring the occurrences of a series, and of an endless one only those in the window', async () => {
    const google = await googleWorld();
    const { world, calendar } = google;
    const { end } = await pull(google, { window });
    const series = world.insert(calendar.id, fields('Standup', '2026-11-24T09:00:00'), { recurrence: 'FREQ=WEEKLY' });
    const { changes } = await pull(google, { cursor: end.cursor });
    const events = changes.filter((change) => change.kind === 'event');
    expect(events.length).toBeGreaterThan(50);
    expect(events.length).toBeLessThan(60);
    expect(events[0]).toMatchObject({ event: { seriesId: series.id, recurrenceId: '2026-11-24T08:00:00.000Z' } });
    // The clocks go back in between: the same wall-clock time all the same.
    expect(events.map(({ event }) => event.span)).toContainEqual(
      expect.objectContaining({ start: Date.parse('2027-07-06T07:00:00Z'), zone: 'Europe/Vienna' }),
    );
  });

  it('tell of one occurrence that was moved or deleted', async () => {
    const google = await googleWorld();
    const { world, calendar } = google;
    const series = world.insert(calendar.id, fields('Standup', '2026-11-24T09:00:00'), {
      recurrence: 'FREQ=WEEKLY;COUNT=4',
    });
    const { end } = await pull(google, { window });
    google.asked();
    world.change(calendar.id, series.id, { title: 'Moved' }, '2026-12-01T09:00:00');
    world.remove(calendar.id, series.id, '2026-12-08T09:00:00');
    const { changes } = await pull(google, { cursor: end.cursor });
    expect(told(changes)).toEqual({
      [`${series.id}_20261201T080000Z`]: 'Moved',
      [`${series.id}_20261208T080000Z`]: 'gone',
    });
    expect(google.asked()).toHaveLength(1);
  });

  it('take away a deleted series whole', async () => {
    const google = await googleWorld();
    const { world, calendar } = google;
    const series = world.insert(calendar.id, fields('Standup', '2026-11-24T09:00:00'), {
      recurrence: 'FREQ=WEEKLY;COUNT=4',
    });
    const { end } = await pull(google, { window });
    world.remove(calendar.id, series.id);
    const { changes } = await pull(google, { cursor: end.cursor });
    expect(changes).toContainEqual({ kind: 'removed', id: series.id });
    expect(changes.every(({ kind }) => kind === 'removed')).toBe(true);
  });

  it('say what is left of a series that was cut short', async () => {
    const google = await googleWorld();
    const { world, calendar } = google;
    const series = world.insert(calendar.id, fields('Standup', '2026-11-24T09:00:00'), {
      recurrence: 'FREQ=WEEKLY;COUNT=9',
    });
    const { end } = await pull(google, { window });
    world.change(calendar.id, series.id, { recurrence: 'FREQ=WEEKLY;COUNT=2' });
    const { changes } = await pull(google, { cursor: end.cursor });
    expect(changes).toContainEqual({
      kind: 'series',
      seriesId: series.id,
      instanceIds: [`${series.id}_20261124T080000Z`, `${series.id}_20261201T080000Z`],
    });
  });

  it('begin anew when the sync token is gone, also in the middle', async () => {
    const google = await googleWorld();
    const { end } = await pull(google, { window });
    google.faults.arm({ name: 'full-sync-required' });
    await expect(pull(google, { cursor: end.cursor })).rejects.toMatchObject({ kind: 'expired-cursor' });
    google.pass(40 * 86_400_000);
    await expect(pull(google, { cursor: end.cursor })).rejects.toMatchObject({ kind: 'expired-cursor' });
  });

  it.each(['empty-page', 'repeated-page'])('survive a page that is odd: %s', async (name) => {
    const google = await googleWorld();
    const lunch = google.world.insert(google.calendar.id, fields('Lunch', '2026-11-24T12:00:00'));
    google.faults.arm({ name });
    expect(told((await pull(google, { window })).changes)).toEqual({ [lunch.id]: 'Lunch' });
  });

  it.each([
    ['rate-limit', 'throttled'],
    ['user-rate-limit', 'throttled'],
    ['quota', 'throttled'],
    ['too-many-requests', 'throttled'],
    ['server-error', 'unavailable'],
    ['unavailable', 'unavailable'],
    ['not-json', 'malformed'],
  ])('fail cleanly at %s', async (name, kind) => {
    const google = await googleWorld();
    google.faults.arm({ name });
    await expect(pull(google, { window })).rejects.toMatchObject({ kind });
  });

  it('end with the calendar when it is gone', async () => {
    const google = await googleWorld();
    const { end } = await pull(google, { window });
    google.world.removeCalendar(google.calendar.id);
    await expect(pull(google, { cursor: end.cursor })).rejects.toMatchObject({ kind: 'calendar-gone' });
  });
});

describe('copies', () => {
  it('read back as they were written, in every listing, and mail nobody', async () => {
    const google = await googleWorld();
    const { end } = await pull(google, { window });
    const event = await written(google, create('one'));
    const expected = { ...content, marker: { ...create('one').marker, genuine: true } };
    expect(event).toMatchObject(expected);
    expect(await google.provider.get(google.ref, event.id)).toMatchObject(expected);
    const { changes } = await pull(google, { cursor: end.cursor });
    expect(changes).toMatchObject([{ kind: 'event', event: { ...expected, etag: event.etag } }]);
    const listed = [];
    for await (const page of google.provider.list(google.ref, window)) listed.push(...page);
    expect(listed).toMatchObject([expected]);
    expect(google.world.event(google.calendar.id, event.id)).toMatchObject({ attendees: [] });
    expect(google.world.event(google.calendar.id, event.id)?.reminderMinutes).toBeUndefined();
  });

  it.each(['free', 'tentative', 'busy', 'oof', 'workingElsewhere'] as const)('keep showing as %s', async (showAs) => {
    expect((await written(await googleWorld(), create('one', { showAs }))).showAs).toBe(showAs);
  });

  it.each(['normal', 'personal', 'private', 'confidential'] as const)(
    'keep the sensitivity %s',
    async (sensitivity) => {
      expect((await written(await googleWorld(), create('one', { sensitivity }))).sensitivity).toBe(sensitivity);
    },
  );

  it('keep all-day dates, and give an event of no length a minute', async () => {
    const google = await googleWorld();
    const span = { kind: 'all-day', start: '2026-12-24', end: '2026-12-27' } as const;
    expect((await written(google, create('one', { span }))).span).toEqual(span);
    const at = Date.parse('2026-12-24T09:00:00Z');
    const moment = { kind: 'timed', start: at, end: at, zone: 'UTC' } as const;
    expect((await written(google, create('two', { span: moment }))).span).toEqual({ ...moment, end: at + 60_000 });
  });

  it('are found again by a repeated creation', async () => {
    const google = await googleWorld();
    google.faults.arm({ name: 'response-lost' });
    const [lost] = await google.provider.write(google.ref, [create('one')]);
    expect(lost).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
    const [found] = await google.provider.write(google.ref, [create('one')]);
    expect(found).toMatchObject({ ok: true, adopted: true, event: { title: 'Dentist' } });
    expect(google.world.events(google.calendar.id)).toHaveLength(1);
  });

  it('need a new identity once they were deleted', async () => {
    const google = await googleWorld();
    const { id } = await written(google, create('one'));
    google.world.remove(google.calendar.id, id);
    const [spent] = await google.provider.write(google.ref, [create('one')]);
    expect(spent).toMatchObject({ ok: false, error: { kind: 'identity-spent' } });
    expect((await written(google, create('one', {}, 1))).id).not.toBe(id);
  });

  it('are changed only as they were last seen', async () => {
    const google = await googleWorld();
    const { id, etag = '' } = await written(google, create('one'));
    const marker = { routeId: 'route', origin: 'one', generation: 0 };
    const update = {
      kind: 'update',
      id,
      etag,
      content: { ...content, title: 'Surgeon', location: '' },
      marker,
    } as const;
    expect(await written(google, update)).toMatchObject({ title: 'Surgeon', location: '', marker });
    const [stale] = await google.provider.write(google.ref, [update]);
    expect(stale).toMatchObject({ ok: false, error: { kind: 'conflict' } });
  });

  it('are deleted once, and a second time without harm', async () => {
    const google = await googleWorld();
    const { id } = await written(google, create('one'));
    expect(await google.provider.write(google.ref, [{ kind: 'delete', id }])).toEqual([{ ok: true }]);
    expect(await google.provider.write(google.ref, [{ kind: 'delete', id }])).toEqual([{ ok: true }]);
    expect(await google.provider.write(google.ref, [{ kind: 'delete', id: 'neverwas' }])).toEqual([{ ok: true }]);
    expect(await google.provider.get(google.ref, id)).toBeUndefined();
  });

  it('are unknown where the answer stayed away, and found by the next try', async () => {
    const google = await googleWorld();
    google.faults.arm({ name: 'batch-part-missing' });
    const operations = ['one', 'two'].map((name) => create(name));
    const results = await google.provider.write(google.ref, operations);
    expect(results.flatMap((result) => (result.ok ? [] : [result.error.kind]))).toEqual(['unavailable']);
    expect(await google.provider.write(google.ref, operations)).toMatchObject([{ adopted: true }, { adopted: true }]);
  });

  it('are tried again after a condition failed that nobody set', async () => {
    const google = await googleWorld();
    google.faults.arm({ name: 'condition-unasked' });
    const [result] = await google.provider.write(google.ref, [create('one')]);
    expect(result).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
    expect(await written(google, create('one'))).toMatchObject({ marker: { origin: 'one' } });
  });

  it('travel fifty in one request, and each is answered in its place', async () => {
    const google = await googleWorld();
    const taken = await written(google, create('5'));
    google.world.remove(google.calendar.id, taken.id);
    google.asked();
    const operations = Array.from({ length: 50 }, (_, index) => create(String(index), { title: `Event ${index}` }));
    const results = await google.provider.write(google.ref, operations);
    expect(results.map((result) => (result.ok ? result.event?.title : result.error.kind))).toEqual(
      operations.map((_, index) => (index === 5 ? 'identity-spent' : `Event ${index}`)),
    );
    expect(google.asked()[0]).toBe('POST /batch/calendar/v3');
  });

  it('are throttled one by one within a request', async () => {
    const google = await googleWorld({ quotaPerMinute: 20 });
    const results = await google.provider.write(
      google.ref,
      Array.from({ length: 40 }, (_, index) => create(String(index))),
    );
    const kinds = new Set(results.map((result) => (result.ok ? 'done' : result.error.kind)));
    expect(kinds).toEqual(new Set(['done', 'throttled']));
  });

  it('are not written where writing is not allowed', async () => {
    const google = await googleWorld();
    google.calendar.access = 'reader';
    const [result] = await google.provider.write(google.ref, [create('one')]);
    expect(result).toMatchObject({ ok: false });
    expect(google.world.events(google.calendar.id)).toHaveLength(0);
  });
});

describe('many events at once', () => {
  it('are read fifty in a request, each answered in its place', async () => {
    const google = await googleWorld();
    const { world, calendar, provider, ref } = google;
    const ids = Array.from({ length: 59 }, (_, index) => {
      const day = String((index % 28) + 1).padStart(2, '0');
      return world.insert(calendar.id, fields(String(index), `2026-12-${day}T09:00:00`)).id;
    });
    const copy = await written(google, create('one'));
    world.remove(calendar.id, ids[3] ?? '');
    world.change(calendar.id, ids[5] ?? '', { recurrence: 'FREQ=DAILY;COUNT=2' });
    google.asked();
    const found = await provider.getMany(ref, [...ids, copy.id, 'neverwas']);
    const other: Record<number, string> = { 3: 'gone', 5: 'unreadable', 59: 'Dentist', 60: 'gone' };
    expect(found.map((event) => (typeof event === 'string' ? event : event.title))).toEqual(
      found.map((_, index) => other[index] ?? String(index)),
    );
    expect(found[59]).toEqual(await provider.get(ref, copy.id));
    expect(google.asked().slice(0, 3)).toEqual([
      'POST /batch/calendar/v3',
      'POST /batch/calendar/v3',
      'GET /calendar/v3/calendars/anna%40example.com/events',
    ]);
  });

  it('are read by a plain request where there is one, by none where there is none', async () => {
    const google = await googleWorld();
    const { id } = await written(google, create('one'));
    google.asked();
    expect(await google.provider.getMany(google.ref, [id])).toMatchObject([{ id, marker: { genuine: true } }]);
    expect(await google.provider.getMany(google.ref, [])).toEqual([]);
    expect(google.asked()).toEqual([`GET /calendar/v3/calendars/anna%40example.com/events/${id}`]);
  });

  it('are not taken for deleted when it is the calendar that was', async () => {
    const google = await googleWorld();
    const { id } = await written(google, create('one'));
    google.world.removeCalendar(google.calendar.id);
    for (const ids of [[id], [id, id]]) {
      await expect(google.provider.getMany(google.ref, ids)).rejects.toMatchObject({ kind: 'calendar-gone' });
    }
  });

  it.each([
    ['rate-limit', 'throttled', {}],
    ['server-error', 'unavailable', {}],
    ['unauthorized', 'revoked', { times: 4 }],
    ['not-json', 'malformed', {}],
    ['not-json-error', 'malformed', { value: 404 }],
  ])('are unknown, all of them, when one answer is %s: %s %o', async (name, kind, more) => {
    const google = await googleWorld();
    const { id } = await written(google, create('one'));
    google.faults.arm({ name, path: '/events/', ...more });
    await expect(google.provider.getMany(google.ref, [id, id])).rejects.toMatchObject({ kind });
  });

  it('are unknown, all of them, when one answer stays away', async () => {
    const google = await googleWorld();
    const { id } = await written(google, create('one'));
    google.faults.arm({ name: 'batch-part-missing' });
    await expect(google.provider.getMany(google.ref, [id, id])).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('an original', () => {
  const allDay = { kind: 'all-day', start: '2026-12-03', end: '2026-12-05' } as const;

  async function listing({ provider, ref }: GoogleWorld): Promise<CalendarEvent[]> {
    const events: CalendarEvent[] = [];
    for await (const page of provider.list(ref, window)) events.push(...page);
    return events;
  }
  async function lunch(google: GoogleWorld, more: Parameters<typeof fields>[2] = {}): Promise<CalendarEvent> {
    google.world.insert(google.calendar.id, fields('Lunch', '2026-11-24T12:00:00', more));
    const [event] = await listing(google);
    if (!event) throw new Error('Nothing is listed.');
    return event;
  }
  async function standups(google: GoogleWorld, more: Parameters<typeof fields>[2] = {}): Promise<CalendarEvent[]> {
    google.world.insert(google.calendar.id, fields('Standup', '2026-11-24T09:00:00', more), {
      recurrence: 'FREQ=WEEKLY;COUNT=3',
    });
    return listing(google);
  }
  const back = (event: CalendarEvent | undefined, changes: Partial<EventContent>): WriteOperation => ({
    kind: 'write-back',
    id: event?.id ?? '',
    ...(event?.etag ? { etag: event.etag } : {}),
    changes,
  });
  const kept = ({ world, calendar }: GoogleWorld) =>
    world.instances(calendar.id, window.start, window.end).map((instance) => instance.fields);
  async function refusal({ provider, ref }: GoogleWorld, operation: WriteOperation) {
    const [result] = await provider.write(ref, [operation]);
    return result?.ok ? 'done' : result?.error.kind;
  }

  it('takes what is written back to it and keeps everything else', async () => {
    const google = await googleWorld();
    const extra = {
      colorId: '5',
      conferenceData: { conferenceId: 'abc' },
      extendedProperties: { private: { a: 'b' } },
    };
    const before = await lunch(google, { location: 'Here', description: 'Soup', reminderMinutes: 30, extra });
    const [held] = kept(google);
    const event = await written(google, back(before, { title: 'Dinner', location: '' }));
    expect(event).toEqual({ ...before, title: 'Dinner', location: '', etag: event.etag });
    expect(event.etag).not.toBe(before.etag);
    expect(kept(google)).toEqual([
      { ...held, title: 'Dinner', location: '', extra: expect.objectContaining({ ...held?.extra }) },
    ]);
    expect(google.sim.requests.snapshot().mails).toBe(0);
  });

  it('takes every field, and shows each in the next round without becoming a copy', async () => {
    const google = await googleWorld();
    const before = await lunch(google);
    const { end } = await pull(google, { window });
    const event = await written(google, back(before, content));
    expect(event).toMatchObject(content);
    const { changes } = await pull(google, { cursor: end.cursor });
    expect(changes).toEqual([{ kind: 'event', event }]);
    expect(event.marker).toBeUndefined();
    expect(await google.provider.getMany(google.ref, [event.id])).toEqual([event]);
  });

  it.each(['free', 'tentative', 'busy', 'oof', 'workingElsewhere'] as const)(
    'shows as %s when that is written back, whatever it was before',
    async (showAs) => {
      const google = await googleWorld();
      let event = await lunch(google);
      for (const before of ['tentative', 'oof', 'free'] as const) {
        event = await written(google, back(event, { showAs: before }));
        event = await written(google, back(event, { showAs }));
        expect(event.showAs).toBe(showAs);
      }
      const native = { free: 'free', tentative: 'tentative' }[String(showAs)] ?? 'busy';
      expect(kept(google)[0]).toMatchObject({ showAs: native });
    },
  );

  it('shows what a person sees, once that is something else than what was written back', async () => {
    const google = await googleWorld();
    const event = await written(google, back(await lunch(google), { showAs: 'oof', sensitivity: 'personal' }));
    google.world.change(google.calendar.id, event.id, { showAs: 'tentative' });
    expect((await google.provider.get(google.ref, event.id))?.showAs).toBe('tentative');
    google.world.change(google.calendar.id, event.id, { showAs: 'free', sensitivity: 'normal' });
    expect(await google.provider.get(google.ref, event.id)).toMatchObject({ showAs: 'free', sensitivity: 'normal' });
  });

  it.each(['normal', 'personal', 'private', 'confidential'] as const)(
    'is %s when that is written back, whatever it was before',
    async (sensitivity) => {
      const google = await googleWorld();
      let event = await lunch(google);
      for (const before of ['personal', 'confidential', 'normal'] as const) {
        event = await written(google, back(event, { sensitivity: before }));
        event = await written(google, back(event, { sensitivity }));
        expect(event.sensitivity).toBe(sensitivity);
      }
    },
  );

  it('becomes all-day, and timed again', async () => {
    const google = await googleWorld();
    const days = await written(google, back(await lunch(google), { span: allDay }));
    expect(days.span).toEqual(allDay);
    expect((await written(google, back(days, { span: content.span }))).span).toEqual(content.span);
  });

  it('is changed as it was last seen only, and not where it is gone', async () => {
    const google = await googleWorld();
    const before = await lunch(google);
    await written(google, back(before, { title: 'Dinner' }));
    expect(await refusal(google, back(before, { title: 'Late' }))).toBe('conflict');
    expect(await refusal(google, { kind: 'delete', id: before.id, etag: before.etag ?? '' })).toBe('conflict');
    expect(await refusal(google, { kind: 'write-back', id: 'neverwas', changes: { title: 'Late' } })).toBe('not-found');
    google.world.removeCalendar(google.calendar.id);
    await expect(refusal(google, back(before, { title: 'Late' }))).rejects.toMatchObject({ kind: 'calendar-gone' });
  });

  it('keeps the other occurrences when one is changed, which stays the one it was', async () => {
    const google = await googleWorld();
    const [first, second, third] = await standups(google);
    const { end } = await pull(google, { window });
    const event = await written(google, back(second, { title: 'Special', span: content.span }));
    expect(event).toMatchObject({
      id: second?.id,
      recurrenceId: '2026-12-01T08:00:00.000Z',
      title: 'Special',
      span: content.span,
    });
    expect(event.etag).not.toBe(second?.etag);
    const { changes } = await pull(google, { cursor: end.cursor });
    expect(changes).toEqual([{ kind: 'event', event }]);
    const days = await written(google, back(event, { span: allDay }));
    expect(days).toMatchObject({ id: second?.id, recurrenceId: '2026-12-01T08:00:00.000Z', span: allDay });
    expect(await google.provider.getMany(google.ref, [first?.id ?? '', third?.id ?? ''])).toEqual([first, third]);
  });

  it('makes its whole series stricter, and no occurrence looser', async () => {
    const google = await googleWorld();
    const [, second] = await standups(google);
    const strict = await written(google, back(second, { sensitivity: 'personal' }));
    expect(strict.sensitivity).toBe('personal');
    expect((await listing(google)).map(({ sensitivity }) => sensitivity)).toEqual(['private', 'personal', 'private']);
    expect((await written(google, back(strict, { sensitivity: 'normal' }))).sensitivity).toBe('private');
  });

  it('loses the one occurrence that is deleted', async () => {
    const google = await googleWorld();
    const [first, second, third] = await standups(google);
    const { end } = await pull(google, { window });
    const deletion = { kind: 'delete', id: second?.id ?? '' } as const;
    expect(await refusal(google, { ...deletion, etag: '"old"' })).toBe('conflict');
    expect(await refusal(google, { ...deletion, etag: second?.etag ?? '' })).toBe('done');
    expect(await google.provider.getMany(google.ref, [second?.id ?? ''])).toEqual(['gone']);
    const { changes } = await pull(google, { cursor: end.cursor });
    expect(changes).toEqual([{ kind: 'removed', id: second?.id }]);
    expect(await listing(google)).toEqual([first, third]);
  });

  it('costs mail where people are invited', async () => {
    const google = await googleWorld();
    const attendees = [{ email: 'bob@example.org', response: 'none' as const }];
    await written(google, back(await lunch(google, { attendees }), { title: 'Dinner' }));
    expect(google.sim.requests.snapshot().mails).toBe(1);
    expect(kept(google)[0]?.attendees).toEqual(attendees);
  });

  it.each([
    ['response-lost', 'unavailable', { method: 'PATCH' }],
    ['conflict', 'unavailable', {}],
    ['rate-limit', 'throttled', {}],
  ])('is written back to again after %s, which is %s', async (name, kind, more) => {
    const google = await googleWorld();
    const before = await lunch(google);
    google.faults.arm({ name, ...more });
    const spare: WriteOperation = { kind: 'delete', id: 'neverwas' };
    const results = await google.provider.write(google.ref, [back(before, { title: 'Dinner' }), spare]);
    // The fault may strike the other part; then this one went through.
    const [result] = results;
    if (name === 'response-lost') expect(result).toMatchObject({ ok: false, error: { kind } });
    expect(results.flatMap((each) => (each.ok ? [] : [each.error.kind]))).toEqual([kind]);
    const [now] = await listing(google);
    expect(await refusal(google, back(now, { title: 'Dinner' }))).toBe('done');
    expect(google.faults.fired()).toEqual({ [name]: 1 });
  });

  it('is in conflict after a condition failed that nobody set', async () => {
    const google = await googleWorld();
    const { id } = await lunch(google);
    google.faults.arm({ name: 'condition-unasked' });
    const operation: WriteOperation = { kind: 'write-back', id, changes: { title: 'Dinner' } };
    expect(await refusal(google, operation)).toBe('conflict');
    expect(await refusal(google, operation)).toBe('done');
  });
});

describe('an original made anew', () => {
  const restores = { routeId: 'route', origin: 'one' };
  const restore = { kind: 'restore', identity: 'hetkr1:route:one:0', content } as const;

  it('is an original like any other, rings nobody, and says which one it stands for', async () => {
    const google = await googleWorld();
    const { end } = await pull(google, { window });
    const event = await written(google, restore);
    expect(event).toMatchObject({ ...content, restores, isOrganizer: true, attendees: [] });
    expect(event.id).toMatch(/^hetkr[0-9a-v]{52}$/);
    const { changes } = await pull(google, { cursor: end.cursor });
    expect(changes).toEqual([{ kind: 'event', event }]);
    expect(event.marker).toBeUndefined();
    expect(google.world.event(google.calendar.id, event.id)?.reminderMinutes).toBeUndefined();
  });

  it('is tentative for everybody to see', async () => {
    const google = await googleWorld();
    const { id, showAs } = await written(google, { ...restore, content: { ...content, showAs: 'tentative' } });
    expect([showAs, google.world.event(google.calendar.id, id)?.showAs]).toEqual(['tentative', 'tentative']);
    google.world.change(google.calendar.id, id, { showAs: 'busy' });
    expect((await google.provider.get(google.ref, id))?.showAs).toBe('busy');
  });

  it.each([
    ['response-lost', 'unavailable'],
    ['condition-unasked', 'unavailable'],
    [undefined, 'done'],
  ])('is made once (%s)', async (name, outcome) => {
    const google = await googleWorld();
    if (name) google.faults.arm({ name });
    const [first] = await google.provider.write(google.ref, [restore]);
    expect(first?.ok ? 'done' : first?.error.kind).toBe(outcome);
    await google.provider.write(google.ref, [restore]);
    const [again] = await google.provider.write(google.ref, [{ ...restore, content: { ...content, title: 'Later' } }]);
    expect(again).toMatchObject({ ok: true, adopted: true, event: { title: 'Dentist', restores } });
    expect(google.world.events(google.calendar.id)).toHaveLength(1);
  });

  it('needs another identity once it was deleted', async () => {
    const google = await googleWorld();
    const { id } = await written(google, restore);
    await google.provider.write(google.ref, [{ kind: 'delete', id }]);
    const [spent] = await google.provider.write(google.ref, [restore]);
    expect(spent).toMatchObject({ ok: false, error: { kind: 'identity-spent' } });
    expect(await written(google, { ...restore, identity: 'hetkr1:route:one:1' })).toMatchObject({ restores });
  });

  it('stands for nothing as a duplicate or as the series that a person makes of it', async () => {
    const google = await googleWorld();
    const { world, calendar } = google;
    const { id } = await written(google, restore);
    const held = world.event(calendar.id, id);
    if (held) world.insert(calendar.id, held);
    world.change(calendar.id, id, { recurrence: 'FREQ=WEEKLY;COUNT=2' });
    const events: CalendarEvent[] = [];
    for await (const page of google.provider.list(google.ref, window)) events.push(...page);
    expect(events.map((event) => event.restores)).toEqual([undefined, undefined, undefined]);
  });
});

describe('the same meeting', () => {
  it('is recognised by iCalUId and instance', async () => {
    const google = await googleWorld();
    const { world, calendar, provider, ref } = google;
    world.insert(calendar.id, fields('Board', '2026-11-24T15:00:00'), { iCalUId: 'board@example.com' });
    world.insert(calendar.id, fields('Weekly', '2026-11-24T09:00:00'), {
      iCalUId: 'weekly@example.com',
      recurrence: 'FREQ=WEEKLY;COUNT=2',
    });
    const originals = [];
    for await (const page of provider.list(ref, window)) originals.push(...page);
    expect(originals).toHaveLength(3);
    expect(await provider.hasMeetings(ref, originals)).toEqual([true, true, true]);
    const others = originals.map((event) => ({ ...event, iCalUId: 'other@example.com' }));
    expect(await provider.hasMeetings(ref, others)).toEqual([false, false, false]);
  });
});

describe('push', () => {
  const request = (id: string) => ({
    id,
    notificationUrl: 'https://hetk.test/webhooks/google',
    lifecycleUrl: '',
    token: 'token',
    until: Date.parse('2026-11-29T08:00:00Z'),
  });

  it('tells of changes until the channel is closed', async () => {
    const google = await googleWorld();
    const subscription = await google.provider.subscribe(google.ref, request('channel-1'));
    expect(subscription).toMatchObject({ remoteId: 'channel-1', expiresAt: Date.parse('2026-11-29T08:00:00Z') });
    google.world.insert(google.calendar.id, fields('Lunch', '2026-11-24T12:00:00'));
    await google.settle();
    const states = () => google.notified.map(({ headers }) => headers.get('x-goog-resource-state'));
    expect(states()).toEqual(['sync', 'exists']);
    expect(google.notified[1]?.headers.get('x-goog-channel-token')).toBe('token');

    await google.provider.unsubscribe(google.ref, subscription);
    await google.provider.unsubscribe(google.ref, subscription);
    google.world.insert(google.calendar.id, fields('Dinner', '2026-11-24T19:00:00'));
    await google.settle();
    expect(states()).toHaveLength(2);
  });

  it('is refused for an id used before, and where a calendar has no push', async () => {
    const google = await googleWorld();
    await google.provider.subscribe(google.ref, request('channel-1'));
    await expect(google.provider.subscribe(google.ref, request('channel-1'))).rejects.toMatchObject({
      kind: 'conflict',
    });
    google.faults.arm({ name: 'push-unsupported' });
    await expect(google.provider.subscribe(google.ref, request('channel-2'))).rejects.toMatchObject({
      kind: 'push-unsupported',
    });
  });
});
