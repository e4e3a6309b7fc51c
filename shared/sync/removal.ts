import { isMeeting } from '../calendar/event.ts';
import { DAY_MS, type Window, windowAround } from '../calendar/window.ts';
import type { BulkMessage } from '../platform/queues.ts';
import { isProviderError, ProviderError } from '../providers/errors.ts';
import type { Calendar, Link, Pair, Route } from '../stores/stores.ts';
import { applyTasks } from './apply.ts';
import { backoffMs } from './backoff.ts';
import { deleteLateCopies } from './lateCopies.ts';
import { keepLease, type LeaseKeeper, takeLease } from './leaseKeeper.ts';
import { relistCalendars } from './listing.ts';
import { providerOf, refOf, type SyncNeeds } from './needs.ts';
import { viewTarget } from './targetView.ts';
import type { ApplyWorld, Task } from './task.ts';
import { accountRevoked } from './trouble.ts';

type Removal = Extract<BulkMessage, { copies: string }>;

/** What was asked for, and how often it failed so far. */
interface Ask {
  readonly copies: Removal['copies'];
  readonly report: string | undefined;
  readonly attempt: number;
}

/** Undefined when it is done; otherwise how long the rest waits, ms, and whether something failed. */
type Rest = { readonly delayMs: number; readonly failed: boolean } | undefined;

/** Something else still works on it: look again after this, ms. */
const BUSY: Rest = { delayMs: 5_000, failed: false };

/** So many listings in a row must show no copy: services have answered 200 with too little. */
const CLEAN_LOOKS = 2;
const MOST_LOOKS = 6;

/** After this no worker runs any more that began before, ms: the host ends a function after ten minutes. */
const LATE_MS = 15 * 60_000;

/** How often a removal meets a target that cannot be reached before it gives up on the copies there. */
const MOST_ATTEMPTS = 30;

/** How long the report of a removal is kept once it is done, and the one of a person who is gone, ms. */
const REPORT_KEPT_MS = 7 * DAY_MS;
const FAREWELL_KEPT_MS = DAY_MS;

/**
 * Takes away a pair, an account or a person. Can be interrupted anywhere and run again; what must wait comes back as the same message. With
 * `remove` every copy is deleted first, and the target is listed until none is left.
 */
export async function remove(needs: SyncNeeds, message: Removal): Promise<void> {
  const ask = { copies: message.copies, report: message.report, attempt: message.attempt ?? 0 };
  const rest = await removeByKind(needs, message, ask);
  if (rest) {
    await needs.queues.bulk({ ...message, attempt: Math.min(ask.attempt + (rest.failed ? 1 : 0), 100) }, rest.delayMs);
  } else if (message.kind === 'remove-pair' || message.kind === 'remove-account') {
    await reportDone(needs, ask, REPORT_KEPT_MS);
  }
}

async function reportDone({ clock, stores }: SyncNeeds, { report }: Ask, keptMs: number): Promise<void> {
  if (report !== undefined) await stores.removals.done(report, clock.now(), clock.now() + keptMs);
}

function removeByKind(needs: SyncNeeds, message: Removal, ask: Ask): Promise<Rest> {
  switch (message.kind) {
    case 'clear-route':
      return clearRoute(needs, message.routeId, message.targetCalendarId, ask);
    case 'remove-pair':
      return removePair(needs, message.pairId, ask);
    case 'remove-account':
      return removeAccount(needs, message.accountId, ask);
    case 'remove-user':
      return removeUser(needs, message.userId, ask);
  }
}

async function removePair(needs: SyncNeeds, pairId: string, ask: Ask): Promise<Rest> {
  const { queues, stores } = needs;
  const pair = await stores.pairs.find(pairId);
  if (!pair) return undefined;
  if (!pair.removing) await stores.pairs.setRemoving(pair.id);
  for (const route of pair.routes) {
    const rest = await removeRoute(needs, pair, route, ask);
    if (rest) return rest;
  }
  await stores.pairs.remove(pair.id);
  for (const { id: routeId, sourceCalendarId: calendarId, targetCalendarId } of pair.routes) {
    await queues.bulk({ kind: 'subscribe', calendarId, recreate: false });
    await queues.bulk({ kind: 'clear-route', routeId, targetCalendarId, copies: ask.copies }, LATE_MS);
  }
  needs.log('pair-removed', { pair: pair.id });
  return undefined;
}

