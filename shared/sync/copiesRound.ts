import type { ChangesMessage } from '../platform/queues.ts';
import { isProviderError } from '../providers/errors.ts';
import type { Calendar, Route } from '../stores/stores.ts';
import { SourceTrouble } from './giveBack.ts';
import { type LeaseKeeper, takeLease } from './leaseKeeper.ts';
import { providerOf, type SyncNeeds } from './needs.ts';
import { readableCalendar, sourceFailed, underLease } from './round.ts';
import { openRoute } from './routeWork.ts';
import { writableCalendar } from './team.ts';
import { routeBraked, routeFailed } from './trouble.ts';

type CopiesMessage = Extract<ChangesMessage, { kind: 'copies' }>;

/** Another worker holds the calendar: come back after this, ms. */
const BUSY_MS = 2_000;

/**
 * Two-way: copies seem to have been edited or deleted by their user. Both twins are read, and the merge rule decides. It runs under the lease of
 * the original's calendar like everything that touches the route's links. A route that is braked needs none of this: when its user confirms,
 * a full round looks at every copy.
 */
export async function followCopies(needs: SyncNeeds, message: CopiesMessage): Promise<void> {
  const { queues, stores } = needs;
  const source = await readableCalendar(needs, message.calendarId);
  if (!source?.window) return;
  const routes = await stores.pairs.routesFrom(source.id);
  const route = routes.find(({ id }) => id === message.routeId);
  if (!route || route.state === 'braked') return;
  const lease = await takeLease(needs, source.id, 'aside');
  if (!lease) {
    await queues.changes(message, BUSY_MS);
    return;
  }
  const work = async (keeper: LeaseKeeper) => {
    try {
      await follow(needs, source, route, keeper, message);
    } catch (error) {
      if (error instanceof SourceTrouble) await sourceFailed(needs, source, keeper, message, error.cause);
      else if (isProviderError(error)) await routeFailed(needs, route, error, message.attempt ?? 0);
      else throw error;
    }
  };
  await underLease(needs, lease, work, { lost: () => queues.changes(message, BUSY_MS) });
}

async function follow(
  needs: SyncNeeds,
  source: Calendar,
  route: Route,
  keeper: LeaseKeeper,
  message: CopiesMessage,
): Promise<void> {
  const target = await writableCalendar(needs, route);
  if (!target || !source.window) return;
  const work = await openRoute({
    needs,
    route,
    source,
    target,
    window: source.window,
    verify: false,
    permit: keeper.permit,
    progress: async () => {},
  });
  const gone = message.gone === true;
  // What was put off comes back as late as it was to; what was only held up on the way hardly does.
  const settlesMs = Math.max(...[source, target].map((calendar) => providerOf(needs, calendar).settlesMs ?? 0));
  await work.copies(message.copyIds, gone, gone && needs.clock.now() - message.at > settlesMs / 2);
  const held = await work.finish(false);
  if (held) await routeBraked(needs, route, held);
  needs.log('copies', {
    route: route.id,
    copies: message.copyIds.length,
    ...work.counts,
    waitedMs: needs.clock.now() - message.at,
  });
}
