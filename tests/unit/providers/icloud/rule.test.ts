import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { read } from '../../../../shared/providers/icloud/contentLines.ts';
import { instancesOf, type Rule } from '../../../../shared/providers/icloud/rule.ts';
import { ruleFrom } from '../../../../shared/providers/icloud/ruleText.ts';
import { DAY_MS, wallFrom, wallText } from '../../../../shared/providers/icloud/wall.ts';
import { randomRule } from './rules.ts';

const parsed = (text: string): Rule => ruleFrom(read({ property: 'RRULE', text: `RRULE:${text}` }).values[0]);

function instances(text: string, start = '1997-09-02T09:00:00', to = '2002-01-01T00:00:00'): string[] {
  const from = wallFrom(start) ?? 0;
  const rule = parsed(text);
  const until = rule.until?.wall;
  return instancesOf(rule, { start: from, from, to: wallFrom(to) ?? 0, until }, 10_000).walls.map(wallText);
}

const days = (...args: Parameters<typeof instances>) => instances(...args).map((wall) => wall.slice(0, 10));

describe('the examples of RFC 5545, 3.8.5.3', () => {
  it.each([
    [
      'FREQ=DAILY;INTERVAL=10;COUNT=5',
      undefined,
      ['1997-09-02', '1997-09-12', '1997-09-22', '1997-10-02', '1997-10-12'],
    ],
    [
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO',
      '1997-08-05T09:00:00',
      ['1997-08-05', '1997-08-10', '1997-08-19', '1997-08-24'],
    ],
    [
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
      '1997-08-05T09:00:00',
      ['1997-08-05', '1997-08-17', '1997-08-19', '1997-08-31'],
    ],
    ['FREQ=MONTHLY;COUNT=3;BYDAY=1FR', '1997-09-05T09:00:00', ['1997-09-05', '1997-10-03', '1997-11-07']],
    [
      'FREQ=MONTHLY;INTERVAL=2;COUNT=4;BYDAY=1SU,-1SU',
      '1997-09-07T09:00:00',
      ['1997-09-07', '1997-09-28', '1997-11-02', '1997-11-30'],
    ],
    ['FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=3', '1997-09-28T09:00:00', ['1997-09-28', '1997-10-29', '1997-11-28']],
    [
      'FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5',
      '2007-01-15T09:00:00',
      ['2007-01-15', '2007-01-30', '2007-02-15', '2007-03-15', '2007-03-30'],
    ],
    [
      'FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200',
      '1997-01-01T09:00:00',
      ['1997-01-01', '1997-04-10', '1997-07-19', '2000-01-01'],
    ],
    ['FREQ=YEARLY;BYDAY=20MO;COUNT=3', '1997-05-19T09:00:00', ['1997-05-19', '1998-05-18', '1999-05-17']],
    ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3', '1997-05-12T09:00:00', ['1997-05-12', '1998-05-11', '1999-05-17']],
    ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3', '1998-02-13T09:00:00', ['1998-02-13', '1998-03-13', '1998-11-13']],
    [
      'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8',
      '1996-11-05T09:00:00',
      ['1996-11-05', '2000-11-07', '2004-11-02'],
    ],
    [
      'FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3',
      '1997-09-04T09:00:00',
      ['1997-09-04', '1997-10-07', '1997-11-06'],
    ],
    [
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=3',
      '1997-09-29T09:00:00',
      ['1997-09-29', '1997-10-30', '1997-11-27'],
    ],
  ])('%s', (rule, start, expected) => {
    expect(days(rule, start, '2007-12-31T00:00:00')).toEqual(expected);
  });

  it('within the day', () => {
    expect(instances('FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000')).toEqual([
      '1997-09-02T09:00:00',
      '1997-09-02T12:00:00',
      '1997-09-02T15:00:00',
    ]);
    expect(instances('FREQ=MINUTELY;INTERVAL=90;COUNT=4').map((wall) => wall.slice(11, 16))).toEqual([
      '09:00',
      '10:30',
      '12:00',
      '13:30',
    ]);
    const everyTwentyMinutes = 'BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40';
    expect(instances(`FREQ=DAILY;${everyTwentyMinutes}`, undefined, '1997-09-04T00:00:00')).toHaveLength(48);
    expect(
      instances('FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16', undefined, '1997-09-04T00:00:00'),
    ).toEqual(instances(`FREQ=DAILY;${everyTwentyMinutes}`, undefined, '1997-09-04T00:00:00'));
  });
});

describe('a rule', () => {
  it('that hangs other engines ends', () => {
    expect(days('FREQ=DAILY;BYMONTHDAY=-1;COUNT=3')).toEqual(['1997-09-30', '1997-10-31']);
  });

  it('gives what it gave from the beginning, wherever one begins to look', () => {
    fc.assert(
      fc.property(randomRule, fc.integer({ min: 0, max: 3000 }), ({ rule, start }, later) => {
        const begin = wallFrom(start) ?? 0;
        const stretch = { start: begin, to: begin + 3650 * DAY_MS };
        const whole = instancesOf(parsed(rule), { ...stretch, from: begin }, 100_000);
        const from = begin + later * DAY_MS;
        const part = instancesOf(parsed(rule), { ...stretch, from }, 100_000);
        expect(part.walls).toEqual(whole.walls.filter((wall) => wall >= from));
      }),
      { numRuns: 150 },
    );
  });

  it('may have blanks, INTERVAL=0, small letters and a semicolon at its end', () => {
    expect(days('FREQ=WEEKLY;BYDAY=MO, TU;COUNT=2;')).toEqual(['1997-09-02', '1997-09-08']);
    expect(days('freq=daily;interval=0;count=2')).toEqual(['1997-09-02', '1997-09-03']);
  });

  it.each(['', 'COUNT=3', 'FREQ=DAILY;BYMONTH=13', 'FREQ=DAILY;BYDAY=XX', 'FREQ=DAILY;UNTIL=soon'])(
    'that is none is refused: %s',
    (text) => {
      expect(() => parsed(text)).toThrow();
    },
  );
});
