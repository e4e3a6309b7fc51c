import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { startUsageMeter } from '../../../local/costs/meter.ts';
import { costsOf, costTable, prices, profiles, profileTable, usagePerUser } from '../../../local/costs/model.ts';
import { measured, nothing } from '../../../local/costs/usage.ts';
import { listen } from '../../../local/listen.ts';

const text = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
const figures = measured.parse(JSON.parse(await text('local/costs/measured.json')));
const price = prices.parse(JSON.parse(await text('local/costs/prices.json')));

/** Nothing but so many executions of so many seconds of a core a day. */
function only(executions: number, cpuSeconds: number) {
  const idle = {
    date: '2026-01-01',
    machine: 'm',
    events: 0,
    quietPull: nothing,
    quietPoll: nothing,
    verification: nothing,
  };
  const day = { ...nothing, executions: executions / 1.2, cpuSeconds: cpuSeconds / 1.2 };
  return { ...idle, change: nothing, renewal: day };
}

describe('what an installation costs', () => {
  it('is what the guide for operators says', async () => {
    expect(await text('docs/operators.md')).toContain(costTable(figures, price));
  });

  it('is told of a quiet, an office and a heavy user as the page about performance says', async () => {
    expect(await text('docs/performance.md')).toContain(profileTable(figures, price));
    const [quiet, office, heavy] = [profiles.quiet, profiles.office, profiles.heavy].map((day) =>
      usagePerUser(figures, day),
    );
    expect(office).toEqual(usagePerUser(figures));
    expect(quiet?.providerRequests).toBeLessThan(office?.providerRequests ?? 0);
    expect(heavy?.providerRequests).toBeGreaterThan(office?.providerRequests ?? Number.NaN);
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

  it('of one user is made of all that a day brings', () => {
    const { executions } = usagePerUser(figures);
    const { change, quietPull, quietPoll, verification, renewal } = figures;
    const expected =
      12 * change.executions +
      96 * quietPull.executions +
      2 * verification.executions +
      1.2 * renewal.executions +
      39 * quietPoll.executions;
    expect(executions).toBeCloseTo(expected, 6);
  });
});

describe('the meter', () => {
  it('counts what goes to storage, to services and to the app, and the lines of the log', async () => {
    const server = await listen(() => new Response('{}'), 0);
    const print = console.log;
    const meter = startUsageMeter();
    try {
      console.log('{"event":"work","queue":"changes"}');
      console.log('{"event":"round"}');
      for (const path of ['/webhooks/graph', '/sim/requests', '/v1.0/me'])
        await (await fetch(`${server.url}${path}`)).text();
      const all = meter.read({ app: server.url, services: [server.url] });
      // A message and a notification; the notification went to the same server as the call to the service.
      expect(all).toMatchObject({ executions: 2, providerRequests: 2, logLines: 2, queueRequests: 0, logBytes: 51 });
      expect(meter.read({ app: server.url, services: [] })).toMatchObject({ executions: 0, logLines: 0 });
    } finally {
      console.log = print;
      await server.stop();
    }
  });
});
