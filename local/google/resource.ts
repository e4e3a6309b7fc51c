import { z } from 'zod';
import { instantFromWall, wallFromInstant } from '../../shared/calendar/timeZones.ts';
import type { SimCalendar, SimEvent, SimFields, SimInstance, SimTime } from '../core/core.ts';
import { etagOf, versionOf } from './etag.ts';
import { instanceId } from './instanceId.ts';

/** What Google keeps with an event and the core does not know, under `SimFields.extra`. */
export const extraFields = z.looseObject({
  eventType: z.string().optional(),
  /** Only `public`; everything else is the core's sensitivity. */
  visibility: z.literal('public').optional(),
  /** Only where a transparent event is tentative too. */
  status: z.literal('tentative').optional(),
  extendedProperties: z
    .object({
      private: z.record(z.string(), z.string()).optional(),
      shared: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  sequence: z.number().optional(),
});

/** Fields of `extra` that are shown as they are. */
const shownAsIs = [
  'colorId',
  'conferenceData',
  'hangoutLink',
  'attachments',
  'source',
  'birthdayProperties',
  'workingLocationProperties',
  'outOfOfficeProperties',
  'focusTimeProperties',
  'guestsCanModify',
  'guestsCanInviteOthers',
  'guestsCanSeeOtherGuests',
  'anyoneCanAddSelf',
  'privateCopy',
  'locked',
] as const;

const iso = (ms: number) => new Date(ms).toISOString();

/** RFC 3339 with the zone's offset at that moment. */
function withOffset(wall: string, zone: string): string {
  const instant = instantFromWall(wall, zone);
  const local = wallFromInstant(instant, zone);
  const minutes = Math.round((Date.parse(`${local}Z`) - Math.floor(instant / 1000) * 1000) / 60_000);
  if (minutes === 0) return `${local}Z`;
  const hours = String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0');
  return `${local}${minutes < 0 ? '-' : '+'}${hours}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`;
}

/** A `start`, `end` or `originalStartTime`. */
function moment(time: Pick<SimTime, 'allDay' | 'zone'>, at: string) {
  return time.allDay ? { date: at.slice(0, 10) } : { dateTime: withOffset(at, time.zone), timeZone: time.zone };
}

const originalStartTime = (event: SimEvent, originalStart: string) => moment(event.time, originalStart);

const responses = { none: 'needsAction', accepted: 'accepted', tentative: 'tentative', declined: 'declined' } as const;

/** Only `id` is promised of a cancelled event: no time, no iCalUID, no extended properties. */
export function tombstone(id: string, etag: string) {
  return { kind: 'calendar#event', etag, id, status: 'cancelled' };
}

/** An occurrence taken out of a series that lives on. */
export function cancelledInstance(event: SimEvent, originalStart: string) {
  return {
    ...tombstone(instanceId(event, originalStart), etagOf(event, originalStart)),
    recurringEventId: event.id,
    originalStartTime: originalStartTime(event, originalStart),
  };
}

/** A single event, or the master of a series with its recurrence. */
export function eventResource(origin: string, calendar: SimCalendar, event: SimEvent) {
  return {
    ...commonFields(origin, calendar, event, event, event.id),
    etag: etagOf(event),
    updated: iso(versionOf(event).modifiedAt),
    ...(event.recurrence !== undefined && { recurrence: recurrenceLines(event) }),
  };
}

/** One occurrence of a series. */
export function instanceResource(origin: string, calendar: SimCalendar, instance: SimInstance) {
  const { event, originalStart } = instance;
  if (originalStart === undefined) return eventResource(origin, calendar, event);
  return {
    ...commonFields(origin, calendar, event, instance.fields, instanceId(event, originalStart)),
    etag: etagOf(event, originalStart),
    updated: iso(versionOf(event, originalStart).modifiedAt),
    recurringEventId: event.id,
    originalStartTime: originalStartTime(event, originalStart),
  };
}

function recurrenceLines(event: SimEvent): string[] {
  const stamp = (wall: string) => wall.replace(/[-:]/g, '').slice(0, event.time.allDay ? 8 : 15);
  const parameter = event.time.allDay ? 'VALUE=DATE' : `TZID=${event.time.zone}`;
  const lines = [`RRULE:${event.recurrence}`];
  if (event.rdates.length > 0) lines.push(`RDATE;${parameter}:${event.rdates.map(stamp).join(',')}`);
  return lines;
}

function commonFields(origin: string, calendar: SimCalendar, event: SimEvent, fields: SimFields, id: string) {
  const extra = extraFields.parse(fields.extra);
  const organizer = fields.organizer ?? { email: calendar.owner };
  const mine = { ...organizer, ...(organizer.email === calendar.owner && { self: true }) };
  const visibility = {
    normal: extra.visibility,
    personal: 'private',
    private: 'private',
    confidential: 'confidential',
  };
  return {
    kind: 'calendar#event',
    id,
    status: fields.showAs === 'tentative' || extra.status === 'tentative' ? 'tentative' : 'confirmed',
    htmlLink: `${origin}/calendar/event?eid=${Buffer.from(id).toString('base64url')}`,
    created: iso(event.createdAt),
    summary: fields.title || undefined,
    description: fields.description || undefined,
    location: fields.location || undefined,
    creator: mine,
    organizer: mine,
    start: moment(fields.time, fields.time.start),
    end: moment(fields.time, fields.time.end),
    transparency: fields.showAs === 'free' ? 'transparent' : undefined,
    visibility: visibility[fields.sensitivity],
    iCalUID: event.iCalUId,
    sequence: extra.sequence ?? 0,
    attendees: fields.attendees.length > 0 ? attendees(calendar, organizer.email, fields) : undefined,
    extendedProperties: extra.extendedProperties,
    reminders: remindersOf(fields),
    eventType: extra.eventType ?? 'default',
    ...Object.fromEntries(shownAsIs.filter((name) => name in fields.extra).map((name) => [name, fields.extra[name]])),
  };
}

function attendees(calendar: SimCalendar, organizer: string, fields: SimFields) {
  return fields.attendees.map(({ email, name, response }) => ({
    email,
    displayName: name,
    responseStatus: responses[response],
    ...(email === organizer && { organizer: true }),
    ...(email.toLowerCase() === calendar.owner.toLowerCase() && { self: true }),
  }));
}

/** What every calendar of this Google rings by when an event does not say otherwise. */
export const defaultReminderMinutes = 10;

function remindersOf({ reminderMinutes }: SimFields) {
  if (reminderMinutes === defaultReminderMinutes) return { useDefault: true };
  if (reminderMinutes === undefined) return { useDefault: false };
  return { useDefault: false, overrides: [{ method: 'popup', minutes: reminderMinutes }] };
}
