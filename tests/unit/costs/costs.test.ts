import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { startMeter } from '../../../local/costs/meter.ts';
import { costsOf, costTable, prices, profileTable, userDay } from '../../../local/costs/model.ts';
import { type Measured, measured, noCounts } from '../../../local/costs/usage.ts';
import { listen } from '../../../local/listen.ts';

const text = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
const figures = measured.parse(JSON.parse(await text('local/costs/measured.json')));
const price = prices.parse(JSON.parse(await text('local/costs/prices.json')));

/** Nothing but so many executions of so many seconds of a core a day. */
function only(executions: number, cpuSeconds: number): Measured {
  const seconds = { change: 0, quietPull: 0, quietPoll: 0, verification: 0, renewal: cpuSeconds };
  const day = { ...noCounts(), executions, renewals: 1 };
  const profiles = { quiet: day, office: day, heavy: day };
  return { acts: { ...figures.acts, cpuSeconds: seconds }, days: { ...figures.days, profiles } };
}

describe('what an installation costs', () => {
  it('is what the guide for operators says', async () => {
    expect(await text('docs/operators.md')).toContain(costTable(figures, price));
  });

  it('is told of a quiet, an office and a heavy user as the page about performance says', async () => {
    expect(await text('docs/performance.md')).toContain(profileTable(figures, price));
    const [quiet, office, heavy] = (['quiet', 'office', 'heavy'] as const).map((name) => userDay(figures, name));
    expect(office).toEqual(userDay(figures));
    for (const name of ['googleRequests', 'sqlStatements', 'cpuSeconds'] as const) {
      expect(quiet?.[name]).toBeLessThan(office?.[name] ?? 0);
      expect(heavy?.[name]).toBeGreaterThan(office?.[name] ?? Number.NaN);
    }
  });

  it('is at least what is always ready, for nobody', () => {
    const { lines } = costsOf(0, figures, price);
    // Two instances of 2 GB for thirty days.
    expect(lines['always ready']).toBeCloseTo(2 * 2 * 2_592_000 * 0.0000038, 5);
    expect(lines.executions).toBe(0);
    expect(lines.logs).toBe(0);
  });

  it('counts a run for a second while few share an instance, and the busy instances when many do', () => {
    // 100 users with 100 runs a day: 300,000 s a month, which the always-ready instances take.
    const few = costsOf(100, only(100, 1), price);
    expect(few.lines['always ready'] - costsOf(0, only(100, 1), price).lines['always ready']).toBeCloseTo(
      300_000 * 2 * 0.0000149,
      5,
    );
    expect(few.lines.executions).toBeCloseTo(0.05 * 0.371, 5);
    // A million users: 3 billion runs would be 3 billion seconds; but a million core seconds a day keep 20 instances busy at 60 %.
    const many = costsOf(1_000_000, only(100, 1), price);
    const seconds = (20 - 2) * 2_592_000;
    expect(many.lines.executions).toBeCloseTo((3_000 - 0.25) * 0.371 + (seconds * 2 - 100_000) * 0.000025, 3);
  });

  it('takes the counts of a day as they are, and the time of a core that its acts were measured to take', () => {
    const cpuSeconds = { change: 1, quietPull: 10, quietPoll: 100, verification: 1_000, renewal: 10_000 };
    const office = { ...noCounts(), changes: 12, fallbackPulls: 96, polls: 39, fullRounds: 3, renewals: 1.2 };
    const { acts, days } = figures;
    const day = userDay({
      acts: { ...acts, cpuSeconds },
      days: { ...days, profiles: { ...days.profiles, office: { ...office, sqlStatements: 7 } } },
    });
    expect(day).toMatchObject({ ...office, sqlStatements: 7 });
    // Three full rounds of a calendar are one and a half of a pair's two.
    expect(day.cpuSeconds).toBeCloseTo(12 + 960 + 3_900 + 1_500 + 12_000, 6);
  });
});

describe('the meter', () => {
  it('sees what goes to services and to the app, and which messages were worked', async () => {
    const server = await listen(() => new Response('{}'), 0);
    const print = console.log;
    const meter = startMeter();
    try {
      console.log('{"event":"work","queue":"changes"}');
      console.log('{"event":"round"}');
      for (const path of ['/webhooks/graph', '/sim/requests', '/v1.0/me'])
        await (await fetch(`${server.url}${path}`)).text();
      const all = meter.read({ app: server.url, services: [server.url] });
      // A message and a notification; the notification went to the same server as the call to the service.
      expect(all).toMatchObject({ executions: 2, providerRequests: 2 });
      expect(meter.read({ app: server.url, services: [] })).toMatchObject({ executions: 0, providerRequests: 0 });
    } finally {
      console.log = print;
      await server.stop();
    }
  });
});
