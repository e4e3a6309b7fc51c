import type { CalendarEvent } from '../../calendar/event.ts';
import { inWindow, type Window } from '../../calendar/window.ts';
import { ProviderError } from '../errors.ts';
import type { CalendarRef, Change, RoundEnd, RoundStart } from '../provider.ts';
import { zoneFor } from './calendarZone.ts';
import type { IcloudClient } from './client.ts';
import { cursorFrom, positionOf } from './cursor.ts';
import { listWindow, resourcesIn } from './listing.ts';
import { readInstances } from './reading.ts';
import { chunksOf, type Fetched, fetchResources } from './resources.ts';
import { collectionChanges } from './syncCollection.ts';

/** One complete pull of changes; see `CalendarProvider.pull`. */
export async function* pull(
  client: IcloudClient,
  calendar: CalendarRef,
  start: RoundStart,
): AsyncGenerator<readonly Change[], RoundEnd> {
  if ('window' in start) {
    const { window } = start;
    const { token, paths } = await listWindow(client, calendar, window);
    yield* changesOf(client, calendar, paths, window);
    return { cursor: cursorFrom({ token, window }), full: true };
  }
  const { token: since, window } = positionOf(start.cursor);
  const { changed, removed, token } = await collectionChanges(client, calendar, since);
  if (removed.length > 0) yield removed.map((id): Change => ({ kind: 'removed', id }));
  yield* changesOf(client, calendar, changed, window);
  return { cursor: cursorFrom({ token, window }), full: false };
}

/** Everything in the window; see `CalendarProvider.list`. */
export async function* list(
  client: IcloudClient,
  calendar: CalendarRef,
  window: Window,
): AsyncGenerator<readonly CalendarEvent[], void> {
  const paths = await resourcesIn(client, calendar, window);
  for await (const changes of changesOf(client, calendar, paths, window)) {
    yield changes.flatMap((change) => (change.kind === 'event' ? [change.event] : []));
  }
}

/** What the resources say now, chunk by chunk. @throws unavailable when one that is listed does not come */
async function* changesOf(
  client: IcloudClient,
  calendar: CalendarRef,
  paths: readonly string[],
  window: Window,
): AsyncGenerator<readonly Change[], void> {
  for (const chunk of await chunksOf(client, calendar.accountId, paths)) {
    const fetched = await fetchResources(client, calendar, chunk);
    assertComplete(client, calendar, fetched);
    const texts = [...fetched.found.values()].map(({ text }) => text);
    const zone = await zoneFor(client, calendar, texts);
    const changes = [...fetched.found.values()].flatMap((resource): Change[] => {
      const { events, problem } = readInstances(resource, window, { ownerEmail: calendar.ownerEmail, zone });
      if (problem !== undefined) return [unreadable(client, calendar, resource.href, problem)];
      const inside = events.filter(({ span }) => inWindow(span, window));
      return [
        ...inside.map((event): Change => ({ kind: 'event', event })),
        // Said of single events too: a series that became one has lost its occurrences.
        { kind: 'series', seriesId: resource.href, instanceIds: inside.map(({ id }) => id) },
      ];
    });
    yield [...changes, ...fetched.withheld.map((href) => unreadable(client, calendar, href, 'withheld'))];
  }
}

/**
 * A resource that is listed and whose text does not come was written a moment ago, or deleted. Either way the same question will be answered
 * better in a while, and until then the token is not to be passed over.
 */
function assertComplete(client: IcloudClient, { calendarId }: CalendarRef, { missing }: Fetched): void {
  if (missing.length === 0) return;
  client.log('icloud.listed-but-missing', { calendarId, count: missing.length });
  throw new ProviderError('unavailable', 'The calendar server lists events whose text it does not give yet.', {
    code: 'listed-but-missing',
  });
}

function unreadable(client: IcloudClient, { calendarId }: CalendarRef, href: string, reason: string): Change {
  client.log('icloud.unreadable', { calendarId, href, reason });
  return { kind: 'unreadable', id: href };
}
