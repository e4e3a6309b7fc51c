import { type Window, windowAround } from '../calendar/window.ts';
import type { BulkMessage, ChangesMessage } from '../platform/queues.ts';
import { isProviderError, type ProviderError } from '../providers/errors.ts';
import type { RoundStart } from '../providers/provider.ts';
import { type Calendar, type Lease, LeaseLost, type Route } from '../stores/stores.ts';
import { backoffMs } from './backoff.ts';
import { SourceTrouble } from './giveBack.ts';
import { keepLease, type LeaseKeeper, takeLease } from './leaseKeeper.ts';
import { relistCalendars } from './listing.ts';
import { providerOf, refOf, type SyncNeeds } from './needs.ts';
import { openTeam } from './team.ts';
import { accountRevoked, sourceGone } from './trouble.ts';

type PullMessage = Extract<ChangesMessage, { kind: 'pull' }>;
type FullMessage = Extract<BulkMessage, { kind: 'full' }>;

/** What a pull came upon: how much the source said had changed, or why it did not say all; the failure has been seen to. */
export interface PullOutcome {
  readonly changes: number;
  readonly failure?: ProviderError;
}

/** Another worker holds the calendar: come back after this, ms. */
const BUSY_MS = 5_000;

/** So often one worker pulls again what was announced while it pulled; after that a message does it. */
const MOST_PULLS = 4;

/**
 * A notification: pull what changed since the cursor, and again while more was announced meanwhile. One that is older than the start of the last pull
 * was read by it and is dropped.
 * @returns undefined where nothing was asked: there is nothing to do, or another worker does it
 */
export async function pullChanges(needs: SyncNeeds, message: PullMessage): Promise<PullOutcome | undefined> {
  let all: PullOutcome | undefined;
  let next = message;
  for (let pulls = 1; ; pulls += 1) {
    let more = false;
    const outcome = await pullOnce(needs, next, async () => {
      if (pulls < MOST_PULLS) more = true;
      else await announce(needs, message.calendarId);
    });
    // Another worker may have come first the second time: what was brought before still counts.
    if (outcome) all = { ...outcome, changes: (all?.changes ?? 0) + outcome.changes };
    if (!more) return all;
    next = { kind: 'pull', calendarId: message.calendarId, at: needs.clock.now() };
  }
}

/** @param more what to do when something was announced meanwhile and all went well */
async function pullOnce(
  needs: SyncNeeds,
  message: PullMessage,
  more: () => Promise<void>,
): Promise<PullOutcome | undefined> {
  const { clock, queues, stores } = needs;
  const calendar = await readableCalendar(needs, message.calendarId);
  if (!calendar) return undefined;
  if (message.at < calendar.pullStartedAt) return undefined;
  const now = clock.now();
  if (!calendar.cursor) {
    // While its first round is under way our own writes are announced too: they wait for it instead of each asking for another.
    if (calendar.leaseUntil > now) await queues.changes(message, BUSY_MS);
    else await queues.bulk({ kind: 'full', calendarId: calendar.id, at: now, verify: false });
    return undefined;
  }
  const start = { cursor: calendar.cursor };
  const routes = (await stores.pairs.routesFrom(calendar.id)).filter((route) => route.state === 'active');
  if (routes.length === 0) return undefined;
  const lease = await takeLease(needs, calendar.id);
  if (!lease) return undefined;
  const work = (keeper: LeaseKeeper) => runRound(needs, calendar, routes, keeper, start, message);
  // After a failure whatever has been arranged for reads these changes too, and not before the service wants to be asked.
  return underLease(needs, lease, work, { more, covered: ({ failure }) => failure !== undefined });
}

/** A full round: list the window, compare with the links, repair. First sync, recovery, slide and verification of all routes of a calendar. */
export async function fullRound(needs: SyncNeeds, message: FullMessage): Promise<void> {
  const { clock, queues, settings, stores } = needs;
  const calendar = await readableCalendar(needs, message.calendarId);
  if (!calendar) return;
  const now = clock.now();
  const routes = (await stores.pairs.routesFrom(calendar.id)).filter((route) => mayRun(route, now));
  const window = windowAround(now, settings.HETK_WINDOW_PAST_DAYS, settings.HETK_WINDOW_FUTURE_DAYS);
  const settled = routes.every((route) => route.state === 'active');
  if (routes.length === 0 || (!message.verify && settled && isUpToDate(calendar, window))) return;
  const lease = await takeLease(needs, calendar.id);
  if (!lease) {
    await queues.bulk(message, BUSY_MS);
    return;
  }
  const work = async (keeper: LeaseKeeper) => {
    if (message.verify && settled) await relistCalendars(needs, calendar.accountId);
    await runRound(needs, calendar, routes, keeper, { window }, message);
  };
  // Whoever has the calendar now may do less than a full round: a route that fell behind would wait for the daily verification.
  await underLease(needs, lease, work, { lost: () => queues.bulk(message, BUSY_MS) });
}

