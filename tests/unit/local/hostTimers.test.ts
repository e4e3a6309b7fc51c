import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createTimerRecord } from '../../../local/host/timerRecord.ts';
import { startTimer, type Timer } from '../../../local/host/timers.ts';

let timer: Timer | undefined;
const problems: string[] = [];

beforeEach(() => {
  problems.length = 0;
  jest.useFakeTimers({ now: Date.parse('2026-03-02T09:59:50.000Z') });
});
afterEach(async () => {
  await timer?.stop();
  jest.useRealTimers();
});

function start(schedule: string, run: () => Promise<void>, environment: Record<string, string> = {}): void {
  timer = startTimer({
    functionName: 'poll',
    binding: { schedule },
    environment,
    record: createTimerRecord(),
    run,
    log: (_level, _name, message) => problems.push(message),
  });
}

describe('timers of the local host', () => {
  it('run at the seconds of their schedule, which may stand in a setting', async () => {
    const ran: string[] = [];
    start('%POLL%', async () => void ran.push(new Date().toISOString()), { POLL: '*/20 * * * * *' });
    await jest.advanceTimersByTimeAsync(45_000);
    expect(ran).toEqual(['2026-03-02T10:00:00.000Z', '2026-03-02T10:00:20.000Z']);
  });

  it('skip a tick while the run before is still going', async () => {
    let began = 0;
    let finish = () => {};
    start('*/5 * * * * *', () => {
      began += 1;
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    await jest.advanceTimersByTimeAsync(30_000);
    expect(began).toBe(1);
    finish();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(began).toBe(2);
    finish();
  });

  it('go on after a run that failed, and say why it failed', async () => {
    let began = 0;
    start('*/10 * * * * *', async () => {
      began += 1;
      throw new Error('no luck');
    });
    await jest.advanceTimersByTimeAsync(20_000);
    expect(began).toBe(2);
    expect(problems[0]).toContain('no luck');
  });

  it('run only where the day of the month and the day of the week both fit', async () => {
    // The clock is at a Monday, the second of the month.
    let began = 0;
    start('0 0 10 3 * 1', async () => {
      began += 1;
    });
    await jest.advanceTimersByTimeAsync(30_000);
    expect(began).toBe(0);
  });

  it('name the setting that is missing', () => {
    expect(() => start('%POLL%', async () => {})).toThrow('POLL');
  });
});
