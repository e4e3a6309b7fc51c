import { DAY_MS } from '../../calendar/window.ts';
import type { Pair, Route } from '../../stores/stores.ts';
import { json } from '../answer.ts';
import { readBody } from '../body.ts';
import { type ApiHandler, forUser } from '../guard.ts';
import type { ConsentNeeds, Handler } from '../needs.ts';
import { mustBePrivate } from '../policy.ts';
import { pollSourcesSoon } from '../polling.ts';
import { notFound, Problem } from '../problem.ts';
import { noSuchDirection, type OptionsRequest, pairPatch, withOptions } from './pairRequest.ts';
import { pairViewOf, pairViewsOf } from './pairView.ts';

/** How long a confirmation of deletions holds. */
const confirmationMs = DAY_MS / 24;

/** The pair, if it is the user's own. @throws Problem 404 */
export async function ownPair(needs: ConsentNeeds, id: string | undefined, userId: string): Promise<Pair> {
  const pair = id ? await needs.stores.pairs.find(id) : undefined;
  if (!pair || pair.userId !== userId) throw notFound();
  return pair;
}

/** `GET /api/pairs` */
export const getPairs: Handler = forUser(async (_request, needs, userId) => json(await pairViewsOf(needs, userId)));

/** `GET /api/pairs/{id}` */
export const getPair: Handler = forUser(async (request, needs, userId) =>
  json(await pairViewOf(needs, await ownPair(needs, request.params.id, userId))),
);

/** A change of a pair that is not being removed; answers the pair as it then is. */
function change(
  make: (pair: Pair, needs: ConsentNeeds, request: Parameters<ApiHandler>[0]) => Promise<void>,
  status = 200,
) {
  return forUser(async (request, needs, userId) => {
    const pair = await ownPair(needs, request.params.id, userId);
    if (pair.removing) {
      throw new Problem(409, 'being-removed', 'This pair is being removed.', 'Make a new pair if you need one.');
    }
    await make(pair, needs, request);
    return json(await pairViewOf(needs, await ownPair(needs, pair.id, userId)), status);
  });
}

/** `POST /api/pairs/{id}/pause` */
export const pausePair: Handler = change((pair, needs) => needs.stores.pairs.setPaused(pair.id, true));

/** `POST /api/pairs/{id}/resume`: and catch up with what happened meanwhile. */
export const resumePair: Handler = change(async (pair, needs) => {
  await needs.stores.pairs.setPaused(pair.id, false);
  await verifyRoutes(needs, pair.routes);
  for (const route of pair.routes) {
    await needs.queues.bulk({ kind: 'subscribe', calendarId: route.sourceCalendarId, recreate: false });
  }
  await pollSourcesSoon(needs, pair.routes);
});

/** `POST /api/pairs/{id}/verify`: compares every copy with its original, and repairs. */
export const verifyPair: Handler = change((pair, needs) => verifyRoutes(needs, pair.routes), 202);

/** `POST /api/pairs/{id}/confirm-deletions`: the deletions that the brake held back are meant. */
export const confirmDeletions: Handler = change(async (pair, needs) => {
  const braked = pair.routes.filter(({ state }) => state === 'braked');
  if (braked.length === 0) {
    throw new Problem(409, 'nothing-to-confirm', 'No deletions are waiting for you.', 'Reload the page.');
  }
  for (const route of braked) {
    await needs.stores.pairs.confirmDeletions(route.id, needs.clock.now() + confirmationMs);
  }
  await verifyRoutes(needs, braked);
}, 202);

/** `PATCH /api/pairs/{id}`: changed options rewrite the existing copies. */
export const patchPair: Handler = change(async (pair, needs, request) => {
  const patch = await readBody(request, pairPatch);
  const [there, back] = pair.routes;
  if (patch.targetToSource && !back) throw noSuchDirection();
  const wishes: [Route | undefined, OptionsRequest | undefined][] = [
    [there, patch.sourceToTarget],
    [back, patch.targetToSource],
  ];
  const changed: Route[] = [];
  for (const [route, wish] of wishes) {
    if (!route || !wish) continue;
    const options = withOptions(wish, route.options);
    const markPrivate = options.markPrivate || (await mustBePrivate(needs, route.sourceCalendarId));
    await needs.stores.pairs.setOptions(route.id, { ...options, markPrivate });
    changed.push(route);
  }
  await verifyRoutes(needs, changed);
});

/** Full rounds that also compare the copies themselves. */
async function verifyRoutes({ clock, queues }: ConsentNeeds, routes: readonly Route[]): Promise<void> {
  for (const calendarId of new Set(routes.map((route) => route.sourceCalendarId))) {
    await queues.bulk({ kind: 'full', calendarId, at: clock.now(), verify: true });
  }
}
