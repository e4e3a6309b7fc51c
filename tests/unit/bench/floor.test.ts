import { expect, test } from '@jest/globals';
import { benchFloor } from '../../bench/floor.ts';

test('Hetk and the bare loop make two requests for each change', async () => {
  const { turns } = await benchFloor(5, 1, () => {});
  expect(turns).toHaveLength(1);
  expect(turns[0]?.bare.requests).toBe(10);
  expect(turns[0]?.hetk.requests).toBeGreaterThanOrEqual(10);
  expect(turns[0]?.storageSeconds).toBeGreaterThan(0);
});
