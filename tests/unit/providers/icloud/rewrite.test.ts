import { describe, expect, it } from '@jest/globals';
import { textOf } from '../../../../shared/providers/icloud/contentLines.ts';
import {
  UnchangeableError,
  withEventChanged,
  withOccurrenceCancelled,
  withOccurrenceChanged,
} from '../../../../shared/providers/icloud/rewrite.ts';
import { between, calendar, spans, vevent } from './ics.ts';

const when = { now: Date.parse('2026-05-01T10:00:00Z'), ownerEmail: 'bob@example.com' };
const alarm = ['BEGIN:VALARM', 'TRIGGER:-PT10M', 'ACTION:DISPLAY', 'X-INSIDE:1', 'END:VALARM'];
const foreign = [
  'X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC',
  'X-ODD;X-P="a;b:c,d";Y=^n:some\\, thing\\;',
  'ATTENDEE;CN=Bob;RSVP=TRUE:mailto:bob@example.com',
];
const series = vevent(
  'DTSTART;TZID=Europe/Berlin:20260302T090000',
  'DTEND;TZID=Europe/Berlin:20260302T100000',
  'RRULE:FREQ=WEEKLY',
  'SUMMARY:Weekly',
  'SEQUENCE:4',
  ...foreign,
  ...alarm,
);
const third = '2026-03-16T08:00:00.000Z';
const march = ['2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'] as const;

