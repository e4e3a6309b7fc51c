import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { noCounts, plus } from '../../../local/costs/usage.ts';
import { countDays, printedDay } from '../../bench/day.ts';
import { timers } from '../../bench/timers.ts';

// A calendar that is not at the end of each day what it should be is an error by itself.
describe('a day that is counted', () => {
  it('is made of what must happen in it', async () => {
    const { day, timers, written } = await countDays({ pairs: 1, icloud: true, events: 6 }, 9, 1);
    expect(day.changes).toBe(9);
    // Each once to its copy, and nothing besides.
    expect(written).toBe(9);
    // Two every minute, one every five minutes, two every ten.
    expect(timers.ticks).toBe(1440 * 4 + 288);
    // Between 37.5 and 22.5 minutes after one another, in the two calendars with push.
    expect(day.fallbackPulls).toBeGreaterThanOrEqual(2 * 38);
    expect(day.fallbackPulls).toBeLessThanOrEqual(2 * 64);
    // Between a quarter of an hour and five minutes, a tenth more or less, and up to a minute until the timer looks.
    expect(day.polls).toBeGreaterThanOrEqual(1440 / 18);
    expect(day.polls).toBeLessThanOrEqual(1440 / 4.5);
    expect(day.executions).toBeGreaterThan(day.fallbackPulls + day.polls + day.changes);
    expect(day.queueRequests).toBeGreaterThan(day.executions);
    expect(day.sqlStatements).toBeGreaterThan(day.executions);
    // What was asked at each pull, whether there was a change or not.
    const requests = day.microsoftRequests + day.googleRequests + day.icloudRequests;
    expect(requests).toBeGreaterThanOrEqual(day.fallbackPulls + day.polls + written);
    expect(day.tokenRequests).toBeGreaterThan(0);
    expect(day.logLines).toBeGreaterThan(day.fallbackPulls);
    expect(day.logBytes).toBeGreaterThan(day.logLines * '{"event":"work"}'.length);
  });

  it('writes nothing when nobody changes anything', async () => {
    const kind = { pairs: 1, icloud: false, events: 3 };
    const counted = await countDays(kind, 0, 1);
    expect(counted).toMatchObject({ written: 0, day: { changes: 0, polls: 0, icloudRequests: 0 } });
    // Nobody calls: each execution is a message, which is put, got and deleted.
    expect(counted.day.queueRequests).toBe(counted.day.executions * 3);
  });
});

it('goes by the times at which the functions go off', async () => {
  const folder = new URL('../../../functions/timer/', import.meta.url);
  const schedules = await Promise.all(
    (await readdir(folder)).map(
      async (name) => /schedule: '([^']+)'/.exec(await readFile(new URL(name, folder), 'utf8'))?.[1],
    ),
  );
  const told = timers.map(({ everyMs, offsetMs }) => {
    const minutes = everyMs === 60_000 ? '*' : `*/${everyMs / 60_000}`;
    return `${offsetMs / 1_000} ${minutes} * * * *`;
  });
  expect(told.sort()).toEqual(schedules.sort());
});

it('Days are told beside one another, with what timers do besides', () => {
  const counts = { ...noCounts(), sqlStatements: 10 };
  const profiles = { quiet: counts, office: plus(counts, [counts, 0.3]), heavy: plus(counts, [counts, 2]) };
  const lines = printedDay({ events: 400, days: 10, profiles, timers: { ticks: 3456, sqlStatements: 9000.4 } });
  expect(lines).toContain(`${'SQL statements'.padEnd(28)}      10.0      13.0      30.0`);
  expect(lines.at(-1)).toMatch(/3456 ticks of timers with 9000 SQL statements$/);
});
