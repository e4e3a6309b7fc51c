import { z } from 'zod';

/** What Graph says about an event, as far as Hetk reads it. Rows of a round may lack most of it, or hold nulls. */

/** Text of an enum that may grow: unknown values are read as if they were not there. */
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) => z.enum(values).nullish().catch(undefined);

const dateTime = z.object({ dateTime: z.string(), timeZone: z.string().nullish() });
const address = z.object({
  emailAddress: z.object({ address: z.string().nullish(), name: z.string().nullish() }).nullish(),
});

export const eventRow = z.object({
  id: z.string().min(1),
  '@odata.etag': z.string().nullish(),
  '@removed': z.object({ reason: z.string().nullish() }).nullish(),
  type: z.enum(['singleInstance', 'occurrence', 'exception', 'seriesMaster']).nullish().catch(undefined),
  seriesMasterId: z.string().nullish(),
  recurrence: z.unknown().optional(),
  start: dateTime.nullish(),
  end: dateTime.nullish(),
  isAllDay: z.boolean().nullish(),
  originalStart: z.string().nullish(),
  originalStartTimeZone: z.string().nullish(),
  subject: z.string().nullish(),
  body: z.object({ contentType: z.string().nullish(), content: z.string().nullish() }).nullish(),
  location: z.object({ displayName: z.string().nullish() }).nullish(),
  showAs: oneOf(['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown']),
  sensitivity: oneOf(['normal', 'personal', 'private', 'confidential']),
  iCalUId: z.string().nullish(),
  isCancelled: z.boolean().nullish(),
  isOrganizer: z.boolean().nullish(),
  isReminderOn: z.boolean().nullish(),
  isOnlineMeeting: z.boolean().nullish(),
  organizer: address.nullish(),
  attendees: z.array(address).nullish(),
  responseStatus: z.object({ response: z.string().nullish() }).nullish(),
  lastModifiedDateTime: z.string().nullish(),
  transactionId: z.string().nullish(),
  singleValueExtendedProperties: z.array(z.object({ id: z.string(), value: z.string().nullish() })).nullish(),
});

export type EventRow = z.infer<typeof eventRow>;

/** One page of rows; the last one of a round carries the delta link. */
export const eventPage = z.object({
  value: z.array(eventRow),
  '@odata.nextLink': z.string().min(1).optional(),
  '@odata.deltaLink': z.string().min(1).optional(),
});

/** A master describes a series; its start is that of the first occurrence, maybe years ago. It is nobody's event. */
export function isMaster(row: EventRow): boolean {
  return row.type === 'seriesMaster' || (!row.type && !row.seriesMasterId && Boolean(row.recurrence));
}

/** A single event that is there: what its row says is all that there is to know. */
export function standsAlone(row: EventRow): boolean {
  return !row['@removed'] && !isMaster(row) && !row.seriesMasterId;
}

/** Occurrences come as stubs (id, master, start, end); an exception may leave out what it shares with its master. */
export function needsMaster(row: EventRow): boolean {
  if (!row.seriesMasterId) return false;
  return [row.subject, row.showAs, row.sensitivity, row.isAllDay].some(
    (value) => value === undefined || value === null,
  );
}

/** The instance with what its master says wherever it says nothing itself. */
export function hydrated(instance: EventRow, master: EventRow): EventRow {
  const own = Object.fromEntries(Object.entries(instance).filter(([, value]) => value !== undefined && value !== null));
  return {
    ...master,
    recurrence: undefined,
    originalStart: undefined,
    ...own,
    id: instance.id,
    type: instance.type ?? 'occurrence',
  };
}
