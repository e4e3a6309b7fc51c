import { ProviderError } from '../providers/errors.ts';
import type { Calendar, Problem, Route } from '../stores/stores.ts';
import { INCOMPLETE_LISTING } from './absence.ts';
import { backoffMs } from './backoff.ts';
import { relistCalendars } from './listing.ts';
import type { SyncNeeds } from './needs.ts';
import type { Held } from './routeWork.ts';

/**
 * What becomes of a route, an account or a calendar that cannot go on: a state the user sees with one sentence and one action, and, where
 * waiting can help, a full round later. Nothing is ever deleted from here.
 */

/** The target could not be written: the route falls behind and gets a full round of its own later; other routes go on. */
export async function routeFailed(
  needs: SyncNeeds,
  route: Route,
  error: ProviderError,
  attempt: number,
): Promise<void> {
  const { clock, log, queues, random, stores } = needs;
  log('route-failed', { route: route.id, kind: error.kind, code: error.code, status: error.status });
  const target = await stores.calendars.find(route.targetCalendarId);
  const gone = error.kind === 'calendar-gone' && (!target || (await isGone(needs, target)));
  await stores.pairs.setState(route.id, behind(route), problemOf(error, gone));
  if (error.kind === 'revoked') {
    if (target) await accountRevoked(needs, target.accountId, error);
    return;
  }
  if (gone) return;
  const delay = backoffMs(attempt, error.retryAfterMs, random);
  const next = Math.min(attempt + 1, 100);
  await queues.bulk(
    { kind: 'full', calendarId: route.sourceCalendarId, at: clock.now(), verify: true, attempt: next },
    delay,
  );
}

/** Too many deletions at once: the route stops until its user says that they are meant. */
export async function routeBraked(needs: SyncNeeds, route: Route, held: Held): Promise<void> {
  const { clock, log, stores } = needs;
  log('brake', { route: route.id, ...held });
  await stores.pairs.setState(route.id, 'braked', {
    code: 'mass-deletion',
    message: `${held.deletions} of ${held.copies} copies would be deleted, because their originals are gone. Nothing was deleted.`,
    action: 'confirm-deletions',
  });
  const at = clock.now();
  await stores.history.add([{ routeId: route.id, at, action: 'braked', reason: 'mass-deletion', originalId: '' }]);
}

/**
 * The grant is gone, or its service wants more: the account waits for its user, and a challenge is kept for their next sign-in. Its calendars are
 * no longer polled, and nothing of it is retried.
 */
export async function accountRevoked(
  needs: Pick<SyncNeeds, 'log' | 'stores'>,
  accountId: string,
  error: ProviderError,
): Promise<void> {
  needs.log('account-revoked', { account: accountId, code: error.code });
  await needs.stores.accounts.setStatus(accountId, 'reconnect', error.code, error.claims);
}

/**
 * A service that does not know a calendar for a moment is not believed: it must be missing in the account's list, or no longer be writable
 * there.
 */
async function isGone(needs: SyncNeeds, calendar: Calendar): Promise<boolean> {
  if (!(await relistCalendars(needs, calendar.accountId))) return false;
  const now = await needs.stores.calendars.find(calendar.id);
  return !now || now.goneAt !== undefined || !now.writable;
}

/**
 * The service does not know the source calendar. Its account's calendars are listed anew before anyone believes that: only when it is
 * missing there do its routes stop where they are; their copies stay.
 * @returns true when the calendar is gone
 */
export async function sourceGone(needs: SyncNeeds, calendar: Calendar): Promise<boolean> {
  const { stores } = needs;
  if (!(await relistCalendars(needs, calendar.accountId))) return false;
  const now = await stores.calendars.find(calendar.id);
  if (now && !now.goneAt) return false;
  const message =
    'The source calendar no longer exists or is no longer shared with this account. The copies were left as they are.';
  for (const route of await stores.pairs.routesFrom(calendar.id)) {
    await stores.pairs.setState(route.id, 'stale', { code: 'source-gone', message, action: 'none' });
  }
  return true;
}

/** The target's account waits for its user, or the target is gone: the route falls behind; reconnecting brings its full round. */
export async function targetDisconnected(needs: SyncNeeds, route: Route, gone: boolean): Promise<void> {
  if (route.problem) return;
  const error = new ProviderError(gone ? 'calendar-gone' : 'revoked', 'The target is not connected.');
  await needs.stores.pairs.setState(route.id, behind(route), problemOf(error, gone));
}

function behind(route: Route): Route['state'] {
  return route.state === 'starting' ? 'starting' : 'stale';
}

const unavailable: Problem = {
  code: 'target-unavailable',
  message: 'The target calendar could not be reached. Hetk tries again by itself.',
  action: 'none',
};

/** @param gone the target is missing in its account's list */
function problemOf(error: ProviderError, gone: boolean): Problem {
  if (error.code === INCOMPLETE_LISTING) {
    const message =
      'The source calendar answered with an incomplete list. Nothing was deleted; Hetk looks again by itself.';
    return { code: 'source-incomplete', message, action: 'none' };
  }
  switch (error.kind) {
    case 'revoked':
      return {
        code: 'target-reconnect',
        message: 'The account of the target calendar needs to be connected again.',
        action: 'reconnect',
      };
    case 'calendar-gone':
      if (!gone) return unavailable;
      return {
        code: 'target-gone',
        message: 'The target calendar no longer exists or can no longer be written.',
        action: 'none',
      };
    case 'throttled':
      return {
        code: 'target-throttled',
        message: 'The target calendar asked for a pause. Hetk goes on by itself.',
        action: 'none',
      };
    case 'misconfigured':
      return {
        code: 'misconfigured',
        message: "This installation's registration with the calendar service is not in order. Its operator must act.",
        action: 'none',
      };
    default:
      return unavailable;
  }
}
