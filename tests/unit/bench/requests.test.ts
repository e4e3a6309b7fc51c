import { expect, test } from '@jest/globals';
import { benchRequests, minimumOf, printedRequests } from '../../bench/requests.ts';

test('The requests that are counted are those of copies that arrived, and none is more than one above its minimum', async () => {
  const counted = await benchRequests([60], () => {});
  const of = (service: string, role: string, act: string) =>
    counted.find((row) => row.service === service && row.role === role && row.act === act)?.requests;
  expect(counted).toHaveLength(36);
  // Sixty events: a look at the target, and two batches of fifty, or three of twenty.
  expect(of('google', 'target', 'first sync')).toBe(3);
  expect(of('microsoft', 'target', 'first sync')).toBe(4);
  // iCloud takes each by itself, and what it made of them is read back in one.
  expect(of('icloud', 'target', 'first sync')).toBe(1 + 60 + 1);
  expect(counted.filter(({ requests, minimum }) => requests > minimum + 1)).toEqual([]);
  const told = (requests: number) =>
    printedRequests(counted.map((row) => ({ ...row, requests }))).filter((line) => line.endsWith(' !'));
  expect(told(0)).toEqual([]);
  expect(told(1_000)).toHaveLength(36);
});

test('A minimum grows with pages and batches', () => {
  expect(minimumOf('microsoft', 'source', 'first sync', 1000)).toBe(10);
  expect(minimumOf('google', 'target', 'first sync', 10_000)).toBe(200);
  expect(minimumOf('icloud', 'source', 'first sync', 1000)).toBe(12);
  expect(minimumOf('icloud', 'target', 'first sync', 1000)).toBe(1010);
  expect(minimumOf('icloud', 'target', 'changed', 1000)).toBe(2);
  expect(minimumOf('google', 'target', 'no-op', 10_000)).toBe(0);
});
