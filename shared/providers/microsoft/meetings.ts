import type { CalendarEvent } from '../../calendar/event.ts';
import { meetingKey } from '../../calendar/meeting.ts';
import { DAY_MS, endOf, startOf } from '../../calendar/window.ts';
import type { CalendarRef } from '../provider.ts';
import { calendarPath, windowQuery } from './addresses.ts';
import { type EventRow, eventPage } from './eventRow.ts';
import { resultOf } from './graphAnswer.ts';
import { batchSize, type Graph, type GraphRequest } from './graphRequest.ts';
import { eventFromRow } from './mapping.ts';
import { eventPages } from './pages.ts';

/**
 * Which of these meetings the calendar holds as originals of its own, by position. Graph cannot be asked by a normalised iCalUId, so the days
 * of the meetings are listed, each stretch once, and compared here.
 */
export async function findMeetings(
  graph: Graph,
  calendar: CalendarRef,
  meetings: readonly CalendarEvent[],
): Promise<boolean[]> {
  const keys = meetings.map(meetingKey);
  const paths = meetings.flatMap((meeting, index) => (keys[index] ? [daysOf(calendar, meeting)] : []));
  const held = new Set<string>();
  for await (const rows of listedStretches(graph, calendar, [...new Set(paths)])) {
    for (const row of rows) {
      const event = eventFromRow(row, calendar.ownerEmail);
      const key = event.marker || event.cancelled ? undefined : meetingKey(event);
      if (key) held.add(key);
    }
  }
  return keys.map((key) => key !== undefined && held.has(key));
}

function daysOf(calendar: CalendarRef, { span }: CalendarEvent): string {
  const start = Math.floor(startOf(span) / DAY_MS) * DAY_MS;
  const end = Math.max(Math.ceil(endOf(span) / DAY_MS) * DAY_MS, start + DAY_MS);
  return `${calendarPath(calendar.remoteId)}/calendarView?${windowQuery({ start, end })}`;
}

async function* listedStretches(
  graph: Graph,
  calendar: CalendarRef,
  paths: readonly string[],
): AsyncGenerator<EventRow[], void> {
  const [only, ...others] = paths;
  if (only && others.length === 0) {
    yield* eventPages(graph, calendar.accountId, only);
    return;
  }
  for (let at = 0; at < paths.length; at += batchSize) {
    const requests = paths.slice(at, at + batchSize).map((path): GraphRequest => ({ method: 'GET', path }));
    for (const answer of await graph.sendBatch(calendar.accountId, requests)) {
      const page = resultOf(answer, eventPage);
      yield page.value;
      const next = page['@odata.nextLink'];
      if (next) yield* eventPages(graph, calendar.accountId, next);
    }
  }
}
