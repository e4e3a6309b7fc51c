import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '../../../shared/platform/random.ts';
import { pollDue } from '../../../shared/sync/due.ts';
import type { SyncNeeds } from '../../../shared/sync/needs.ts';

/** A timer between so many due calendars and a queue. */
function installation(calendars: number, pollsADay: number) {
  const due = Array.from({ length: calendars }, (_, index) => `calendar-${index}`);
  const queued: unknown[] = [];
  const asked: number[] = [];
  const nextAt: number[] = [];
  const needs = {
    settings: { HETK_POLL_SECONDS: 1800, HETK_POLLS_A_DAY: pollsADay },
    clock: { now: () => 0 },
    random: systemRandom,
    log: () => {},
    queues: { changes: async (message: unknown) => void queued.push(message) },
    stores: {
      calendars: {
        takeDuePolls: async (_now: number, limit: number, next: (id: string) => number) => {
          asked.push(limit);
          const taken = due.splice(0, limit);
          nextAt.push(...taken.map(next));
          return taken;
        },
      },
      accounts: { takeDuePolls: async () => [] },
    },
  } as unknown as SyncNeeds;
  return { needs, queued, asked, nextAt };
}

describe('the fallback poll', () => {
  it('takes all that are due, a page at a time', async () => {
    const { needs, queued } = installation(450, 720_000);
    expect(await pollDue(needs)).toBe(450);
    expect(queued).toHaveLength(450);
  });

  it('takes so many a day at most, the longest overdue first, and the rest in the minutes after', async () => {
    const { needs, queued, asked } = installation(1_000, 720_000);
    expect(await pollDue(needs)).toBe(500);
    expect(asked).toEqual([200, 200, 100]);
    expect(queued.at(-1)).toMatchObject({ kind: 'pull', calendarId: 'calendar-499' });
    expect(await pollDue(needs)).toBe(500);
    expect(await pollDue(needs)).toBe(0);
  });

  it('sets those that are due together apart, into a few groups, each within a quarter of the interval', async () => {
    const { needs, nextAt } = installation(200, 720_000);
    await pollDue(needs);
    expect(nextAt).toHaveLength(200);
    expect(Math.min(...nextAt)).toBeGreaterThanOrEqual(1_350_000);
    expect(Math.max(...nextAt)).toBeLessThanOrEqual(2_250_000);
    const groups = new Set(nextAt);
    expect(groups.size).toBe(4);
    for (const at of groups) expect(nextAt.filter((each) => each === at)).toHaveLength(50);
  });

  it('takes one at least, and never more than a tick has time for', async () => {
    expect(await pollDue(installation(10, 1_440).needs)).toBe(1);
    expect(await pollDue(installation(6_000, 100_000_000).needs)).toBe(5_000);
  });
});
