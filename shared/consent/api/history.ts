import type { HistoryEntry, Pair } from '../../stores/stores.ts';
import { json } from '../answer.ts';
import { forUser } from '../guard.ts';
import type { ConsentNeeds, Handler } from '../needs.ts';
import { ownPair } from './pairs.ts';

const apiLimit = 200;

export type Direction = 'sourceToTarget' | 'targetToSource';

export interface DirectedEntry extends HistoryEntry {
  readonly direction: Direction;
}

/** The latest that was written for a pair, in both directions, newest first. Ids, times and reason codes; no content. */
export async function historyOf(needs: ConsentNeeds, pair: Pair, limit: number): Promise<DirectedEntry[]> {
  const lists = await Promise.all(
    pair.routes.map(async (route, index) => {
      const entries = await needs.stores.history.latest(route.id, limit);
      const direction: Direction = index === 0 ? 'sourceToTarget' : 'targetToSource';
      return entries.map((entry) => ({ ...entry, direction }));
    }),
  );
  return lists
    .flat()
    .toSorted((a, b) => b.at - a.at)
    .slice(0, limit);
}

/** `GET /api/pairs/{id}/history`: newest first; ids, times and reason codes. */
export const getHistory: Handler = forUser(async (request, needs, userId) => {
  const entries = await historyOf(needs, await ownPair(needs, request.params.id, userId), apiLimit);
  return json(
    entries.map(({ at, direction, action, reason, originalId, copyId }) => ({
      at: new Date(at).toISOString(),
      direction,
      action,
      reason,
      originalId,
      copyId,
    })),
  );
});
