import { DAY_MS } from '../calendar/window.ts';
import { fraction } from '../platform/random.ts';
import type { SyncNeeds } from './needs.ts';
import { LONGEST_PACE_MS } from './pollAccount.ts';

/**
 * What the timers do: take what is due, a page at a time, and enqueue it. Taking moves the due time, so that a tick that dies loses at most
 * one page to its next turn, and two ticks never take the same.
 */

const PAGE = 200;
/** A tick takes so many at most; the next tick goes on. At one message a millisecond it takes seconds. */
const MOST_PER_TICK = 5_000;
/** Of a timer that goes off every minute. */
const TICKS_A_DAY = 1_440;

/** A renewal that was enqueued and not done is taken again after this, ms. */
const RENEW_AGAIN_MS = 3_600_000;

type Needs = Pick<SyncNeeds, 'clock' | 'random' | 'log' | 'queues' | 'stores' | 'settings'>;

/**
 * The fallback poll, which catches what push never delivered, and the poll of accounts that have no push. Of the first there are so many a day at most: the
 * more calendars there are beyond that, the later each one's comes, the longest overdue first, so that the quotas of a large installation are left to changes.
 */
export async function pollDue(needs: Needs): Promise<number> {
  const { HETK_POLL_SECONDS: seconds, HETK_POLLS_A_DAY: aDay } = needs.settings;
  const calendars = await eachDue(
    needs,
    'poll',
    (now, limit) => needs.stores.calendars.takeDuePolls(now, limit, spread(needs, now, seconds * 1000)),
    pull(needs),
    Math.min(Math.ceil(aDay / TICKS_A_DAY), MOST_PER_TICK),
  );
  const accounts = await eachDue(
    needs,
    'poll-accounts',
    // The worker sets the pace; this one counts when its message is lost.
    (now, limit) => needs.stores.accounts.takeDuePolls(now, limit, () => now + LONGEST_PACE_MS),
    (accountId) => needs.queues.changes({ kind: 'poll', accountId, at: needs.clock.now() }),
  );
  return calendars + accounts;
}

/** The daily slide of the window: a full round, because a cursor's window stands still. */
export function slideDue(needs: Needs): Promise<number> {
  return eachDue(
    needs,
    'slide',
    (now, limit) => needs.stores.calendars.takeDueSlides(now, limit, spread(needs, now, DAY_MS)),
    full(needs, false),
  );
}

/** The daily verification: a full round that also looks at the copies. */
export function verifyDue(needs: Needs): Promise<number> {
  const take = (now: number, limit: number) =>
    needs.stores.calendars.takeDueVerifications(now, limit, spread(needs, now, DAY_MS));
  return eachDue(needs, 'verify', take, full(needs, true));
}

/** Subscriptions that end within a day, and calendars that should have one and do not. */
export function renewDue(needs: Needs): Promise<number> {
  return eachDue(
    needs,
    'renew',
    (now, limit) => needs.stores.subscriptions.takeDueRenewals(now, limit, RENEW_AGAIN_MS),
    (calendarId) => needs.queues.bulk({ kind: 'subscribe', calendarId, recreate: false }),
  );
}

/** Calendars whose worker died: a killed instance hides its messages for ten minutes, and may have written what nothing notes. */
export async function sweepAbandoned(needs: Needs): Promise<number> {
  await forgetOld(needs);
  return eachDue(
    needs,
    'sweep',
    (now, limit) => needs.stores.calendars.takeAbandoned(now, limit),
    async ({ calendarId, died }) => {
      if (died) return full(needs, true)(calendarId);
      const routes = await needs.stores.pairs.routesFrom(calendarId);
      const behind = routes.some((route) => route.state === 'starting' || route.state === 'stale');
      await (behind ? full(needs, false) : pull(needs))(calendarId);
    },
  );
}

/** What is kept for a while only. */
async function forgetOld({ clock, stores }: Needs): Promise<void> {
  await stores.removals.forgetOld(clock.now());
  await stores.tries.forgetOld(clock.now());
}

function pull(needs: Needs): (calendarId: string) => Promise<void> {
  return (calendarId) => needs.queues.changes({ kind: 'pull', calendarId, at: needs.clock.now() });
}

function full(needs: Needs, verify: boolean): (calendarId: string) => Promise<void> {
  return (calendarId) => needs.queues.bulk({ kind: 'full', calendarId, at: needs.clock.now(), verify });
}

/** Groups in which calendars that are due at once go on. */
const GROUPS = 4;

/**
 * When each of those that are taken together is due again: within a quarter of the interval to both sides, so that they spread over time by themselves. A few
 * times serve them all in turn, because each is another place in an index, and among a million calendars another page that is written.
 */
function spread(needs: Needs, now: number, interval: number): () => number {
  const times: number[] = [];
  let turn = 0;
  return () => {
    const group = turn++ % GROUPS;
    times[group] ??= now + Math.round(interval * (0.75 + fraction(needs.random) / 2));
    return times[group];
  };
}

async function eachDue<T>(
  needs: Needs,
  name: string,
  take: (now: number, limit: number) => Promise<T[]>,
  enqueue: (due: T) => Promise<void>,
  most = MOST_PER_TICK,
): Promise<number> {
  let taken = 0;
  while (taken < most) {
    const limit = Math.min(PAGE, most - taken);
    const page = await take(needs.clock.now(), limit);
    await Promise.all(page.map(enqueue));
    taken += page.length;
    if (page.length < limit) break;
  }
  if (taken > 0) needs.log('due', { timer: name, count: taken });
  return taken;
}
