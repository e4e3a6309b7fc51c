import { isProviderError, ProviderError } from '../errors.ts';
import type { CalendarRef } from '../provider.ts';
import { failureOf } from './answer.ts';
import type { IcloudClient } from './client.ts';
import type { DavRequest } from './davRequest.ts';
import { type DavResponse, type Multistatus, samePath } from './multistatus.ts';
import { type Property, propfind } from './questions.ts';

/** What lies in the account's home, with some properties, in one request; the home itself left out. */
export async function listHome(
  { dav }: IcloudClient,
  accountId: string,
  ...properties: readonly Property[]
): Promise<readonly DavResponse[]> {
  const ask = (path: string) =>
    dav.multistatus(accountId, { method: 'PROPFIND', path, depth: '1', body: propfind(...properties) }, 'account');
  let { home } = await dav.placeOf(accountId);
  let listing: Multistatus;
  try {
    listing = await ask(home);
  } catch (error) {
    if (!(error instanceof ProviderError) || (error.status !== 404 && error.status !== 410)) throw error;
    const before = home;
    home = (await dav.findAgain(accountId)).home;
    if (home === before)
      throw new ProviderError('unavailable', "The account's calendars cannot be found.", { code: 'no-home' });
    listing = await ask(home);
  }
  return listing.responses.filter(({ path }) => !samePath(path, home));
}

/**
 * Asks a calendar something. A calendar that seems gone is looked for in the home before anybody believes it.
 * @throws calendar-gone, and whatever else hinders
 */
export async function askCalendar(
  client: IcloudClient,
  calendar: CalendarRef,
  request: DavRequest,
): Promise<Multistatus> {
  try {
    const answer = await client.dav.multistatus(calendar.accountId, request, 'calendar');
    const [only] = answer.responses;
    // Xandikos says that a collection is missing within a 207.
    if (request.depth === '0' && answer.responses.length === 1 && only?.status === 404) {
      throw failureOf({ status: 404, text: '', waitMs: undefined }, 'calendar');
    }
    return answer;
  } catch (error) {
    if (isProviderError(error, 'calendar-gone')) await assertListed(client, calendar, error);
    throw error;
  }
}

/** @throws calendar-gone when the calendar is out of reach, and whatever else hinders */
export async function assertReachable(client: IcloudClient, calendar: CalendarRef): Promise<void> {
  await askCalendar(client, calendar, {
    method: 'PROPFIND',
    path: calendar.remoteId,
    depth: '0',
    body: propfind('d:resourcetype'),
  });
}

async function assertListed(client: IcloudClient, calendar: CalendarRef, cause: ProviderError): Promise<void> {
  const listed = await listHome(client, calendar.accountId, 'd:resourcetype');
  if (!listed.some(({ path }) => samePath(path, calendar.remoteId))) return;
  throw new ProviderError('unavailable', 'The calendar is listed and does not answer.', {
    code: 'listed-and-silent',
    cause,
    ...(cause.status && { status: cause.status }),
  });
}
