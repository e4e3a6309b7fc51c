import type { CalendarRef } from '../provider.ts';
import { zoneIn } from './calendars.ts';
import type { IcloudClient } from './client.ts';
import { askCalendar } from './home.ts';
import { samePath } from './multistatus.ts';
import { propfind } from './questions.ts';
import { CALDAV, textIn, type XmlElement } from './xml.ts';

/** Matches a date with time and without zone: floating time, to be read in the calendar's own zone. */
const floating = /^(?:DTSTART|DTEND|RECURRENCE-ID|RDATE|EXDATE)(?:;(?!TZID)[^:\r\n]*)*:\d{8}T\d{6}(?!Z)/im;

/**
 * The calendar's own zone (IANA), asked of the service once, and only when a text has floating times that need it.
 * @returns undefined where no text needs it or the calendar does not say
 */
export async function zoneFor(
  client: IcloudClient,
  calendar: CalendarRef,
  texts: Iterable<string>,
): Promise<string | undefined> {
  const key = keyOf(calendar);
  if (client.zones.has(key)) return client.zones.get(key);
  if (!anyFloating(texts)) return undefined;
  const path = calendar.remoteId;
  const body = propfind('c:calendar-timezone');
  const { responses } = await askCalendar(client, calendar, { method: 'PROPFIND', path, depth: '0', body });
  return noteZone(client, calendar, responses.find((response) => samePath(response.path, path))?.props);
}

/** Keeps the zone that an answer says on the way. */
export function noteZone(
  client: IcloudClient,
  calendar: CalendarRef,
  props: XmlElement | undefined,
): string | undefined {
  const zone = zoneIn(textIn(props, CALDAV, 'calendar-timezone'));
  client.zones.set(keyOf(calendar), zone);
  return zone;
}

function keyOf({ accountId, remoteId }: CalendarRef): string {
  return `${accountId}\n${remoteId}`;
}

/** Within VTIMEZONE all times are without zone. */
function anyFloating(texts: Iterable<string>): boolean {
  for (const text of texts) {
    if (floating.test(text.replace(/BEGIN:VTIMEZONE[\s\S]*?END:VTIMEZONE/gi, ''))) return true;
  }
  return false;
}
