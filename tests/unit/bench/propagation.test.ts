import { expect, test } from '@jest/globals';
import { percentile } from '../../../local/demo/figures.ts';
import { benchIsolation } from '../../bench/isolation.ts';
import { drawnLatency } from '../../bench/latency.ts';
import { benchPropagation } from '../../bench/propagation.ts';

test('Every change that is timed has arrived, and the services took a part of its time', async () => {
  const { rates } = await benchPropagation(2, [2], 3, () => {});
  const travels = rates.flatMap((rate) => rate.travels);
  expect(travels.length).toBeGreaterThan(0);
  for (const { ms, addedMs } of travels) {
    expect(addedMs).toBeGreaterThan(0);
    expect(addedMs).toBeLessThan(ms);
  }
});

test('Others are timed while one copies a calendar, one is throttled and one is refused', async () => {
  const options = { pairs: 2, perSecond: 1, seconds: 6, turns: 1, events: 40 };
  const { turns } = await benchIsolation(options, () => {});
  expect(turns).toHaveLength(1);
  expect(turns[0]?.troubled.length).toBeGreaterThan(0);
  expect(turns[0]?.copiesMade).toBeGreaterThan(0);
  expect(turns[0]?.turnedAway).toBeGreaterThan(0);
});

test('Latencies have the distribution that is stated', () => {
  let state = 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const drawn = Array.from({ length: 20_000 }, () => drawnLatency(random));
  expect(percentile(drawn, 50)).toBeGreaterThan(285);
  expect(percentile(drawn, 50)).toBeLessThan(315);
  expect(percentile(drawn, 99)).toBeGreaterThan(1_350);
  expect(percentile(drawn, 99)).toBeLessThan(1_650);
});
