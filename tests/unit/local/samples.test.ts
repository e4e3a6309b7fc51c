import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { broughtNear } from '../../../local/core/broughtNear.ts';
import { eventsFromIcs } from '../../../local/core/ics.ts';
import { readSamples, samplesThisWeek } from '../../../local/samples/samples.ts';
import { startSimulators } from '../../../local/simulators.ts';

const named = z.array(z.object({ id: z.string(), owner: z.string(), name: z.string() }));
const titled = z.array(z.object({ title: z.string() }));

describe('the sample events', () => {
  it.each([
    ['2026-11-23T00:00:00Z', '2026-11-23'],
    ['2027-01-03T23:59:59Z', '2026-12-28'],
  ])('at %s lie in the week of Monday, %s', async (now, monday) => {
    const samples = await samplesThisWeek(Date.parse(now));
    const read = samples.map(({ ics }) => eventsFromIcs(ics));
    const firsts = read.map(({ events }) => events.map(({ fields }) => fields.time.start.slice(0, 10)).sort()[0]);
    expect(firsts.sort()[0]).toBe(monday);
    expect(read.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('keep their weekdays, also those of changed and left-out occurrences', () => {
    const text = [
      'DTSTART;TZID=Europe/Vienna:20260105T091500',
      'RRULE:FREQ=WEEKLY;UNTIL=20260331T000000Z',
      'EXDATE;TZID=Europe/Vienna:20260112T091500',
      'RECURRENCE-ID;TZID=Europe/Vienna:20260119T091500',
      'DTEND;VALUE=DATE:20260106',
    ];
    const event = (lines: readonly string[]) =>
      ['BEGIN:VEVENT', ...lines, 'DTSTAMP:20260101T090000Z', 'END:VEVENT'].join('\n');
    expect(broughtNear(event(text), Date.parse('2026-11-24'))).toBe(
      event([
        'DTSTART;TZID=Europe/Vienna:20261130T091500',
        'RRULE:FREQ=WEEKLY;UNTIL=20270223T000000Z',
        'EXDATE;TZID=Europe/Vienna:20261207T091500',
        'RECURRENCE-ID;TZID=Europe/Vienna:20261214T091500',
        'DTEND;VALUE=DATE:20261201',
      ]),
    );
  });

  it('fill the first calendar of the simulated Microsoft and no other', async () => {
    const seeds = (await readSamples()).map(({ ics }) => ics);
    const { microsoftUrl, googleUrl, seedProblems, stop } = await startSimulators({
      ports: { microsoft: 0, google: 0, icloud: 0 },
      simulated: { microsoft: true, google: true, icloud: false },
      seeds,
    });
    const filled: Record<string, string[]> = {};
    for (const url of [microsoftUrl, googleUrl]) {
      for (const { id, owner, name } of named.parse(await (await fetch(`${url}/sim/calendars`)).json())) {
        const events = titled.parse(await (await fetch(`${url}/sim/calendars/${id}/events`)).json());
        if (events.length > 0) filled[`${owner}: ${name}`] = events.map(({ title }) => title).sort();
      }
    }
    await stop();
    expect(seedProblems).toEqual([]);
    expect(filled).toEqual({
      'ada@contoso.example: Calendar': [
        'Dentist',
        'Pay the rent',
        'Review with the New York team',
        'Stand-up',
        'Swimming',
        'Trade fair',
      ],
    });
  });
});
