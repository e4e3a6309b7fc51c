import { expect, test } from '@jest/globals';
import { mostRounds } from '../../../local/demo/load.ts';

test.each([
  [200, 3],
  [1_000, 3],
  [1_001, 4],
  [5_000, 4],
  [5_001, 5],
  [21_001, 6],
])('A burst that takes %d ms may cause %d rounds', (ms, rounds) => {
  expect(mostRounds(ms)).toBe(rounds);
});
