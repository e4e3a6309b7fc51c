import type { CalendarEvent } from '../../calendar/event.ts';
import { ProviderError } from '../errors.ts';
import type { CalendarRef, WriteOperation, WriteResult } from '../provider.ts';
import { type Answer, reasonsOf, resultOf } from './answer.ts';
import type { GoogleClient } from './client.ts';
import { copyIdOf, restoredIdOf } from './eventId.ts';
import { eventFrom, isCancelled } from './mapping.ts';
import { isMissing } from './read.ts';
import { googleEvent } from './schemas.ts';

/** An operation that makes an event under an identity. */
export type Creation = Extract<WriteOperation, { kind: 'create' | 'restore' }>;

export function isCreation(operation: WriteOperation): operation is Creation {
  return operation.kind === 'create' || operation.kind === 'restore';
}

export function idOf({ kind, identity }: Creation): string {
  return kind === 'create' ? copyIdOf(identity) : restoredIdOf(identity);
}

export function isDuplicate(answer: Answer): boolean {
  return answer.status === 409 && !reasonsOf(answer).includes('conflict');
}

/**
 * The event that an earlier creation made, if it is that; otherwise the id can never be used again, not even after a deletion.
 * @param answer to the question for the event under the creation's id
 * @throws identity-spent; ProviderError when the answer says neither
 */
export function adoption(client: GoogleClient, calendar: CalendarRef, creation: Creation, answer: Answer): WriteResult {
  const spent = new ProviderError('identity-spent', 'The id of this event was used before.', {
    code: 'duplicate',
    status: 409,
  });
  if (isMissing(answer)) throw spent;
  const item = resultOf(answer, googleEvent, 'event', client.clock.now());
  if (isCancelled(item)) throw spent;
  const event = eventFrom(item, calendar.ownerEmail);
  if (isOurs(creation, event)) return { ok: true, adopted: true, event };
  client.log('google.foreign-event-under-our-id', { calendarId: calendar.calendarId, eventId: item.id });
  throw spent;
}

function isOurs(creation: Creation, { marker }: CalendarEvent): boolean {
  // The id proves it: the property may be lost to a program that wrote the event over.
  if (creation.kind === 'restore') return marker === undefined;
  const { routeId, origin, generation } = creation.marker;
  return marker?.routeId === routeId && marker.origin === origin && marker.generation === generation;
}
