import { type CalendarEvent, isMeeting, type NewMarker } from '../../calendar/event.ts';
import { isProviderError, ProviderError } from '../errors.ts';
import type { CalendarRef, WriteOperation, WriteResult } from '../provider.ts';
import { adoptExisting, isDuplicate, isEarlier } from './adopt.ts';
import { type EventRow, eventRow } from './eventRow.ts';
import { failureOf, type GraphAnswer, itemNotFound, resultOf } from './graphAnswer.ts';
import type { Graph } from './graphRequest.ts';
import { eventFromRow } from './mapping.ts';
import { markerProperty, markerToText } from './marker.ts';

/** What became of one operation, and whether its event rings although it was told not to. */
export interface Outcome {
  readonly result: WriteResult;
  readonly rings: boolean;
}

/** Judges the answer to one operation by itself; a creation that found its own earlier event asks Graph for it. */
export async function outcomeOf(
  graph: Graph,
  calendar: CalendarRef,
  operation: WriteOperation,
  answer: GraphAnswer,
): Promise<Outcome> {
  try {
    switch (operation.kind) {
      case 'create':
      case 'restore':
        return isDuplicate(answer) || isEarlier(answer)
          ? adopted(await adoptExisting(graph, calendar, operation, answer))
          : created(calendar, answer, operation.kind === 'create' ? operation.marker : undefined);
      case 'update':
        return written(calendar, answer, operation.marker);
      case 'write-back':
        // By whatever an original rings, it was its owner who chose it.
        return { ...written(calendar, answer), rings: false };
      case 'delete':
        return deleted(answer);
    }
  } catch (error) {
    if (!isProviderError(error)) throw error;
    return { result: { ok: false, error }, rings: false };
  }
}

/** One that its user invited people to meanwhile may ring: whoever changes anything of it mails them. */
function adopted({ row, event }: { row: EventRow; event: CalendarEvent }): Outcome {
  return { result: { ok: true, event, adopted: true }, rings: (row.isReminderOn ?? false) && !isMeeting(event) };
}

/** Where something new is made nothing but the calendar can be missing, and no older version can be in conflict. */
function created(calendar: CalendarRef, answer: GraphAnswer, marker: NewMarker | undefined): Outcome {
  const { code, status } = answer;
  if (itemNotFound(answer)) {
    throw new ProviderError('calendar-gone', 'The calendar is not in the mailbox any more.', { code, status });
  }
  if (status === 409 || status === 412) {
    throw new ProviderError('unavailable', `Microsoft Graph answered ${status} to a new event.`, { code, status });
  }
  return written(calendar, answer, marker);
}

function written(calendar: CalendarRef, answer: GraphAnswer, marker?: NewMarker): Outcome {
  const row = resultOf(answer, eventRow);
  // Graph does not return the extended property it has just stored.
  const property = marker && [{ id: markerProperty, value: markerToText(marker) }];
  const stored = property ? { ...row, singleValueExtendedProperties: property } : row;
  return { result: { ok: true, event: eventFromRow(stored, calendar.ownerEmail) }, rings: row.isReminderOn ?? false };
}

/** An event that is not there is as good as deleted. Any other 404, or a 403, or a page of somebody else's, says nothing about the event. */
function deleted(answer: GraphAnswer): Outcome {
  if (answer.status !== 204 && !itemNotFound(answer)) throw failureOf(answer);
  return { result: { ok: true }, rings: false };
}
