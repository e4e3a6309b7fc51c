import { describe, expect, it } from '@jest/globals';
import { simulated } from './command.ts';

describe('the simulation', () => {
  it('tells the same story for the same seeds, byte for byte, in one process and in another', async () => {
    const once = await simulated('--seed', '11', '--runs', '3', '--check-determinism');
    const again = await simulated('--seed', '11', '--runs', '3');
    expect([once.failures, again.failures]).toEqual([[], []]);
    expect(again.digest).toBe(once.digest);
  }, 240_000);

  it('finds nothing wrong with worlds that were looked at before', async () => {
    const { failures, runs } = await simulated('--seed', '201', '--runs', '16');
    expect({ failures, runs }).toEqual({ failures: [], runs: 16 });
  }, 240_000);
});
