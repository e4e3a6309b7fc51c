import type { Event as GraphEvent } from '@microsoft/microsoft-graph-types';
import type { Log } from '../../platform/log.ts';
import { ProviderError } from '../errors.ts';
import type { CalendarRef, WriteOperation, WriteResult } from '../provider.ts';
import { calendarPath, eventPath } from './addresses.ts';
import { isCreation } from './adopt.ts';
import { bodyOf, membersOf } from './body.ts';
import { assertReachable } from './calendarCheck.ts';
import { eventRow } from './eventRow.ts';
import { type GraphAnswer, itemNotFound, resultOf } from './graphAnswer.ts';
import type { Graph, GraphRequest } from './graphRequest.ts';
import { eventFromRow } from './mapping.ts';
import { sparingOnlineMeetings } from './onlineMeetings.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { sendAll, unanswered } from './sendAll.ts';

/** Carries out up to twenty operations: one goes plainly, more go in one `$batch`, each judged by itself. */
export async function writeAll(
  needs: { readonly graph: Graph; readonly log: Log },
  calendar: CalendarRef,
  asked: readonly WriteOperation[],
): Promise<WriteResult[]> {
  const { operations, answered } = await sparingOnlineMeetings(needs.graph, calendar, asked);
  const open = operations.flatMap((operation, index) => (answered.has(index) ? [] : [{ operation, index }]));
  const arrived = await sendAll(
    needs.graph,
    calendar,
    open.map(({ operation }) => requestOf(calendar, operation)),
  );
  const answers = new Map([...answered, ...open.map(({ index }, at) => [index, arrived[at] ?? unanswered] as const)]);
  // Graph says ErrorItemNotFound for a deleted event and for every event of a deleted calendar: the second must not look like many of the first.
  if (operations.some((operation, index) => !isCreation(operation) && isMissing(answers.get(index)))) {
    await assertReachable(needs.graph, calendar);
  }
  const outcomes: Outcome[] = [];
  // One after the other: what an adoption asks for counts against the mailbox's four requests at once.
  for (const [index, operation] of operations.entries()) {
    outcomes.push(await outcomeOf(needs.graph, calendar, operation, answers.get(index) ?? unanswered));
  }
  return silenced(needs, calendar, outcomes);
}

function isMissing(answer: GraphAnswer | undefined): boolean {
  return answer !== undefined && itemNotFound(answer);
}

function requestOf(calendar: CalendarRef, operation: WriteOperation): GraphRequest {
  if (isCreation(operation)) {
    // The transactionId makes a repeated creation find the first, and is the one mark that delta rounds show.
    const body: GraphEvent = {
      ...bodyOf(operation.content, operation.kind === 'create' ? operation.marker : undefined),
      transactionId: operation.identity,
      isOnlineMeeting: false,
    };
    return { method: 'POST', path: `${calendarPath(calendar.remoteId)}/events`, body };
  }
  const condition = operation.etag === undefined ? {} : { ifMatch: operation.etag };
  const path = eventPath(calendar.remoteId, operation.id);
  switch (operation.kind) {
    case 'delete':
      return { method: 'DELETE', path, ...condition };
    case 'update':
      return { method: 'PATCH', path, body: bodyOf(operation.content, operation.marker), ...condition };
    case 'write-back':
      return { method: 'PATCH', path, body: membersOf(operation.changes), ...condition };
  }
}

/**
 * Graph has been seen to ignore `isReminderOn: false` (microsoft-graph-docs#5040), so the answer is looked at and the reminder turned
 * off once more. Where that fails the operation failed: repeated, it finds what it made and comes here again.
 */
async function silenced(
  { graph, log }: { readonly graph: Graph; readonly log: Log },
  calendar: CalendarRef,
  outcomes: readonly Outcome[],
): Promise<WriteResult[]> {
  const results = outcomes.map((outcome) => outcome.result);
  const ringing = outcomes.flatMap(({ result, rings }, index) =>
    rings && result.ok && result.event ? [{ index, before: result, event: result.event }] : [],
  );
  const off: GraphEvent = { isReminderOn: false };
  const requests = ringing.map(
    ({ event }): GraphRequest => ({ method: 'PATCH', path: eventPath(calendar.remoteId, event.id), body: off }),
  );
  const answers = ringing.length > 0 ? await sendAll(graph, calendar, requests) : [];
  for (const [at, { index, before, event }] of ringing.entries()) {
    try {
      const row = resultOf(answers[at] ?? unanswered, eventRow);
      if (row.isReminderOn) log('microsoft.reminder-stays', { calendarId: calendar.calendarId });
      const quiet = eventFromRow(row, calendar.ownerEmail);
      results[index] = { ...before, event: event.marker ? { ...quiet, marker: event.marker } : quiet };
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      results[index] = { ok: false, error };
    }
  }
  return results;
}
