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
  const named = existing.safeParse(answer.body);
  const row = named.success
    ? await byId(graph, calendar, named.data.error['@event.existingEventId'])
    : await byLooking(graph, calendar, operation);
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
