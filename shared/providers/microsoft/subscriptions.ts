import type { Subscription as GraphSubscription } from '@microsoft/microsoft-graph-types';
import { z } from 'zod';
import { ProviderError } from '../errors.ts';
import type { CalendarRef, RemoteSubscription, SubscriptionRequest } from '../provider.ts';
import { calendarPath } from './addresses.ts';
import { failureOf, type GraphAnswer, resultOf } from './graphAnswer.ts';
import type { Graph } from './graphRequest.ts';

const created = z.object({ id: z.string().min(1), expirationDateTime: z.string() });
const listed = z.object({
  value: z.array(z.object({ id: z.string().min(1), resource: z.string(), notificationUrl: z.string().nullish() })),
  '@odata.nextLink': z.string().min(1).optional(),
});

/**
 * Subscribes to one calendar. The per-calendar resource is not in Graph's list of resources but works where tried, while `me/events` speaks
 * for the default calendar only (microsoft-graph-docs#6595, #21978); where Graph turns it down the calendar is polled.
 * @throws push-unsupported
 */
export async function subscribe(
  graph: Graph,
  calendar: CalendarRef,
  request: SubscriptionRequest,
): Promise<RemoteSubscription> {
  const resource = `${calendarPath(calendar.remoteId).slice(1)}/events`;
  const body: GraphSubscription = {
    changeType: 'created,updated,deleted',
    resource,
    notificationUrl: request.notificationUrl,
    lifecycleNotificationUrl: request.lifecycleUrl,
    expirationDateTime: new Date(request.until).toISOString(),
    clientState: request.token,
    latestSupportedTlsVersion: 'v1_2',
  };
  let answer = await graph.send(calendar.accountId, { method: 'POST', path: '/subscriptions', body });
  if (answer.status === 409) {
    await removeOwn(graph, calendar, resource, request.notificationUrl);
    answer = await graph.send(calendar.accountId, { method: 'POST', path: '/subscriptions', body });
  }
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer);
  return subscriptionOf(answer);
}

/** Extends a subscription, which also renews its authorization. @throws not-found when it is gone */
export async function renew(
  graph: Graph,
  calendar: CalendarRef,
  remoteId: string,
  until: number,
): Promise<RemoteSubscription> {
  const body: GraphSubscription = { expirationDateTime: new Date(until).toISOString() };
  const answer = await graph.send(calendar.accountId, { method: 'PATCH', path: subscriptionPath(remoteId), body });
  if (answer.status === 404) {
    const { code, status } = answer;
    throw new ProviderError('not-found', 'The subscription is gone; make a new one.', { code, status });
  }
  return subscriptionOf(answer);
}

/** Ends a subscription; one that is gone already is fine. */
export async function unsubscribe(graph: Graph, calendar: CalendarRef, remoteId: string): Promise<void> {
  const answer = await graph.send(calendar.accountId, { method: 'DELETE', path: subscriptionPath(remoteId) });
  if (answer.status !== 404 && (answer.status < 200 || answer.status > 299)) throw failureOf(answer);
}

function subscriptionPath(remoteId: string): string {
  return `/subscriptions/${encodeURIComponent(remoteId)}`;
}

/** Only what Graph answers counts: it shortens and lengthens what was asked for. */
function subscriptionOf(answer: GraphAnswer): RemoteSubscription {
  const { id, expirationDateTime } = resultOf(answer, created);
  const expiresAt = Date.parse(expirationDateTime);
  if (Number.isNaN(expiresAt))
    throw new ProviderError('malformed', 'Microsoft Graph gave a subscription without an end.');
  return { remoteId: id, expiresAt };
}

function refusalOf(answer: GraphAnswer): ProviderError {
  const failure = failureOf(answer);
  const { status, code } = answer;
  // Graph called our own address while it answered this request, and got no good echo: ours to mend, nothing about the calendar.
  if (status === 400 && /^(validationerror|subscriptionvalidation\w*)$/i.test(code)) {
    return new ProviderError('unavailable', 'Microsoft Graph could not reach the notification address.', {
      code,
      status,
    });
  }
  // 403 is the mailbox's quota of subscriptions, or a calendar that is shared with the user.
  if (failure.kind === 'refused' || (status === 403 && failure.kind === 'calendar-gone')) {
    const message = `Microsoft Graph sends no notifications for this calendar: it answered ${status} (${code}).`;
    return new ProviderError('push-unsupported', message, { code, status });
  }
  if (failure.kind === 'not-found') return new ProviderError('calendar-gone', failure.message, { code, status });
  return failure;
}

/** Graph allows one subscription for the same resource; an older one of ours, of which nothing is known, makes way. */
async function removeOwn(
  graph: Graph,
  calendar: CalendarRef,
  resource: string,
  notificationUrl: string,
): Promise<void> {
  const { origin } = new URL(notificationUrl);
  const ids: string[] = [];
  for (let next: string | undefined = '/subscriptions', pages = 0; next !== undefined && pages < 100; pages += 1) {
    const page: z.infer<typeof listed> = resultOf(
      await graph.send(calendar.accountId, { method: 'GET', path: next }),
      listed,
    );
    for (const each of page.value) {
      const ours =
        each.notificationUrl === null ||
        each.notificationUrl === undefined ||
        each.notificationUrl.startsWith(`${origin}/`);
      if (ours && sameResource(each.resource, resource)) ids.push(each.id);
    }
    next = page['@odata.nextLink'];
  }
  for (const id of ids) await unsubscribe(graph, calendar, id);
}

/** Others' subscriptions may hold what is no encoding at all. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Ids in it are case-sensitive; a leading slash and the encoding of the path are not part of it. */
function sameResource(one: string, other: string): boolean {
  const plain = (resource: string) => decoded(resource.replace(/^\//, ''));
  return plain(one) === plain(other);
}
