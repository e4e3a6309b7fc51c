import type { Passed } from '../contract/icloud/relay.ts';

export interface Traffic {
  readonly requests: number;
  /** Of bodies, both ways, as they went over the wire. */
  readonly bytes: number;
}

export function trafficOf(passed: readonly Passed[]): Traffic {
  return { requests: passed.length, bytes: passed.reduce((sum, { bytes }) => sum + bytes, 0) };
}
