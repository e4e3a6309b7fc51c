import { describe, expect, it } from '@jest/globals';
import { textOf } from '../../../../shared/providers/icloud/contentLines.ts';
import { instanceOf } from '../../../../shared/providers/icloud/expand.ts';
import { between, calendar, spans, starts, vevent } from './ics.ts';

const year = ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'] as const;
const march = ['2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'] as const;

describe('when an event is', () => {
  it('a time with an IANA zone and no VTIMEZONE is in that zone', () => {
    const text = calendar(
      vevent('DTSTART;TZID=Europe/Berlin:20260701T090000', 'DTEND;TZID=Europe/Berlin:20260701T100000'),
    );
    expect(between(text, ...year).instances).toMatchObject([
      { span: { kind: 'timed', start: Date.parse('2026-07-01T07:00:00Z'), zone: 'Europe/Berlin' }, isFloating: false },
    ]);
  });

  it('a Windows name is translated, quoted or not', () => {
    const text = calendar(
      vevent(
        'DTSTART;TZID=W. Europe Standard Time:20260701T090000',
        'DTEND;TZID="W. Europe Standard Time":20260701T100000',
      ),
    );
    expect(spans(between(text, ...year))).toEqual(['2026-07-01T07:00/2026-07-01T08:00']);
    expect(between(text, ...year).instances[0]?.span).toMatchObject({ zone: 'Europe/Berlin' });
  });

  it.each([
    ['/freeassociation.sourceforge.net/Europe/Berlin', '2026-07-01T07:00'],
    ['/freeassociation.sourceforge.net/Tzfile/Europe/Berlin', '2026-07-01T07:00'],
    ['/mozilla.org/20050126_1/America/Argentina/Buenos_Aires', '2026-07-01T12:00'],
    ['posix/Europe/Vaduz', '2026-07-01T07:00'],
    ['(UTC-05:00) Eastern Time (US & Canada)', '2026-07-01T13:00'],
    ['Amsterdam, Belgrade, Berlin, Brussels', '2026-07-01T07:00'],
    ['(GMT +01:00)', '2026-07-01T08:00'],
    ['tzone://Microsoft/Utc', '2026-07-01T09:00'],
  ])('the zone of a vendor %s is recognised', (tzid, start) => {
    const text = calendar(vevent(`DTSTART;TZID="${tzid}":20260701T090000`, 'DURATION:PT1H'));
    const expansion = between(text, ...year);
    expect(starts(expansion)).toEqual([start]);
    expect(expansion.problems).toEqual([]);
  });

  const wrongBerlin = (tzid: string) => [
    'BEGIN:VTIMEZONE',
    `TZID:${tzid}`,
    'BEGIN:STANDARD',
    'DTSTART:19700101T000000',
    'TZOFFSETFROM:+0900',
    'TZOFFSETTO:+0900',
    'END:STANDARD',
    'END:VTIMEZONE',
  ];

  it('a known name counts more than the VTIMEZONE beside it', () => {
    const text = calendar(
      ...wrongBerlin('Europe/Berlin'),
      vevent('DTSTART;TZID=Europe/Berlin:20260701T090000', 'DURATION:PT1H'),
    );
    expect(starts(between(text, ...year))).toEqual(['2026-07-01T07:00']);
  });

  it('an unknown name is read by the VTIMEZONE beside it', () => {
    const text = calendar(
      ...wrongBerlin('Our office'),
      vevent('DTSTART;TZID=Our office:20260701T090000', 'DURATION:PT1H'),
    );
    const { instances, problems } = between(text, ...year);
    expect(instances).toMatchObject([{ span: { start: Date.parse('2026-07-01T00:00:00Z'), zone: 'UTC' } }]);
    expect(instances[0]?.zone.name).toBe('Our office');
    expect(problems).toEqual([]);
  });

  it('the rules of an embedded zone hold for summer and winter, also centuries after they begin', () => {
    const rules = (name: string, onset: string, from: string, to: string, rule: string) => [
      `BEGIN:${name}`,
      `DTSTART:${onset}`,
      `TZOFFSETFROM:${from}`,
      `TZOFFSETTO:${to}`,
      `RRULE:${rule}`,
      `END:${name}`,
    ];
    const text = calendar(
      'BEGIN:VTIMEZONE',
      'TZID:Customized Time Zone',
      ...rules('STANDARD', '16010101T030000', '+0200', '+0100', 'FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10'),
      ...rules('DAYLIGHT', '16010101T020000', '+0100', '+0200', 'FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3'),
      'END:VTIMEZONE',
      vevent('DTSTART;TZID=Customized Time Zone:20260328T090000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=2'),
    );
    expect(starts(between(text, ...year))).toEqual(['2026-03-28T08:00', '2026-03-29T07:00']);
  });

  it('a floating time is read in the calendar’s own zone, never in the process’s', () => {
    const text = calendar(vevent('DTSTART:20260701T090000', 'DTEND:20260701T100000'));
    const expansion = between(text, ...year, 'Asia/Tokyo');
    expect(spans(expansion)).toEqual(['2026-07-01T00:00/2026-07-01T01:00']);
    expect(expansion.instances).toMatchObject([{ isFloating: true, span: { zone: 'Asia/Tokyo' } }]);
    expect(starts(between(text, ...year))).toEqual(['2026-07-01T09:00']);
  });

  it('a zone that nobody explains is reported, and read as the calendar’s own', () => {
    const text = calendar(vevent('DTSTART;TZID=Nowhere at all:20260701T090000', 'DURATION:PT1H'));
    const { instances, problems } = between(text, ...year, 'Asia/Tokyo');
    expect(instances).toMatchObject([{ isFloating: true, span: { start: Date.parse('2026-07-01T00:00:00Z') } }]);
    expect(problems).toHaveLength(1);
    expect(between(text, ...year).isPartial).toBe(false);
  });

  it('an all-day event has dates and no zone', () => {
    const text = calendar(vevent('DTSTART;VALUE=DATE:20260701', 'DTEND;VALUE=DATE:20260704'));
    expect(spans(between(text, ...year, 'Pacific/Auckland'))).toEqual(['2026-07-01/2026-07-04']);
  });

  it('a date is one also without VALUE=DATE, and a time is one also with it', () => {
    const text = calendar(
      vevent('DTSTART:20260701', 'DTEND:20260702'),
      vevent('DTSTART;VALUE=DATE:20260703T120000Z').replace('UID:event', 'UID:other'),
    );
    expect(spans(between(text, ...year))).toEqual(['2026-07-01/2026-07-02', '2026-07-03T12:00/2026-07-03T12:00']);
  });

  it.each([
    ['without end, dates last a day', ['DTSTART;VALUE=DATE:20260701'], '2026-07-01/2026-07-02'],
    ['without end, times last no time', ['DTSTART:20260701T090000Z'], '2026-07-01T09:00/2026-07-01T09:00'],
    ['a DURATION of days', ['DTSTART;VALUE=DATE:20260701', 'DURATION:P2D'], '2026-07-01/2026-07-03'],
    ['a DURATION of weeks', ['DTSTART;VALUE=DATE:20260701', 'DURATION:P1W'], '2026-07-01/2026-07-08'],
    ['an end at the start', ['DTSTART;VALUE=DATE:20260701', 'DTEND;VALUE=DATE:20260701'], '2026-07-01/2026-07-02'],
    [
      'an end before the start',
      ['DTSTART:20260701T090000Z', 'DTEND:20260701T080000Z'],
      '2026-07-01T09:00/2026-07-01T09:00',
    ],
    [
      'start and end in two zones',
      ['DTSTART;TZID=Europe/Berlin:20260701T090000', 'DTEND;TZID=America/New_York:20260701T090000'],
      '2026-07-01T07:00/2026-07-01T13:00',
    ],
  ])('%s', (_, lines, span) => {
    expect(spans(between(calendar(vevent(...lines)), ...year))).toEqual([span]);
  });
});

