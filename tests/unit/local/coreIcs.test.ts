import { describe, expect, it } from '@jest/globals';
import { eventsFromIcs } from '../../../local/core/ics.ts';
import { line, startWorld } from './coreFixture.ts';

const file = (...events: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...events, 'END:VCALENDAR'].join('\r\n');
const event = (...lines: string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n');

function instances(text: string): string[] {
  const { world, calendar } = startWorld();
  for (const { fields, ...more } of eventsFromIcs(text).events) world.insert(calendar.id, fields, more);
  return world.instances(calendar.id, 0, Date.parse('2030-01-01')).map(line);
}

describe('an iCalendar file', () => {
  it('brings a series with what was cut out of it and moved in it', () => {
    const text = file(
      event(
        'UID:a',
        'SUMMARY:Standup',
        'DTSTART;TZID=W. Europe Standard Time:20261201T090000',
        'DTEND;TZID=W. Europe Standard Time:20261201T093000',
        'RRULE:FREQ=DAILY;COUNT=4',
        'EXDATE;TZID=Europe/Berlin:20261202T090000',
      ),
      event(
        'UID:a',
        'SUMMARY:Standup, late',
        'RECURRENCE-ID:20261203T080000Z',
        'DTSTART;TZID=Europe/Berlin:20261203T150000',
        'DURATION:PT30M',
      ),
    );
    expect(eventsFromIcs(text).problems).toEqual([]);
    expect(instances(text)).toEqual([
      '2026-12-01T08:00Z Standup',
      '2026-12-03T14:00Z Standup, late',
      '2026-12-04T08:00Z Standup',
    ]);
  });

  it('says what an event is: all-day, private, free or away, with people and a reminder', () => {
    const { events } = eventsFromIcs(
      file(
        event(
          'UID:a',
          'DTSTART:20261224',
          'DTEND:20261227',
          'CLASS:PRIVATE',
          'TRANSP:TRANSPARENT',
          'X-MICROSOFT-CDO-BUSYSTATUS:OOF',
          'ORGANIZER;CN=Bob:mailto:bob@example.com',
          'ATTENDEE;PARTSTAT=DECLINED:MAILTO:cy@example.com',
          'BEGIN:VALARM',
          'ACTION:DISPLAY',
          'TRIGGER:-PT20M',
          'END:VALARM',
        ),
        event('UID:b', 'DTSTART:20261224T100000Z', 'TRANSP:TRANSPARENT', 'CLASS:CONFIDENTIAL'),
      ),
    );
    expect(events[0]?.fields).toMatchObject({
      time: { allDay: true, start: '2026-12-24', end: '2026-12-27' },
      sensitivity: 'private',
      showAs: 'oof',
      organizer: { email: 'bob@example.com', name: 'Bob' },
      attendees: [{ email: 'cy@example.com', response: 'declined' }],
      reminderMinutes: 20,
    });
    expect(events[1]?.fields).toMatchObject({ showAs: 'free', sensitivity: 'confidential', time: { zone: 'UTC' } });
  });

  it('loses only the event that is broken, and names no content in the problem', () => {
    const good = event('UID:good', 'SUMMARY:Good', 'DTSTART:20261201T090000Z');
    const bad = event('UID:bad', 'SUMMARY:Secret', 'DTSTART:Secret');
    const { events, problems } = eventsFromIcs(file(bad, good));
    expect(events.map(({ fields }) => fields.title)).toEqual(['Good']);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('bad');
    expect(problems.join()).not.toContain('Secr');
    const torn = eventsFromIcs(file(event('a line that is none', 'SUMMARY:Secret'), good));
    expect([torn.events.length, torn.problems.length]).toEqual([1, 1]);
    expect(torn.problems.join()).not.toContain('Secret');
  });

  it('that is none is a problem, not an accident', () => {
    for (const text of ['', 'hello', '\u0000\u0001', 'BEGIN:VCALENDAR', '{"a":1}']) {
      const { events, problems } = eventsFromIcs(text);
      expect(events).toEqual([]);
      expect(text === '' || problems.length > 0 || events.length === 0).toBe(true);
    }
    expect(eventsFromIcs('hello').problems).toHaveLength(1);
  });
});
