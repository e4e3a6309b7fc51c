import type { CalendarEvent } from '../../calendar/event.ts';
import type { CalendarRef } from '../provider.ts';
import { readable } from '../readable.ts';
import { eventPath, withMarker } from './addresses.ts';
import { assertReachable } from './calendarCheck.ts';
import { eventRow, isMaster } from './eventRow.ts';
import { type GraphAnswer, itemNotFound, resultOf } from './graphAnswer.ts';
import { batchSize, type Graph, type GraphRequest } from './graphRequest.ts';
import { eventFromRow } from './mapping.ts';
import { sendAll, unanswered } from './sendAll.ts';

/** Events by their ids, twenty in a request; see `CalendarProvider.getMany`. An answer that says neither yes nor no fails the whole. */
export async function getEvents(
  graph: Graph,
  calendar: CalendarRef,
  ids: readonly string[],
): Promise<(CalendarEvent | 'gone' | 'unreadable')[]> {
  const answers: GraphAnswer[] = [];
  for (let at = 0; at < ids.length; at += batchSize) {
    const requests = ids
      .slice(at, at + batchSize)
      .map((id): GraphRequest => ({ method: 'GET', path: `${eventPath(calendar.remoteId, id)}?${withMarker}` }));
    answers.push(...(await sendAll(graph, calendar, requests)));
  }
  const events = ids.map((_, index) => found(answers[index] ?? unanswered, calendar));
  if (answers.some(itemNotFound)) await assertReachable(graph, calendar);
  return events;
}

function found(answer: GraphAnswer, { ownerEmail }: CalendarRef): CalendarEvent | 'gone' | 'unreadable' {
  if (itemNotFound(answer)) return 'gone';
  const row = resultOf(answer, eventRow);
  if (row.isCancelled) return 'gone';
  // A single event may have become a series since its id was noted.
  if (isMaster(row)) return 'unreadable';
  return readable(() => eventFromRow(row, ownerEmail)) ?? 'unreadable';
}
