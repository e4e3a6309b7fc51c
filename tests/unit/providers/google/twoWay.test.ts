import { describe, expect, it } from '@jest/globals';
import type { EventContent } from '../../../../shared/calendar/event.ts';
import { changedBody } from '../../../../shared/providers/google/changedBody.ts';
import { restoredIdOf } from '../../../../shared/providers/google/eventId.ts';
import { eventFrom } from '../../../../shared/providers/google/mapping.ts';
import { googleEvent } from '../../../../shared/providers/google/schemas.ts';
import { type Arrived, calendar, failure, item, json, page, scriptedGoogle } from './scriptedGoogle.ts';

const identity = 'hetkr1:route:origin:0';
const content: EventContent = {
  title: 'Dentist',
  description: '',
  location: '',
  span: {
    kind: 'timed',
    start: Date.parse('2026-12-01T09:00:00Z'),
    end: Date.parse('2026-12-01T10:00:00Z'),
    zone: 'Europe/Vienna',
  },
  showAs: 'workingElsewhere',
  sensitivity: 'normal',
};
const read = (more: Record<string, unknown>, id = 'a') =>
  eventFrom(googleEvent.parse(item(id, more)), 'ada@example.com');
const shown = (hetkShowAs: string | null) => ({ extendedProperties: { private: { hetkShowAs } } });
const properties = (own: Record<string, string>) => ({ extendedProperties: { private: own } });

/** Google's events answered by a script, its tokens as ever. */
const events = (script: (request: Arrived) => Response) =>
  scriptedGoogle((request) => (request.url.pathname.startsWith('/api/calendar/') ? script(request) : undefined));

describe('what is written back to an original at Google', () => {
  it.each<[Partial<EventContent>, object]>([
    [{ title: '' }, { summary: '' }],
    [{ description: '' }, { description: '' }],
    [{ location: '' }, { location: '' }],
    [
      { span: content.span },
      {
        start: { date: null, dateTime: '2026-12-01T09:00:00Z', timeZone: 'Europe/Vienna' },
        end: { date: null, dateTime: '2026-12-01T10:00:00Z', timeZone: 'Europe/Vienna' },
      },
    ],
    [
      { span: { kind: 'all-day', start: '2026-12-01', end: '2026-12-02' } },
      {
        start: { date: '2026-12-01', dateTime: null, timeZone: null },
        end: { date: '2026-12-02', dateTime: null, timeZone: null },
      },
    ],
    [{ showAs: 'free' }, { transparency: 'transparent', ...shown(null) }],
    [{ showAs: 'busy' }, { transparency: 'opaque', status: 'confirmed', ...shown(null) }],
    [{ showAs: 'tentative' }, { transparency: 'opaque', status: 'tentative', ...shown(null) }],
    [{ showAs: 'oof' }, { transparency: 'opaque', status: 'confirmed', ...shown('oof') }],
    [{ sensitivity: 'private' }, { visibility: 'private', extendedProperties: { private: { hetkSensitivity: null } } }],
    [
      { sensitivity: 'personal' },
      { visibility: 'private', extendedProperties: { private: { hetkSensitivity: 'personal' } } },
    ],
  ])('names what changed and nothing else: %o', (changes, body) => {
    expect(changedBody(changes, true)).toEqual(body);
  });

  it('is cut where a copy is', () => {
    const body = changedBody(
      { title: 'x'.repeat(2000), description: 'x'.repeat(9000), location: 'x'.repeat(2000) },
      true,
    );
    expect([body.summary, body.description, body.location].map((text) => text?.length)).toEqual([1000, 8000, 1000]);
  });

  it('says no status without a condition, so that nothing deleted comes back', () => {
    expect(changedBody({ showAs: 'busy' }, false)).toEqual({ transparency: 'opaque', ...shown(null) });
    expect(changedBody({ showAs: 'tentative' }, false)).toEqual({ transparency: 'opaque', ...shown('tentative') });
  });

  it('goes as a PATCH under its etag that asks for no mail', async () => {
    const google = events(() => json(item('a')));
    await google.provider.write(calendar, [
      { kind: 'write-back', id: 'a', etag: '"1"', changes: { title: 'Surgeon' } },
    ]);
    const [request] = google.arrived;
    expect(request?.method).toBe('PATCH');
    expect(request?.headers.get('if-match')).toBe('"1"');
    expect(Object.fromEntries(request?.url.searchParams ?? [])).toEqual({ sendUpdates: 'none' });
    expect(request?.body).toBe('{"summary":"Surgeon"}');
  });

  it.each([
    [404, 'notFound', 'not-found'],
    [410, 'deleted', 'not-found'],
    [412, 'conditionNotMet', 'conflict'],
    [400, 'invalid', 'refused'],
    [403, 'forbiddenForNonOrganizer', 'refused'],
  ])('answers %i %s as %s', async (status, reason, kind) => {
    const google = events(({ method }) => (method === 'PATCH' ? failure(status, reason) : page([], {})));
    const [result] = await google.provider.write(calendar, [{ kind: 'write-back', id: 'a', changes: { title: 'b' } }]);
    expect(result).toMatchObject({ ok: false, error: { kind } });
  });
});

