import type { Event as GraphEvent } from '@microsoft/microsoft-graph-types';
import type { EventContent, NewMarker, Span, TimedSpan } from '../../calendar/event.ts';
import { ianaZone, instantFromWall, wallFromInstant, windowsZone } from '../../calendar/timeZones.ts';
import { markerProperty, markerToText } from './marker.ts';

/** Exchange keeps this much of a subject, in UTF-16 units. */
const subjectLimit = 255;

/**
 * An event written whole, for POST and PATCH alike: a copy with its marker, or without one an original made anew. Never attendees, which
 * Graph would invite; the reminder is off in so many words, because leaving it out means fifteen minutes before the start.
 */
export function bodyOf(content: EventContent, marker?: NewMarker): GraphEvent {
  return {
    ...membersOf(content),
    isReminderOn: false,
    ...(marker && { singleValueExtendedProperties: [{ id: markerProperty, value: markerToText(marker) }] }),
  };
}

/** These fields and nothing else: what a PATCH does not name, attendees and reminder above all, stays as it is. */
export function membersOf({
  title,
  description,
  location,
  span,
  showAs,
  sensitivity,
}: Partial<EventContent>): GraphEvent {
  return {
    ...(title !== undefined && { subject: shortened(title) }),
    ...(description !== undefined && { body: { contentType: 'html' as const, content: description } }),
    ...(location !== undefined && { location: { displayName: location } }),
    ...(span && timesOf(span)),
    ...(showAs && { showAs }),
    ...(sensitivity && { sensitivity }),
  };
}

function timesOf(span: Span): Pick<GraphEvent, 'start' | 'end' | 'isAllDay'> {
  if (span.kind === 'all-day') {
    const midnight = (date: string) => ({ dateTime: `${date}T00:00:00`, timeZone: 'UTC' });
    return { start: midnight(span.start), end: midnight(span.end), isAllDay: true };
  }
  const named = namedTimes(span);
  if (named) return { ...named, isAllDay: false };
  const utc = (instant: number) => ({ dateTime: new Date(instant).toISOString().slice(0, -1), timeZone: 'UTC' });
  return { start: utc(span.start), end: utc(span.end), isAllDay: false };
}

/**
 * Times in the event's own zone, by its Windows name, which Graph always knows. Undefined where Windows has none, or where the wall clock
 * cannot say the instant: in the second pass of an autumn hour, or with fractions of a second.
 */
function namedTimes(span: TimedSpan): Pick<GraphEvent, 'start' | 'end'> | undefined {
  const timeZone = windowsZone(span.zone);
  const zone = ianaZone(timeZone);
  if (!timeZone || !zone) return undefined;
  const [start, end] = [wallFromInstant(span.start, zone), wallFromInstant(span.end, zone)];
  if (instantFromWall(start, zone) !== span.start || instantFromWall(end, zone) !== span.end) return undefined;
  return { start: { dateTime: start, timeZone }, end: { dateTime: end, timeZone } };
}

/** Cut to the limit without halving a character. */
function shortened(title: string): string {
  return title.length <= subjectLimit ? title : title.slice(0, subjectLimit).replace(/[\ud800-\udbff]$/, '');
}