/** The lines that one text has and the other has not, in their order. */
function added(before: string, after: string): string[] {
  const left = before.split('\r\n');
  return after.split('\r\n').filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

const present = (text: string | undefined) => {
  if (text === undefined) throw new Error('There is nothing to change.');
  return text;
};
const titles = (text: string) => between(text, ...march).instances.map(({ event }) => textOf(event, 'SUMMARY'));

describe('one occurrence of a series', () => {
  it('that is edited gets an override in the form of the series, with all that held for it', () => {
    const before = calendar(series);
    const after = present(withOccurrenceChanged(before, third, { title: 'Once, only' }, when));
    expect(added(before, after)).toEqual([
      'BEGIN:VEVENT',
      'UID:event',
      'DTSTAMP:20260501T100000Z',
      'DTSTART;TZID=Europe/Berlin:20260316T090000',
      'DTEND;TZID=Europe/Berlin:20260316T100000',
      'SUMMARY:Once\\, only',
      'SEQUENCE:5',
      ...foreign,
      'RECURRENCE-ID;TZID=Europe/Berlin:20260316T090000',
      'LAST-MODIFIED:20260501T100000Z',
      ...alarm,
      'END:VEVENT',
    ]);
    expect(added(after, before)).toEqual([]);
    expect(titles(after)).toEqual(['Weekly', 'Weekly', 'Once, only', 'Weekly', 'Weekly']);
    expect(spans(between(after, ...march))[2]).toBe('2026-03-16T08:00/2026-03-16T09:00');
  });

  it('that is moved keeps its name', () => {
    const span = {
      kind: 'timed',
      start: Date.parse('2026-03-17T12:00:00Z'),
      end: Date.parse('2026-03-17T12:30:00Z'),
      zone: 'Europe/Berlin',
    } as const;
    const after = present(withOccurrenceChanged(calendar(series), third, { span }, when));
    const moved = between(after, ...march).instances.find(({ recurrenceId }) => recurrenceId === third);
    expect(moved?.span).toEqual(span);
    expect(after).toContain('DTSTART;TZID=Europe/Berlin:20260317T130000');
  });

  it('that has an override already is changed in it, and other overrides stay', () => {
    const override = (day: string, ...lines: string[]) =>
      vevent(`RECURRENCE-ID:202603${day}T080000Z`, `DTSTART:202603${day}T100000Z`, ...lines);
    const other = override('09', 'SUMMARY:Other', ...alarm);
    const before = calendar(series, other, override('16', 'DURATION:PT30M', 'SUMMARY:Moved', 'X-KEEP:me'));
    const after = present(withOccurrenceChanged(before, third, { title: 'Changed', showAs: 'free' }, when));
    expect(added(before, after)).toEqual(
      [
        'DTSTAMP:20260501T100000Z',
        'SUMMARY:Changed',
        'TRANSP:TRANSPARENT',
        'X-MICROSOFT-CDO-BUSYSTATUS:FREE',
        'LAST-MODIFIED:20260501T100000Z',
        'SEQUENCE:1',
      ].filter((line) => added(before, after).includes(line)),
    );
    expect(after).toContain(other);
    expect(after).toContain('X-KEEP:me');
    expect(titles(after)).toEqual(['Weekly', 'Other', 'Changed', 'Weekly', 'Weekly']);
  });

  it('that is edited while an override for all that follow holds starts as that one', () => {
    const range = vevent(
      'RECURRENCE-ID;RANGE=THISANDFUTURE:20260309T080000Z',
      'DTSTART;TZID=Europe/Berlin:20260309T110000',
      'DURATION:PT2H',
      'SUMMARY:Later',
    );
    const after = present(withOccurrenceChanged(calendar(series, range), third, { location: 'Here' }, when));
    const instance = between(after, ...march).instances.find(({ recurrenceId }) => recurrenceId === third);
    expect(instance && textOf(instance.event, 'SUMMARY')).toBe('Later');
    expect(spans(between(after, ...march))[2]).toBe('2026-03-16T10:00/2026-03-16T12:00');
    expect(titles(after)).toEqual(['Weekly', 'Later', 'Later', 'Later', 'Later']);
    const first = () =>
      withOccurrenceChanged(calendar(series, range), '2026-03-09T08:00:00.000Z', { title: 'x' }, when);
    expect(first).toThrow(UnchangeableError);
  });

  it('that is deleted is taken out in the form of the series, and its override goes', () => {
    const before = calendar(
      series,
      vevent('RECURRENCE-ID:20260316T080000Z', 'DTSTART:20260317T080000Z', 'SUMMARY:Moved'),
    );
    const after = present(withOccurrenceCancelled(before, third, when));
    expect(after).toContain('EXDATE;TZID=Europe/Berlin:20260316T090000\r\n');
    expect(after).not.toContain('Moved');
    expect(titles(after)).toEqual(['Weekly', 'Weekly', 'Weekly', 'Weekly']);
    expect(withOccurrenceCancelled(after, third, when)).toBeUndefined();
  });

  it.each([
    ['UTC', 'DTSTART:20260302T080000Z', third, 'EXDATE:20260316T080000Z'],
    ['dates', 'DTSTART;VALUE=DATE:20260302', '2026-03-16', 'EXDATE;VALUE=DATE:20260316'],
    ['floating times', 'DTSTART:20260302T080000', third, 'EXDATE:20260316T080000'],
    [
      'a quoted zone',
      'DTSTART;TZID="W. Europe Standard Time":20260302T090000',
      third,
      'EXDATE;TZID="W. Europe Standard Time":20260316T090000',
    ],
  ])('of a series of %s is named in that form', (_, dtstart, id, line) => {
    const text = calendar(vevent(dtstart, 'RRULE:FREQ=WEEKLY'));
    expect(withOccurrenceCancelled(text, id, when)).toContain(`${line}\r\n`);
    expect(withOccurrenceChanged(text, id, { title: 'x' }, when)).toContain(
      `${line.replace('EXDATE', 'RECURRENCE-ID')}\r\n`,
    );
  });

  it('that stands without its master is changed or goes', () => {
    const one = vevent('RECURRENCE-ID:20260316T080000Z', 'DTSTART:20260316T080000Z', 'SUMMARY:One');
    const two = vevent('RECURRENCE-ID:20260323T080000Z', 'DTSTART:20260323T080000Z', 'SUMMARY:Two');
    expect(titles(present(withOccurrenceChanged(calendar(one, two), third, { title: 'New' }, when)))).toEqual([
      'New',
      'Two',
    ]);
    expect(titles(present(withOccurrenceCancelled(calendar(one, two), third, when)))).toEqual(['Two']);
    expect(withOccurrenceCancelled(calendar(one), third, when)).toBe('');
  });

  it('that the series does not have is not made', () => {
    const nowhere = '2026-03-16T09:00:00.000Z';
    expect(withOccurrenceChanged(calendar(series), nowhere, { title: 'x' }, when)).toBeUndefined();
    expect(withOccurrenceCancelled(calendar(series), nowhere, when)).toBeUndefined();
  });

  it('becomes all-day while its series has times', () => {
    const span = { kind: 'all-day', start: '2026-03-18', end: '2026-03-19' } as const;
    const after = present(withOccurrenceChanged(calendar(series), third, { span }, when));
    expect(after).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20260316T090000');
    expect(between(after, ...march).instances.find(({ recurrenceId }) => recurrenceId === third)?.span).toEqual(span);
  });
});

describe('a single event of somebody else', () => {
  const text = calendar(
    vevent(
      'DTSTART:20260302T090000Z',
      'DURATION:PT1H',
      'SUMMARY:Old',
      'DESCRIPTION;ALTREP="cid:x":Old text',
      'X-ALT-DESC;FMTTYPE=text/html:<b>Old text</b>',
      'STATUS:TENTATIVE',
      ...foreign,
      ...alarm,
    ),
  );

  it('changes in what is said and nothing else', () => {
    const after = present(withEventChanged(text, { title: 'New' }, when));
    expect(added(text, after)).toEqual([
      'DTSTAMP:20260501T100000Z',
      'SUMMARY:New',
      'LAST-MODIFIED:20260501T100000Z',
      'SEQUENCE:1',
    ]);
    expect(added(after, text)).toEqual(['DTSTAMP:20260101T000000Z', 'SUMMARY:Old']);
  });

  it('loses the other form of a description that changed, and a text that was emptied', () => {
    const after = present(withEventChanged(text, { description: '<p>New text</p>', title: '' }, when));
    expect(after).toContain('DESCRIPTION:New text\r\n');
    expect(after).not.toMatch(/Old|X-ALT-DESC|SUMMARY/);
  });

  it('keeps times in UTC in UTC, and others in their zone', () => {
    const span = {
      kind: 'timed',
      start: Date.parse('2026-07-02T09:00:00Z'),
      end: Date.parse('2026-07-02T10:00:00Z'),
      zone: 'Europe/Berlin',
    } as const;
    const after = present(withEventChanged(text, { span }, when));
    expect(after).toContain('DTSTART:20260702T090000Z\r\nDTEND:20260702T100000Z\r\n');
    expect(after).not.toContain('DURATION');
    const floating = calendar(vevent('DTSTART:20260302T090000', 'DTEND:20260302T100000'));
    const moved = present(withEventChanged(floating, { span }, { ...when, calendarZone: 'Europe/Berlin' }));
    expect(moved).toContain('DTSTART:20260702T110000\r\n');
  });

  it('turns from dates into times with the zone described, and back', () => {
    const days = calendar(vevent('DTSTART;VALUE=DATE:20260302', 'X-MICROSOFT-CDO-ALLDAYEVENT:TRUE'));
    const span = {
      kind: 'timed',
      start: Date.parse('2026-07-02T09:00:00Z'),
      end: Date.parse('2026-07-02T10:00:00Z'),
      zone: 'Europe/Berlin',
    } as const;
    const timed = present(withEventChanged(days, { span }, when));
    expect(timed).toContain('BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n');
    expect(timed).toContain('X-MICROSOFT-CDO-ALLDAYEVENT:FALSE');
    expect(between(timed, '2026-07-01T00:00:00Z', '2026-07-04T00:00:00Z').instances[0]?.span).toEqual(span);
    const again = present(
      withEventChanged(timed, { span: { kind: 'all-day', start: '2026-03-02', end: '2026-03-03' } }, when),
    );
    expect(again).toContain('DTSTART;VALUE=DATE:20260302\r\nDTEND;VALUE=DATE:20260303\r\n');
  });

  it('stays as it is where people are invited to any part of it, whom the server would mail', () => {
    const invited = ['ORGANIZER:mailto:bob@example.com', 'ATTENDEE:mailto:carol@example.com'];
    const master = vevent('DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', 'RRULE:FREQ=DAILY;COUNT=5');
    const exception = vevent('RECURRENCE-ID:20260303T090000Z', 'DTSTART:20260303T110000Z', 'DTEND:20260303T120000Z');
    const meeting = vevent('RECURRENCE-ID:20260304T090000Z', 'DTSTART:20260304T110000Z', ...invited);
    const own = vevent('RECURRENCE-ID:20260304T090000Z', 'DTSTART:20260304T110000Z', 'ATTENDEE:mailto:Bob@example.com');
    const change = (text: string) => withOccurrenceChanged(text, '2026-03-03T09:00:00.000Z', { title: 'New' }, when);
    const cancel = (text: string) => withOccurrenceCancelled(text, '2026-03-03T09:00:00.000Z', when);
    for (const attempt of [change, cancel]) {
      expect(() => attempt(calendar(master, exception, meeting))).toThrow(UnchangeableError);
      expect(present(attempt(calendar(master, exception, own)))).toContain('ATTENDEE:mailto:Bob@example.com');
    }
  });

  it('is no longer tentative once it is said to be busy', () => {
    expect(withEventChanged(text, { showAs: 'busy' }, when)).toContain('STATUS:CONFIRMED');
    expect(withEventChanged(text, { showAs: 'tentative' }, when)).toContain('STATUS:TENTATIVE');
    expect(withEventChanged(text, { sensitivity: 'personal' }, when)).toContain(
      'CLASS:PRIVATE\r\nX-HETK-SENSITIVITY:PERSONAL\r\n',
    );
  });

  it('is left alone where it is a series, or cannot be read whole', () => {
    expect(() => withEventChanged(calendar(series), { title: 'x' }, when)).toThrow(UnchangeableError);
    expect(() =>
      withEventChanged(calendar('nonsense', vevent('DTSTART:20260302T090000Z')), { title: 'x' }, when),
    ).toThrow(UnchangeableError);
    expect(withEventChanged(calendar(), { title: 'x' }, when)).toBeUndefined();
  });
});
