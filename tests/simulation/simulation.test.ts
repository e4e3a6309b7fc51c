import { describe, expect, it } from '@jest/globals';
import { simulated } from './command.ts';

describe('the simulation', () => {
  it('tells the same story twice for the same seed, byte for byte', async () => {
    const { failures, runs } = await simulated('--seed', '11', '--runs', '4', '--check-determinism');
    expect({ failures, runs }).toEqual({ failures: [], runs: 4 });
  }, 120_000);

  it('finds nothing wrong with worlds that were looked at before', async () => {
    const { failures, runs } = await simulated('--seed', '101', '--runs', '24');
    expect({ failures, runs }).toEqual({ failures: [], runs: 24 });
  }, 240_000);
});
