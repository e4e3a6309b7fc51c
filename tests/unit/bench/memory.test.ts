import { expect, test } from '@jest/globals';
import { benchMemory, printedMemory } from '../../bench/memory.ts';

test('The memory that is measured is that of a worker which made every copy', async () => {
  const [measured] = await benchMemory([120], () => {}, { from: 'icloud', heapMb: 128 });
  expect(measured).toMatchObject({ from: 'icloud', to: 'google', size: 120, links: 120 });
  expect(measured?.peakMb).toBeGreaterThan(measured?.idleHeapMb ?? Number.NaN);
  expect(measured?.cpuSeconds).toBeGreaterThan(0);
});

test('A peak above the goal and one that grows with the calendar are said', () => {
  const one = { from: 'google', to: 'microsoft', idleMb: 100, idleHeapMb: 40, heldMb: 50, cpuSeconds: 1 } as const;
  const lines = printedMemory([
    { ...one, size: 10_000, links: 10_000, peakMb: 140 },
    { ...one, size: 50_000, links: 50_000, peakMb: 290 },
  ]);
  expect(lines[1]).not.toMatch(/goal|grows/);
  expect(lines[2]).toMatch(/above the goal, grows$/);
});
