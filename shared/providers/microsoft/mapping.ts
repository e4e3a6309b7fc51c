import type { CalendarEvent, Person, Response, Span } from '../../calendar/event.ts';
import { richFromHtml, richFromPlain } from '../../calendar/text.ts';
import { ianaZone, instantFromWall, wallFromInstant } from '../../calendar/timeZones.ts';
import { isDate } from '../dates.ts';
import { ProviderError } from '../errors.ts';
import type { EventRow } from './eventRow.ts';
import { markerOf, markerProperty } from './marker.ts';
import { restoredOf } from './restored.ts';

/**
 * The event of a complete row.
 * @param ownerEmail address of the calendar's owner, who is left out of the attendees
 * @throws malformed when the row has no readable start and end
 */
export function eventFromRow(row: EventRow, ownerEmail: string): CalendarEvent {
  const span = spanOf(row);
  const organizer = personOf(row.organizer);
  const attendees = (row.attendees ?? []).flatMap((attendee) => personOf(attendee) ?? []);
  const isOrganizer = row.isOrganizer ?? true;
  const recurrenceId = row.seriesMasterId ? recurrenceIdOf(row, span) : undefined;
  const property = row.singleValueExtendedProperties?.find(
    (each) => each.id.toLowerCase() === markerProperty.toLowerCase(),
  );
  const found = markerOf(row.transactionId ?? undefined, property?.value ?? undefined);
  // Hetk writes single events; an occurrence that carries its mark is what a person made of a copy.
  const marker = found && row.seriesMasterId ? { ...found, genuine: false } : found;
  const restores = found || row.seriesMasterId ? undefined : restoredOf(row.transactionId ?? undefined);
  return {
    id: row.id,
    kind: 'default',
    title: row.subject ?? '',
    description: descriptionOf(row),
    location: row.location?.displayName ?? '',
    span,
    showAs: !row.showAs || row.showAs === 'unknown' ? 'busy' : row.showAs,
    // A row that does not say how private it is has not said that it is public.
    sensitivity: row.sensitivity ?? 'private',
    isOrganizer,
    attendees: attendees.filter(
      (person) => !sameAddress(person.email, isOrganizer ? organizer?.email : undefined, ownerEmail),
    ),
    response: responseOf(row),
    cancelled: row.isCancelled ?? false,
    modifiedAt: Date.parse(row.lastModifiedDateTime ?? '') || 0,
    ...(row.seriesMasterId ? { seriesId: row.seriesMasterId } : {}),
    ...(recurrenceId ? { recurrenceId } : {}),
    ...(row['@odata.etag'] ? { etag: row['@odata.etag'] } : {}),
    ...(row.iCalUId ? { iCalUId: row.iCalUId } : {}),
    ...(organizer ? { organizer } : {}),
    ...(marker ? { marker } : {}),
    ...(restores ? { restores } : {}),
  };
}

/** All-day events float: Graph returns them from midnight to midnight in whatever zone is asked for, so only the dates count. */
function spanOf(row: EventRow): Span {
  const { start, end } = row;
  if (!start || !end) throw new ProviderError('malformed', 'Microsoft Graph gave an event without start or end.');
  if (row.isAllDay) return { kind: 'all-day', start: dateOf(start), end: dateOf(end) };
  const from = instantOf(start);
  return {
    kind: 'timed',
    start: from,
    end: Math.max(from, instantOf(end)),
    zone: ianaZone(row.originalStartTimeZone ?? undefined) ?? 'UTC',
  };
}

function dateOf({ dateTime }: NonNullable<EventRow['start']>): string {
  const date = dateTime.slice(0, 10);
  if (isDate(date)) return date;
  throw new ProviderError('malformed', 'Microsoft Graph gave a date that is none.');
}

function instantOf(time: NonNullable<EventRow['start']>): number {
  try {
    // A zone that nobody knows throws too: read as another, the event would be at the wrong time.
    return instantFromWall(time.dateTime.replace(/Z$/, ''), ianaZone(time.timeZone ?? 'UTC') ?? '');
  } catch (cause) {
    throw new ProviderError('malformed', 'Microsoft Graph gave a time that is none.', { cause });
  }
}

/** `originalStart` is UTC; an occurrence that did not move has none in a round, and its start is the one first planned. */
function recurrenceIdOf(row: EventRow, span: Span): string {
  const planned = Date.parse(row.originalStart ?? '');
  if (span.kind === 'all-day') {
    if (Number.isNaN(planned)) return span.start;
    const zone = planned % 86_400_000 === 0 ? 'UTC' : (ianaZone(row.originalStartTimeZone ?? undefined) ?? 'UTC');
    const [date = '', time] = wallFromInstant(planned, zone).split('T');
    // Planned at some other hour than midnight: an occurrence of a timed series that was made all-day.
    if (time?.startsWith('00:00')) return date;
  }
  return new Date(Number.isNaN(planned) ? span.start : planned).toISOString();
}

function descriptionOf(row: EventRow): string {
  const content = row.body?.content ?? '';
  return row.body?.contentType?.toLowerCase() === 'text' ? richFromPlain(content) : richFromHtml(content);
}

const responses: Readonly<Record<string, Response>> = {
  organizer: 'organizer',
  accepted: 'accepted',
  tentativelyAccepted: 'tentative',
  declined: 'declined',
  none: 'none',
  notResponded: 'none',
};

function responseOf(row: EventRow): Response {
  if (row.isOrganizer ?? true) return 'organizer';
  return responses[row.responseStatus?.response ?? 'none'] ?? 'none';
}

function personOf(from: EventRow['organizer']): Person | undefined {
  const email = from?.emailAddress?.address;
  if (!email) return undefined;
  const name = from.emailAddress?.name;
  return name ? { email, name } : { email };
}

function sameAddress(email: string, ...others: (string | undefined)[]): boolean {
  return others.some((other) => other?.toLowerCase() === email.toLowerCase());
}