/** The calendar, while it is there and its account is connected; an account that waits for its user is not asked again. */
export async function readableCalendar(needs: SyncNeeds, id: string): Promise<Calendar | undefined> {
  const calendar = await needs.stores.calendars.find(id);
  return calendar && !calendar.goneAt && calendar.accountStatus === 'active' ? calendar : undefined;
}

/** Another message brought the full round about already: there is a cursor, of today's window. */
function isUpToDate({ cursor, window }: Calendar, today: Window): boolean {
  return cursor !== undefined && window?.start === today.start && window.end === today.end;
}

/** A braked route waits for its user's word. */
function mayRun(route: Route, now: number): boolean {
  return route.state !== 'removing' && (route.state !== 'braked' || route.deletionsConfirmedUntil > now);
}

interface Afterwards<T> {
  /** What to do when another worker took the calendar over meanwhile; by default nothing, for it reads on from the same cursor. */
  readonly lost?: () => Promise<void>;
  /** What to do when changes were announced meanwhile and the work came to its end; by default they are announced anew. */
  readonly more?: () => Promise<void>;
  /** Whether what the work brought about will read what was announced meanwhile; by default it will not. */
  readonly covered?: (result: T) => boolean;
}

/** @returns what the work brought; undefined when the lease was lost */
export async function underLease<T>(
  needs: SyncNeeds,
  lease: Lease,
  work: (keeper: LeaseKeeper) => Promise<T>,
  { lost, more, covered }: Afterwards<T> = {},
): Promise<T | undefined> {
  const keeper = keepLease(needs, lease);
  let then = () => announce(needs, lease.calendarId);
  let keepsMark = true;
  try {
    const result = await work(keeper);
    then = more ?? then;
    keepsMark = !covered?.(result);
    return result;
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    needs.log('lease-lost', { calendar: lease.calendarId });
    await lost?.();
    return undefined;
  } finally {
    const dirty = await needs.stores.calendars.release(keeper.current(), { keepsMark });
    if (dirty) await then();
  }
}

function announce(needs: SyncNeeds, calendarId: string): Promise<void> {
  return needs.queues.changes({ kind: 'pull', calendarId, at: needs.clock.now() });
}

/** Pulls one round and carries it to every route; commits the cursor last. */
async function runRound(
  needs: SyncNeeds,
  calendar: Calendar,
  routes: readonly Route[],
  keeper: LeaseKeeper,
  start: RoundStart,
  message: PullMessage | FullMessage,
): Promise<PullOutcome> {
  const began = needs.clock.now();
  const verify = message.kind === 'full' && message.verify;
  const team = await openTeam({
    needs,
    source: calendar,
    routes,
    keeper,
    start,
    verify,
    attempt: message.attempt ?? 0,
  });
  let changes = 0;
  try {
    const rounds = providerOf(needs, calendar).pull(refOf(calendar), start);
    let step = await rounds.next();
    for (; !step.done; step = await rounds.next()) {
      await keeper.permit();
      changes += step.value.length;
      await team.take(step.value);
    }
    await team.finish(step.value);
    const totals = team.totals();
    await needs.stores.calendars.commitRound(keeper.current(), {
      cursor: step.value.cursor,
      ...('window' in start && { window: start.window }),
      now: needs.clock.now(),
    });
    needs.log('round', {
      calendar: calendar.id,
      full: step.value.full,
      changes,
      ...totals,
      ms: needs.clock.now() - began,
      waitedMs: began - message.at,
    });
    return { changes };
  } catch (error) {
    const trouble = error instanceof SourceTrouble ? error.cause : error;
    if (!isProviderError(trouble)) throw error;
    await sourceFailed(needs, calendar, keeper, message, trouble);
    return { changes, failure: trouble };
  }
}

/** The source could not be read, or written in a two-way pair: nothing was committed and nothing is deleted; what to do depends on why. */
export async function sourceFailed(
  needs: SyncNeeds,
  calendar: Calendar,
  keeper: LeaseKeeper,
  message: Exclude<ChangesMessage, { kind: 'poll' }> | FullMessage,
  error: ProviderError,
): Promise<void> {
  const { clock, log, queues, random, stores } = needs;
  log('source-failed', { calendar: calendar.id, kind: error.kind, code: error.code, status: error.status });
  if (error.kind === 'revoked') return accountRevoked(needs, calendar.accountId, error);
  if (error.kind === 'calendar-gone' && (await sourceGone(needs, calendar))) return;
  if (error.kind === 'expired-cursor' && message.kind === 'pull') {
    await stores.calendars.forgetCursor(keeper.current());
    await queues.bulk({ kind: 'full', calendarId: calendar.id, at: clock.now(), verify: false });
    return;
  }
  const attempt = message.attempt ?? 0;
  const delay = backoffMs(attempt, error.retryAfterMs, random);
  const again = { attempt: Math.min(attempt + 1, 100), at: clock.now() };
  if (message.kind === 'full') await queues.bulk({ ...message, ...again }, delay);
  else await queues.changes({ ...message, ...again }, delay);
}
