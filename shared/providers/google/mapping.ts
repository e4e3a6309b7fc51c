import type { CalendarEvent, EventKind, Person, Response, Sensitivity, ShowAs, Span } from '../../calendar/event.ts';
import { richFromMixed } from '../../calendar/text.ts';
import { ianaZone, instantFromWall } from '../../calendar/timeZones.ts';
import { isDate } from '../dates.ts';
import { ProviderError } from '../errors.ts';
import { readBeyond } from './beyondGoogle.ts';
import { withoutConferenceBlock } from './conferenceBlock.ts';
import { markerOf } from './marker.ts';
import { restoredOf } from './restored.ts';
import type { GoogleEvent } from './schemas.ts';

type GoogleTime = NonNullable<GoogleEvent['start']>;

/**
 * The provider-neutral event that a Google event is.
 * @param ownerEmail of the calendar's account, to tell the owner from the other attendees
 * @param calendarZone as the listing says it, for times that name no zone
 * @throws malformed when an event that is not cancelled has no time
 */
export function eventFrom(item: GoogleEvent, ownerEmail: string, calendarZone?: string): CalendarEvent {
  const marker = markerOf(item);
  const restores = marker ? undefined : restoredOf(item);
  const recurrenceId = item.originalStartTime && recurrenceIdOf(item.originalStartTime, calendarZone);
  const organizer = item.organizer && personFrom(item.organizer);
  return {
    id: item.id,
    ...(item.recurringEventId && { seriesId: item.recurringEventId }),
    ...(recurrenceId && { recurrenceId }),
    ...(item.etag && { etag: item.etag }),
    ...(item.iCalUID && { iCalUId: item.iCalUID }),
    kind: kindOf(item.eventType),
    title: item.summary ?? '',
    description: richFromMixed(withoutConferenceBlock(item.description ?? '')),
    location: item.location ?? '',
    span: spanOf(item, calendarZone),
    showAs: showAsOf(item, marker !== undefined),
    sensitivity: sensitivityOf(item),
    ...(organizer && { organizer }),
    isOrganizer: item.organizer?.self === true || (item.attendees ?? []).length === 0,
    attendees: (item.attendees ?? []).flatMap((attendee) => {
      const person = personFrom(attendee);
      return person && !isOwner(attendee, ownerEmail) ? [person] : [];
    }),
    response: responseOf(item, ownerEmail),
    cancelled: isCancelled(item),
    modifiedAt: item.updated ? Date.parse(item.updated) || 0 : 0,
    ...(marker && { marker }),
    ...(restores && { restores }),
  };
}

export function isCancelled(item: GoogleEvent): boolean {
  return item.status === 'cancelled';
}

const kinds: readonly EventKind[] = ['workingLocation', 'birthday', 'focusTime', 'outOfOffice', 'fromGmail'];

function kindOf(eventType: string | undefined): EventKind {
  return kinds.find((kind) => kind === eventType) ?? 'default';
}

/**
 * Google says free, tentative or neither; the rest is in a property, which counts as long as it does not contradict what the person sees. On
 * an original a status that says tentative is newer than the property: Hetk takes the one away as it writes the other. A copy's status it never
 * writes.
 */
function showAsOf(item: GoogleEvent, marked: boolean): ShowAs {
  if (item.transparency === 'transparent') return 'free';
  const tentative = item.status === 'tentative';
  const { showAs } = readBeyond(item);
  if (showAs && (marked || !tentative)) return showAs;
  if (item.eventType === 'outOfOffice') return 'oof';
  return tentative ? 'tentative' : 'busy';
}

/** Likewise; `confidential` is an old word of Google's for private. */
function sensitivityOf(item: GoogleEvent): Sensitivity {
  if (item.visibility !== 'private' && item.visibility !== 'confidential') return 'normal';
  return readBeyond(item).sensitivity ?? item.visibility;
}

function isOwner(attendee: { self?: boolean | undefined; email?: string | undefined }, ownerEmail: string): boolean {
  return attendee.self === true || attendee.email?.toLowerCase() === ownerEmail.toLowerCase();
}

const responses: Readonly<Record<string, Response>> = {
  accepted: 'accepted',
  tentative: 'tentative',
  declined: 'declined',
};

/** "Declined" is no status of the event but the owner's own answer among the attendees. */
function responseOf(item: GoogleEvent, ownerEmail: string): Response {
  const own = item.attendees?.find((attendee) => isOwner(attendee, ownerEmail));
  if (own?.responseStatus === 'declined') return 'declined';
  if (!own || item.organizer?.self === true) return 'organizer';
  return responses[own.responseStatus ?? ''] ?? 'none';
}

function personFrom(person: { email?: string | undefined; displayName?: string | undefined }): Person | undefined {
  if (!person.email) return undefined;
  return { email: person.email, ...(person.displayName && { name: person.displayName }) };
}

function spanOf(item: GoogleEvent, calendarZone: string | undefined): Span {
  const start = item.start;
  const end = item.end ?? start;
  if (start?.date) return { kind: 'all-day', start: dateOf(start.date), end: dateOf(end?.date ?? start.date) };
  if (!start?.dateTime || !end?.dateTime) {
    throw new ProviderError('malformed', 'Google sent an event that has no time.', { code: 'no-time' });
  }
  const from = instantOf(start, calendarZone);
  return {
    kind: 'timed',
    start: from,
    end: Math.max(from, instantOf(end, calendarZone)),
    zone: ianaZone(start.timeZone) ?? ianaZone(calendarZone) ?? 'UTC',
  };
}

function recurrenceIdOf(time: GoogleTime, calendarZone: string | undefined): string | undefined {
  if (time.date) return time.date;
  return time.dateTime && new Date(instantOf(time, calendarZone)).toISOString();
}

/** Google answers with an offset; a time without one is wall-clock time in its zone. */
function instantOf({ dateTime = '', timeZone }: GoogleTime, calendarZone: string | undefined): number {
  const instant = /(?:Z|[+-]\d\d:?\d\d)$/i.test(dateTime)
    ? Date.parse(dateTime)
    : instantOfWall(dateTime, ianaZone(timeZone) ?? ianaZone(calendarZone) ?? 'UTC');
  if (Number.isNaN(instant)) throw noTime();
  return instant;
}

function instantOfWall(wall: string, zone: string): number {
  try {
    return instantFromWall(wall, zone);
  } catch {
    throw noTime();
  }
}

function dateOf(date: string): string {
  if (isDate(date)) return date;
  throw noTime();
}

function noTime(): ProviderError {
  return new ProviderError('malformed', 'Google sent a time that is none.', { code: 'bad-time' });
}
