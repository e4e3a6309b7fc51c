import { GoogleError, invalidCredentials } from './errors.ts';
import { quotaExceeded, rateLimitExceeded, userRateLimitExceeded } from './quota.ts';

/** What can be made to go wrong, by the name under which the faults know it, and what Google then does. */
export const googleFaults = {
  'rate-limit': '403 rateLimitExceeded',
  'user-rate-limit': '403 userRateLimitExceeded',
  quota: '403 quotaExceeded',
  'too-many-requests': '429 rateLimitExceeded',
  'server-error': '500 backendError',
  unavailable: '503 backendError',
  unauthorized: '401 authError although the token is good',
  'not-json': '200 with a page of HTML',
  'not-json-error': "a gateway's page of HTML with status `value`, else 502",
  'response-lost': 'a write is carried out and answered with 503',
  conflict: '409 conflict on a write in a batch',
  'full-sync-required': '410 on a listing with a sync token, at any page',
  'gone-unreasoned': 'the same 410 without a reason',
  'free-busy-only': 'a listing says that the account may only see when the calendar is busy, and withholds the rest',
  'no-calendars': '200 with an empty list of calendars',
  'condition-unasked': '412 conditionNotMet on a write without If-Match',
  'empty-page': 'a page without items that has a next one',
  'repeated-page': 'the items of the page before come again',
  'truncated-page': 'the second half of the items of a page is missing, and nothing says so',
  'endless-pages': 'a listing whose pages never end',
  'empty-list': '200 without any item',
  'series-deletion-cut': 'of the occurrences of a deleted series only those of six months are told',
  'stale-read': 'a listing does not show the last change yet',
  'etag-change': 'after a write the etag changes once more, without a change of content',
  'bodies-rewritten': 'after a write the texts are padded and their markup is spelled otherwise, saying the same',
  'push-unsupported': '400 pushNotSupportedForRequestedResource on watch',
  'channel-lost': 'a new channel never says anything after its sync message',
  'notification-lost': 'a notification is never sent',
  'notification-doubled': 'a notification is sent twice',
  'notification-late': 'a notification comes five minutes late',
  'notification-forged': 'a notification carries a wrong channel token',
  'batch-part-missing': 'a batch leaves out the answer to one part',
  'batch-unavailable': '503 for a whole batch',
  'token-unavailable': '503 at the token address',
} as const;

export type GoogleFault = keyof typeof googleFaults;

/** Asks whether a fault strikes now; a yes uses one stroke up. */
export type Strikes = (fault: GoogleFault) => boolean;

export const backendError = (status: 500 | 503) => new GoogleError(status, 'backendError', 'Backend Error');

/** What any call may meet before Google looks at it. */
const onAnyCall: readonly (readonly [GoogleFault, () => GoogleError])[] = [
  ['rate-limit', () => rateLimitExceeded(403)],
  ['user-rate-limit', userRateLimitExceeded],
  ['quota', quotaExceeded],
  ['too-many-requests', () => rateLimitExceeded(429)],
  ['server-error', () => backendError(500)],
  ['unavailable', () => backendError(503)],
  ['unauthorized', invalidCredentials],
];

/** @throws GoogleError of the first fault that strikes */
export function meetMishap(strikes: Strikes): void {
  for (const [fault, error] of onAnyCall) if (strikes(fault)) throw error();
}

export function notJson(status = 200): Response {
  return new Response('<!DOCTYPE html><html lang=en><title>Error</title><p>That’s all we know.</html>', {
    status,
    headers: { 'content-type': 'text/html; charset=UTF-8' },
  });
}
