import { z } from 'zod';

/** What Hetk reads of Google's answers; everything else is dropped at once. */

const eventTime = z.object({
  date: z.string().optional(),
  dateTime: z.string().optional(),
  timeZone: z.string().optional(),
});

const person = z.object({
  email: z.string().optional(),
  displayName: z.string().optional(),
  self: z.boolean().optional(),
});

/** An event or instance. Of a cancelled one only the id is certain. */
export const googleEvent = z.object({
  id: z.string().min(1),
  etag: z.string().optional(),
  status: z.string().optional(),
  eventType: z.string().optional(),
  summary: z.string().optional(),
  description: z.string().optional(),
  location: z.string().optional(),
  start: eventTime.optional(),
  end: eventTime.optional(),
  originalStartTime: eventTime.optional(),
  recurringEventId: z.string().optional(),
  /** Only a series has it. */
  recurrence: z.array(z.string()).optional(),
  iCalUID: z.string().optional(),
  updated: z.string().optional(),
  transparency: z.string().optional(),
  visibility: z.string().optional(),
  organizer: person.optional(),
  attendees: z.array(person.extend({ responseStatus: z.string().optional() })).optional(),
  extendedProperties: z.object({ private: z.record(z.string(), z.string()).optional() }).optional(),
});

export type GoogleEvent = z.infer<typeof googleEvent>;

export const eventPage = z.object({
  kind: z.literal('calendar#events'),
  timeZone: z.string().optional(),
  accessRole: z.string().optional(),
  nextPageToken: z.string().min(1).optional(),
  nextSyncToken: z.string().min(1).optional(),
  items: z.array(googleEvent).default([]),
});

export type EventPage = z.infer<typeof eventPage>;

export const calendarPage = z.object({
  kind: z.literal('calendar#calendarList'),
  nextPageToken: z.string().min(1).optional(),
  items: z
    .array(
      z.object({
        id: z.string().min(1),
        summary: z.string().optional(),
        summaryOverride: z.string().optional(),
        timeZone: z.string().optional(),
        backgroundColor: z.string().optional(),
        accessRole: z.string(),
        primary: z.boolean().optional(),
        deleted: z.boolean().optional(),
      }),
    )
    .default([]),
});

export type CalendarEntry = z.infer<typeof calendarPage>['items'][number];

export const channel = z.object({
  id: z.string().min(1),
  resourceId: z.string().min(1),
  /** Epoch ms as text. */
  expiration: z
    .string()
    .regex(/^\d{1,16}$/)
    .optional(),
});
