import { z } from 'zod';
import { GoogleError, invalid } from './errors.ts';

const text = z.string();
const flag = z.boolean();

const moment = z.object({ date: text.optional(), dateTime: text.optional(), timeZone: text.optional() });
export type Moment = z.infer<typeof moment>;

const reminders = z.object({
  useDefault: flag.default(false),
  overrides: z
    .array(z.object({ method: z.enum(['email', 'popup']), minutes: z.int().min(0).max(40_320) }))
    .max(5)
    .default([]),
});

const attendee = z.object({
  email: text,
  displayName: text.optional(),
  responseStatus: z.enum(['needsAction', 'declined', 'tentative', 'accepted']).default('needsAction'),
});

const properties = z.record(z.string(), z.string());

/** What one may send of an event. @see https://developers.google.com/workspace/calendar/api/v3/reference/events#resource */
const writable = z.object({
  id: text.optional(),
  iCalUID: text.optional(),
  summary: text.default(''),
  description: text.default(''),
  location: text.default(''),
  start: moment.optional(),
  end: moment.optional(),
  recurrence: z.array(text).optional(),
  status: z.enum(['confirmed', 'tentative', 'cancelled']).default('confirmed'),
  transparency: z.enum(['opaque', 'transparent']).default('opaque'),
  visibility: z.enum(['default', 'public', 'private', 'confidential']).default('default'),
  sequence: z.int().min(0).optional(),
  attendees: z.array(attendee).default([]),
  reminders: reminders.optional(),
  extendedProperties: z.object({ private: properties.optional(), shared: properties.optional() }).optional(),
  eventType: z
    .enum(['default', 'birthday', 'focusTime', 'fromGmail', 'outOfOffice', 'workingLocation'])
    .default('default'),
  colorId: z
    .string()
    .regex(/^([1-9]|1[01])$/)
    .optional(),
  conferenceData: z.unknown().optional(),
  attachments: z.array(z.unknown()).max(25).optional(),
  source: z.object({ title: text.optional(), url: z.url() }).optional(),
  workingLocationProperties: z.unknown().optional(),
  outOfOfficeProperties: z.unknown().optional(),
  focusTimeProperties: z.unknown().optional(),
  birthdayProperties: z.unknown().optional(),
  guestsCanModify: flag.optional(),
  guestsCanInviteOthers: flag.optional(),
  guestsCanSeeOtherGuests: flag.optional(),
  anyoneCanAddSelf: flag.optional(),
});

export type EventBody = z.infer<typeof writable>;

/** Known to Google, and not for others to set: it takes them and does nothing. */
const readOnlyFields = [
  'kind',
  'etag',
  'htmlLink',
  'created',
  'updated',
  'creator',
  'organizer',
  'recurringEventId',
  'originalStartTime',
  'endTimeUnspecified',
  'attendeesOmitted',
  'hangoutLink',
  'gadget',
  'privateCopy',
  'locked',
  'eventLabelId',
];

const known = new Set([...Object.keys(writable.shape), ...readOnlyFields]);
const knownInside: Readonly<Record<string, ReadonlySet<string>>> = {
  start: new Set(Object.keys(moment.shape)),
  end: new Set(Object.keys(moment.shape)),
  reminders: new Set(Object.keys(reminders.shape)),
  extendedProperties: new Set(['private', 'shared']),
};

export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How many fields of the body Google would silently ignore because it does not know them. */
export function countUnknown(body: Json): number {
  const inside = Object.entries(knownInside).flatMap(([name, names]) => {
    const value = body[name];
    return isJson(value) ? Object.keys(value).filter((key) => !names.has(key)) : [];
  });
  return Object.keys(body).filter((key) => !known.has(key)).length + inside.length;
}

/** JSON merge as PATCH does it: objects merge, null deletes, arrays and everything else replace. */
export function merged(base: Json, patch: Json): Json {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const old = result[key];
    if (value === null) delete result[key];
    else if (isJson(value)) result[key] = merged(isJson(old) ? old : {}, value);
    else result[key] = value;
  }
  return result;
}

/** The body as Google reads it; null means absent. @throws GoogleError 400 */
export function readEventBody(body: Json): EventBody {
  const parsed = writable.safeParse(merged({}, body));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new GoogleError(400, 'invalid', `Invalid value for: ${issue?.path.join('.') ?? 'event'}`);
  }
  return { ...parsed.data, ...(parsed.data.extendedProperties && { extendedProperties: kept(parsed.data) }) };
}

const longestKey = 44;
const longestValue = 1024;

/**
 * Too long a key is silently dropped, too long a value silently cut.
 * @see https://developers.google.com/workspace/calendar/api/guides/extended-properties
 */
function kept({ extendedProperties = {} }: EventBody): NonNullable<EventBody['extendedProperties']> {
  const trim = (all: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(all)
        .filter(([key]) => key.length <= longestKey)
        .map(([key, value]) => [key, value.slice(0, longestValue)]),
    );
  const result = {
    ...(extendedProperties.private && { private: trim(extendedProperties.private) }),
    ...(extendedProperties.shared && { shared: trim(extendedProperties.shared) }),
  };
  const pairs = Object.values(result).flatMap((all) => Object.entries(all));
  const size = pairs.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (pairs.length > 300 || size > 32_768) throw invalid('The extended properties are too large.');
  return result;
}
