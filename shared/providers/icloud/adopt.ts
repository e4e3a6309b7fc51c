import { ProviderError } from '../errors.ts';
import type { CalendarRef, WriteOperation, WriteResult } from '../provider.ts';
import { zoneFor } from './calendarZone.ts';
import type { IcloudClient } from './client.ts';
import { readInstance } from './reading.ts';
import type { Resource } from './resources.ts';
import { copyUidOf, restoredUidOf } from './uid.ts';

/** An operation that makes an event under an identity. */
export type Creation = Extract<WriteOperation, { kind: 'create' | 'restore' }>;

export function uidOf({ kind, identity }: Creation): string {
  return kind === 'create' ? copyUidOf(identity) : restoredUidOf(identity);
}

/** Where the event of a creation lies: a repeated one meets it there. */
export function pathOf(creation: Creation, { remoteId }: CalendarRef): string {
  return `${remoteId.replace(/\/*$/, '/')}${uidOf(creation)}.ics`;
}

/**
 * The event that an earlier creation made, if that is what lies at its path.
 * @throws identity-spent
 */
export async function adoption(
  client: IcloudClient,
  calendar: CalendarRef,
  creation: Creation,
  resource: Resource,
): Promise<WriteResult> {
  const zone = await zoneFor(client, calendar, [resource.text]);
  const event = readInstance(resource, undefined, { ownerEmail: calendar.ownerEmail, zone });
  if (typeof event === 'object' && event.iCalUId === uidOf(creation)) {
    // The UID proves it: an Apple client that edits an event may drop our properties.
    const { marker } = event;
    const ours = creation.kind === 'create' ? isSameMarker(marker, creation.marker) : marker === undefined;
    if (ours) return { ok: true, adopted: true, event };
  }
  client.log('icloud.foreign-event-under-our-path', { calendarId: calendar.calendarId, href: resource.href });
  throw spent();
}

export function spent(): ProviderError {
  return new ProviderError('identity-spent', 'The path or UID of this event is taken.', { code: 'taken', status: 412 });
}

type Named = { readonly routeId: string; readonly origin: string; readonly generation: number };

/** A marker of which only the UID is left names nothing; it is read as ours all the same. */
function isSameMarker(found: Named | undefined, wanted: Named): boolean {
  if (!found) return false;
  if (found.routeId === '') return true;
  return found.routeId === wanted.routeId && found.origin === wanted.origin && found.generation === wanted.generation;
}
