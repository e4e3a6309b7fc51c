import type { CalendarEvent } from '../../calendar/event.ts';
import { meetingKey, meetingUid } from '../../calendar/meeting.ts';
import { endOf, startOf, widened } from '../../calendar/window.ts';
import type { CalendarRef } from '../provider.ts';
import { resultOf } from './answer.ts';
import { BATCH_SIZE } from './batch.ts';
import type { GoogleClient } from './client.ts';
import { describe, type GoogleRequest } from './describe.ts';
import { eventFrom, isCancelled } from './mapping.ts';
import { eventPage } from './schemas.ts';

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
  const requests = await Promise.all([...byUid].map(([uid, group]) => searchFor(calendar, uid, group)));
  const found = new Set<string>();
  for (let at = 0; at < requests.length; at += BATCH_SIZE) {
    for (const answer of await client.sendAll(calendar.accountId, requests.slice(at, at + BATCH_SIZE))) {
      const page = resultOf(answer, eventPage, 'listing', client.clock.now());
      for (const item of page.items) {
        if (isCancelled(item)) continue;
        const event = eventFrom(item, calendar.ownerEmail, page.timeZone);
        const key = meetingKey(event);
        if (key && !event.marker) found.add(key);
      }
    }
  }
  return meetings.map((meeting) => {
    const key = meetingKey(meeting);
    return key !== undefined && found.has(key);
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
function searchFor(calendar: CalendarRef, iCalUID: string, meetings: readonly CalendarEvent[]): Promise<GoogleRequest> {
  const { start, end } = widened({
    start: Math.min(...meetings.map(({ span }) => startOf(span))),
    end: Math.max(...meetings.map(({ span }) => endOf(span))),
  });
  return describe((google) =>
    google.events.list({
      calendarId: calendar.remoteId,
      iCalUID,
      singleEvents: true,
      maxResults: 2500,
      timeMin: new Date(start).toISOString(),
      timeMax: new Date(end).toISOString(),
    }),
  );
}
