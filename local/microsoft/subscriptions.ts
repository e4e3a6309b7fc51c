import { z } from 'zod';
import type { Clock } from '../../shared/platform/clock.ts';
import { newId, type Random } from '../../shared/platform/random.ts';
import type { SimCalendar } from '../core/core.ts';
import type { Faults } from '../core/faults.ts';
import type { CalendarWorld } from '../core/world.ts';
import { listedCalendar } from './calendars.ts';
import { GraphError, invalidRequest } from './errors.ts';
import type { MicrosoftFault } from './mishaps.ts';
import type { Session } from './session.ts';
import { guid } from './tenants.ts';

export interface Subscription {
  readonly id: string;
  readonly email: string;
  readonly calendarId: string;
  /** As it was asked for. */
  readonly resource: string;
  readonly changeType: string;
  notificationUrl: string;
  readonly lifecycleNotificationUrl: string | undefined;
  readonly clientState: string | undefined;
  /** Epoch ms. */
  expiresAt: number;
  /** Notifications name events by immutable ids. */
  readonly immutable: boolean;
  /** Granted, and never heard of again. */
  readonly lost: boolean;
}

const changeTypes = ['created', 'updated', 'deleted'];
const minuteMs = 60_000;
/** @see https://learn.microsoft.com/en-us/graph/api/resources/subscription */
const [shortestMs, longestMs] = [45 * minuteMs, 10_080 * minuteMs];
const perMailbox = 1_000;

const url = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}, 'must be https');
const creation = z.strictObject({
  '@odata.type': z.string().optional(),
  changeType: z
    .string()
    .refine((text) => text.split(',').every((one) => changeTypes.includes(one.trim())), 'is not supported'),
  resource: z.string().min(1),
  notificationUrl: url,
  lifecycleNotificationUrl: url.optional(),
  expirationDateTime: z.iso.datetime({ offset: true }),
  clientState: z.string().max(128).optional(),
  latestSupportedTlsVersion: z.enum(['v1_0', 'v1_1', 'v1_2', 'v1_3']).optional(),
});
const change = z.strictObject({
  expirationDateTime: z.iso.datetime({ offset: true }).optional(),
  notificationUrl: url.optional(),
});

export interface SubscriptionNeeds {
  readonly world: CalendarWorld;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  readonly deliver: typeof fetch;
}

