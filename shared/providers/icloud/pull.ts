import type { CalendarEvent } from '../../calendar/event.ts';
import type { Window } from '../../calendar/window.ts';
import { ProviderError } from '../errors.ts';
import type { CalendarRef, Change, RoundEnd, RoundStart } from '../provider.ts';
import { zoneFor } from './calendarZone.ts';
import type { IcloudClient } from './client.ts';
import { cursorFrom, positionOf } from './cursor.ts';
import { listWindow, resourcesIn } from './listing.ts';
import { readInstances } from './reading.ts';
import { chunksOut, fetchResources, type Listed } from './resources.ts';
import { collectionChanges } from './syncCollection.ts';

/** One complete pull of changes; see `CalendarProvider.pull`. */
export async function* pull(
  client: IcloudClient,
  calendar: CalendarRef,
  start: RoundStart,
): AsyncGenerator<readonly Change[], RoundEnd> {
  if ('window' in start) {
    const { window } = start;
    const { token, listed } = await listWindow(client, calendar, window);
    for await (const { read, unreadable } of chunksRead(client, calendar, listed, window)) {
      yield [...read.flatMap(({ events }) => events.map(eventChange)), ...unreadable];
    }
    return { cursor: cursorFrom({ token, window }), full: true };
  }
  const { token: since, window } = positionOf(start.cursor);
  const { changed, removed, token } = await collectionChanges(client, calendar, since);
  if (removed.length > 0) yield removed.map((id): Change => ({ kind: 'removed', id }));
  for await (const { read, unreadable } of chunksRead(client, calendar, changed, window)) {
    yield [...read.flatMap(({ href, events, isWhole }) => changesOf(href, events, isWhole)), ...unreadable];
  }
  return { cursor: cursorFrom({ token, window }), full: false };
}

/** Everything in the window; see `CalendarProvider.list`. */
export async function* list(
  client: IcloudClient,
  calendar: CalendarRef,
  window: Window,
): AsyncGenerator<readonly CalendarEvent[], void> {
  const listed = await resourcesIn(client, calendar, window);
  for await (const { read } of chunksRead(client, calendar, listed, window)) {
    yield read.flatMap(({ events }) => events.filter(({ cancelled }) => !cancelled));
  }
}

function eventChange(event: CalendarEvent): Change {
  return { kind: 'event', event };
}

/**
 * What a resource that changed says now. That these are all of its instances is said of single events too: a series that became one has lost its
 * occurrences. It is not said of a resource of which a part cannot be read.
 */
function changesOf(seriesId: string, events: readonly CalendarEvent[], isWhole: boolean): Change[] {
  const instanceIds = events.map(({ id }) => id);
  return [...events.map(eventChange), ...(isWhole ? [{ kind: 'series', seriesId, instanceIds } as const] : [])];
}

interface Chunk {
  /** Resources with their instances in the window. */
  readonly read: readonly {
    readonly href: string;
    readonly events: readonly CalendarEvent[];
    readonly isWhole: boolean;
  }[];
  readonly unreadable: readonly Change[];
}

/**
 * Reads resources, a chunk in a request, and forgets that they were listed.
 * @throws unavailable when one that is listed does not come, or comes as it was before
 */
async function* chunksRead(
  client: IcloudClient,
  calendar: CalendarRef,
  listed: Listed,
  window: Window,
): AsyncGenerator<Chunk, void> {
  const { calendarId, ownerEmail } = calendar;
  for await (const chunk of chunksOut(client, calendar.accountId, listed)) {
    const { found, missing, withheld } = await fetchResources(client, calendar, [...chunk.keys()], chunk);
    assertComplete(client, calendar, missing);
    const resources = [...found.values()];
    const zone = await zoneFor(
      client,
      calendar,
      resources.map(({ text }) => text),
    );
    const read = resources.map((resource) => {
      const { events, problem } = readInstances(resource, window, { ownerEmail, zone });
      return { href: resource.href, events, problem };
    });
    const broken = [
      ...read.flatMap(({ href, problem }) => (problem === undefined ? [] : [{ href, reason: problem }])),
      ...withheld.map((href) => ({ href, reason: 'withheld' })),
    ];
    for (const { href, reason } of broken) client.log('icloud.unreadable', { calendarId, href, reason });
    yield {
      read: read.map(({ href, events, problem }) => ({ href, events, isWhole: problem === undefined })),
      unreadable: broken.map(({ href }): Change => ({ kind: 'unreadable', id: href })),
    };
  }
}

/**
 * A resource that is listed and whose text does not come, or only an older one, was written a moment ago, or deleted. Either way the same question will be answered
 * better in a while, and until then the token is not to be passed over.
 */
function assertComplete(client: IcloudClient, { calendarId }: CalendarRef, missing: readonly string[]): void {
  if (missing.length === 0) return;
  client.log('icloud.listed-but-missing', { calendarId, count: missing.length });
  throw new ProviderError('unavailable', 'The calendar server lists events whose text it does not give yet.', {
    code: 'listed-but-missing',
  });
}
