import { describe, expect, it } from '@jest/globals';
import { simulated } from './command.ts';
import { mutations } from './mutations.ts';

/** The first seed of all, and how many worlds a break may survive at most. */
const SEED = '101';
const RUNS = '60';

describe('a simulation that would find nothing is worth nothing', () => {
  it.each(mutations)(
    'finds it when the engine is broken: $breaks',
    async ({ name, shows }) => {
      const { failures } = await simulated('--seed', SEED, '--runs', RUNS, '--until-failure', '--mutation', name);
      const kinds = failures.flatMap(({ faults }) => faults.map((fault) => fault.split(':')[0]));
      expect(kinds.some((kind) => kind !== undefined && shows.includes(kind))).toBe(true);
    },
    300_000,
  );
});
