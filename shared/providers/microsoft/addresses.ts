import { type Window, widened } from '../../calendar/window.ts';
import { markerProperty } from './marker.ts';

/** Paths below `/v1.0`. Ids are opaque and may hold any character. */
export function calendarPath(calendarId: string): string {
  return `/me/calendars/${encodeURIComponent(calendarId)}`;
}

export function eventPath(calendarId: string, eventId: string): string {
  return `${calendarPath(calendarId)}/events/${encodeURIComponent(eventId)}`;
}

/**
 * The window as Graph takes it, a day wider on each side: Graph matches all-day events by UTC midnights, so a day of another zone begins in
 * its neighbour. Events in the margin come along and are left to the caller.
 */
export function windowQuery(window: Window): string {
  const wide = widened(window);
  return `startDateTime=${utc(wide.start)}&endDateTime=${utc(wide.end)}`;
}

function utc(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}

/** Asks for the marker beside the event; not possible in delta rounds. */
export const withMarker = `$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${markerProperty}')`)}`;
