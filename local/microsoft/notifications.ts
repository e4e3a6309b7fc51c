import type { Clock } from '../../shared/platform/clock.ts';
import { newId, type Random } from '../../shared/platform/random.ts';
import type { Faults } from '../core/faults.ts';
import type { NotificationLog } from '../core/requests.ts';
import type { CalendarWorld, WorldChange } from '../core/world.ts';
import { etagOf } from './eventRow.ts';
import { graphId } from './ids.ts';
import type { MicrosoftFault } from './mishaps.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';
import { objectIdOf, tenantOf } from './tenants.ts';

export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed';
type ChangeType = WorldChange['kind'];

interface Item {
  readonly subscription: Subscription;
  readonly body: Record<string, unknown>;
}

export interface NotificationNeeds {
  readonly world: CalendarWorld;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  readonly subscriptions: Subscriptions;
  readonly log: NotificationLog;
  readonly deliver: typeof fetch;
  /** Runs a task later; the only way in which time passes here. */
  readonly schedule: (delayMs: number, task: () => Promise<void>) => void;
}

/** One change brings several notifications, which nobody can suppress; the later ones come a moment behind. */
const bursts: Readonly<Record<ChangeType, readonly (readonly ChangeType[])[]>> = {
  created: [['created'], ['updated', 'updated']],
  updated: [['updated', 'updated']],
  deleted: [['deleted']],
};
const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' };
const behindMs = 50;
const lateMs = 3 * 60_000;
const firstRetryMs = 10_000;
const retriesEndMs = 4 * 60 * 60_000;

/** Tells subscribers about changes, in bursts, several items to a POST; failed deliveries are repeated for four hours. */
export function createNotifications(needs: NotificationNeeds) {
  const { world, clock, random, faults, subscriptions, log, deliver, schedule } = needs;
  const waiting = new Map<string, Item[]>();
  const hit = (fault: MicrosoftFault) => faults.hit(fault) !== undefined;

  function itemOf(subscription: Subscription, changeType: ChangeType, eventId: string): Item {
    const event = world.event(subscription.calendarId, eventId);
    const id = graphId({ eventId }, subscription.immutable);
    const resource = `Users/${objectIdOf(subscription.email)}/Events/${id}`;
    const resourceData = {
      '@odata.type': '#Microsoft.Graph.Event',
      '@odata.id': resource,
      '@odata.etag': etagOf(eventId, event?.version ?? 0),
      id,
    };
    return { subscription, body: { id: newId(random), ...common(subscription), changeType, resource, resourceData } };
  }

  function common(subscription: Subscription): Record<string, unknown> {
    const { id, clientState, expiresAt, email } = subscription;
    return {
      subscriptionId: id,
      subscriptionExpirationDateTime: new Date(expiresAt).toISOString(),
      tenantId: tenantOf(email),
      ...(clientState === undefined
        ? {}
        : { clientState: hit('notification-forged') ? `${clientState}x` : clientState }),
    };
  }

  /** Items for one address that are due together share a POST. */
  function enqueue(url: string, items: readonly Item[], delayMs: number): void {
    const key = `${delayMs}\n${url}`;
    const batch = waiting.get(key);
    if (batch) {
      batch.push(...items);
      return;
    }
    const fresh = [...items];
    waiting.set(key, fresh);
    schedule(delayMs, async () => {
      waiting.delete(key);
      await send(url, fresh);
    });
  }

  async function send(url: string, items: readonly Item[]): Promise<void> {
    if (hit('notification-lost')) return note(items, 'lost');
    if (hit('notification-late')) return schedule(lateMs, () => attempt(url, items, firstRetryMs));
    if (hit('notification-reordered'))
      return schedule(behindMs * 2, () => attempt(url, [...items].reverse(), firstRetryMs));
    const first = items[0];
    const mixed = first && hit('notification-mixed') ? [lifecycleItem(first.subscription, 'missed'), ...items] : items;
    if (hit('notification-doubled')) await attempt(url, mixed, firstRetryMs);
    await attempt(url, mixed, firstRetryMs);
  }

  async function attempt(url: string, items: readonly Item[], retryMs: number): Promise<void> {
    const answer = await deliver(url, {
      method: 'POST',
      headers: jsonHeaders,
      body: JSON.stringify({ value: items.map(({ body }) => body) }),
    }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer && answer.status >= 200 && answer.status < 300) return note(items, 'delivered', answer.status);
    note(items, 'failed', answer?.status);
    if (retryMs < retriesEndMs) schedule(retryMs, () => attempt(url, items, retryMs * 2));
  }

  function note(items: readonly Item[], outcome: 'delivered' | 'failed' | 'lost', status?: number): void {
    for (const { subscription } of items) {
      log.record({
        at: clock.now(),
        subscriptionId: subscription.id,
        outcome,
        ...(status === undefined ? {} : { status }),
      });
    }
  }

  function lifecycleItem(subscription: Subscription, lifecycleEvent: LifecycleEvent): Item {
    return { subscription, body: { ...common(subscription), lifecycleEvent } };
  }

  world.onChange(({ calendarId, eventId, kind, originalStart }) => {
    // A deleted or changed occurrence is a change of its series (microsoft-graph-docs#5520).
    const told = originalStart === undefined ? kind : 'updated';
    for (const subscription of subscriptions.live()) {
      if (subscription.calendarId !== calendarId || subscription.lost) continue;
      for (const [index, burst] of bursts[told].entries()) {
        const wanted = burst.filter((changeType) => subscription.changeType.includes(changeType));
        if (wanted.length === 0) continue;
        const items = wanted.map((changeType) => itemOf(subscription, changeType, eventId));
        enqueue(subscription.notificationUrl, items, index * behindMs);
      }
    }
  });

  return {
    /** Sends a lifecycle event for every live subscription of a calendar, and ends them where that is what it says. */
    lifecycle(calendarId: string, event: LifecycleEvent): number {
      const concerned = subscriptions.live().filter((subscription) => subscription.calendarId === calendarId);
      for (const subscription of concerned) {
        if (event === 'subscriptionRemoved') subscriptions.drop(subscription.id);
        const url = subscription.lifecycleNotificationUrl;
        if (url !== undefined) enqueue(url, [lifecycleItem(subscription, event)], 0);
      }
      return concerned.length;
    },
    /** A delivery about the calendar as it would be sent now. */
    sample(calendarId: string) {
      const subscription = subscriptions.live().find((each) => each.calendarId === calendarId);
      if (!subscription) return undefined;
      const { body } = itemOf(subscription, 'updated', world.events(calendarId)[0]?.id ?? '');
      return { url: subscription.notificationUrl, headers: jsonHeaders, body: JSON.stringify({ value: [body] }) };
    },
  };
}
