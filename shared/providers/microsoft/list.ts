import type { CalendarEvent } from '../../calendar/event.ts';
import type { Window } from '../../calendar/window.ts';
import { isProviderError } from '../errors.ts';
import type { CalendarRef } from '../provider.ts';
import { readable } from '../readable.ts';
import { calendarPath, eventPath, windowQuery, withMarker } from './addresses.ts';
import { afterItemNotFound, assertReachable } from './calendarCheck.ts';
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
  let begun = false;
  try {
    for await (const events of listing(graph, calendar, `${path}&${withMarker}`)) {
      begun = true;
      yield events;
    }
  } catch (error) {
    // Where the expansion is turned down, with the first page, the transactionId tells a copy.
    if (begun || !isProviderError(error, 'refused')) throw error;
    yield* listing(graph, calendar, path);
  }
}

async function* listing(graph: Graph, calendar: CalendarRef, path: string): AsyncGenerator<CalendarEvent[], void> {
  try {
    for await (const rows of eventPages(graph, calendar.accountId, path)) {
      yield rows
        .filter((row) => !isMaster(row))
        .flatMap((row) => readable(() => eventFromRow(row, calendar.ownerEmail)) ?? []);
    }
  } catch (error) {
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
  if (itemNotFound(answer)) {
    await assertReachable(graph, calendar);
    return undefined;
  }
  const event = eventFromRow(resultOf(answer, eventRow), calendar.ownerEmail);
  return event.cancelled ? undefined : event;
}
