import type { CalendarRef } from '../provider.ts';
import { eventPath } from './addresses.ts';
import { type EventRow, eventRow } from './eventRow.ts';
import { itemNotFound, resultOf } from './graphAnswer.ts';
import { batchSize, type Graph, type GraphRequest } from './graphRequest.ts';

/**
 * The masters of occurrences whose round did not bring them. `missing`: the series is gone.
 * @throws ProviderError when any other answer than these comes; a round with holes is no round
 */
export async function fetchMasters(
  graph: Graph,
  calendar: CalendarRef,
  ids: readonly string[],
): Promise<{ found: ReadonlyMap<string, EventRow>; missing: readonly string[] }> {
  const found = new Map<string, EventRow>();
  const missing: string[] = [];
  for (let at = 0; at < ids.length; at += batchSize) {
    const some = ids.slice(at, at + batchSize);
    const requests = some.map((id): GraphRequest => ({ method: 'GET', path: eventPath(calendar.remoteId, id) }));
    const answers = await graph.sendBatch(calendar.accountId, requests);
    for (const [index, id] of some.entries()) {
      const answer = answers[index];
      if (!answer) continue;
      if (itemNotFound(answer)) missing.push(id);
      else found.set(id, resultOf(answer, eventRow));
    }
  }
  return { found, missing };
}
