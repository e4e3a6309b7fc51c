import { expect, test } from '@jest/globals';
import { benchMemory, printedMemory } from '../../bench/memory.ts';

test('The memory that is measured is that of a worker which made every copy', async () => {
  const [measured] = await benchMemory([120], () => {}, { from: 'icloud', heapMb: 128 });
  expect(measured).toMatchObject({ from: 'icloud', to: 'google', size: 120, took: { links: 120 } });
  expect(measured?.took?.peakMb).toBeGreaterThan(measured?.took?.idleHeapMb ?? Number.NaN);
  expect(measured?.took?.cpuSeconds).toBeGreaterThan(0);
});

test('A peak above the goal and one that grows with the calendar are said', () => {
  const road = { from: 'google', to: 'microsoft' } as const;
  const took = { idleMb: 100, idleHeapMb: 40, heldMb: 50, cpuSeconds: 1 };
  const lines = printedMemory([
    { ...road, size: 10_000, took: { ...took, links: 10_000, peakMb: 140 } },
    { ...road, size: 50_000, took: { ...took, links: 50_000, peakMb: 290 } },
    { ...road, size: 60_000 },
  ]);
  expect(lines[1]).not.toMatch(/goal|grows/);
  expect(lines[2]).toMatch(/above the goal, grows$/);
  expect(lines[3]).toMatch(/too small {2}above the goal$/);
});