async function removeRoute(needs: SyncNeeds, pair: Pair, route: Route, ask: Ask): Promise<Rest> {
  const { clock, queues, stores } = needs;
  const lease = await takeLease(needs, route.sourceCalendarId, 'aside');
  if (!lease && (await stores.calendars.find(route.sourceCalendarId))) return BUSY;
  const keeper = lease && keepLease(needs, lease);
  try {
    const target = await stores.calendars.find(route.targetCalendarId);
    if (ask.copies === 'remove') {
      if (target && !target.goneAt) await deleteCopies(needs, pair, route, target, keeper, ask);
      else await unreached(needs, ask);
    }
    await forgetRoute(needs, route);
    return undefined;
  } catch (error) {
    if (!isProviderError(error)) throw error;
    return await cannotDelete(needs, route, ask, error);
  } finally {
    if (keeper && (await stores.calendars.release(keeper.current()))) {
      await queues.changes({ kind: 'pull', calendarId: route.sourceCalendarId, at: clock.now() });
    }
  }
}

/**
 * A worker that was held up between its lease and a write may write when the route is gone already; none runs for longer than this. What it left
 * is cleared away.
 */
async function clearRoute(
  needs: SyncNeeds,
  routeId: string,
  targetCalendarId: string,
  { copies, attempt }: Ask,
): Promise<Rest> {
  const { log, random, stores } = needs;
  if (await stores.pairs.route(routeId)) return undefined;
  const target = await stores.calendars.find(targetCalendarId);
  try {
    if (copies === 'remove' && target?.accountStatus === 'active') await deleteLateCopies(needs, routeId, target);
  } catch (error) {
    if (!isProviderError(error)) throw error;
    log('removal-failed', { route: routeId, kind: error.kind, code: error.code });
    const patient = error.kind !== 'revoked' && error.kind !== 'calendar-gone' && attempt < MOST_ATTEMPTS;
    if (patient) return { delayMs: backoffMs(attempt, error.retryAfterMs, random), failed: true };
  }
  await stores.links.removeRoute(routeId);
  await stores.history.removeRoute(routeId);
  log('route-cleared', { route: routeId });
  return undefined;
}

async function forgetRoute({ stores }: SyncNeeds, route: Route): Promise<void> {
  await stores.links.removeRoute(route.id);
  await stores.history.removeRoute(route.id);
}

async function deleteCopies(
  needs: SyncNeeds,
  pair: Pair,
  route: Route,
  target: Calendar,
  keeper: LeaseKeeper | undefined,
  { report }: Ask,
): Promise<void> {
  const { stores } = needs;
  const provider = providerOf(needs, target);
  const total = await stores.links.countLive(route.id);
  let done = 0;
  const world: ApplyWorld = {
    needs,
    provider,
    target: refOf(target),
    route,
    permit: async () => keeper?.permit(),
    settled: (count) => {
      done += count;
      return stores.pairs.setProgress(route.id, Math.min(done, total), total);
    },
  };
  for await (const page of stores.links.all(route.id)) {
    const changed = await applyTasks(world, page.filter(({ state }) => state === 'live').map(deletion));
    // Copies that their users changed go too, wherever they moved them to; not those that they invited people to.
    await applyTasks(
      world,
      changed.flatMap(({ task, copy }) => (copy && !isMeeting(copy) ? [{ ...task, copy }] : [])),
    );
  }
  const window = widestWindow(needs, pair);
  let clean = 0;
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const view = await viewTarget(provider, world.target, route.id, window);
    const left = [...view.copies].filter(([, copy]) => copy.ours);
    needs.log('removal-checked', { route: route.id, left: left.length });
    if (report !== undefined) await stores.removals.checked(report, left.length, needs.clock.now());
    clean = left.length === 0 ? clean + 1 : 0;
    if (clean === CLEAN_LOOKS) return;
    await applyTasks(
      world,
      left.map(([copyId, { generation }]) => deletion(strayLink(needs, route, copyId, generation))),
    );
  }
  throw new ProviderError('unavailable', 'The target still shows copies that were deleted.', { code: 'copies-left' });
}