describe('a series', () => {
  it('keeps its time on the clock over both changes of the clocks', () => {
    const text = calendar(
      vevent('DTSTART;TZID=Europe/Berlin:20260322T090000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;INTERVAL=4;COUNT=9'),
    );
    const hours = starts(between(text, ...year)).map((start) => start.slice(5, 13));
    expect(hours).toEqual([
      '03-22T08',
      '04-19T07',
      '05-17T07',
      '06-14T07',
      '07-12T07',
      '08-09T07',
      '09-06T07',
      '10-04T07',
      '11-01T08',
    ]);
  });

  it('leaves out what falls into the hour that the clocks skip, and does not count it', () => {
    const text = calendar(
      vevent('DTSTART;TZID=Europe/Vienna:20260328T023000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=3'),
    );
    expect(starts(between(text, ...year))).toEqual(['2026-03-28T01:30', '2026-03-30T00:30', '2026-03-31T00:30']);
  });

  it('reads a single time in the skipped hour with the offset before it', () => {
    const text = calendar(vevent('DTSTART;TZID=Europe/Vienna:20260329T023000', 'DURATION:PT1H'));
    expect(starts(between(text, ...year))).toEqual(['2026-03-29T01:30']);
  });

  it('counts a DTSTART that the rule does not match as its first instance', () => {
    const text = calendar(vevent('DTSTART:20260304T090000Z', 'RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=3'));
    expect(starts(between(text, ...year))).toEqual(['2026-03-04T09:00', '2026-03-06T09:00', '2026-03-13T09:00']);
  });

  it('of RDATEs only has DTSTART too', () => {
    const text = calendar(
      vevent('DTSTART:20260304T090000Z', 'DURATION:PT1H', 'RDATE:20260310T090000Z,20260312T100000Z'),
    );
    expect(starts(between(text, ...year))).toEqual(['2026-03-04T09:00', '2026-03-10T09:00', '2026-03-12T10:00']);
  });

  it('takes the end of a PERIOD from it', () => {
    const text = calendar(
      vevent(
        'DTSTART:20260304T090000Z',
        'DURATION:PT1H',
        'RDATE;VALUE=PERIOD:20260310T090000Z/20260310T120000Z,20260311T090000Z/PT30M',
      ),
    );
    expect(spans(between(text, ...year))).toEqual([
      '2026-03-04T09:00/2026-03-04T10:00',
      '2026-03-10T09:00/2026-03-10T12:00',
      '2026-03-11T09:00/2026-03-11T09:30',
    ]);
  });

  it('of several rules and RDATEs has each instance once', () => {
    const text = calendar(
      vevent(
        'DTSTART:20260302T090000Z',
        'RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260311T235959Z',
        'RRULE:FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260311T235959Z',
        'RDATE:20260302T090000Z,20260304T090000Z',
      ),
    );
    expect(starts(between(text, ...year)).map((start) => start.slice(8, 10))).toEqual(['02', '04', '05', '09', '11']);
  });

  it.each([
    ['in the zone', 'EXDATE;TZID=Europe/Berlin:20260303T090000,20260305T090000'],
    ['in UTC', 'EXDATE:20260303T080000Z,20260305T080000Z'],
    ['without zone', 'EXDATE:20260303T090000,20260305T090000'],
    ['as dates', 'EXDATE;VALUE=DATE:20260303,20260305'],
  ])('leaves out EXDATEs %s', (_, exdate) => {
    const text = calendar(
      vevent('DTSTART;TZID=Europe/Berlin:20260302T090000', 'RRULE:FREQ=DAILY;COUNT=5', exdate, 'EXDATE:'),
    );
    const expansion = between(text, ...year);
    expect(starts(expansion).map((start) => start.slice(8, 10))).toEqual(['02', '04', '06']);
    expect(expansion.problems).toEqual([]);
  });

  it('of dates leaves out EXDATEs that are written as times', () => {
    const text = calendar(
      vevent(
        'DTSTART;VALUE=DATE:20260302',
        'RRULE:FREQ=DAILY;COUNT=4',
        'EXDATE;TZID=Europe/Berlin:20260303T000000',
        'EXDATE:20260304T000000Z',
      ),
    );
    expect(starts(between(text, ...year))).toEqual(['2026-03-02', '2026-03-05']);
  });

  it.each([
    ['a date means to the end of that day', 'DTSTART;TZID=America/New_York:20260302T200000', 'UNTIL=20260304', 3],
    ['UTC is an instant', 'DTSTART;TZID=America/New_York:20260302T200000', 'UNTIL=20260304T235959Z', 2],
    [
      'a time without zone is on the series’ clock',
      'DTSTART;TZID=America/New_York:20260302T200000',
      'UNTIL=20260304T200000',
      3,
    ],
    ['a time ends a series of dates with its day', 'DTSTART;VALUE=DATE:20260302', 'UNTIL=20260304T235959Z', 3],
  ])('ends with UNTIL: %s', (_, dtstart, until, count) => {
    expect(between(calendar(vevent(dtstart, `RRULE:FREQ=DAILY;${until}`)), ...year).instances).toHaveLength(count);
  });

  it('keeps the exact length of DTEND and the nominal one of DURATION over a change of the clocks', () => {
    const start = 'DTSTART;TZID=Europe/Berlin:20260327T220000';
    const exact = vevent(start, 'DTEND;TZID=Europe/Berlin:20260328T220000', 'RRULE:FREQ=DAILY;COUNT=2');
    const nominal = vevent(start, 'DURATION:P1D', 'RRULE:FREQ=DAILY;COUNT=2');
    expect(spans(between(calendar(exact), ...year))[1]).toBe('2026-03-28T21:00/2026-03-29T21:00');
    expect(spans(between(calendar(nominal), ...year))[1]).toBe('2026-03-28T21:00/2026-03-29T20:00');
  });

  it('shows an occurrence that began before the window and lasts into it', () => {
    const text = calendar(vevent('DTSTART:20260105T090000Z', 'DURATION:P4D', 'RRULE:FREQ=WEEKLY'));
    expect(starts(between(text, '2026-03-04T00:00:00Z', '2026-03-05T00:00:00Z'))).toEqual(['2026-03-02T09:00']);
  });

  it('is found far from its beginning, in phase', () => {
    const text = calendar(
      vevent('DTSTART;TZID=Europe/Berlin:19900103T090000', 'RRULE:FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,WE;WKST=SU'),
    );
    const walked = between(text, '1990-01-01T00:00:00Z', '2026-04-01T00:00:00Z').instances.map(
      ({ recurrenceId }) => recurrenceId,
    );
    const jumped = between(text, ...march).instances.map(({ recurrenceId }) => recurrenceId);
    expect(jumped.length).toBeGreaterThan(1);
    expect(jumped).toEqual(walked.filter((id) => (id ?? '') >= '2026-03-01'));
  });

  it.each(['SECONDLY', 'MINUTELY'])('that recurs %s is cut off and reported', (frequency) => {
    const { instances, problems, isPartial } = between(
      calendar(vevent('DTSTART:19900101T000000Z', `RRULE:FREQ=${frequency}`)),
      ...year,
    );
    expect(instances.length).toBeGreaterThan(0);
    expect(instances.length).toBeLessThanOrEqual(5_001);
    expect(problems).toMatchObject([{ uid: 'event' }]);
    expect(isPartial).toBe(true);
  });

  it('that names the Gregorian calendar, and that what no month has is left out, is a series like any other', () => {
    const rule = 'RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=OMIT;COUNT=3';
    const expansion = between(calendar(vevent('DTSTART:20260131T090000Z', rule)), ...year);
    expect(starts(expansion)).toEqual(['2026-01-31T09:00', '2026-03-31T09:00', '2026-05-31T09:00']);
    expect(expansion.problems).toEqual([]);
  });

  it('whose rule never matches ends', () => {
    for (const rule of [
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
      'FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30',
      'FREQ=DAILY;BYMONTH=11;BYMONTHDAY=31',
    ]) {
      const text = calendar(vevent('DTSTART:20260101T090000Z', `RRULE:${rule}`));
      expect(starts(between(text, ...year))).toEqual(['2026-01-01T09:00']);
    }
  });

  it('every second at one time of the day is found for all days', () => {
    const text = calendar(vevent('DTSTART:20250101T090000Z', 'RRULE:FREQ=SECONDLY;BYHOUR=9;BYMINUTE=0;BYSECOND=0'));
    expect(between(text, ...march).instances).toHaveLength(31);
  });
});

