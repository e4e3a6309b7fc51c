import { type Window, widened } from '../../calendar/window.ts';
import { ProviderError } from '../errors.ts';
import type { CalendarRef } from '../provider.ts';
import { noteZone } from './calendarZone.ts';
import type { IcloudClient } from './client.ts';
import { askCalendar } from './home.ts';
import { type DavResponse, isSuccess, samePath } from './multistatus.ts';
import { propfind, timeRangeQuery } from './questions.ts';
import type { Listed } from './resources.ts';
import { collectionChanges } from './syncCollection.ts';
import { DAV, textIn } from './xml.ts';

/** Resources that may have an instance in a span, with the token that changes can be asked from later. */
export interface Listing {
  readonly listed: Listed;
  readonly token: string;
}

/**
 * Lists a window. On iCloud the token is read first, so that whatever changes while the query runs is told by the next round; then the
 * query by time, because a listing from an empty token is everything that ever was.
 *
 * Another server's time-range is not relied on: Xandikos looks at a series' first occurrence only and would hide every series that began before
 * the window. There everything is listed, which brings the token in the same request.
 */
export async function listWindow(client: IcloudClient, calendar: CalendarRef, window: Window): Promise<Listing> {
  const { service } = await client.dav.placeOf(calendar.accountId);
  if (service === 'other') {
    const { changed, token } = await collectionChanges(client, calendar, '');
    return { token, listed: changed };
  }
  const token = await readToken(client, calendar);
  return { token, listed: await resourcesIn(client, calendar, window) };
}

/** The resources with an instance in the span, as the service tells it; elsewhere than on iCloud, all. */
export async function resourcesIn(client: IcloudClient, calendar: CalendarRef, span: Window): Promise<Listed> {
  const { service } = await client.dav.placeOf(calendar.accountId);
  if (service === 'other') {
    return (await collectionChanges(client, calendar, '')).changed;
  }
  const request = {
    method: 'REPORT',
    path: calendar.remoteId,
    depth: '1',
    body: timeRangeQuery(widened(span)),
  } as const;
  const { responses } = await askCalendar(client, calendar, request);
  const resources = responses.filter((response) => isResource(response, calendar));
  return new Map(resources.map(({ path, etag }) => [path, etag]));
}

function isResource({ path, status }: DavResponse, { remoteId }: CalendarRef): boolean {
  return isSuccess(status) && !samePath(path, remoteId);
}

async function readToken(client: IcloudClient, calendar: CalendarRef): Promise<string> {
  const path = calendar.remoteId;
  const body = propfind('d:sync-token', 'c:calendar-timezone');
  const { responses } = await askCalendar(client, calendar, { method: 'PROPFIND', path, depth: '0', body });
  const props = responses.find((response) => samePath(response.path, path))?.props;
  const token = textIn(props, DAV, 'sync-token');
  if (!token) {
    throw new ProviderError('malformed', 'The calendar server does not say where changes begin.', {
      code: 'no-sync-token',
    });
  }
  noteZone(client, calendar, props);
  return token;
}
