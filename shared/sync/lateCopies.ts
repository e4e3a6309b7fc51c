import { windowAround } from '../calendar/window.ts';
import type { CalendarProvider } from '../providers/provider.ts';
import type { Calendar, Link } from '../stores/stores.ts';
import { providerOf, refOf, type SyncNeeds } from './needs.ts';
import { viewTarget } from './targetView.ts';

type LateCopy = Pick<Link, 'copyId' | 'copyEtag'>;

/** Those that rows name, and those that the target shows: a worker that lost its lease while it wrote left no row. */
async function* lateCopies(needs: SyncNeeds, routeId: string, target: Calendar): AsyncGenerator<LateCopy[]> {
  for await (const page of needs.stores.links.all(routeId)) yield page.filter(({ state }) => state === 'live');
  const { HETK_WINDOW_PAST_DAYS: past, HETK_WINDOW_FUTURE_DAYS: future } = needs.settings;
  const window = windowAround(needs.clock.now(), past, future);
  const { copies } = await viewTarget(providerOf(needs, target), refOf(target), routeId, window);
  yield [...copies].flatMap(([copyId, { ours, etag }]) => (ours ? [{ copyId, ...(etag && { copyEtag: etag }) }] : []));
}

/**
 * Deletes what was written into the target of a route after the route was removed.
 * @throws ProviderError
 */
export async function deleteLateCopies(needs: SyncNeeds, routeId: string, target: Calendar): Promise<void> {
  for await (const late of lateCopies(needs, routeId, target)) {
    if (late.length > 0) needs.log('late-copies', { route: routeId, count: late.length });
    await deleteLate(providerOf(needs, target), target, late);
  }
}

/** One by one: there are none as a rule. One that its user changed meanwhile is left to them. */
async function deleteLate(provider: CalendarProvider, target: Calendar, late: readonly LateCopy[]): Promise<void> {
  for (const { copyId, copyEtag } of late) {
    const [result] = await provider.write(refOf(target), [
      { kind: 'delete', id: copyId, ...(copyEtag && { etag: copyEtag }) },
    ]);
    if (result && !result.ok && result.error.kind !== 'conflict') throw result.error;
  }
}
