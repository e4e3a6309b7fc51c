import { expect, test } from '@jest/globals';
import { benchScale, printedScale } from '../../bench/scale.ts';

test('What is measured of many calendars is work that was done, and no statement reads a whole table', async () => {
  const found = await benchScale([200, 2000], 2, 3, () => {});
  // Three times in the round that warms up and in both others, on either database.
  expect(found.done.notification).toBe(18);
  expect(found.done['status page']).toBe(18);
  // Twenty calendars are due at each tick by four clocks: a page of them each.
  expect(found.done['timer tick']).toBe(18 * 20 * 4);
  expect(found.renewal).toMatchObject({ subscriptions: 2000, messages: 2000, ticks: 1 });
  expect(found.scans).toEqual([]);
  expect(printedScale(found)).toHaveLength(6);
});
