import type { CalendarEvent } from '../../calendar/event.ts';
import { meetingKey } from '../../calendar/meeting.ts';
import { endOf, startOf, type Window, widened } from '../../calendar/window.ts';
import type { CalendarRef } from '../provider.ts';
import { zoneFor } from './calendarZone.ts';
import type { IcloudClient } from './client.ts';
import { resourcesIn } from './listing.ts';
import { readInstances } from './reading.ts';
import { chunksOut, fetchResources } from './resources.ts';

/**
 * Which of these meetings the calendar holds as originals of its own; see `CalendarProvider.hasMeetings`. iCloud cannot be asked for a UID (it
 * answers 412), so what lies around the meetings' times is read.
 */
export async function hasMeetings(
  client: IcloudClient,
  calendar: CalendarRef,
  meetings: readonly CalendarEvent[],
): Promise<boolean[]> {
  const keys = meetings.map(meetingKey);
  const spans = stretches(meetings.filter((_, index) => keys[index] !== undefined));
  const found = new Set<string>();
  for (const span of spans) {
    const listed = await resourcesIn(client, calendar, span);
    for await (const chunk of chunksOut(client, calendar.accountId, listed)) {
      const resources = [...(await fetchResources(client, calendar, [...chunk.keys()])).found.values()];
      const zone = await zoneFor(
        client,
        calendar,
        resources.map(({ text }) => text),
      );
      for (const resource of resources) {
        const { events } = readInstances(resource, widened(span), { ownerEmail: calendar.ownerEmail, zone });
        for (const event of events) {
          const key = event.marker || event.cancelled ? undefined : meetingKey(event);
          if (key !== undefined) found.add(key);
        }
      }
    }
  }
  return keys.map((key) => key !== undefined && found.has(key));
}

/** Meetings further apart than this, ms, are looked for by questions of their own. */
const APART_MS = 14 * 86_400_000;

/** The stretches of time that hold the meetings. */
function stretches(meetings: readonly CalendarEvent[]): Window[] {
  const sorted = meetings.toSorted((a, b) => startOf(a.span) - startOf(b.span));
  const spans: { start: number; end: number }[] = [];
  for (const { span } of sorted) {
    const [start, end] = [startOf(span), Math.max(endOf(span), startOf(span) + 1)];
    const last = spans.at(-1);
    if (last && start < last.end + APART_MS) last.end = Math.max(last.end, end);
    else spans.push({ start, end });
  }
  return spans;
}
