import { z } from 'zod';
import type { SimFields } from '../core/core.ts';

/** What Graph keeps with an event besides the calendar core's fields, in `extra`. */
const keptSchema = z.object({
  transactionId: z.string().exactOptional(),
  singleValueExtendedProperties: z.array(z.object({ id: z.string(), value: z.string() })).default([]),
  categories: z.array(z.string()).default([]),
  importance: z.string().default('normal'),
  isOnlineMeeting: z.boolean().default(false),
  allowNewTimeProposals: z.boolean().default(true),
  hideAttendees: z.boolean().default(false),
  responseRequested: z.boolean().default(true),
});

export type Kept = z.infer<typeof keptSchema>;

/** What another program left there does not count. */
export function keptOf(fields: Pick<SimFields, 'extra'>): Kept {
  return keptSchema.safeParse(fields.extra).data ?? keptSchema.parse({});
}
