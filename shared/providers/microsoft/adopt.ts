import { z } from 'zod';
import type { CalendarEvent } from '../../calendar/event.ts';
import { endOf, startOf } from '../../calendar/window.ts';
import { ProviderError } from '../errors.ts';
import type { CalendarRef, WriteOperation } from '../provider.ts';
import { calendarPath, eventPath, windowQuery, withMarker } from './addresses.ts';
import { type EventRow, eventRow } from './eventRow.ts';
import { type GraphAnswer, itemNotFound, resultOf } from './graphAnswer.ts';
import type { Graph } from './graphRequest.ts';
import { eventFromRow } from './mapping.ts';
import { eventPages } from './pages.ts';

/** An operation that makes an event under an identity. */
export type Creation = Extract<WriteOperation, { kind: 'create' | 'restore' }>;

export function isCreation(operation: WriteOperation): operation is Creation {
  return operation.kind === 'create' || operation.kind === 'restore';
}

/** Graph has seen this transactionId with another body. Documented as 400; clients have met 409. */
export function isDuplicate({ status, code }: GraphAnswer): boolean {
  return (status === 400 || status === 409) && code.toLowerCase() === 'errorduplicatetransactionid';
}

const existing = z.object({ error: z.object({ '@event.existingEventId': z.string().min(1) }) });
const answered = z.object({ id: z.string().min(1), createdDateTime: z.string(), lastModifiedDateTime: z.string() });

/** An event that was changed so much later than it was made, ms, was not made by this request. */
const LATER_MS = 5_000;

/**
 * To a creation that is repeated word for word Graph answers 201 with the event that the first one made, as it now stands: whatever its user changed
 * since is no part of what was written.
 */
export function isEarlier({ status, body }: GraphAnswer): boolean {
  const event = status === 201 ? answered.safeParse(body).data : undefined;
  return event !== undefined && instant(event.lastModifiedDateTime) - instant(event.createdDateTime) > LATER_MS;
}

function instant(text: string): number {
  return Date.parse(/Z$/.test(text) ? text : `${text}Z`);
}

/** Which event an answer names, where it names one. */
function namedIn({ body }: GraphAnswer): string | undefined {
  return answered.safeParse(body).data?.id ?? existing.safeParse(body).data?.error['@event.existingEventId'];
}

/**
 * The event that an earlier creation made under the same identity, as it stands.
 * @throws identity-spent when that event is gone: Graph will not take the identity again
 */
export async function adoptExisting(
  graph: Graph,
  calendar: CalendarRef,
  operation: Creation,
  answer: GraphAnswer,
): Promise<{ row: EventRow; event: CalendarEvent }> {
  const named = namedIn(answer);
  const row = named === undefined ? await byLooking(graph, calendar, operation) : await byId(graph, calendar, named);
  if (!row || row.isCancelled) {
    const { status, code } = answer;
    throw new ProviderError('identity-spent', 'Microsoft Graph has used this identity for an event that is gone.', {
      status,
      code,
    });
  }
  return { row, event: eventFromRow(row, calendar.ownerEmail) };
}

async function byId(graph: Graph, calendar: CalendarRef, id: string): Promise<EventRow | undefined> {
  const answer = await graph.send(calendar.accountId, {
    method: 'GET',
    path: `${eventPath(calendar.remoteId, id)}?${withMarker}`,
  });
  return itemNotFound(answer) ? undefined : resultOf(answer, eventRow);
}

/** As far as an original may have been moved since its copy was made, ms; a view of a calendar may span five years. */
const FAR = 2 * 365 * 86_400_000;

/** An answer without the id: transactionIds cannot be searched for, so the event is looked for where it should lie, and then everywhere else. */
async function byLooking(
  graph: Graph,
  calendar: CalendarRef,
  { content, identity }: Creation,
): Promise<EventRow | undefined> {
  const span = { start: startOf(content.span), end: endOf(content.span) };
  for (const wanted of [span, { start: span.start - FAR, end: span.end + FAR }]) {
    const path = `${calendarPath(calendar.remoteId)}/calendarView?${windowQuery(wanted)}`;
    for await (const rows of eventPages(graph, calendar.accountId, path)) {
      const row = rows.find((each) => each.transactionId === identity);
      if (row) return row;
    }
  }
  return undefined;
}
