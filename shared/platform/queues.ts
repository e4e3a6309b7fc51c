import { z } from 'zod';

const id = z.string().min(1).max(64);
/** How often this work failed before; it waits longer each time. */
const attempt = z.number().int().min(0).max(100).optional();

function removal<K extends string, S extends z.ZodRawShape>(kind: K, what: S) {
  return z.strictObject({
    kind: z.literal(kind),
    ...what,
    copies: z.enum(['remove', 'keep']),
    /** The report that its outcome goes into. */
    report: id.optional(),
    attempt,
  });
}

/** What a person waits for. */
export const changesMessage = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pull'),
    calendarId: id,
    /** When the notification or the wish arrived, epoch ms, UTC. */
    at: z.number().int(),
    attempt,
  }),
  /** Two-way: copies of a route that seem to have been edited or deleted; for the worker of the route's source calendar. */
  z.strictObject({
    kind: z.literal('copies'),
    calendarId: id,
    routeId: id,
    copyIds: z.array(z.string().min(1).max(1100)).max(100),
    /** The service has said that they are gone, or they were lacking minutes ago: if they are lacking now, they are. */
    gone: z.literal(true).exactOptional(),
    at: z.number().int(),
    attempt,
  }),
  /** Where there is no push: asks an account which of its calendars changed. */
  z.strictObject({ kind: z.literal('poll'), accountId: id, at: z.number().int(), attempt }),
]);

/** Everything that may take long or wait. Ids and times only. */
export const bulkMessage = z.discriminatedUnion('kind', [
  /** A full round of a calendar for all its routes; `verify` also compares the copies themselves. */
  z.strictObject({
    kind: z.literal('full'),
    calendarId: id,
    at: z.number().int(),
    verify: z.boolean(),
    attempt,
  }),
  /** Makes, extends or replaces a calendar's subscription; `recreate` when the old one is known to be dead. */
  z.strictObject({ kind: z.literal('subscribe'), calendarId: id, recreate: z.boolean(), attempt }),
  /** What a worker that was held up for long may have written of a route after the route was removed. */
  removal('clear-route', { routeId: id, targetCalendarId: id }),
  removal('remove-pair', { pairId: id }),
  removal('remove-account', { accountId: id }),
  removal('remove-user', { userId: id }),
  /** Asks a domain for its policy. */
  z.strictObject({ kind: z.literal('policy'), domain: z.string().min(3).max(253), attempt }),
]);

export type ChangesMessage = z.infer<typeof changesMessage>;
export type BulkMessage = z.infer<typeof bulkMessage>;

/** The two work queues. A message may come late, twice, out of order, or (given the fallback poll) never. */
export interface Queues {
  /** @param delayMs how long the message stays invisible, ms; at most 7 days */
  changes(message: ChangesMessage, delayMs?: number): Promise<void>;
  bulk(message: BulkMessage, delayMs?: number): Promise<void>;
}
