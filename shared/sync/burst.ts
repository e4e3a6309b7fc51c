/**
 * Keeps a burst of notifications from becoming a burst of messages. A version of an event that was announced already is not announced again:
 * Graph sends several notifications for one change. Of the others the first few go through as they come; after that one message, due a
 * little later, stands for all that arrive until then. It is queued before the notifications it stands for are forgotten, so a
 * dying process loses none.
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

/** Versions remembered of one burst. */
const MOST_VERSIONS = 1_000;

/** How long the message for this notification is to wait, ms; `covered` when one that is already queued will do. */
export type Admission = { readonly delayMs: number } | 'covered';

export interface BurstGate {
  /**
   * @param now epoch ms
   * @param versions name the states of events that the notifications are about; undefined where one does not say
   */
  admit(calendarId: string, now: number, versions?: readonly (string | undefined)[]): Admission;
  /** The message could not be queued: nothing stands for this calendar's notifications any more. */
  forget(calendarId: string): void;
}

interface Burst {
  since: number;
  count: number;
  waitMs: number;
  /** When the queued stand-in is due, epoch ms. */
  dueAt: number;
  /** What was announced since the burst began. */
  readonly versions: Set<string>;
}

export function createBurstGate(): BurstGate {
  const bursts = new Map<string, Burst>();
  return {
    forget: (calendarId) => void bursts.delete(calendarId),

    admit(calendarId, now, versions = [undefined]) {
      let burst = bursts.get(calendarId);
      if (!burst || now - Math.max(burst.since, burst.dueAt) >= (burst.dueAt > 0 ? QUIET_MS : FIRST_WAIT_MS)) {
        if (bursts.size >= MOST) bursts.clear();
        burst = { since: now, count: 0, waitMs: FIRST_WAIT_MS, dueAt: 0, versions: new Set() };
        bursts.set(calendarId, burst);
      }
      const { versions: announced } = burst;
      if (versions.every((version) => version !== undefined && announced.has(version))) return 'covered';
      if (announced.size >= MOST_VERSIONS) announced.clear();
      for (const version of versions) if (version !== undefined) announced.add(version);
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
