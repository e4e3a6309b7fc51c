import type { CalendarEvent } from '../../calendar/event.ts';
import type { CalendarRef } from '../provider.ts';
import { zoneFor } from './calendarZone.ts';
import type { IcloudClient } from './client.ts';
import { assertReachable } from './home.ts';
import { eventNameOf } from './ids.ts';
import { readInstance } from './reading.ts';
import { chunksOf, fetchResources, getResource, type Resource } from './resources.ts';

/** One event with its marker; see `CalendarProvider.get`. */
export async function get(client: IcloudClient, calendar: CalendarRef, id: string): Promise<CalendarEvent | undefined> {
  const name = eventNameOf(id);
  const resource = await getResource(client, calendar, name.href);
  if (!resource) {
    await assertReachable(client, calendar);
    return undefined;
  }
  const zone = await zoneFor(client, calendar, [resource.text]);
  const event = readInstance(resource, name.recurrenceId, { ownerEmail: calendar.ownerEmail, zone });
  return typeof event === 'object' ? event : undefined;
}

/** Events by their ids, a chunk of resources in a request; see `CalendarProvider.getMany`. */
export async function getMany(
  client: IcloudClient,
  calendar: CalendarRef,
  ids: readonly string[],
): Promise<(CalendarEvent | 'gone' | 'unreadable')[]> {
  const names = ids.map(eventNameOf);
  const paths = [...new Set(names.map(({ href }) => href))];
  const found = new Map<string, Resource>();
  const withheld = new Set<string>();
  // The calendar itself is asked, so that a calendar that is gone does not look like so many deletions.
  for (const chunk of await chunksOf(client, calendar.accountId, paths)) {
    const fetched = await fetchResources(client, calendar, chunk);
    for (const [path, resource] of fetched.found) found.set(path, resource);
    for (const path of fetched.withheld) withheld.add(path);
  }
  const texts = [...found.values()].map(({ text }) => text);
  const zone = await zoneFor(client, calendar, texts);
  return names.map(({ href, recurrenceId }) => {
    const resource = found.get(href);
    if (!resource) return withheld.has(href) ? 'unreadable' : 'gone';
    return readInstance(resource, recurrenceId, { ownerEmail: calendar.ownerEmail, zone });
  });
}
