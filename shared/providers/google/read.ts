import type { CalendarEvent } from '../../calendar/event.ts';
import type { CalendarRef } from '../provider.ts';
import { readable } from '../readable.ts';
import { type Answer, failureOf, isUnexplained, resultOf } from './answer.ts';
import { BATCH_SIZE } from './batch.ts';
import type { GoogleClient } from './client.ts';
import { describe, type GoogleRequest } from './describe.ts';
import { eventFrom, isCancelled } from './mapping.ts';
import { googleEvent } from './schemas.ts';

/** One event with its marker; see `CalendarProvider.get`. */
export async function get(client: GoogleClient, calendar: CalendarRef, id: string): Promise<CalendarEvent | undefined> {
  const answer = await client.send(calendar.accountId, await reading(calendar, id));
  if (isNotFound(answer)) await assertReachable(client, calendar);
  if (isMissing(answer)) return undefined;
  const item = resultOf(answer, googleEvent, 'event', client.clock.now());
  // A deleted event can still be read, for a while.
  return isCancelled(item) ? undefined : eventFrom(item, calendar.ownerEmail);
}

/** Events by their ids, fifty in a request; see `CalendarProvider.getMany`. An answer that says neither yes nor no fails the whole. */
export async function getMany(
  client: GoogleClient,
  calendar: CalendarRef,
  ids: readonly string[],
): Promise<(CalendarEvent | 'gone' | 'unreadable')[]> {
  const answers: Answer[] = [];
  for (let at = 0; at < ids.length; at += BATCH_SIZE) {
    const requests = await Promise.all(ids.slice(at, at + BATCH_SIZE).map((id) => reading(calendar, id)));
    answers.push(...(await client.sendAll(calendar.accountId, requests)));
  }
  const events = answers.map((answer) => found(client, calendar, answer));
  if (answers.some(isNotFound)) await assertReachable(client, calendar);
  return events;
}

function found(
  client: GoogleClient,
  { ownerEmail }: CalendarRef,
  answer: Answer,
): CalendarEvent | 'gone' | 'unreadable' {
  if (isMissing(answer)) return 'gone';
  const item = resultOf(answer, googleEvent, 'event', client.clock.now());
  if (isCancelled(item)) return 'gone';
  // A single event may have become a series since its id was noted.
  if (item.recurrence) return 'unreadable';
  return readable(() => eventFrom(item, ownerEmail)) ?? 'unreadable';
}

export function reading(calendar: CalendarRef, eventId: string): Promise<GoogleRequest> {
  return describe((google) => google.events.get({ calendarId: calendar.remoteId, eventId }));
}

/** 410 is Google's word for what was deleted, with or without a reason. */
export function isMissing(answer: Answer): boolean {
  return answer.status === 410 || isNotFound(answer);
}

export function isNotFound(answer: Answer | undefined): boolean {
  return answer?.status === 404 && !isUnexplained(answer);
}

/** @throws calendar-gone when the calendar as a whole is out of reach, and whatever else hinders a listing */
export async function assertReachable(client: GoogleClient, calendar: CalendarRef): Promise<void> {
  const request = await describe((google) => google.events.list({ calendarId: calendar.remoteId, maxResults: 1 }));
  const answer = await client.send(calendar.accountId, request);
  if (answer.status !== 200) throw failureOf(answer, 'listing', client.clock.now());
}