/** From the first window that this pair ever synced to the last one: also the copies that stayed as history. */
function widestWindow(needs: SyncNeeds, pair: Pair): Window {
  const { HETK_WINDOW_PAST_DAYS: past, HETK_WINDOW_FUTURE_DAYS: future } = needs.settings;
  return {
    start: windowAround(pair.createdAt, past, future).start,
    end: windowAround(needs.clock.now(), past, future).end,
  };
}

function deletion(link: Link): Task {
  return {
    originalId: link.originalId,
    original: undefined,
    link,
    content: undefined,
    decision: { action: 'delete', reason: 'pair-removed' },
  };
}

function strayLink(needs: SyncNeeds, route: Route, copyId: string, generation: number): Link {
  const now = needs.clock.now();
  const nothing = { projected: '', stored: '', original: '', time: '', start: now, end: now, updatedAt: now };
  return { routeId: route.id, originalId: `stray:${copyId}`, state: 'live', copyId, generation, ...nothing };
}

/** A target that will not come back must not keep the pair for ever; one that is only busy must not lose its removal. */
async function cannotDelete(needs: SyncNeeds, route: Route, ask: Ask, error: ProviderError): Promise<Rest> {
  const { log, random, stores } = needs;
  log('removal-failed', { route: route.id, kind: error.kind, code: error.code });
  const target = await stores.calendars.find(route.targetCalendarId);
  if (target && error.kind === 'revoked') await accountRevoked(needs, target.accountId, error);
  if (error.kind === 'revoked' || ask.attempt >= MOST_ATTEMPTS || (await isGone(needs, target, error))) {
    await unreached(needs, ask);
    await forgetRoute(needs, route);
    return undefined;
  }
  return { delayMs: backoffMs(ask.attempt, error.retryAfterMs, random), failed: true };
}

/** Nothing is proven about the copies in a target that cannot be read. */
async function unreached({ stores }: SyncNeeds, { copies, report }: Ask): Promise<void> {
  if (report !== undefined && copies === 'remove') await stores.removals.unreached(report);
}

/** A service that does not know the calendar for a moment is not believed: it must be missing in the account's list. */
async function isGone(needs: SyncNeeds, target: Calendar | undefined, error: ProviderError): Promise<boolean> {
  if (!target || error.kind !== 'calendar-gone') return false;
  if (!(await relistCalendars(needs, target.accountId))) return false;
  return (await needs.stores.calendars.find(target.id))?.goneAt !== undefined;
}

/** Disconnects an account: its pairs first, then its subscriptions, its grant, its credentials and rows. */
async function removeAccount(needs: SyncNeeds, accountId: string, ask: Ask): Promise<Rest> {
  const { log, stores } = needs;
  const account = await stores.accounts.find(accountId);
  if (!account) return undefined;
  for (const pair of await stores.pairs.ofAccount(account.id)) {
    const rest = await removePair(needs, pair.id, ask);
    if (rest) return rest;
  }
  const provider = needs.providers[account.provider];
  for (const calendar of await stores.calendars.ofAccount(account.id)) {
    for (const subscription of await stores.subscriptions.ofCalendar(calendar.id)) {
      await forgiving(needs, () => provider?.unsubscribe(refOf(calendar), subscription));
      await stores.subscriptions.remove(subscription.id);
    }
  }
  await forgiving(needs, () => provider?.revoke(account.id));
  await stores.credentials.remove(account.id);
  await stores.accounts.remove(account.id);
  log('account-removed', { account: account.id });
  return undefined;
}

/** Removes a person: every account, then the row of the person and their reports; the one of this removal names nobody from then on. */
async function removeUser(needs: SyncNeeds, userId: string, ask: Ask): Promise<Rest> {
  const { stores } = needs;
  for (const pair of await stores.pairs.ofUser(userId)) {
    const rest = await removePair(needs, pair.id, ask);
    if (rest) return rest;
  }
  for (const account of await stores.accounts.ofUser(userId)) {
    const rest = await removeAccount(needs, account.id, ask);
    if (rest) return rest;
  }
  await reportDone(needs, ask, FAREWELL_KEPT_MS);
  await stores.removals.removeOfUser(userId);
  await stores.users.remove(userId);
  needs.log('user-removed', { user: userId });
  return undefined;
}

/** What a service will not do on the way out does not keep anyone here. */
async function forgiving(needs: SyncNeeds, task: () => Promise<void> | undefined): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (!isProviderError(error)) throw error;
    needs.log('farewell-failed', { kind: error.kind, code: error.code });
  }
}