describe('overrides', () => {
  const weekly = vevent(
    'DTSTART;TZID=Europe/Berlin:20260302T090000',
    'DURATION:PT1H',
    'RRULE:FREQ=WEEKLY',
    'SUMMARY:Weekly',
  );
  const override = (...lines: string[]) => vevent(...lines);

  it.each([
    ['in UTC', 'RECURRENCE-ID:20260309T080000Z'],
    ['in the zone', 'RECURRENCE-ID;TZID=Europe/Berlin:20260309T090000'],
    ['without zone', 'RECURRENCE-ID:20260309T090000'],
    ['as a date', 'RECURRENCE-ID;VALUE=DATE:20260309'],
  ])('are found by RECURRENCE-ID %s', (_, recurrenceId) => {
    const text = calendar(weekly, override(recurrenceId, 'DTSTART:20260310T120000Z', 'DURATION:PT2H', 'SUMMARY:Moved'));
    const { instances } = between(text, ...march);
    expect(instances.map(({ event, recurrenceId: id }) => [textOf(event, 'SUMMARY'), id])).toEqual([
      ['Weekly', '2026-03-02T08:00:00.000Z'],
      ['Moved', '2026-03-09T08:00:00.000Z'],
      ['Weekly', '2026-03-16T08:00:00.000Z'],
      ['Weekly', '2026-03-23T08:00:00.000Z'],
      ['Weekly', '2026-03-30T07:00:00.000Z'],
    ]);
  });

  it('moved into the window from far later are shown', () => {
    const text = calendar(
      weekly,
      override('RECURRENCE-ID:20261207T080000Z', 'DTSTART:20260311T080000Z', 'DURATION:PT1H'),
    );
    expect(starts(between(text, ...march))).toContain('2026-03-11T08:00');
  });

  it('moved out of the window are not, and neither is what they replace', () => {
    const text = calendar(
      weekly,
      override('RECURRENCE-ID:20260309T080000Z', 'DTSTART:20261208T080000Z', 'DURATION:PT1H'),
    );
    expect(starts(between(text, ...march)).map((start) => start.slice(8, 10))).toEqual(['02', '16', '23', '30']);
  });

  it('that are cancelled take their occurrence away and say so', () => {
    const text = calendar(
      weekly,
      override('RECURRENCE-ID:20260309T080000Z', 'DTSTART:20260309T080000Z', 'STATUS:CANCELLED'),
    );
    const expansion = between(text, ...march);
    expect(starts(expansion)).toHaveLength(4);
    expect(expansion.instances.filter(({ isCancelled }) => isCancelled)).toMatchObject([
      { recurrenceId: '2026-03-09T08:00:00.000Z' },
    ]);
  });

  it('without a master stand alone', () => {
    const text = calendar(
      override('RECURRENCE-ID:20260309T080000Z', 'DTSTART:20260310T080000Z', 'DURATION:PT1H'),
      override('RECURRENCE-ID;TZID=Europe/Berlin:20260316T090000', 'DTSTART:20260317T080000Z', 'DURATION:PT1H'),
    );
    expect(between(text, ...march).instances.map(({ recurrenceId }) => recurrenceId)).toEqual([
      '2026-03-09T08:00:00.000Z',
      '2026-03-16T08:00:00.000Z',
    ]);
  });

  it('of an occurrence that EXDATE takes out are not shown', () => {
    const text = calendar(
      weekly.replace('RRULE', 'EXDATE:20260309T080000Z\r\nRRULE'),
      override('RECURRENCE-ID:20260309T080000Z', 'DTSTART:20260310T080000Z'),
    );
    expect(starts(between(text, ...march))).toHaveLength(4);
  });

  it('of which the newest counts', () => {
    const text = calendar(
      weekly,
      override('RECURRENCE-ID:20260309T080000Z', 'DTSTART:20260311T080000Z', 'SEQUENCE:3'),
      override('RECURRENCE-ID:20260309T080000Z', 'DTSTART:20260310T080000Z', 'SEQUENCE:1'),
    );
    expect(starts(between(text, ...march))[1]).toBe('2026-03-11T08:00');
  });

  it('for all that follow move and rename them, and set their length', () => {
    const text = calendar(
      weekly,
      override(
        'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260316T090000',
        'DTSTART;TZID=Europe/Berlin:20260317T103000',
        'DURATION:PT2H',
        'SUMMARY:Later',
      ),
    );
    const expansion = between(text, '2026-03-01T00:00:00Z', '2026-04-08T00:00:00Z');
    expect(spans(expansion)).toEqual([
      '2026-03-02T08:00/2026-03-02T09:00',
      '2026-03-09T08:00/2026-03-09T09:00',
      '2026-03-17T09:30/2026-03-17T11:30',
      '2026-03-24T09:30/2026-03-24T11:30',
      '2026-03-31T08:30/2026-03-31T10:30',
      '2026-04-07T08:30/2026-04-07T10:30',
    ]);
    expect(expansion.instances.at(-1)).toMatchObject({ recurrenceId: '2026-04-06T07:00:00.000Z' });
    expect(textOf(expansion.instances.at(-1)?.event ?? { name: '', content: [] }, 'SUMMARY')).toBe('Later');
  });

  it('for all that follow give way to a later one and to single ones', () => {
    const text = calendar(
      weekly,
      override('RECURRENCE-ID;RANGE=THISANDFUTURE:20260309T080000Z', 'DTSTART:20260309T100000Z', 'SUMMARY:A'),
      override('RECURRENCE-ID;RANGE=THISANDFUTURE:20260323T080000Z', 'DTSTART:20260323T120000Z', 'SUMMARY:B'),
      override('RECURRENCE-ID:20260330T070000Z', 'DTSTART:20260330T150000Z', 'SUMMARY:C'),
    );
    expect(between(text, ...march).instances.map(({ event }) => textOf(event, 'SUMMARY'))).toEqual([
      'Weekly',
      'A',
      'A',
      'B',
      'C',
    ]);
  });

  it('may turn an occurrence of times into days, and of days into times', () => {
    const days = vevent('DTSTART;VALUE=DATE:20260302', 'RRULE:FREQ=WEEKLY;COUNT=2');
    expect(
      spans(
        between(calendar(weekly, override('RECURRENCE-ID:20260309T080000Z', 'DTSTART;VALUE=DATE:20260309')), ...march),
      )[1],
    ).toBe('2026-03-09/2026-03-10');
    const timed = between(
      calendar(days, override('RECURRENCE-ID;VALUE=DATE:20260309', 'DTSTART:20260309T080000Z', 'DURATION:PT1H')),
      ...march,
    );
    expect(spans(timed)).toEqual(['2026-03-02/2026-03-03', '2026-03-09T08:00/2026-03-09T09:00']);
    expect(timed.instances[1]?.recurrenceId).toBe('2026-03-09');
  });
});

