import { ProviderError } from '../errors.ts';
import type { CalendarRef, RemoteSubscription, SubscriptionRequest } from '../provider.ts';
import { failureOf, resultOf } from './answer.ts';
import type { GoogleClient } from './client.ts';
import { describe } from './describe.ts';
import { channel } from './schemas.ts';

/** Google gives a channel seven days at most, and does not say so. */
const LONGEST_SECONDS = 7 * 86_400;

/**
 * Opens a channel that notifies of changes in a calendar. https://developers.google.com/workspace/calendar/api/guides/push
 * @throws push-unsupported for calendars such as holidays and birthdays; conflict when the id was used before (an earlier call whose answer
 * was lost: take a new id, the lost channel ends by itself); misconfigured when Google does not accept the address
 */
export async function subscribe(
  client: GoogleClient,
  calendar: CalendarRef,
  wanted: SubscriptionRequest,
): Promise<RemoteSubscription> {
  const now = client.clock.now();
  const seconds = Math.min(LONGEST_SECONDS, Math.max(60, Math.floor((wanted.until - now) / 1000)));
  const request = await describe((google) =>
    google.events.watch({
      calendarId: calendar.remoteId,
      requestBody: {
        id: wanted.id,
        type: 'web_hook',
        address: wanted.notificationUrl,
        token: wanted.token,
        params: { ttl: String(seconds) },
      },
    }),
  );
  const opened = resultOf(await client.send(calendar.accountId, request), channel, 'channel', now);
  return {
    remoteId: opened.id,
    resourceId: opened.resourceId,
    expiresAt: opened.expiration ? Number(opened.expiration) : now + seconds * 1000,
  };
}

/** A channel cannot be extended: a new one takes its place. */
export async function renew(): Promise<RemoteSubscription> {
  throw new ProviderError('not-found', 'A Google channel cannot be renewed.', { code: 'channels-do-not-renew' });
}

/** Closes a channel. Only the account that opened it can; one that is gone is fine. */
export async function unsubscribe(
  client: GoogleClient,
  calendar: CalendarRef,
  subscription: RemoteSubscription,
): Promise<void> {
  const { remoteId: id, resourceId } = subscription;
  const request = await describe((google) =>
    google.channels.stop({ requestBody: { id, ...(resourceId && { resourceId }) } }),
  );
  const answer = await client.send(calendar.accountId, request);
  if (![200, 204, 400, 404, 410].includes(answer.status)) throw failureOf(answer, 'channel', client.clock.now());
}
