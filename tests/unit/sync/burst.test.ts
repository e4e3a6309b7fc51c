import { describe, expect, it } from '@jest/globals';
import { createBurstGate } from '../../../shared/sync/burst.ts';

describe('a burst of notifications', () => {
  it('lets the notifications of a single change through at once', () => {
    const gate = createBurstGate();
    expect([0, 5, 10].map((at) => gate.admit('a', at))).toEqual([{ delayMs: 0 }, { delayMs: 0 }, { delayMs: 0 }]);
  });

  it('becomes few messages, and every notification is followed by one that is due later', () => {
    const gate = createBurstGate();
    const due: number[] = [];
    for (let at = 0; at < 2_000; at += 2) {
      const admission = gate.admit('a', at);
      if (admission !== 'covered') due.push(at + admission.delayMs);
      expect(Math.max(...due)).toBeGreaterThanOrEqual(at);
    }
    expect(due.filter((at) => at > 100)).toHaveLength(2);
  });

  it('of one calendar delays no other', () => {
    const gate = createBurstGate();
    for (let index = 0; index < 100; index += 1) gate.admit('a', 0);
    expect(gate.admit('b', 0)).toEqual({ delayMs: 0 });
  });

  it('announces each version of an event once, and none for good when its message was not queued', () => {
    const gate = createBurstGate();
    expect(gate.admit('a', 0, ['v1'])).toEqual({ delayMs: 0 });
    expect(gate.admit('a', 50, ['v1', 'v1'])).toBe('covered');
    expect(gate.admit('a', 60, ['v1', 'v2'])).toEqual({ delayMs: 0 });
    gate.forget('a');
    expect(gate.admit('a', 70, ['v2'])).toEqual({ delayMs: 0 });
    expect(gate.admit('a', 5_000, ['v2'])).toEqual({ delayMs: 0 });
  });

  it('is forgotten after a quiet time', () => {
    const gate = createBurstGate();
    for (let index = 0; index < 100; index += 1) gate.admit('a', 0);
    expect(gate.admit('a', 30_000)).toEqual({ delayMs: 0 });
  });
});