describe('the identity of an occurrence', () => {
  const series = vevent('DTSTART;TZID=Europe/Berlin:20260302T090000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY');
  const idsIn = (text: string, from: string, to: string) =>
    between(text, from, to).instances.map(({ recurrenceId }) => recurrenceId);

  it('is the same in every window', () => {
    const wide = idsIn(calendar(series), '2026-03-01T00:00:00Z', '2026-06-01T00:00:00Z');
    const narrow = idsIn(calendar(series), '2026-04-10T00:00:00Z', '2026-04-12T00:00:00Z');
    expect(narrow).toEqual(['2026-04-10T07:00:00.000Z', '2026-04-11T07:00:00.000Z']);
    expect(wide).toEqual(expect.arrayContaining(narrow));
  });

  it('stays when the occurrence moves', () => {
    const moved = calendar(
      series,
      vevent('RECURRENCE-ID:20260410T070000Z', 'DTSTART:20260420T120000Z', 'DURATION:PT1H'),
    );
    expect(instanceOf(moved, '2026-04-10T07:00:00.000Z')).toMatchObject({
      span: { start: Date.parse('2026-04-20T12:00:00Z') },
    });
    expect(idsIn(moved, '2026-04-20T10:00:00Z', '2026-04-21T00:00:00Z')).toEqual(['2026-04-10T07:00:00.000Z']);
  });

  it('is a date for dates, and nothing for a single event', () => {
    const days = calendar(vevent('DTSTART;VALUE=DATE:20260302', 'RRULE:FREQ=DAILY;COUNT=2'));
    expect(idsIn(days, ...march)).toEqual(['2026-03-02', '2026-03-03']);
    expect(idsIn(calendar(vevent('DTSTART:20260302T090000Z')), ...march)).toEqual([undefined]);
  });

  it('finds the occurrence alone, and nothing where there is none', () => {
    const text = calendar(series.replace('RRULE', 'EXDATE:20260411T070000Z\r\nRRULE'));
    expect(instanceOf(text, '2026-04-10T07:00:00.000Z')).toMatchObject({
      span: { start: Date.parse('2026-04-10T07:00:00Z') },
    });
    expect(instanceOf(text, '2026-04-11T07:00:00.000Z')).toBeUndefined();
    expect(instanceOf(text, '2026-04-10T08:00:00.000Z')).toBeUndefined();
    expect(instanceOf(text, undefined)).toBe('unreadable');
    expect(instanceOf(calendar(vevent('DTSTART:20260302T090000Z')), undefined)).toMatchObject({
      recurrenceId: undefined,
    });
    expect(instanceOf(calendar(vevent('DTSTART:yesterday')), undefined)).toBe('unreadable');
  });
});

