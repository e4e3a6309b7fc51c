import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { simulated } from './command.ts';
import { mutations } from './mutations.ts';

/** How many worlds a break may survive at most. */
const RUNS = '100';

const begins = [...new Set(mutations.map(({ seed = 101 }) => seed))];

/** Hundreds of worlds take minutes: asked for by HETK_MUTATIONS=1, as CI does in a step of its own. */
const asked = process.env.HETK_MUTATIONS === '1' ? describe : describe.skip;

describe('breaks of the engine', () => {
  it.each(mutations.flatMap(({ name, changes }) => changes.map(({ file, from }) => ({ name, file, from }))))(
    'fit the source: $name in $file',
    ({ file, from }) => {
      expect(readFileSync(file, 'utf8').split(from)).toHaveLength(2);
    },
  );
});

asked('a simulation that would find nothing is worth nothing', () => {
  it.each(mutations)(
    'finds it when the engine is broken: $breaks',
    async ({ name, shows, seed = 101, favours = [] }) => {
      const search = ['--seed', `${seed}`, '--runs', RUNS, '--until-failure', '--favour', favours.join(',')];
      const { failures } = await simulated(...search, '--mutation', name);
      const kinds = failures.flatMap(({ faults }) => faults.map((fault) => fault.split(':')[0]));
      expect(kinds.some((kind) => kind !== undefined && shows.includes(kind))).toBe(true);
    },
    900_000,
  );

  it.each(begins)(
    'finds nothing in the same worlds while the engine is whole (from seed %s)',
    async (seed) => {
      const { failures } = await simulated('--seed', `${seed}`, '--runs', '8');
      expect(failures).toEqual([]);
    },
    900_000,
  );
});
