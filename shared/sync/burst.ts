/**
 * Keeps a burst of notifications from becoming a burst of messages. The first few of a calendar go through as they come; after that one
 * message, due a little later, stands for all that arrive until then. It is queued before the notifications it stands for are
 * forgotten, so a dying process loses none.
 *
 * One instance remembers only what it saw itself; across instances the worker drops what a pull has already read.
 */

/** So many notifications go through at once: services send a handful for a single change, and a person makes several a second. */
const FREE = 20;
/** How long the first stand-in waits, ms; each further one of the same burst waits four times as long. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 16_000;
/** A calendar that is quiet for so long begins anew, ms. */
const QUIET_MS = 20_000;
/** Calendars remembered at the most; forgetting one costs a message, not a change. */
const MOST = 10_000;

/** How long the message for this notification is to wait, ms; `covered` when one that is already queued will do. */
export type Admission = { readonly delayMs: number } | 'covered';

export interface BurstGate {
  /** @param now epoch ms */
  admit(calendarId: string, now: number): Admission;
}

interface Burst {
  since: number;
  count: number;
  waitMs: number;
  /** When the queued stand-in is due, epoch ms. */
  dueAt: number;
}

export function createBurstGate(): BurstGate {
  const bursts = new Map<string, Burst>();
  return {
    admit(calendarId, now) {
      let burst = bursts.get(calendarId);
      if (!burst || now - Math.max(burst.since, burst.dueAt) >= (burst.dueAt > 0 ? QUIET_MS : FIRST_WAIT_MS)) {
        if (bursts.size >= MOST) bursts.clear();
        burst = { since: now, count: 0, waitMs: FIRST_WAIT_MS, dueAt: 0 };
        bursts.set(calendarId, burst);
      }
      burst.count += 1;
      if (burst.count <= FREE) return { delayMs: 0 };
      if (now < burst.dueAt) return 'covered';
      const delayMs = burst.waitMs;
      burst.dueAt = now + delayMs;
      burst.waitMs = Math.min(burst.waitMs * 4, LONGEST_WAIT_MS);
      return { delayMs };
    },
  };
}
