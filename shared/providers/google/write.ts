import type { CalendarEvent } from '../../calendar/event.ts';
import { ProviderError } from '../errors.ts';
import type { CalendarRef, WriteOperation, WriteResult } from '../provider.ts';
import { type Answer, failureOf, isUnexplained, reasonsOf, resultOf } from './answer.ts';
import { bodyOf } from './body.ts';
import type { GoogleClient } from './client.ts';
import { describe, type GoogleRequest } from './describe.ts';
import { eventFrom, isCancelled } from './mapping.ts';
import { eventIdOf } from './marker.ts';
import { googleEvent } from './schemas.ts';

type Create = WriteOperation & { kind: 'create' };

/** One event with its marker; see `CalendarProvider.get`. */
export async function get(client: GoogleClient, calendar: CalendarRef, id: string): Promise<CalendarEvent | undefined> {
  const answer = await client.send(calendar.accountId, await reading(calendar, id));
  if (isNotFound(answer)) await assertReachable(client, calendar);
  if (isMissing(answer)) return undefined;
  const item = resultOf(answer, googleEvent, 'event', client.clock.now());
  // A deleted event can still be read, for a while.
  return isCancelled(item) ? undefined : eventFrom(item, calendar.ownerEmail);
}

/** Carries out up to 50 operations in one request; see `CalendarProvider.write`. */
export async function write(
  client: GoogleClient,
  calendar: CalendarRef,
  operations: readonly WriteOperation[],
): Promise<WriteResult[]> {
  const requests = await Promise.all(operations.map((operation) => requestOf(calendar, operation)));
  const answers = await client.sendAll(calendar.accountId, requests);
  // Google says 404 for an event that is missing and for a calendar that is out of reach: the second must not look like many of the first.
  if (operations.some(({ kind }, index) => kind !== 'create' && isNotFound(answers[index]))) {
    await assertReachable(client, calendar);
  }
  const results = operations.map((operation, index) =>
    settled(() => resultOfWrite(client, calendar, operation, answers[index])),
  );
  await settleDuplicates(client, calendar, operations, answers, results);
  return results;
}

/** `sendUpdates=none` goes along each time: Google's default is not dependable, and nobody is to get mail. */
function requestOf(calendar: CalendarRef, operation: WriteOperation): Promise<GoogleRequest> {
  const place = { calendarId: calendar.remoteId, sendUpdates: 'none' };
  switch (operation.kind) {
    case 'create': {
      const requestBody = { id: eventIdOf(operation.identity), ...bodyOf(operation.content, operation.marker) };
      return describe((google) => google.events.insert({ ...place, requestBody }));
    }
    case 'update': {
      const requestBody = bodyOf(operation.content, operation.marker);
      return describe((google) =>
        google.events.update({ ...place, eventId: operation.id, requestBody }, condition(operation.etag)),
      );
    }
    case 'delete':
      return describe((google) => google.events.delete({ ...place, eventId: operation.id }, condition(operation.etag)));
  }
}

function condition(etag: string | undefined): { headers?: Record<string, string> } {
  return etag ? { headers: { 'If-Match': etag } } : {};
}

function reading(calendar: CalendarRef, eventId: string): Promise<GoogleRequest> {
  return describe((google) => google.events.get({ calendarId: calendar.remoteId, eventId }));
}

/** 410 is Google's word for what was deleted, with or without a reason. */
function isMissing(answer: Answer): boolean {
  return answer.status === 410 || isNotFound(answer);
}

function isNotFound(answer: Answer | undefined): boolean {
  return answer?.status === 404 && !isUnexplained(answer);
}

/** @throws ProviderError for the operation */
function resultOfWrite(
  client: GoogleClient,
  calendar: CalendarRef,
  { kind }: WriteOperation,
  answer: Answer | undefined,
): WriteResult {
  const now = client.clock.now();
  if (!answer) throw new ProviderError('unavailable', 'Google did not answer this part of a batch.');
  if (kind === 'delete') {
    // A success has nothing to say: a page of HTML is somebody else's.
    const done = answer.status === 204 || (answer.status === 200 && answer.text === '');
    if (done || isMissing(answer)) return { ok: true };
    throw failureOf(answer, 'event', now);
  }
  const item = resultOf(answer, googleEvent, kind === 'create' ? 'insertion' : 'event', now);
  return { ok: true, event: eventFrom(item, calendar.ownerEmail) };
}

function settled(result: () => WriteResult): WriteResult {
  try {
    return result();
  } catch (error) {
    if (error instanceof ProviderError) return { ok: false, error };
    throw error;
  }
}

/** Looks at the events whose ids the creations found taken, and answers those creations. */
async function settleDuplicates(
  client: GoogleClient,
  calendar: CalendarRef,
  operations: readonly WriteOperation[],
  answers: readonly Answer[],
  results: WriteResult[],
): Promise<void> {
  const taken = operations.flatMap((operation, index) => {
    const answer = answers[index];
    return operation.kind === 'create' && answer && isDuplicate(answer) ? [{ operation, index }] : [];
  });
  const requests = await Promise.all(taken.map(({ operation }) => reading(calendar, eventIdOf(operation.identity))));
  const found = await client.sendAll(calendar.accountId, requests);
  for (const [at, { operation, index }] of taken.entries()) {
    const answer = found[at];
    if (answer) results[index] = settled(() => adoption(client, calendar, operation, answer));
  }
}

function isDuplicate(answer: Answer): boolean {
  return answer.status === 409 && !reasonsOf(answer).includes('conflict');
}

/** The copy that an earlier creation made, if it is that; otherwise the id can never be used again, not even after a deletion. */
function adoption(
  client: GoogleClient,
  calendar: CalendarRef,
  { identity, marker }: Create,
  answer: Answer,
): WriteResult {
  const spent = new ProviderError('identity-spent', 'The id of this copy was used before.', {
    code: 'duplicate',
    status: 409,
  });
  if (isMissing(answer)) throw spent;
  const item = resultOf(answer, googleEvent, 'event', client.clock.now());
  if (isCancelled(item)) throw spent;
  const event = eventFrom(item, calendar.ownerEmail);
  const ours =
    event.marker?.routeId === marker.routeId &&
    event.marker.origin === marker.origin &&
    event.marker.generation === marker.generation;
  if (ours) return { ok: true, adopted: true, event };
  client.log('google.foreign-event-under-our-id', { calendarId: calendar.calendarId, eventId: eventIdOf(identity) });
  throw spent;
}

/** @throws calendar-gone when the calendar as a whole is out of reach, and whatever else hinders a listing */
async function assertReachable(client: GoogleClient, calendar: CalendarRef): Promise<void> {
  const request = await describe((google) => google.events.list({ calendarId: calendar.remoteId, maxResults: 1 }));
  const answer = await client.send(calendar.accountId, request);
  if (answer.status !== 200) throw failureOf(answer, 'listing', client.clock.now());
}
