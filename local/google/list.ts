import { DAY_MS } from '../../shared/calendar/window.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { newId, type Random } from '../../shared/platform/random.ts';
import type { SimCalendar } from '../core/core.ts';
import type { CalendarWorld } from '../core/world.ts';
import type { ChangeLog } from './changeLog.ts';
import { fullSyncRequired, invalidParameter } from './errors.ts';
import { changedItems, fullItems, itemKey, type ListItem, render, withoutFarDeletions } from './listItems.ts';
import { type ListQuery, queryKey, readListQuery, syncKey } from './listQuery.ts';
import { defaultReminderMinutes } from './resource.ts';
import { readSyncToken, writeSyncToken } from './syncToken.ts';

interface ListNeeds {
  readonly world: CalendarWorld;
  readonly log: ChangeLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly origin: string;
}

/** A listing under way: what it names is fixed by its first page, how that looks is read page by page. */
interface Listing {
  readonly key: string;
  readonly calendarId: string;
  readonly items: readonly ListItem[];
  readonly syncToken: string | undefined;
  /** Its pages never end: of changes under ever new tokens, of a whole calendar under the same. */
  readonly endless: boolean;
}

/** What a listing may be made to do beside what was asked; each is something that Google has been seen to do. */
interface ListOddities {
  /** A page without items that still has a next one. */
  readonly emptyPage?: boolean;
  /** Items of the page before come again. */
  readonly repeated?: boolean;
  /** The second half of the page's items is missing. */
  readonly truncated?: boolean;
  readonly endless?: boolean;
  /** The last write is not to be seen yet; the token points before it, so nothing is lost. */
  readonly stale?: boolean;
  /** Of a deleted series only six months of occurrences are told (googleapis/google-api-ruby-client#860). */
  readonly cutDeletions?: boolean;
  /** A 200 that lists nothing although there is something. */
  readonly nothing?: boolean;
}

/** Sync tokens are good for about this long; Google promises no figure. */
const syncTokenLifetimeMs = 30 * DAY_MS;
const listingsKept = 200;

/** events.list: full and incremental, page by page. @see https://developers.google.com/workspace/calendar/api/guides/sync */
export function createListing({ world, log, clock, random, origin }: ListNeeds) {
  const run = newId(random);
  const listings = new Map<string, Listing>();

  function begin(calendar: SimCalendar, query: ListQuery, key: string, oddities: ListOddities): Listing {
    const where = { world, calendar, origin, now: clock.now() };
    const here = log.position(calendar.id);
    const position = oddities.stale ? Math.max(0, here - 1) : here;
    const point = {
      run,
      calendarId: calendar.id,
      issuedAt: clock.now(),
      access: calendar.access,
      query: syncKey(query),
    };
    if (query.syncToken !== undefined) {
      const from = readSyncToken(query.syncToken);
      const expired = clock.now() - from.issuedAt > syncTokenLifetimeMs;
      if (from.run !== run || from.calendarId !== calendar.id || from.access !== calendar.access || expired) {
        throw fullSyncRequired();
      }
      // Google calls this undefined behaviour; refusing shows the mistake.
      if (from.query !== point.query) throw invalidParameter('syncToken', 'Invalid sync token value.');
      const upTo = Math.max(from.position, position);
      const changed = changedItems(where, query, log.between(calendar.id, from.position, upTo));
      const items = oddities.cutDeletions ? withoutFarDeletions(where, changed) : changed;
      const syncToken = writeSyncToken({ ...point, position: upTo });
      return { key, calendarId: calendar.id, items, syncToken, endless: oddities.endless === true };
    }
    // Exactly what the token will tell: of a series of which one occurrence was changed last, that occurrence.
    const unseen = new Set(changedItems(where, query, log.between(calendar.id, position, here)).map(itemKey));
    const items = fullItems(where, query).filter((item) => !unseen.has(itemKey(item)));
    const searches =
      query.orderBy ?? query.q ?? query.iCalUID ?? query.privateExtendedProperty[0] ?? query.sharedExtendedProperty[0];
    const syncToken = searches === undefined ? writeSyncToken({ ...point, position }) : undefined;
    return { key, calendarId: calendar.id, items, syncToken, endless: oddities.endless === true };
  }

  function keep(listing: Listing): string {
    const id = newId(random);
    listings.set(id, listing);
    const [oldest] = listings.keys();
    if (listings.size > listingsKept && oldest) listings.delete(oldest);
    return id;
  }

  return {
    /** @throws GoogleError 400, 410 */
    page(calendar: SimCalendar, search: URLSearchParams, oddities: ListOddities = {}): ListPage {
      const query = readListQuery(search);
      const key = queryKey(search);
      const [, tokenId = '', at = '0'] = /^([\w-]{22})\.(\d+)$/.exec(query.pageToken ?? '') ?? [];
      const known = listings.get(tokenId);
      if (query.pageToken !== undefined && (known?.key !== key || known.calendarId !== calendar.id)) {
        throw invalidParameter('pageToken');
      }
      const listing = known ?? begin(calendar, query, key, oddities);
      const id = known ? tokenId : keep(listing);
      const offset = listing.endless && Number(at) >= listing.items.length ? 0 : Number(at);
      const next = oddities.emptyPage ? offset : offset + query.maxResults;
      const from = oddities.repeated ? Math.max(0, offset - query.maxResults) : offset;
      const end = oddities.truncated ? Math.ceil((from + Math.min(next, listing.items.length)) / 2) : next;
      const named = oddities.emptyPage || oddities.nothing ? [] : listing.items.slice(from, end);
      const more = next < listing.items.length || oddities.emptyPage || listing.endless;
      const upTo = listing.endless && query.syncToken !== undefined ? Number(at) + query.maxResults : next;
      const where = { world, calendar, origin, now: clock.now() };
      return {
        ...envelope(calendar),
        ...(more && !oddities.nothing ? { nextPageToken: `${id}.${upTo}` } : { nextSyncToken: listing.syncToken }),
        items: named.map((item) => render(where, item, query.maxAttendees)),
      };
    },
  };
}

export type Listings = ReturnType<typeof createListing>;

interface ListPage {
  readonly accessRole: string;
  readonly items: readonly object[];
}

/** A page as an account gets it that may only see when the calendar is busy. */
export function freeBusyOnly(page: ListPage): ListPage {
  const seen = ['kind', 'etag', 'id', 'status', 'start', 'end', 'recurringEventId', 'originalStartTime', 'updated'];
  const items = page.items.map((item) =>
    Object.fromEntries(Object.entries(item).filter(([name]) => seen.includes(name))),
  );
  return { ...page, accessRole: 'freeBusyReader', items };
}

/** What every answer of events.list and events.instances begins with. */
export function envelope(calendar: SimCalendar) {
  return {
    kind: 'calendar#events',
    etag: `"p3${calendar.sequence}"`,
    summary: calendar.name,
    timeZone: calendar.zone,
    accessRole: calendar.access,
    defaultReminders: [{ method: 'popup', minutes: defaultReminderMinutes }],
  };
}
