import { pollDue, renewDue, slideDue, sweepAbandoned, verifyDue } from '../../shared/sync/due.ts';
import type { SyncNeeds } from '../../shared/sync/needs.ts';
import { policiesDue } from '../../shared/sync/policy.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Something that goes off at fixed times: at `offsetMs` after each multiple of `everyMs` since the epoch. */
export interface Timer {
  readonly everyMs: number;
  readonly offsetMs: number;
  readonly tick: (needs: SyncNeeds) => Promise<unknown>;
}

/** Those of functions/timer, at their times. */
export const timers: readonly Timer[] = [
  { everyMs: MINUTE_MS, offsetMs: 5 * SECOND_MS, tick: sweepAbandoned },
  { everyMs: MINUTE_MS, offsetMs: 15 * SECOND_MS, tick: pollDue },
  { everyMs: 5 * MINUTE_MS, offsetMs: 0, tick: renewDue },
  { everyMs: MINUTE_MS, offsetMs: 30 * SECOND_MS, tick: slideDue },
  {
    everyMs: MINUTE_MS,
    offsetMs: 45 * SECOND_MS,
    async tick(needs) {
      await verifyDue(needs);
      await policiesDue(needs);
    },
  },
];
