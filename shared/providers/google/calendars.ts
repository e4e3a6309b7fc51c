import { ianaZone } from '../../calendar/timeZones.ts';
import { ProviderError } from '../errors.ts';
import type { RemoteCalendar } from '../provider.ts';
import { resultOf } from './answer.ts';
import type { GoogleClient } from './client.ts';
import { describe } from './describe.ts';
import { type CalendarEntry, calendarPage } from './schemas.ts';

const MOST_PAGES = 100;

/** Every calendar in the account's list, hidden ones too: hiding one in Google's own page must not look like losing it. */
export async function listCalendars(client: GoogleClient, accountId: string): Promise<RemoteCalendar[]> {
  const calendars: RemoteCalendar[] = [];
  let pageToken: string | undefined;
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const request = await describe((google) =>
      google.calendarList.list({ maxResults: 250, showHidden: true, ...(pageToken && { pageToken }) }),
    );
    const page = resultOf(await client.send(accountId, request), calendarPage, 'account', client.clock.now());
    calendars.push(...page.items.filter(({ deleted }) => !deleted).map(calendarFrom));
    if (!page.nextPageToken) return someOf(calendars);
    if (page.nextPageToken === pageToken) break;
    pageToken = page.nextPageToken;
  }
  throw new ProviderError('malformed', "Google's list of calendars does not come to an end.", {
    code: 'endless-pages',
  });
}

/** An account always has its primary calendar: an empty list would make every pair of the account look orphaned. */
function someOf(calendars: RemoteCalendar[]): RemoteCalendar[] {
  if (calendars.length > 0) return calendars;
  throw new ProviderError('malformed', 'Google lists no calendar at all.', { code: 'no-calendars' });
}

/** The id is the real one: the alias "primary" would follow whoever the token belongs to. */
function calendarFrom(entry: CalendarEntry): RemoteCalendar {
  const color = entry.backgroundColor?.toLowerCase();
  const zone = ianaZone(entry.timeZone);
  return {
    remoteId: entry.id,
    name: entry.summaryOverride ?? entry.summary ?? entry.id,
    ...(color && /^#[0-9a-f]{6}$/.test(color) && { color }),
    ...(zone && { zone }),
    primary: entry.primary === true,
    ...(rights[entry.accessRole] ?? noRights),
  };
}

type Rights = Pick<RemoteCalendar, 'readable' | 'writable' | 'reason'>;

const noRights: Rights = {
  readable: false,
  writable: false,
  reason: 'Google does not let this account read the calendar.',
};

/** What each role may do; a role that is not known may do nothing. */
const rights: Readonly<Record<string, Rights>> = {
  owner: { readable: true, writable: true },
  writer: { readable: true, writable: true },
  // Private events come back as bare blocks of time: good enough to copy from, but a private copy could not be checked, changed or cleaned up.
  writerWithoutPrivateAccess: {
    readable: true,
    writable: false,
    reason: 'Private events in this calendar are hidden from this account, so copies in it could not be kept right.',
  },
  reader: { readable: true, writable: false, reason: 'This account may read the calendar, not change it.' },
  freeBusyReader: {
    readable: false,
    writable: false,
    reason: 'This account sees only when the calendar is busy, not its events.',
  },
};
