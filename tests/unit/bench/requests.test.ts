import { expect, test } from '@jest/globals';
import { benchRequests, minimumOf, printedRequests } from '../../bench/requests.ts';

test('The requests that are counted are those of copies that arrived, and none is above its minimum but where docs/performance.md says so', async () => {
  const counted = await benchRequests([60], () => {});
  const of = (service: string, role: string, act: string) =>
    counted.find((row) => row.service === service && row.role === role && row.act === act)?.requests;
  expect(counted).toHaveLength(36);
  // Sixty events: a look at the target, and two batches of fifty, or three of twenty.
  expect(of('google', 'target', 'first sync')).toBe(3);
  expect(of('microsoft', 'target', 'first sync')).toBe(4);
  // iCloud takes each by itself, and what it made of ten is read back in one.
  expect(of('icloud', 'target', 'first sync')).toBe(1 + 60 + 6);
  const above = counted.filter(({ requests, minimum }) => requests > minimum + 1);
  expect(above).toMatchObject([{ service: 'icloud', role: 'target', act: 'first sync' }]);
  expect(printedRequests(counted).filter((line) => line.endsWith(' !'))).toHaveLength(1);
});

test('A minimum grows with pages and batches', () => {
  expect(minimumOf('microsoft', 'source', 'first sync', 1000)).toBe(10);
  expect(minimumOf('google', 'target', 'first sync', 10_000)).toBe(200);
  expect(minimumOf('icloud', 'source', 'first sync', 1000)).toBe(12);
  expect(minimumOf('google', 'target', 'no-op', 10_000)).toBe(0);
});
