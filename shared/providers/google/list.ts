import type { calendar_v3 } from '@googleapis/calendar';
import type { CalendarEvent } from '../../calendar/event.ts';
import { inWindow, type Window, widened } from '../../calendar/window.ts';
import { isProviderError, ProviderError } from '../errors.ts';
import type { CalendarRef, Change, RoundEnd, RoundStart } from '../provider.ts';
import { readable } from '../readable.ts';
import { resultOf, type Subject } from './answer.ts';
import type { GoogleClient } from './client.ts';
import { cursorFrom, positionOf, standingQuery } from './cursor.ts';
import { describe } from './describe.ts';
import { eventFrom, isCancelled } from './mapping.ts';
import { type EventPage, eventPage, type GoogleEvent } from './schemas.ts';

/**
 * A change of an endless series was seen to deliver instances up to the year 2099, thousands of pages of them. A round of changes that runs
 * longer than this costs more than a full round, which the window bounds.
 */
const MOST_PAGES_OF_CHANGES = 25;
const MOST_PAGES = 1000;

/** One complete pull of changes; see `CalendarProvider.pull`. */
export async function* pull(
  client: GoogleClient,
  calendar: CalendarRef,
  start: RoundStart,
): AsyncGenerator<readonly Change[], RoundEnd> {
  if ('window' in start) {
    let syncToken: string | undefined;
    for await (const page of listing(client, calendar, start.window)) {
      yield page.items.map((item) => changeFrom(item, calendar, page.timeZone));
      syncToken = page.nextSyncToken;
    }
    return { cursor: cursorFrom({ syncToken: certain(syncToken), window: start.window }), full: true };
  }

  const { syncToken, window } = positionOf(start.cursor);
  const newest = new Map<string, number>();
  const cancellations = new Map<string, number>();
  let next: string | undefined;
  for await (const page of changes(client, calendar, syncToken)) {
    const fresh = page.items.filter((item) => isNewest(item, newest));
    for (const item of fresh.filter(isCancelled)) {
      const seriesId = seriesOf(item);
      if (seriesId) cancellations.set(seriesId, (cancellations.get(seriesId) ?? 0) + 1);
    }
    if (fresh.length > 0) yield fresh.map((item) => changeWithin(widened(window), item, calendar, page.timeZone));
    next = page.nextSyncToken;
  }
  for (const [seriesId, count] of cancellations) {
    if (count > 1) yield [await remainderOf(client, calendar, seriesId, window)];
  }
  return { cursor: cursorFrom({ syncToken: certain(next), window }), full: false };
}

/** Everything in the window; see `CalendarProvider.list`. */
export async function* list(
  client: GoogleClient,
  calendar: CalendarRef,
  window: Window,
): AsyncGenerator<readonly CalendarEvent[], void> {
  let syncToken: string | undefined;
  for await (const page of listing(client, calendar, window)) {
    yield page.items
      .filter((item) => !isCancelled(item))
      .flatMap((item) => readable(() => eventFrom(item, calendar.ownerEmail, page.timeZone)) ?? []);
    syncToken = page.nextSyncToken;
  }
  certain(syncToken);
}

type Ask = (google: calendar_v3.Calendar, page: { pageToken?: string }) => Promise<unknown>;

/** The pages of one query, to the last. An empty page may have a next one. */
async function* pages(
  client: GoogleClient,
  calendar: CalendarRef,
  subject: Subject,
  ask: Ask,
): AsyncGenerator<EventPage, void> {
  const most = subject === 'changes' ? MOST_PAGES_OF_CHANGES : MOST_PAGES;
  let pageToken: string | undefined;
  for (let count = 0; count < most; count += 1) {
    const request = await describe((google) => ask(google, pageToken ? { pageToken } : {}));
    const page = resultOf(await client.send(calendar.accountId, request), eventPage, subject, client.clock.now());
    // Titles are withheld: what would be read is not what is there.
    if (page.accessRole === 'freeBusyReader' || page.accessRole === 'none') {
      throw new ProviderError('calendar-gone', 'Google no longer lets this account read the calendar.', {
        code: page.accessRole,
      });
    }
    yield page;
    if (!page.nextPageToken) return;
    if (page.nextPageToken === pageToken) break;
    pageToken = page.nextPageToken;
  }
  const kind = subject === 'changes' ? 'expired-cursor' : 'malformed';
  throw new ProviderError(kind, `Google's ${subject} do not come to an end.`, { code: 'endless-pages' });
}