describe('an original at Google that says more than Google can', () => {
  it('is no copy', () => {
    expect(read(properties({ hetkShowAs: 'oof', hetkSensitivity: 'personal' })).marker).toBeUndefined();
  });

  it.each([
    ['oof', {}],
    ['free', { transparency: 'transparent' }],
    ['tentative', { status: 'tentative' }],
  ])('shows as %s where Google says %o', (showAs, more) => {
    expect(read({ ...properties({ hetkShowAs: 'oof' }), ...more }).showAs).toBe(showAs);
  });

  it('shows as its property says on a copy, whose status Hetk never wrote', () => {
    const copy = { hetkRoute: 'r', hetkOrigin: 'o', hetkGen: '0', hetkShowAs: 'oof' };
    expect(read({ ...properties(copy), status: 'tentative' }).showAs).toBe('oof');
  });

  it.each([
    ['personal', { visibility: 'private' }],
    ['normal', { visibility: 'public' }],
    ['normal', {}],
  ])('is %s where Google says %o', (sensitivity, more) => {
    expect(read({ ...properties({ hetkSensitivity: 'personal' }), ...more }).sensitivity).toBe(sensitivity);
  });
});

describe('an original made anew at Google', () => {
  const restored = (own: Record<string, string>, id = restoredIdOf(identity)) => read(properties(own), id).restores;

  it('says which one it stands for where its id proves it', () => {
    expect(restored({ hetkRestores: identity })).toEqual({ routeId: 'route', origin: 'origin' });
    expect(restored({ hetkRestores: 'hetkr1:route:other:0' })).toBeUndefined();
    expect(restored({ hetkRestores: identity }, 'duplicate')).toBeUndefined();
    expect(restored({})).toBeUndefined();
  });

  it('stands for nothing once it is a copy', () => {
    const copy = { hetkRoute: 'r', hetkOrigin: 'o', hetkGen: '0', hetkRestores: identity };
    expect(restored(copy)).toBeUndefined();
  });

  it('is sent without marker, attendees and reminders', async () => {
    const google = events(() => json(item('a')));
    await google.provider.write(calendar, [{ kind: 'restore', identity, content }]);
    expect(JSON.parse(google.arrived[0]?.body ?? '')).toEqual({
      id: restoredIdOf(identity),
      summary: 'Dentist',
      start: { dateTime: '2026-12-01T09:00:00Z', timeZone: 'Europe/Vienna' },
      end: { dateTime: '2026-12-01T10:00:00Z', timeZone: 'Europe/Vienna' },
      transparency: 'opaque',
      status: 'confirmed',
      visibility: 'default',
      reminders: { useDefault: false, overrides: [] },
      ...properties({ hetkRestores: identity, hetkShowAs: 'workingElsewhere' }),
    });
  });

  it('is known by its id where a program took its properties', async () => {
    const google = events(({ method, url }) =>
      method === 'POST' ? failure(409, 'duplicate') : json(item(url.pathname.split('/').at(-1) ?? '')),
    );
    const results = await google.provider.write(calendar, [{ kind: 'restore', identity, content }]);
    expect(results).toMatchObject([{ ok: true, adopted: true, event: { id: restoredIdOf(identity) } }]);
  });
});

describe('an event that is asked for at Google', () => {
  it.each([
    ['gone', { status: 'cancelled', start: undefined }],
    ['unreadable', { start: undefined }],
    ['unreadable', { start: { date: '2026-02-31' } }],
    ['unreadable', { recurrence: ['RRULE:FREQ=DAILY'] }],
  ])('is %s when it says %o', async (found, more) => {
    const google = events(() => json(item('a', more)));
    expect(await google.provider.getMany(calendar, ['a'])).toEqual([found]);
  });

  it.each([
    [410, 'deleted'],
    [404, 'notFound'],
  ])('is gone after a %i', async (status, reason) => {
    const google = events(({ url }) => (url.pathname.endsWith('/events') ? page([], {}) : failure(status, reason)));
    expect(await google.provider.getMany(calendar, ['a'])).toEqual(['gone']);
  });
});
