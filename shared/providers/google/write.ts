import { ProviderError } from '../errors.ts';
import type { CalendarRef, WriteOperation, WriteResult } from '../provider.ts';
import { adoption, idOf, isCreation, isDuplicate } from './adopt.ts';
import { type Answer, failureOf, resultOf } from './answer.ts';
import { copyBody, restoredBody } from './body.ts';
import { changedBody } from './changedBody.ts';
import type { GoogleClient } from './client.ts';
import { describe, type GoogleRequest } from './describe.ts';
import { eventFrom } from './mapping.ts';
import { assertReachable, isMissing, isNotFound, reading } from './read.ts';
import { googleEvent } from './schemas.ts';

/** Carries out up to 50 operations in one request; see `CalendarProvider.write`. */
export async function write(
  client: GoogleClient,
  calendar: CalendarRef,
  operations: readonly WriteOperation[],
): Promise<WriteResult[]> {
  const requests = await Promise.all(operations.map((operation) => requestOf(calendar, operation)));
  const answers = await client.sendAll(calendar.accountId, requests);
  // Google says 404 for an event that is missing and for a calendar that is out of reach: the second must not look like many of the first.
  if (operations.some((operation, index) => !isCreation(operation) && isNotFound(answers[index]))) {
    await assertReachable(client, calendar);
  }
  const results = operations.map((operation, index) =>
    settled(() => resultOfWrite(client, calendar, operation, answers[index])),
  );
  await settleDuplicates(client, calendar, operations, answers, results);
  return results;
}

/** `sendUpdates=none` goes along each time: Google's default is not dependable, and nobody is to get mail. */
async function requestOf(calendar: CalendarRef, operation: WriteOperation): Promise<GoogleRequest> {
  const place = { calendarId: calendar.remoteId, sendUpdates: 'none' };
  switch (operation.kind) {
    case 'create':
    case 'restore': {
      const { content } = operation;
      const body =
        operation.kind === 'create' ? copyBody(content, operation.marker) : restoredBody(content, operation.identity);
      const requestBody = { id: idOf(operation), ...body };
      return describe((google) => google.events.insert({ ...place, requestBody }));
    }
    case 'update': {
      const requestBody = copyBody(operation.content, operation.marker);
      return describe((google) =>
        google.events.update({ ...place, eventId: operation.id, requestBody }, condition(operation.etag)),
      );
    }
    case 'write-back': {
      const { id: eventId, etag, changes } = operation;
      const request = await describe((google) => google.events.patch({ ...place, eventId }, condition(etag)));
      return { ...request, body: JSON.stringify(changedBody(changes, etag !== undefined)) };
    }
    case 'delete':
      return describe((google) => google.events.delete({ ...place, eventId: operation.id }, condition(operation.etag)));
  }
}

function condition(etag: string | undefined): { headers?: Record<string, string> } {
  return etag ? { headers: { 'If-Match': etag } } : {};
}

/** @throws ProviderError for the operation */
function resultOfWrite(
  client: GoogleClient,
  calendar: CalendarRef,
  operation: WriteOperation,
  answer: Answer | undefined,
): WriteResult {
  const now = client.clock.now();
  if (!answer) throw new ProviderError('unavailable', 'Google did not answer this part of a batch.');
  if (operation.kind === 'delete') {
    // A success has nothing to say: a page of HTML is somebody else's.
    const done = answer.status === 204 || (answer.status === 200 && answer.text === '');
    if (done || isMissing(answer)) return { ok: true };
    throw failureOf(answer, 'event', now);
  }
  const item = resultOf(answer, googleEvent, isCreation(operation) ? 'insertion' : 'event', now);
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
    return isCreation(operation) && answer && isDuplicate(answer) ? [{ operation, index }] : [];
  });
  const requests = await Promise.all(taken.map(({ operation }) => reading(calendar, idOf(operation))));
  const found = await client.sendAll(calendar.accountId, requests);
  for (const [at, { operation, index }] of taken.entries()) {
    const answer = found[at];
    if (answer) results[index] = settled(() => adoption(client, calendar, operation, answer));
  }
}