describe('what cannot be read', () => {
  const good = vevent('DTSTART:20260302T090000Z').replace('UID:event', 'UID:good');

  it.each([
    ['a start that is none', ['DTSTART:soon']],
    ['no start', ['SUMMARY:No start']],
    ['a day that no month has', ['DTSTART;VALUE=DATE:20260230']],
    ['a rule that is none', ['DTSTART:20260302T090000Z', 'RRULE:FREQ=SOMETIMES']],
    ['a rule in another calendar system', ['DTSTART;VALUE=DATE:20260302', 'RRULE:RSCALE=CHINESE;FREQ=YEARLY']],
    [
      'a rule that moves what no month has',
      ['DTSTART:20260131T090000Z', 'RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD'],
    ],
    ['a length of ages', ['DTSTART:20260302T090000Z', 'DURATION:P999999999999999999W']],
    ['an override of nothing', ['DTSTART:20260302T090000Z', 'RECURRENCE-ID:never']],
  ])('is reported by UID and harms no other: %s', (_, lines) => {
    const { instances, problems, isPartial } = between(calendar(vevent(...lines), good), ...year);
    expect(instances).toMatchObject([{ uid: 'good' }]);
    expect(problems).toMatchObject([{ uid: 'event' }]);
    expect(isPartial).toBe(true);
  });

  it('is left out where it is only a line', () => {
    const text = calendar(
      'this is no line',
      vevent('DTSTART:20260302T090000Z', 'SUMMARY=no colon', 'ORGANIZER="mailto:x'),
      good,
    );
    const { instances, problems } = between(text, ...year);
    expect(instances).toHaveLength(2);
    expect(problems).toHaveLength(3);
  });

  it('is never repeated in a problem', () => {
    const secret = 'dentist-in-secret';
    const texts = [
      calendar(secret, vevent(`DTSTART:${secret}`)),
      calendar(vevent('DTSTART:20260302T090000Z', `RRULE:${secret}`, `EXDATE:${secret}`)),
      calendar(vevent(`DTSTART;TZID=${secret}:20260302T090000`)),
    ];
    for (const text of texts) {
      const { problems } = between(text, ...year);
      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems)).not.toContain(secret);
    }
  });

  it('of an EXDATE is left out, and the rest of the series stands', () => {
    const text = calendar(
      vevent('DTSTART:20260302T090000Z', 'RRULE:FREQ=DAILY;COUNT=3', 'EXDATE:nonsense', 'EXDATE:20260303T090000Z'),
    );
    const expansion = between(text, ...year);
    expect(starts(expansion)).toEqual(['2026-03-02T09:00', '2026-03-04T09:00']);
    expect(expansion.problems).toHaveLength(1);
  });

  it('is no text at all: nothing happens', () => {
    for (const text of ['', 'no calendar', '\0', 'BEGIN:VCALENDAR', 'END:VEVENT'])
      expect(between(text, ...year).instances).toEqual([]);
  });

  it('may have no ends, bare carriage returns, or an event within another', () => {
    const text =
      'BEGIN:VCALENDAR\rBEGIN:VEVENT\rUID:a\rDTSTART:20260302T090000Z\rBEGIN:VEVENT\rUID:b\rDTSTART:20260303T090000Z\rSUM\r MARY:Folded';
    expect(starts(between(text, ...year))).toEqual(['2026-03-02T09:00', '2026-03-03T09:00']);
  });
});