function listing(client: GoogleClient, calendar: CalendarRef, window: Window): AsyncGenerator<EventPage, void> {
  return pages(client, calendar, 'listing', (google, page) =>
    google.events.list({ calendarId: calendar.remoteId, ...standingQuery, ...timesOf(window), ...page }),
  );
}

function changes(client: GoogleClient, calendar: CalendarRef, syncToken: string): AsyncGenerator<EventPage, void> {
  return pages(client, calendar, 'changes', (google, page) =>
    google.events.list({ calendarId: calendar.remoteId, ...standingQuery, syncToken, ...page }),
  );
}

/** Only the last page has a sync token: without one the listing was not complete. */
function certain(syncToken: string | undefined): string {
  if (syncToken) return syncToken;
  throw new ProviderError('malformed', "Google's listing ended without a sync token.", { code: 'no-sync-token' });
}

function timesOf(window: Window): { timeMin: string; timeMax: string } {
  const { start, end } = widened(window);
  return { timeMin: new Date(start).toISOString(), timeMax: new Date(end).toISOString() };
}

function changeFrom(item: GoogleEvent, calendar: CalendarRef, zone: string | undefined): Change {
  if (isCancelled(item)) return { kind: 'removed', id: item.id };
  const event = readable(() => eventFrom(item, calendar.ownerEmail, zone));
  return event ? { kind: 'event', event } : { kind: 'unreadable', id: item.id };
}

/** A sync token does not honour the window it came from: what lies outside is only known not to be inside. */
function changeWithin(window: Window, item: GoogleEvent, calendar: CalendarRef, zone: string | undefined): Change {
  const change = changeFrom(item, calendar, zone);
  return change.kind === 'event' && !inWindow(change.event.span, window) ? { kind: 'removed', id: item.id } : change;
}

/** The same event may come more than once in a round; an older state after a newer one is dropped. */
function isNewest(item: GoogleEvent, newest: Map<string, number>): boolean {
  const updated = item.updated ? Date.parse(item.updated) : Number.NaN;
  if (Number.isNaN(updated)) return true;
  if (updated < (newest.get(item.id) ?? updated)) return false;
  newest.set(item.id, updated);
  return true;
}

/**
 * The series that a cancelled item seems to be of. Of an occurrence whose series was deleted only the id is certain; it is then taken by its
 * look, which is safe, because what follows from it is only that Google is asked.
 */
function seriesOf({ id, recurringEventId }: GoogleEvent): string | undefined {
  return recurringEventId ?? /^(.+)_\d{8}(?:T\d{6}Z)?$/.exec(id)?.[1];
}

/**
 * What is left of a series of which several instances were cancelled at once. A series that was deleted or cut short tells only of
 * instances of the next months (https://github.com/googleapis/google-api-ruby-client/issues/860), so the rest is asked for.
 */
async function remainderOf(
  client: GoogleClient,
  calendar: CalendarRef,
  seriesId: string,
  window: Window,
): Promise<Change> {
  const instances = pages(client, calendar, 'series', (google, page) =>
    google.events.instances({
      calendarId: calendar.remoteId,
      eventId: seriesId,
      maxResults: standingQuery.maxResults,
      ...timesOf(window),
      ...page,
    }),
  );
  const instanceIds: string[] = [];
  try {
    for await (const { items } of instances) {
      instanceIds.push(...items.filter((item) => !isCancelled(item)).map(({ id }) => id));
    }
  } catch (error) {
    if (isProviderError(error, 'not-found')) return { kind: 'removed', id: seriesId };
    throw error;
  }
  return { kind: 'series', seriesId, instanceIds };
}
