import { ianaZone } from '../../calendar/timeZones.ts';
import { ProviderError } from '../errors.ts';
import type { RemoteCalendar } from '../provider.ts';
import { type DavAnswer, failureOf } from './answer.ts';
import type { IcloudClient } from './client.ts';
import { positionOf } from './cursor.ts';
import type { DavRequest } from './davRequest.ts';
import { listHome } from './home.ts';
import { type DavResponse, isSuccess } from './multistatus.ts';
import { propfind } from './questions.ts';
import { APPLE, CALDAV, CALENDARSERVER, childOf, childrenOf, DAV, holds, textIn, type XmlElement } from './xml.ts';

const asked = [
  'd:displayname',
  'd:resourcetype',
  'c:supported-calendar-component-set',
  'd:current-user-privilege-set',
  'a:calendar-color',
  'c:calendar-timezone',
] as const;

/** The calendars of an account that hold events: not the inbox, outbox and notifications, and no lists of tasks. */
export async function listCalendars(client: IcloudClient, accountId: string): Promise<RemoteCalendar[]> {
  return calendarsAmong(await listHome(client, accountId, ...asked));
}

/** The same for a home whose account is not stored yet. @throws as `listCalendars` */
export async function listCalendarsIn(
  ask: (request: DavRequest) => Promise<DavAnswer>,
  home: string,
): Promise<RemoteCalendar[]> {
  const answer = await ask({ method: 'PROPFIND', path: home, depth: '1', body: propfind(...asked) });
  if (!answer.multistatus) throw failureOf(answer, 'account');
  return calendarsAmong(answer.multistatus.responses);
}

/**
 * An account always has a calendar: an empty list would make every pair of it look orphaned. iCloud has also been seen to list something with
 * status 200 and no property at all (org-caldav#305), which may be any of its calendars.
 */
function calendarsAmong(listed: readonly DavResponse[]): RemoteCalendar[] {
  if (listed.some(({ status, props }) => isSuccess(status) && !childOf(props, DAV, 'resourcetype'))) {
    throw new ProviderError('malformed', 'The account lists something of which it does not say what it is.', {
      code: 'listed-unsaid',
    });
  }
  const calendars = listed.filter(holdsEvents).map(calendarFrom);
  if (calendars.length > 0) return calendars;
  throw new ProviderError('malformed', 'The account has no calendar for events.', { code: 'no-calendars' });
}

/**
 * Which of these calendars changed since their cursors, by one small request for the whole account. A calendar that is not listed counts as
 * changed: its next round finds out what became of it.
 * @param known calendars with the cursors of their last rounds
 * @returns remoteIds
 */
export async function changedCalendars(
  client: IcloudClient,
  accountId: string,
  known: readonly { readonly remoteId: string; readonly cursor: string }[],
): Promise<string[]> {
  // iCloud's ctag is the same string: asking for both would double the answer.
  const listed = await listHome(client, accountId, 'd:sync-token');
  const tokens = new Map(listed.map(({ path, props }) => [path, textIn(props, DAV, 'sync-token')]));
  return known
    .filter(({ remoteId, cursor }) => tokens.get(remoteId) !== tokenOf(cursor))
    .map(({ remoteId }) => remoteId);
}

/** A cursor that cannot be read has a token that no calendar has. */
function tokenOf(cursor: string): string {
  try {
    return positionOf(cursor).token;
  } catch {
    return '';
  }
}

function holdsEvents({ props }: DavResponse): boolean {
  const types = childOf(props, DAV, 'resourcetype');
  // A calendar that somebody else publishes lies here as `subscribed`, on some servers without being a `calendar` as well.
  if (!childOf(types, CALDAV, 'calendar') && !isSubscribed(types)) return false;
  const components = childOf(props, CALDAV, 'supported-calendar-component-set');
  if (!components || components.children.length === 0) return true;
  return childrenOf(components, CALDAV, 'comp').some(({ attributes }) => attributes.name?.toUpperCase() === 'VEVENT');
}

function isSubscribed(types: XmlElement | undefined): boolean {
  return childOf(types, CALENDARSERVER, 'subscribed') !== undefined;
}

function calendarFrom({ path, props }: DavResponse): RemoteCalendar {
  const color = textIn(props, APPLE, 'calendar-color')?.toLowerCase();
  const zone = zoneIn(textIn(props, CALDAV, 'calendar-timezone'));
  return {
    remoteId: path,
    name: textIn(props, DAV, 'displayname') ?? path.split('/').findLast((segment) => segment !== '') ?? path,
    // Apple writes `#RRGGBBAA`.
    ...(color && /^#[0-9a-f]{6}([0-9a-f]{2})?$/.test(color) && { color: color.slice(0, 7) }),
    ...(zone && { zone }),
    // The name of the calendar that every iCloud account begins with.
    primary: /\/calendars\/home\/$/.test(path),
    readable: true,
    ...rightsOf(props),
  };
}

/** The IANA name in a VTIMEZONE, or undefined. */
export function zoneIn(timezone: string | undefined): string | undefined {
  return ianaZone(/^TZID(?:;[^:\r\n]*)?:(.+?)\s*$/m.exec(timezone ?? '')?.[1]);
}

function rightsOf(props: XmlElement): Pick<RemoteCalendar, 'writable' | 'uncertain' | 'reason'> {
  if (isSubscribed(childOf(props, DAV, 'resourcetype'))) {
    return { writable: false, reason: 'This is a subscription: it can be read, not changed.' };
  }
  const privileges = childOf(props, DAV, 'current-user-privilege-set');
  if (!privileges) {
    const reason = 'iCloud does not say whether this account may change the calendar.';
    return { writable: false, uncertain: true, reason };
  }
  const may = (name: string) => holds(privileges, DAV, name);
  // `bind` and `unbind` are adding and taking away, `write-content` is changing (RFC 3744, 3).
  if (may('all') || may('write') || (may('bind') && may('unbind') && may('write-content'))) return { writable: true };
  return { writable: false, reason: 'This account may read the calendar, not change it.' };
}
