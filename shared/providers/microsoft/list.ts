import type { CalendarEvent } from '../../calendar/event.ts';
import type { Window } from '../../calendar/window.ts';
import { isProviderError, ProviderError } from '../errors.ts';
import type { CalendarRef } from '../provider.ts';
import { calendarPath, eventPath, windowQuery, withMarker } from './addresses.ts';
import { afterItemNotFound } from './calendarCheck.ts';
import { EndlessPages } from './endlessGuard.ts';
import { eventRow, isMaster } from './eventRow.ts';
import { itemNotFound, resultOf } from './graphAnswer.ts';
import type { Graph } from './graphRequest.ts';
import { eventFromRow } from './mapping.ts';
import { eventPages } from './pages.ts';

/** Everything in the window by plain calendarView, whose rows are complete: occurrences too. Complete, or it throws. */
export async function* listWindow(
  graph: Graph,
  calendar: CalendarRef,
  window: Window,
): AsyncGenerator<CalendarEvent[], void> {
  const path = `${calendarPath(calendar.remoteId)}/calendarView?${windowQuery(window)}`;
  try {
    yield* listing(graph, calendar, `${path}&${withMarker}`);
  } catch (error) {
    // Where the expansion is turned down, the transactionId tells a copy. A refusal comes with the first page, before anything was yielded.
    if (!isProviderError(error, 'refused')) throw error;
    yield* listing(graph, calendar, path);
  }
}

async function* listing(graph: Graph, calendar: CalendarRef, path: string): AsyncGenerator<CalendarEvent[], void> {
  try {
    for await (const rows of eventPages(graph, calendar.accountId, path)) {
      yield rows.filter((row) => !isMaster(row)).map((row) => eventFromRow(row, calendar.ownerEmail));
    }
  } catch (error) {
    if (error instanceof EndlessPages) {
      const message = 'Microsoft Graph lists the calendar without end.';
      throw new ProviderError('malformed', message, { code: 'endless-pages', cause: error });
    }
    if (isProviderError(error, 'not-found')) {
      throw await afterItemNotFound(graph, calendar, { code: error.code, status: 404 }, 'unavailable');
    }
    throw error;
  }
}

/** One event with its marker; undefined when it is not there, or cancelled. */
export async function getEvent(graph: Graph, calendar: CalendarRef, id: string): Promise<CalendarEvent | undefined> {
  const path = `${eventPath(calendar.remoteId, id)}?${withMarker}`;
  const answer = await graph.send(calendar.accountId, { method: 'GET', path });
  if (itemNotFound(answer)) return undefined;
  const event = eventFromRow(resultOf(answer, eventRow), calendar.ownerEmail);
  return event.cancelled ? undefined : event;
}
