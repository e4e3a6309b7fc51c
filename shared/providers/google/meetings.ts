import type { CalendarEvent } from '../../calendar/event.ts';
import { meetingKey, meetingUid } from '../../calendar/meeting.ts';
import { endOf, startOf, widened } from '../../calendar/window.ts';
import { ProviderError } from '../errors.ts';
import type { CalendarRef } from '../provider.ts';
import { type Answer, resultOf } from './answer.ts';
import { BATCH_SIZE } from './batch.ts';
import type { GoogleClient } from './client.ts';
import { describe, type GoogleRequest } from './describe.ts';
import { eventFrom, isCancelled } from './mapping.ts';
import { type EventPage, eventPage } from './schemas.ts';

/** A page may be short, even empty, while more exist; but no meeting has instances without end. */
const MOST_PAGES = 100;
const endless = { code: 'endless-pages' };

const noAnswer: Answer = { status: 503, retryAfter: undefined, text: '' };

/** One iCalUId and the meetings that may be it; what is left of the search after a page. */
interface Search {
  readonly uid: string;
  readonly group: readonly CalendarEvent[];
  readonly pageToken?: string;
}

/** Which of these meetings the calendar holds as originals of its own; see `CalendarProvider.hasMeetings`. */
export async function hasMeetings(
  client: GoogleClient,
  calendar: CalendarRef,
  meetings: readonly CalendarEvent[],
): Promise<boolean[]> {
  const byUid = new Map<string, CalendarEvent[]>();
  for (const meeting of meetings) {
    for (const uid of spellingsOf(meeting.iCalUId)) byUid.set(uid, [...(byUid.get(uid) ?? []), meeting]);
  }
  let searches = [...byUid].map(([uid, group]): Search => ({ uid, group }));
  const found = new Set<string>();
  for (let pages = 0; searches.length > 0; pages += 1) {
    if (pages === MOST_PAGES) throw new ProviderError('malformed', "Google's search does not end.", endless);
    const more: Search[] = [];
    for (let at = 0; at < searches.length; at += BATCH_SIZE) {
      const some = searches.slice(at, at + BATCH_SIZE);
      const requests = await Promise.all(some.map((search) => requestOf(calendar, search)));
      const answers = await client.sendAll(calendar.accountId, requests);
      for (const [index, search] of some.entries()) {
        const page = resultOf(answers[index] ?? noAnswer, eventPage, 'listing', client.clock.now());
        for (const key of keysOn(page, calendar)) found.add(key);
        if (page.nextPageToken) more.push({ ...search, pageToken: page.nextPageToken });
      }
    }
    searches = more;
  }
  return meetings.map((meeting) => {
    const key = meetingKey(meeting);
    return key !== undefined && found.has(key);
  });
}

function keysOn({ items, timeZone }: EventPage, calendar: CalendarRef): string[] {
  return items.flatMap((item) => {
    if (isCancelled(item)) return [];
    const event = eventFrom(item, calendar.ownerEmail, timeZone);
    return event.marker ? [] : (meetingKey(event) ?? []);
  });
}

/**
 * How Google may spell the iCalUId: it compares letter by letter. Outlook's global object ids differ by the instance's date and by case
 * from one place to another; an invitation carries them in capitals and without the date.
 */
function spellingsOf(iCalUId: string | undefined): string[] {
  if (!iCalUId) return [];
  const uid = meetingUid(iCalUId);
  return uid === iCalUId.trim()
    ? [uid]
    : [...new Set([/^[0-9a-f]+$/.test(uid) ? uid.toUpperCase() : uid, iCalUId.trim()])];
}

/** The instances of one iCalUId around the meetings' times. */
function requestOf(calendar: CalendarRef, { uid, group, pageToken }: Search): Promise<GoogleRequest> {
  const { start, end } = widened({
    start: Math.min(...group.map(({ span }) => startOf(span))),
    end: Math.max(...group.map(({ span }) => endOf(span))),
  });
  return describe((google) =>
    google.events.list({
      calendarId: calendar.remoteId,
      iCalUID: uid,
      singleEvents: true,
      maxResults: 2500,
      timeMin: new Date(start).toISOString(),
      timeMax: new Date(end).toISOString(),
      ...(pageToken && { pageToken }),
    }),
  );
}
