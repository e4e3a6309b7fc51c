import { DAY_MS } from '../calendar/window.ts';
import type { BulkMessage } from '../platform/queues.ts';
import { newId } from '../platform/random.ts';
import { signPushToken } from '../platform/signedToken.ts';
import { isProviderError } from '../providers/errors.ts';
import type { CalendarProvider, ProviderName } from '../providers/provider.ts';
import type { Calendar, Subscription } from '../stores/stores.ts';
import { backoffMs } from './backoff.ts';
import { providerOf, refOf, type SyncNeeds } from './needs.ts';
import { accountRevoked } from './trouble.ts';

/** How long push registrations last, and how long before their end they are renewed or replaced. */
const LIFETIME_MS: Readonly<Record<ProviderName, number>> = { microsoft: 2 * DAY_MS, google: 6 * DAY_MS, icloud: 0 };
const RENEW_BEFORE_MS = DAY_MS;

/** A calendar whose service refused push is asked again after this. */
const ASK_AGAIN_MS = 7 * DAY_MS;

/** After this many failures the renewal timer takes over; until then the calendar is polled. */
const MOST_ATTEMPTS = 8;

type SubscribeMessage = Extract<BulkMessage, { kind: 'subscribe' }>;

/**
 * Makes the calendar's subscription what it should be: none when no route leads out of it, else one that lasts. A service that can extend does
 * so; otherwise the new one is made before the old one is stopped, so that no change falls between. A new one is followed by a pull.
 */
export async function subscribe(needs: SyncNeeds, message: SubscribeMessage): Promise<void> {
  const { stores } = needs;
  const calendar = await stores.calendars.find(message.calendarId);
  if (!calendar) return;
  const provider = providerOf(needs, calendar);
  if (!provider.push) return;
  if (calendar.accountStatus !== 'active') return;
  const existing = await stores.subscriptions.ofCalendar(calendar.id);
  const wanted = !calendar.goneAt && (await stores.pairs.routesFrom(calendar.id)).length > 0;
  try {
    if (!wanted) return await stopAll(needs, provider, calendar, existing);
    if (!message.recreate && (await renewed(needs, provider, calendar, existing))) return;
    await replace(needs, provider, calendar, existing);
  } catch (error) {
    if (!isProviderError(error)) throw error;
    await subscribeFailed(needs, calendar, message, error.kind, error.retryAfterMs, error.code);
    if (error.kind === 'revoked') await accountRevoked(needs, calendar.accountId, error);
  }
}

async function renewed(
  needs: SyncNeeds,
  provider: CalendarProvider,
  calendar: Calendar,
  existing: readonly Subscription[],
): Promise<boolean> {
  const [newest, ...rest] = [...existing].sort((a, b) => b.expiresAt - a.expiresAt);
  const now = needs.clock.now();
  if (!newest || newest.expiresAt <= now) return false;
  try {
    const remote = await provider.renew(refOf(calendar), newest, now + LIFETIME_MS[calendar.provider]);
    await needs.stores.subscriptions.put(stored(newest.id, calendar.id, remote));
  } catch (error) {
    if (isProviderError(error, 'not-found')) return false;
    throw error;
  }
  await stopAll(needs, provider, calendar, rest);
  needs.log('subscription-renewed', { calendar: calendar.id, ageMs: ageOf(calendar, newest, now) });
  return true;
}

async function replace(
  needs: SyncNeeds,
  provider: CalendarProvider,
  calendar: Calendar,
  existing: readonly Subscription[],
): Promise<void> {
  const { clock, keyring, queues, random, settings, stores } = needs;
  const id = newId(random);
  const remote = await provider.subscribe(refOf(calendar), {
    id,
    notificationUrl: `${settings.HETK_PUBLIC_URL}/webhooks/${calendar.provider === 'google' ? 'google' : 'graph'}`,
    lifecycleUrl: `${settings.HETK_PUBLIC_URL}/webhooks/graph/lifecycle`,
    token: signPushToken(keyring, { calendarId: calendar.id, subscriptionId: id }),
    until: clock.now() + LIFETIME_MS[calendar.provider],
  });
  await stores.subscriptions.put(stored(id, calendar.id, remote));
  await stopAll(needs, provider, calendar, await surplus(needs, calendar, existing));
  await queues.changes({ kind: 'pull', calendarId: calendar.id, at: clock.now() });
  const [replaced] = [...existing].sort((a, b) => b.expiresAt - a.expiresAt);
  const now = clock.now();
  needs.log('subscription-made', {
    calendar: calendar.id,
    lastsMs: remote.expiresAt - now,
    ...(replaced && { ageMs: ageOf(calendar, replaced, now) }),
  });
}

/** How long ago it was made or last extended, ms, as far as it was granted the whole time that was asked for. */
function ageOf({ provider }: Calendar, { expiresAt }: Subscription, now: number): number {
  return Math.max(now - (expiresAt - LIFETIME_MS[provider]), 0);
}

/** All but one: the old ones, and of several that workers made at the same moment all but the one with the highest id. */
async function surplus(needs: SyncNeeds, calendar: Calendar, old: readonly Subscription[]): Promise<Subscription[]> {
  const all = await needs.stores.subscriptions.ofCalendar(calendar.id);
  const [, ...others] = all
    .filter(({ id }) => !old.some((each) => each.id === id))
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  return [...old, ...others];
}

/** Stops and forgets. One that cannot be stopped now runs out by itself; its notifications still name the right calendar. */
async function stopAll(
  needs: SyncNeeds,
  provider: CalendarProvider,
  calendar: Calendar,
  subscriptions: readonly Subscription[],
): Promise<void> {
  for (const subscription of subscriptions) {
    await provider.unsubscribe(refOf(calendar), subscription).catch((error: unknown) => {
      if (!isProviderError(error)) throw error;
      needs.log('subscription-not-stopped', { calendar: calendar.id, kind: error.kind, code: error.code });
    });
    await needs.stores.subscriptions.remove(subscription.id);
  }
}

function stored(
  id: string,
  calendarId: string,
  remote: { remoteId: string; resourceId?: string; expiresAt: number },
): Subscription {
  const { remoteId, resourceId, expiresAt } = remote;
  return {
    id,
    calendarId,
    remoteId,
    expiresAt,
    renewAt: expiresAt - RENEW_BEFORE_MS,
    ...(resourceId && { resourceId }),
  };
}

async function subscribeFailed(
  needs: SyncNeeds,
  calendar: Calendar,
  message: SubscribeMessage,
  kind: string,
  retryAfterMs: number | undefined,
  code: string,
): Promise<void> {
  needs.log('subscribe-failed', { calendar: calendar.id, kind, code });
  if (kind === 'push-unsupported') {
    await needs.stores.subscriptions.setPollOnly(calendar.id, needs.clock.now() + ASK_AGAIN_MS);
  } else if (kind === 'throttled' || kind === 'unavailable' || kind === 'malformed' || kind === 'conflict') {
    const attempt = (message.attempt ?? 0) + 1;
    if (attempt <= MOST_ATTEMPTS)
      await needs.queues.bulk({ ...message, attempt }, backoffMs(attempt, retryAfterMs, needs.random));
  }
}
