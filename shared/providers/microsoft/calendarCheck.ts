import { ProviderError } from '../errors.ts';
import type { CalendarRef } from '../provider.ts';
import { calendarPath } from './addresses.ts';
import { failureOf, type GraphAnswer } from './graphAnswer.ts';
import type { Graph } from './graphRequest.ts';

/**
 * What `ErrorItemNotFound` means on a listing or a round: the calendar was deleted or unshared, or Graph lost its place. Asks for the calendar
 * itself before anybody is told that it is gone.
 * @param otherwise the failure when the calendar is there
 */
export async function afterItemNotFound(
  graph: Graph,
  calendar: CalendarRef,
  answer: Pick<GraphAnswer, 'code' | 'status'>,
  otherwise: 'expired-cursor' | 'unavailable',
): Promise<ProviderError> {
  const unreachable = await whyUnreachable(graph, calendar);
  return unreachable ?? new ProviderError(otherwise, 'Microsoft Graph does not find what the calendar holds.', answer);
}

/** @throws calendar-gone when the calendar is not there, so that a lost calendar never looks like many deleted events; and whatever hinders the look */
export async function assertReachable(graph: Graph, calendar: CalendarRef): Promise<void> {
  const unreachable = await whyUnreachable(graph, calendar);
  if (unreachable) throw unreachable;
}

async function whyUnreachable(graph: Graph, calendar: CalendarRef): Promise<ProviderError | undefined> {
  const check = await graph.send(calendar.accountId, { method: 'GET', path: calendarPath(calendar.remoteId) });
  if (check.status === 200) return undefined;
  const failure = failureOf(check);
  if (failure.kind !== 'not-found' && failure.kind !== 'calendar-gone') return failure;
  const { code, status } = check;
  return new ProviderError('calendar-gone', 'The calendar is not in the mailbox any more.', { code, status });
}
