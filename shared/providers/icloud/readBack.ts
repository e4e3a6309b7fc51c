import type { CalendarEvent } from '../../calendar/event.ts';
import { differingFields } from '../../calendar/fingerprint.ts';
import { ProviderError } from '../errors.ts';
import type { CalendarRef } from '../provider.ts';
import { zoneFor } from './calendarZone.ts';
import type { IcloudClient } from './client.ts';
import { sameEtag } from './etags.ts';
import type { EventName } from './ids.ts';
import { readInstance } from './reading.ts';
import { chunksOf, fetchResources, type Resource } from './resources.ts';

/** A write that the server accepted. */
export interface Accepted {
  readonly name: EventName;
  /** What was sent. */
  readonly text: string;
  /** As the answer gave it. */
  readonly etag: string | undefined;
  /** Of the resource that was written over. */
  readonly before: string | undefined;
}

/**
 * The events as the server now holds them, by position: servers rewrite what they are sent, and what is remembered of a copy is the stored form.
 * All of a batch are asked for in one request.
 *
 * A server that answers with an etag says that it stored every byte (RFC 4791, 5.3.4). iCloud is known to change events afterwards all the same;
 * any other server is believed once it was seen to keep its word for a whole batch.
 */
export async function readBack(
  client: IcloudClient,
  calendar: CalendarRef,
  accepted: readonly Accepted[],
): Promise<(CalendarEvent | ProviderError)[]> {
  if (accepted.length === 0) return [];
  const trusted = client.faithful.get(calendar.accountId) === true && accepted.every(({ etag }) => etag !== undefined);
  const { stored, zone, believable } = await found(client, calendar, accepted, trusted);
  const reading = { ownerEmail: calendar.ownerEmail, zone };
  const events = accepted.map((write) => {
    const sent = asSent(write, reading);
    const now = stored.get(write.name.href);
    if (!sent || !now || isStale(now, write)) return sent ?? unreadable();
    const event = readInstance(now, write.name.recurrenceId, reading);
    if (typeof event === 'string') return sent;
    const changed = differingFields(sent, event).length > 0;
    // The answer's etag is of what was sent: under another one lies what somebody else wrote since, and that is told by the next round.
    if (changed && write.etag !== undefined && !sameEtag(write.etag, now.etag)) return sent;
    return event;
  });
  if (believable) {
    const kept = accepted.every((write, index) => isKept(write, events[index], stored.get(write.name.href), reading));
    client.faithful.set(calendar.accountId, kept);
  }
  return events;
}

type Reading = Parameters<typeof readInstance>[2];

function asSent({ name, text, etag }: Accepted, reading: Reading): CalendarEvent | undefined {
  const event = readInstance({ href: name.href, etag, text }, name.recurrenceId, reading);
  return typeof event === 'object' ? event : undefined;
}

function unreadable(): ProviderError {
  return new ProviderError('malformed', 'An event that was written cannot be read.', { code: 'unreadable-write' });
}

interface Found {
  readonly stored: ReadonlyMap<string, Resource>;
  readonly zone: string | undefined;
  /** Whether what was found tells if the server keeps its word. */
  readonly believable: boolean;
}

async function found(
  client: IcloudClient,
  calendar: CalendarRef,
  accepted: readonly Accepted[],
  trusted: boolean,
): Promise<Found> {
  const stored = new Map<string, Resource>();
  try {
    const paths = trusted ? [] : [...new Set(accepted.map(({ name }) => name.href))];
    for (const chunk of await chunksOf(client, calendar.accountId, paths)) {
      for (const [path, resource] of (await fetchResources(client, calendar, chunk)).found) stored.set(path, resource);
    }
    const texts = [...accepted, ...stored.values()].map(({ text }) => text);
    const zone = await zoneFor(client, calendar, texts);
    const { service } = await client.dav.placeOf(calendar.accountId);
    return { stored, zone, believable: !trusted && service === 'other' };
  } catch (error) {
    // The writes are done: that they cannot be looked at now does not undo them.
    if (!(error instanceof ProviderError)) throw error;
    client.log('icloud.no-read-back', { calendarId: calendar.calendarId, kind: error.kind, code: error.code });
    return { stored, zone: undefined, believable: false };
  }
}

/** Reads may lag behind writes: then the state before the write comes. */
function isStale(now: Resource, { before }: Accepted): boolean {
  return before !== undefined && sameEtag(now.etag, before);
}

function isKept(
  write: Accepted,
  event: CalendarEvent | ProviderError | undefined,
  now: Resource | undefined,
  reading: Reading,
): boolean {
  const sent = asSent(write, reading);
  if (!sent || !now || !event || event instanceof ProviderError) return false;
  return sameEtag(write.etag, now.etag) && differingFields(sent, event).length === 0;
}
