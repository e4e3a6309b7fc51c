import { z } from 'zod';

/** What a person waits for. */
export const changesMessage = z.strictObject({
  kind: z.literal('pull'),
  calendarId: z.string().min(1).max(64),
  /** When the notification or the wish arrived, epoch ms, UTC. */
  at: z.number().int(),
  /** How often this work failed before; it waits longer each time. */
  attempt: z.number().int().min(0).max(100).optional(),
  /** W3C traceparent of what caused it. */
  trace: z.string().max(64).optional(),
});

/** Everything that may take long or wait. Ids and times only. */
export const bulkMessage = z.discriminatedUnion('kind', [
  /** A full round of a calendar for all its routes; `verify` also compares the copies themselves. */
  z.strictObject({
    kind: z.literal('full'),
    calendarId: z.string().min(1).max(64),
    at: z.number().int(),
    verify: z.boolean(),
    /** How often this work failed before; it waits longer each time. */
    attempt: z.number().int().min(0).max(100).optional(),
    trace: z.string().max(64).optional(),
  }),
  /** Makes, extends or replaces a calendar's subscription; `recreate` when the old one is known to be dead. */
  z.strictObject({ kind: z.literal('subscribe'), calendarId: z.string().min(1).max(64), recreate: z.boolean() }),
  z.strictObject({
    kind: z.literal('remove-pair'),
    pairId: z.string().min(1).max(64),
    copies: z.enum(['remove', 'keep']),
    attempt: z.number().int().min(0).max(100).optional(),
  }),
  z.strictObject({
    kind: z.literal('remove-account'),
    accountId: z.string().min(1).max(64),
    copies: z.enum(['remove', 'keep']),
  }),
  z.strictObject({
    kind: z.literal('remove-user'),
    userId: z.string().min(1).max(64),
    copies: z.enum(['remove', 'keep']),
  }),
]);

export type ChangesMessage = z.infer<typeof changesMessage>;
export type BulkMessage = z.infer<typeof bulkMessage>;

/** The two work queues. A message may come late, twice, out of order, or (given the fallback poll) never. */
export interface Queues {
  /** @param delayMs how long the message stays invisible, ms; at most 7 days */
  changes(message: ChangesMessage, delayMs?: number): Promise<void>;
  bulk(message: BulkMessage, delayMs?: number): Promise<void>;
}
