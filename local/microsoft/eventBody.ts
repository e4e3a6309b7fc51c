import { z } from 'zod';
import { ianaZone } from '../../shared/calendar/timeZones.ts';
import type { SimAttendee, SimTime } from '../core/core.ts';
import { instantOf } from '../core/expansion.ts';
import { badProperty, GraphError, invalidRequest, zoneNotSupported } from './errors.ts';
import { recurrenceSchema } from './recurrence.ts';

/** An enum as Graph takes it in: in any case. */
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z
    .string()
    .transform((text) => values.find((value) => value.toLowerCase() === text.toLowerCase()) ?? text)
    .pipe(z.enum(values));

const dateTime = z.strictObject({ dateTime: z.string(), timeZone: z.string() });
const emailAddress = z.strictObject({ address: z.string(), name: z.string().optional() });
const location = z.looseObject({ displayName: z.string().nullable().optional() });

/** What may be written of an event. Anything else is refused, also what Graph only ever answers. */
const bodySchema = z.strictObject({
  '@odata.type': z.string().optional(),
  subject: z.string().max(255).nullable().optional(),
  body: z
    .strictObject({ contentType: oneOf(['html', 'text']).default('text'), content: z.string().nullable() })
    .optional(),
  start: dateTime.optional(),
  end: dateTime.optional(),
  isAllDay: z.boolean().optional(),
  location: location.nullable().optional(),
  locations: z.array(location).optional(),
  showAs: oneOf(['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown']).optional(),
  sensitivity: oneOf(['normal', 'personal', 'private', 'confidential']).optional(),
  importance: oneOf(['low', 'normal', 'high']).optional(),
  categories: z.array(z.string()).optional(),
  isReminderOn: z.boolean().optional(),
  reminderMinutesBeforeStart: z.number().int().nonnegative().optional(),
  isOnlineMeeting: z.boolean().optional(),
  onlineMeetingProvider: z.string().optional(),
  allowNewTimeProposals: z.boolean().optional(),
  hideAttendees: z.boolean().optional(),
  responseRequested: z.boolean().optional(),
  transactionId: z.string().min(1).nullable().optional(),
  attendees: z
    .array(
      z.looseObject({
        emailAddress,
        type: oneOf(['required', 'optional', 'resource']).optional(),
      }),
    )
    .max(500)
    .optional(),
  recurrence: recurrenceSchema.nullable().optional(),
  singleValueExtendedProperties: z
    .array(
      z.strictObject({
        id: z.string().regex(/^String \{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\} (Name .+|Id 0x[0-9a-f]+)$/i),
        value: z.string(),
      }),
    )
    .optional(),
});

export type EventBody = z.infer<typeof bodySchema>;

/** @throws GraphError 400 */
export function readEventBody(json: unknown): EventBody {
  const parsed = bodySchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    const message = `The property '${issue.keys[0]}' does not exist on type 'microsoft.graph.event' or cannot be written.`;
    throw new GraphError(400, 'RequestBodyRead', message);
  }
  throw badProperty(`At least one property failed validation: ${issue?.path.join('.') || 'the body'}.`);
}

const wall = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,7})?$/;

/**
 * The time of an event after a write.
 * @param before the time it had, for what the write leaves out
 * @throws GraphError 400 for an all-day event off midnight or across zones, an end before the start, a zone that nobody knows
 */
export function timeOf(body: EventBody, before?: SimTime): SimTime {
  const allDay = body.isAllDay ?? before?.allDay ?? false;
  const from = body.start && read(body.start);
  const to = body.end && read(body.end);
  const start = from ?? (before && { wall: midnight(before.start), zone: before.zone });
  if (!start) throw badProperty('At least one property failed validation: start.');
  const end = to ?? (before && { wall: midnight(before.end), zone: before.zone });
  if (!end) throw badProperty('At least one property failed validation: end.');
  if (allDay) return allDayTime(start, end);
  const time = { allDay, start: start.wall, end: end.wall, zone: start.zone };
  const ends = instantOf(end.wall, { allDay, zone: end.zone });
  if (ends < instantOf(start.wall, time)) {
    throw badProperty('At least one property failed validation: the end of the event is before its start.');
  }
  return end.zone === start.zone ? time : inZone(time, ends);
}

function inZone(time: SimTime, ends: number): SimTime {
  // One zone holds both: the end is told in the start's.
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone: time.zone, dateStyle: 'short', timeStyle: 'medium' });
  return { ...time, end: local.format(ends).replace(' ', 'T') };
}

function allDayTime(start: { wall: string; zone: string }, end: { wall: string; zone: string }): SimTime {
  for (const [name, { wall: text }] of [
    ['Start', start],
    ['End', end],
  ] as const) {
    if (!text.endsWith('T00:00:00')) {
      throw invalidRequest(`The Event.${name} property for an all-day event needs to be set to midnight.`);
    }
  }
  if (start.zone !== end.zone) {
    throw invalidRequest('The Event.Start and Event.End of an all-day event need to be in the same time zone.');
  }
  const [first, last] = [start.wall.slice(0, 10), end.wall.slice(0, 10)];
  if (last <= first) throw invalidRequest('The duration of an all-day event needs to be at least 24 hours.');
  return { allDay: true, start: first, end: last, zone: start.zone };
}

function midnight(text: string): string {
  return text.length === 10 ? `${text}T00:00:00` : text;
}

function read({ dateTime: text, timeZone }: { dateTime: string; timeZone: string }): { wall: string; zone: string } {
  const zone = ianaZone(timeZone);
  if (!zone) throw zoneNotSupported();
  const [, whole] = wall.exec(text) ?? [];
  if (!whole || Number.isNaN(Date.parse(`${whole}Z`))) {
    throw badProperty('At least one property failed validation: dateTime has no offset and names a date that exists.');
  }
  return { wall: whole, zone };
}

export function attendeesOf(body: EventBody): SimAttendee[] | undefined {
  return body.attendees?.map(({ emailAddress: { address, name } }) => ({
    email: address,
    ...(name ? { name } : {}),
    response: 'none',
  }));
}
