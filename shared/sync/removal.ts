import { type Window, windowAround } from '../calendar/window.ts';
import type { BulkMessage } from '../platform/queues.ts';
import { isProviderError, type ProviderError } from '../providers/errors.ts';
import type { Calendar, Link, Pair, Route } from '../stores/stores.ts';
import { type ApplyWorld, applyTasks, type Task } from './apply.ts';
import { backoffMs } from './backoff.ts';
import { keepLease, LEASE_MS, type LeaseKeeper } from './leaseKeeper.ts';
import { providerOf, refOf, type SyncNeeds } from './needs.ts';
import { viewTarget } from './targetView.ts';
import { accountRevoked } from './trouble.ts';

type RemovePair = Extract<BulkMessage, { kind: 'remove-pair' }>;
type RemoveAccount = Extract<BulkMessage, { kind: 'remove-account' }>;
type RemoveUser = Extract<BulkMessage, { kind: 'remove-user' }>;

/** Something else still works on it: look again after this, ms. */
const LATER_MS = 5_000;

/** How often a removal meets a target that cannot be reached before it gives up on the copies there. */
const MOST_ATTEMPTS = 30;

/**
 * Takes a pair away. With `remove` every copy is deleted and the target is listed again until none is left; then links, history and the pair's
 * rows go. Can be interrupted anywhere and run again.
 */
export async function removePair(needs: SyncNeeds, message: RemovePair): Promise<void> {
  const { queues, stores } = needs;
  const pair = await stores.pairs.find(message.pairId);
  if (!pair) return;
  if (!pair.removing) await stores.pairs.setRemoving(pair.id);
  for (const route of pair.routes) {
    if (!(await removeRoute(needs, pair, route, message))) return;
  }
  await stores.pairs.remove(pair.id);
  for (const { sourceCalendarId: calendarId } of pair.routes) {
    await queues.bulk({ kind: 'subscribe', calendarId, recreate: false });
  }
  needs.log('pair-removed', { pair: pair.id });
}

/** @returns false when the rest waits for a later message */
async function removeRoute(needs: SyncNeeds, pair: Pair, route: Route, message: RemovePair): Promise<boolean> {
  const { clock, queues, stores } = needs;
  const lease = await stores.calendars.lease(route.sourceCalendarId, clock.now(), LEASE_MS);
  if (!lease && (await stores.calendars.find(route.sourceCalendarId))) {
    await queues.bulk(message, LATER_MS);
    return false;
  }
  const keeper = lease && keepLease(needs, lease);
  try {
    const target = await stores.calendars.find(route.targetCalendarId);
    if (message.copies === 'remove' && target && !target.goneAt) await deleteCopies(needs, pair, route, target, keeper);
    await stores.links.removeRoute(route.id);
    await stores.history.removeRoute(route.id);
    return true;
  } catch (error) {
    if (!isProviderError(error)) throw error;
    return await cannotDelete(needs, route, message, error);
  } finally {
    if (keeper && (await stores.calendars.release(keeper.current()))) {
      await queues.changes({ kind: 'pull', calendarId: route.sourceCalendarId, at: clock.now() });
    }
  }
}

async function deleteCopies(
  needs: SyncNeeds,
  pair: Pair,
  route: Route,
  target: Calendar,
  keeper: LeaseKeeper | undefined,
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
    await applyTasks(world, page.filter(({ state }) => state === 'live').map(deletion));
  }
  const window = widestWindow(needs, pair);
  for (let look = 0; look < 3; look += 1) {
    const left = [...(await viewTarget(provider, world.target, route.id, window)).copies].filter(
      ([, copy]) => copy.ours,
    );
    needs.log('removal-checked', { route: route.id, left: left.length });
    if (left.length === 0) return;
    await applyTasks(
      world,
      left.map(([copyId, { generation }]) => deletion(strayLink(needs, route, copyId, generation))),
    );
  }
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
  const nothing = { projected: '', stored: '', time: '', start: now, end: now, updatedAt: now };
  return { routeId: route.id, originalId: `stray:${copyId}`, state: 'live', copyId, generation, ...nothing };
}

/** A target that will not come back must not keep the pair for ever; one that is only busy must not lose its removal. */
async function cannotDelete(
  needs: SyncNeeds,
  route: Route,
  message: RemovePair,
  error: ProviderError,
): Promise<boolean> {
  const { log, queues, random, stores } = needs;
  log('removal-failed', { route: route.id, kind: error.kind, code: error.code });
  if (error.kind === 'revoked') {
    const target = await stores.calendars.find(route.targetCalendarId);
    if (target) await accountRevoked(needs, target.accountId, error);
  }
  const attempt = message.attempt ?? 0;
  if (error.kind === 'calendar-gone' || error.kind === 'revoked' || attempt >= MOST_ATTEMPTS) {
    await stores.links.removeRoute(route.id);
    await stores.history.removeRoute(route.id);
    return true;
  }
  await queues.bulk({ ...message, attempt: attempt + 1 }, backoffMs(attempt, error.retryAfterMs, random));
  return false;
}

/** Disconnects an account: its pairs first, then its subscriptions, its grant, its credentials and rows. */
export async function removeAccount(needs: SyncNeeds, message: RemoveAccount): Promise<void> {
  const { clock, log, queues, stores } = needs;
  const account = await stores.accounts.find(message.accountId);
  if (!account) return;
  if (await pairsLeft(needs, await stores.pairs.ofAccount(account.id), message.copies)) {
    await queues.bulk(message, LATER_MS);
    return;
  }
  const provider = needs.providers[account.provider];
  for (const calendar of provider ? await stores.calendars.ofAccount(account.id) : []) {
    for (const subscription of await stores.subscriptions.ofCalendar(calendar.id)) {
      await forgiving(needs, () => provider?.unsubscribe(refOf(calendar), subscription));
      await stores.subscriptions.remove(subscription.id);
    }
  }
  await forgiving(needs, () => provider?.revoke(account.id));
  await stores.credentials.remove(account.id);
  await stores.accounts.remove(account.id);
  log('account-removed', { account: account.id, at: clock.now() });
}

/** Removes a person: every account, then the row of the person. */
export async function removeUser(needs: SyncNeeds, message: RemoveUser): Promise<void> {
  const { queues, stores } = needs;
  const accounts = await stores.accounts.ofUser(message.userId);
  const pairs = await stores.pairs.ofUser(message.userId);
  if (accounts.length === 0 && pairs.length === 0) {
    await stores.users.remove(message.userId);
    return;
  }
  for (const account of accounts) {
    await removeAccount(needs, { kind: 'remove-account', accountId: account.id, copies: message.copies });
  }
  await queues.bulk(message, LATER_MS);
}

/** Sends away the pairs that are still there. @returns true when there were any */
async function pairsLeft(needs: SyncNeeds, pairs: readonly Pair[], copies: 'remove' | 'keep'): Promise<boolean> {
  for (const pair of pairs) {
    if (pair.removing) continue;
    await needs.stores.pairs.setRemoving(pair.id);
    await needs.queues.bulk({ kind: 'remove-pair', pairId: pair.id, copies });
  }
  return pairs.length > 0;
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
