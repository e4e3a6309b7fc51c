import { describe, expect, it } from '@jest/globals';
import { backoffMs } from '../../../shared/sync/backoff.ts';

const none = { bytes: (count: number) => new Uint8Array(count) };
const most = { bytes: (count: number) => new Uint8Array(count).fill(255) };

describe('waiting before another try', () => {
  it('takes a service at its word the first time, and never for longer than six hours', () => {
    expect(backoffMs(0, 7_000, none)).toBe(7_000);
    expect(backoffMs(0, 30 * 86_400_000, none)).toBe(6 * 3_600_000);
  });

  it('doubles with each failure up to an hour, spread by a quarter', () => {
    expect([0, 1, 2, 3].map((attempt) => backoffMs(attempt, undefined, none))).toEqual([
      30_000, 60_000, 120_000, 240_000,
    ]);
    expect(backoffMs(50, undefined, none)).toBe(3_600_000);
    expect(backoffMs(0, undefined, most)).toBe(37_500);
  });

  it('is not shorter than what the service asks for', () => {
    expect(backoffMs(2, 600_000, none)).toBe(600_000);
  });
});
