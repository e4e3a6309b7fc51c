import { ProviderError } from '../errors.ts';
import type { CalendarRef } from '../provider.ts';
import { calendarPath } from './addresses.ts';
import { failureOf } from './graphAnswer.ts';
import type { Graph, GraphAnswer } from './graphRequest.ts';

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
  const check = await graph.send(calendar.accountId, { method: 'GET', path: calendarPath(calendar.remoteId) });
  if (check.status === 404 || check.status === 403) {
    const options = { code: check.code, status: check.status };
    return new ProviderError('calendar-gone', 'The calendar is not in the mailbox any more.', options);
  }
  if (check.status !== 200) return failureOf(check);
  return new ProviderError(otherwise, 'Microsoft Graph does not find what the calendar holds.', answer);
}
