import type { CalendarRef, WriteOperation } from '../provider.ts';
import { eventPath } from './addresses.ts';
import { eventRow } from './eventRow.ts';
import type { GraphAnswer } from './graphAnswer.ts';
import type { Graph, GraphRequest } from './graphRequest.ts';
import { sendAll, unanswered } from './sendAll.ts';

/** What is left to be done of some operations, and the answers of those of which nothing is, by position. */
interface Spared {
  readonly operations: readonly WriteOperation[];
  readonly answered: ReadonlyMap<number, GraphAnswer>;
}

/**
 * Takes the description out of what is written back to online meetings: the way in stands in the body, copies do not hold it, and a body
 * without it ends the meeting (https://learn.microsoft.com/en-us/graph/api/event-update). So before a description is written back,
 * Graph is asked whether the event is one; where it does not tell, its answer is the operation's.
 */
export async function sparingOnlineMeetings(
  graph: Graph,
  calendar: CalendarRef,
  operations: readonly WriteOperation[],
): Promise<Spared> {
  const asked = operations.flatMap((operation, index) =>
    operation.kind === 'write-back' && operation.changes.description !== undefined ? [{ operation, index }] : [],
  );
  const requests = asked.map(
    ({ operation }): GraphRequest => ({ method: 'GET', path: eventPath(calendar.remoteId, operation.id) }),
  );
  const looks = await sendAll(graph, calendar, requests);
  const left = [...operations];
  const answered = new Map<number, GraphAnswer>();
  for (const [at, { operation, index }] of asked.entries()) {
    const look = looks[at] ?? unanswered;
    const row = look.status === 200 ? eventRow.safeParse(look.body).data : undefined;
    const { description, ...others } = operation.changes;
    if (row?.isOnlineMeeting) left[index] = { ...operation, changes: others };
    // Where nothing but the description was to change, the event stays as it was read.
    if (!row || (row.isOnlineMeeting && Object.keys(others).length === 0)) answered.set(index, look);
  }
  return { operations: left, answered };
}
