import { z } from 'zod';
import { GoogleError, invalidParameter } from './errors.ts';

const boolean = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');
const whole = z.string().regex(/^\d+$/).transform(Number);
/** RFC 3339 with a mandatory offset; Google takes fractions and ignores them. */
const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i)
  .transform((value) => Math.floor(Date.parse(value) / 1000) * 1000)
  .refine((value) => !Number.isNaN(value));

/** The parameters of events.list. @see https://developers.google.com/workspace/calendar/api/v3/reference/events/list */
const parameters = z.object({
  singleEvents: boolean.default(false),
  showDeleted: boolean.optional(),
  showHiddenInvitations: boolean.default(false),
  alwaysIncludeEmail: boolean.optional(),
  maxResults: whole
    .refine((value) => value >= 1)
    .transform((value) => Math.min(value, 2500))
    .default(250),
  maxAttendees: whole.refine((value) => value >= 1).optional(),
  orderBy: z.enum(['startTime', 'updated']).optional(),
  pageToken: z.string().optional(),
  syncToken: z.string().optional(),
  timeMin: instant.optional(),
  timeMax: instant.optional(),
  timeZone: z.string().optional(),
  updatedMin: instant.optional(),
  iCalUID: z.string().optional(),
  q: z.string().optional(),
  eventTypes: z.array(z.string()).default([]),
  privateExtendedProperty: z.array(z.string().regex(/^[^=]+=/)).default([]),
  sharedExtendedProperty: z.array(z.string().regex(/^[^=]+=/)).default([]),
});

export type ListQuery = z.infer<typeof parameters>;

const repeatable = ['eventTypes', 'privateExtendedProperty', 'sharedExtendedProperty'];
const everywhere = ['alt', 'fields', 'key', 'oauth_token', 'prettyPrint', 'quotaUser', 'userIp', 'access_token'];
const known = new Set([...Object.keys(parameters.shape), ...everywhere]);

/** Not together with a sync token. @see https://developers.google.com/workspace/calendar/api/v3/reference/events/list#syncToken */
const notWithSyncToken = [
  'iCalUID',
  'orderBy',
  'privateExtendedProperty',
  'q',
  'sharedExtendedProperty',
  'timeMin',
  'timeMax',
  'updatedMin',
];

/** @throws GoogleError 400 naming the parameter */
export function readListQuery(search: URLSearchParams): ListQuery {
  const raw: Record<string, string | string[]> = Object.fromEntries(search);
  for (const name of repeatable) if (search.has(name)) raw[name] = search.getAll(name);
  const parsed = parameters.safeParse(raw);
  if (!parsed.success) throw invalidParameter(String(parsed.error.issues[0]?.path[0] ?? 'query'));
  const query = parsed.data;
  if (query.syncToken !== undefined) {
    const forbidden = notWithSyncToken.find((name) => search.has(name));
    if (forbidden || query.showDeleted === false) {
      throw new GoogleError(
        400,
        'syncTokenWithRequestRestrictions',
        'Sync token cannot be used with this restriction.',
        {
          domain: 'calendar',
          location: forbidden ?? 'showDeleted',
        },
      );
    }
  }
  if (query.orderBy === 'startTime' && !query.singleEvents) {
    throw invalidParameter('orderBy', 'The requested ordering is not available for the particular query.');
  }
  if (query.timeMin !== undefined && query.timeMax !== undefined && query.timeMax <= query.timeMin) {
    throw new GoogleError(400, 'timeRangeEmpty', 'The specified time range is empty.', {
      domain: 'calendar',
      location: 'timeMax',
    });
  }
  return query;
}

/** How many parameters Google would silently ignore because it does not know them. */
export function countUnknownParameters(search: URLSearchParams): number {
  return [...search.keys()].filter((name) => !known.has(name)).length;
}

/** What must be the same on every page of a listing. */
export function queryKey(search: URLSearchParams): string {
  const same = [...search].filter(([name]) => name !== 'pageToken' && !everywhere.includes(name));
  return JSON.stringify(same.sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1)));
}

/** What must be the same from the first listing on, for a sync token to mean anything. */
export function syncKey(query: ListQuery): string {
  return JSON.stringify([
    query.singleEvents,
    query.showHiddenInvitations,
    query.maxAttendees ?? 0,
    [...query.eventTypes].sort(),
  ]);
}
