import type { ChangesMessage } from '../platform/queues.ts';
import type { Route } from '../stores/stores.ts';

/** Ids in one message; far below what a queue takes. */
const IN_A_MESSAGE = 40;

/**
 * Messages that ask for a look at copies of a route.
 * @param gone they were said or seen to be gone before
 */
export function copiesMessages(
  { id: routeId, sourceCalendarId: calendarId }: Route,
  copyIds: readonly string[],
  at: number,
  gone: boolean,
): ChangesMessage[] {
  return Array.from({ length: Math.ceil(copyIds.length / IN_A_MESSAGE) }, (_, portion) => ({
    kind: 'copies',
    calendarId,
    routeId,
    copyIds: copyIds.slice(portion * IN_A_MESSAGE, (portion + 1) * IN_A_MESSAGE),
    ...(gone && { gone }),
    at,
  }));
}
