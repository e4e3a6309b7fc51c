import { describe, expect, it } from '@jest/globals';
import { eventFrom } from '../../../../shared/providers/google/mapping.ts';
import { googleEvent } from '../../../../shared/providers/google/schemas.ts';
import { item } from './scriptedGoogle.ts';

const read = (more: Record<string, unknown>) =>
  eventFrom(googleEvent.parse(item('a', more)), 'ada@example.com', 'Europe/Vienna');
const people = (own: string) => [
  { email: 'Ada@Example.com', self: true, responseStatus: own },
  { email: 'bob@example.com', displayName: 'Bob', responseStatus: 'accepted' },
];

describe('reading a Google event', () => {
  it('reads a plain one', () => {
    expect(read({ description: 'See https://example.com\nand bring <nothing', location: 'Room 1' })).toEqual({
      id: 'a',
      etag: '"a-1"',
      iCalUId: 'a@google.com',
      kind: 'default',
      title: 'Standup',
      description: 'See <a href="https://example.com">https://example.com</a><br>and bring &lt;nothing',
      location: 'Room 1',
      span: {
        kind: 'timed',
        start: Date.parse('2026-11-24T08:00:00Z'),
        end: Date.parse('2026-11-24T08:30:00Z'),
        zone: 'Europe/Vienna',
      },
      showAs: 'busy',
      sensitivity: 'normal',
      organizer: { email: 'ada@example.com' },
      isOrganizer: true,
      attendees: [],
      response: 'organizer',
      cancelled: false,
      modifiedAt: Date.parse('2026-11-20T10:00:00Z'),
    });
  });

  it('names an occurrence by the start it was planned for, wherever it moved', () => {
    const moved = {
      recurringEventId: 's',
      originalStartTime: { dateTime: '2026-11-24T07:00:00+01:00', timeZone: 'Europe/Vienna' },
    };
    expect(read(moved)).toMatchObject({ seriesId: 's', recurrenceId: '2026-11-24T06:00:00.000Z' });
    expect(read({ ...moved, originalStartTime: { date: '2026-11-24' } })).toMatchObject({ recurrenceId: '2026-11-24' });
  });

  it.each([
    ['a date that is none', { start: { date: 'tomorrow' }, end: { date: '2026-12-27' } }],
    ['a day that no month has', { start: { date: '2026-02-28' }, end: { date: '2026-02-30' } }],
    ['a time that is none', { start: { dateTime: 'noon', timeZone: 'Europe/Vienna' } }],
    ['no time', { start: undefined, end: undefined }],
  ])('finds one malformed with %s', (_what, more) => {
    expect(() => read(more)).toThrow(expect.objectContaining({ name: 'ProviderError', kind: 'malformed' }));
  });

  it('reads all-day dates without any zone', () => {
    expect(read({ start: { date: '2026-12-24' }, end: { date: '2026-12-27' } }).span).toEqual({
      kind: 'all-day',
      start: '2026-12-24',
      end: '2026-12-27',
    });
  });

  it.each([
    ['accepted', 'accepted'],
    ['tentative', 'tentative'],
    ['declined', 'declined'],
    ['needsAction', 'none'],
  ])('an invitation that the owner answered %s is %s, and the owner is no attendee', (status, response) => {
    const event = read({ attendees: people(status), organizer: { email: 'bob@example.com', displayName: 'Bob' } });
    expect(event).toMatchObject({
      response,
      isOrganizer: false,
      attendees: [{ email: 'bob@example.com', name: 'Bob' }],
    });
  });

  it("is the owner's own meeting when the owner organizes it", () => {
    expect(read({ attendees: people('accepted') })).toMatchObject({ response: 'organizer', isOrganizer: true });
  });

  it.each([
    [{ transparency: 'transparent' }, 'free'],
    [{ status: 'tentative' }, 'tentative'],
    [{ eventType: 'outOfOffice' }, 'oof'],
    [{ eventType: 'focusTime' }, 'busy'],
  ])('shows %j as %s', (more, showAs) => {
    expect(read(more).showAs).toBe(showAs);
  });

  it.each([
    ['default', 'normal'],
    ['public', 'normal'],
    ['private', 'private'],
    ['confidential', 'confidential'],
  ])('reads visibility %s as %s', (visibility, sensitivity) => {
    expect(read({ visibility }).sensitivity).toBe(sensitivity);
  });

  it.each(['workingLocation', 'birthday', 'focusTime', 'outOfOffice', 'fromGmail', 'default'])(
    'knows the kind %s',
    (eventType) => {
      expect(read({ eventType }).kind).toBe(eventType);
    },
  );

  it('believes the person rather than the marker where a copy was changed by hand', () => {
    const extendedProperties = {
      private: { hetkRoute: 'r', hetkOrigin: 'o', hetkGen: '0', hetkShowAs: 'oof', hetkSensitivity: 'personal' },
    };
    expect(read({ extendedProperties, visibility: 'private' })).toMatchObject({
      showAs: 'oof',
      sensitivity: 'personal',
    });
    expect(read({ extendedProperties, visibility: 'default', transparency: 'transparent' })).toMatchObject({
      showAs: 'free',
      sensitivity: 'normal',
    });
  });

  it('a duplicate of a copy carries the marker and is not genuine', () => {
    const extendedProperties = { private: { hetkRoute: 'r', hetkOrigin: 'o', hetkGen: '0' } };
    expect(read({ extendedProperties }).marker).toEqual({ routeId: 'r', origin: 'o', generation: 0, genuine: false });
  });

  it('knows a copy whose properties are hidden from the reader by its id', () => {
    const hidden = googleEvent.parse(item(`hetk1${'0'.repeat(52)}`, { visibility: 'private' }));
    expect(eventFrom(hidden, 'eve@example.com').marker).toMatchObject({ genuine: false });
  });

  it("leaves Meet's block out of the description", () => {
    const line = '-::~:~::~:~:~:~::~:~::-';
    const description = `Agenda\n\n${line}\nJoin with Google Meet: https://meet.google.com/abc\nPlease do not edit this section.\n${line}`;
    expect(read({ description }).description).toBe('Agenda');
  });
});
