import type { Clock } from '../../shared/platform/clock.ts';
import type { SimCalendar, SimEvent } from '../core/core.ts';
import type { CalendarWorld } from '../core/world.ts';
import { horizonMs } from './changeLog.ts';
import { invalidParameter } from './errors.ts';
import { envelope } from './list.ts';
import { cancelledInstance, instanceResource } from './resource.ts';

interface InstancesNeeds {
  readonly world: CalendarWorld;
  readonly clock: Clock;
  readonly origin: string;
}

/**
 * events.instances: the occurrences of one series. Unlike events.list its `timeMin` is inclusive.
 * @see https://developers.google.com/workspace/calendar/api/v3/reference/events/instances
 */
export function instancesPage(
  { world, clock, origin }: InstancesNeeds,
  calendar: SimCalendar,
  series: SimEvent,
  search: URLSearchParams,
): object {
  const from = bound(search, 'timeMin') ?? 0;
  const to = bound(search, 'timeMax') ?? clock.now() + horizonMs;
  const size = Math.min(Number(search.get('maxResults') ?? 250), 2500);
  const offset = Number(search.get('pageToken') ?? 0);
  if (!Number.isInteger(size) || size < 1) throw invalidParameter('maxResults');
  if (!Number.isInteger(offset) || offset < 0) throw invalidParameter('pageToken');
  const live = world
    .instancesOf(series, from - 1, to)
    .filter(({ startMs, endMs }) => endMs >= from && startMs < to)
    .map((instance): object => instanceResource(origin, calendar, instance));
  const cancelled = [...series.overrides]
    .filter(([, override]) => override.cancelledInstance && search.get('showDeleted') === 'true')
    .map(([originalStart]): object => cancelledInstance(series, originalStart));
  const all = [...live, ...cancelled];
  return {
    ...envelope(calendar),
    ...(offset + size < all.length && { nextPageToken: String(offset + size) }),
    items: all.slice(offset, offset + size),
  };
}

function bound(search: URLSearchParams, name: string): number | undefined {
  const text = search.get(name);
  if (text === null) return undefined;
  const instant = /(Z|[+-]\d{2}:\d{2})$/i.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant)) throw invalidParameter(name);
  return instant;
}
