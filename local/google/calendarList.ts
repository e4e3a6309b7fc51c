import type { SimCalendar } from '../core/core.ts';
import { googleId } from './calendarIds.ts';
import { invalidParameter } from './errors.ts';
import { defaultReminderMinutes } from './resource.ts';

/** calendarList.list. @see https://developers.google.com/workspace/calendar/api/v3/reference/calendarList/list */
export function calendarListPage(calendars: readonly SimCalendar[], search: URLSearchParams): object {
  const wanted = Number(search.get('maxResults') ?? 100);
  if (!Number.isInteger(wanted) || wanted < 1) throw invalidParameter('maxResults');
  const size = Math.min(wanted, 250);
  const offset = Number(search.get('pageToken') ?? 0);
  if (!Number.isInteger(offset) || offset < 0 || offset > calendars.length) throw invalidParameter('pageToken');
  const order = ['reader', 'writer', 'owner'];
  const least = order.indexOf(search.get('minAccessRole') ?? 'reader');
  const shown = calendars.filter(({ access }) => order.indexOf(access) >= least);
  return {
    kind: 'calendar#calendarList',
    etag: `"p3${calendars.length}"`,
    ...(offset + size < shown.length
      ? { nextPageToken: String(offset + size) }
      : { nextSyncToken: `L${shown.length}` }),
    items: shown.slice(offset, offset + size).map(entry),
  };
}

/** One entry of a person's calendar list. */
export function entry(calendar: SimCalendar): object {
  return {
    kind: 'calendar#calendarListEntry',
    etag: `"e${calendar.id.length}"`,
    id: googleId(calendar),
    summary: calendar.name,
    timeZone: calendar.zone,
    backgroundColor: calendar.color,
    foregroundColor: '#000000',
    accessRole: calendar.access,
    selected: true,
    ...(calendar.primary ? { primary: true } : { dataOwner: calendar.sharedBy?.email ?? calendar.owner }),
    defaultReminders: [{ method: 'popup', minutes: defaultReminderMinutes }],
    conferenceProperties: { allowedConferenceSolutionTypes: ['hangoutsMeet'] },
  };
}