/** Push registrations. Expired ones vanish without a word. */
export function createSubscriptions({ world, clock, random, faults, deliver }: SubscriptionNeeds) {
  const held = new Map<string, Subscription>();
  const hit = (fault: MicrosoftFault) => faults.hit(fault) !== undefined;

  const live = () => [...held.values()].filter(({ expiresAt }) => expiresAt > clock.now());

  function own(session: Session, id: string): Subscription {
    const found = held.get(id);
    if (!found || found.email !== session.person.email || found.expiresAt <= clock.now()) {
      throw new GraphError(404, 'ResourceNotFound', 'The object was not found.');
    }
    return found;
  }

  /** `me/events` speaks for the default calendar only (microsoft-graph-docs#6595). */
  function calendarOf(session: Session, resource: string): SimCalendar {
    const path = resource.replace(/^\//, '');
    if (/^me\/events$/i.test(path)) {
      const primary = world.calendarsOf(session.person.email).find((calendar) => calendar.primary);
      if (!primary) throw new GraphError(404, 'ResourceNotFound', 'The object was not found.');
      return primary;
    }
    const id = /^me\/calendars\/([^/]+)\/events$/i.exec(path)?.[1];
    if (id === undefined || hit('per-calendar-refused')) {
      throw new GraphError(
        400,
        'ExtensionError',
        "Operation: Create; Exception: [Status Code: BadRequest; Reason: The value of parameter 'Resource' is not supported.]",
      );
    }
    const calendar = listedCalendar(world, session, decodeURIComponent(id));
    if (calendar.sharedBy)
      throw new GraphError(
        403,
        'ExtensionError',
        'Operation: Create; Exception: [Status Code: Forbidden; Reason: Access is denied.]',
      );
    return calendar;
  }

  /** The address must answer the token, decoded, as plain text. */
  async function validate(address: string, subscriptionId: string): Promise<void> {
    // What needs decoding, and what a page would have to escape.
    const token = `Validation: Testing client application reachability for subscription Request-Id: ${subscriptionId} +&<%> ä`;
    const target = new URL(address);
    target.search += `${target.search === '' ? '?' : '&'}validationToken=${encodeURIComponent(token)}`;
    const answer = await deliver(target.href, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: '',
    }).catch(() => undefined);
    const text = await answer?.text().catch(() => undefined);
    const plain = answer?.headers.get('content-type')?.toLowerCase().startsWith('text/plain');
    if (answer?.status !== 200 || !plain || text !== token || hit('validation-failed')) {
      throw new GraphError(
        400,
        'ValidationError',
        `Subscription validation request failed. Response must exactly match validationToken query parameter. HTTP status code is '${answer?.status ?? 'none'}'.`,
      );
    }
  }

  function until(text: string): number {
    const asked = Date.parse(text);
    const now = clock.now();
    if (asked <= now) throw invalidSubscription('Subscription expiration date must be in the future.');
    if (asked > now + longestMs) {
      throw invalidSubscription(`Subscription expiration can only be ${longestMs / minuteMs} minutes in the future.`);
    }
    return Math.max(asked, now + shortestMs);
  }

  return {
    live,
    ofSession: (session: Session) => live().filter(({ email }) => email === session.person.email),
    get: own,

    async create(session: Session, json: unknown): Promise<Subscription> {
      const body = parse(creation, json);
      const calendar = calendarOf(session, body.resource);
      const expiresAt = until(body.expirationDateTime);
      const mine = live().filter(({ email }) => email === session.person.email);
      if (mine.length >= perMailbox || hit('subscription-quota')) {
        throw new GraphError(
          403,
          'ExtensionError',
          'Operation: Create; Exception: [Status Code: Forbidden; Reason: The mailbox has too many subscriptions.]',
        );
      }
      const twin = mine.find(
        ({ calendarId, changeType }) => calendarId === calendar.id && changeType === body.changeType,
      );
      if (twin && !hit('subscription-doubled')) {
        throw new GraphError(
          409,
          'ExtensionError',
          `Subscription Id ${twin.id} already exists for the requested combination`,
        );
      }
      const id = guid(`subscription:${newId(random)}`);
      for (const address of new Set([body.notificationUrl, body.lifecycleNotificationUrl])) {
        if (address !== undefined) await validate(address, id);
      }
      const subscription: Subscription = {
        id,
        email: session.person.email,
        calendarId: calendar.id,
        resource: body.resource,
        changeType: body.changeType,
        notificationUrl: body.notificationUrl,
        lifecycleNotificationUrl: body.lifecycleNotificationUrl,
        clientState: body.clientState,
        expiresAt,
        immutable: session.preferences.immutable,
        lost: hit('subscription-lost'),
      };
      held.set(id, subscription);
      return subscription;
    },

    async update(session: Session, id: string, json: unknown): Promise<Subscription> {
      const body = parse(change, json);
      if (hit('subscription-gone')) held.delete(id);
      const subscription = own(session, id);
      const expiresAt = body.expirationDateTime === undefined ? undefined : until(body.expirationDateTime);
      if (body.notificationUrl !== undefined) await validate(body.notificationUrl, id);
      if (expiresAt !== undefined) subscription.expiresAt = expiresAt;
      if (body.notificationUrl !== undefined) subscription.notificationUrl = body.notificationUrl;
      return subscription;
    },

    remove(session: Session, id: string): void {
      held.delete(own(session, id).id);
    },
    /** As when the service drops it on its own account. */
    drop(id: string): void {
      held.delete(id);
    },
  };
}

export type Subscriptions = ReturnType<typeof createSubscriptions>;

/** What Graph says about a subscription; `clientState` is never told. */
export function subscriptionRow(subscription: Subscription) {
  return {
    id: subscription.id,
    resource: subscription.resource,
    changeType: subscription.changeType,
    clientState: null,
    notificationUrl: subscription.notificationUrl,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl ?? null,
    expirationDateTime: new Date(subscription.expiresAt).toISOString(),
    latestSupportedTlsVersion: 'v1_2',
    includeResourceData: null,
  };
}

const invalidSubscription = (message: string) => new GraphError(400, 'ValidationError', message);

function parse<T>(schema: z.ZodType<T>, json: unknown): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalidRequest(`Property ${issue?.path.join('.') || 'in payload'} is invalid: ${issue?.message ?? ''}`);
}
